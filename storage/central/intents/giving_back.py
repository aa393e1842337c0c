"""Refunds that two people agreed on, and that the gateway through which the money came has to carry out."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from rules.paying import taking
from rules.paying.gateways import Standing
from storage.central.changes import touch
from storage.central.connection import Store
from storage.central.intents.rows import kept, write
from storage.central.queue.queueing import lock_clients
from storage.central.upkeep import audit

HELD = timedelta(minutes=2)
TRIED = timedelta(days=90)
"""So long after it was approved a refund is tried; then a person has to see to it."""


class DueRefund(msgspec.Struct, frozen=True, kw_only=True):
    """Money that a gateway has to give back: of an intent, by an order.

    back: all that it has given back once this is done, minor units.
    """

    intent_id: str
    external: str
    order_id: str
    amount: int
    back: int
    tries: int


def claim(store: Store, gateway: str) -> DueRefund | None:
    """Take the oldest refund that waits for a gateway; None = there is none now.

    An order counts as carried out when the gateway has given back the sum of it and those before it,
    so that no order is carried out twice, whenever a hub ends.
    """
    with store.begin() as tx:
        row = tx.one(
            """
            UPDATE payment_intent
            SET check_at = :held, tries = tries + 1
            WHERE id IN (
                SELECT i.id
                FROM payment_intent i
                WHERE i.id IN (
                        SELECT substr(p.reference, 8)
                        FROM money_order m
                        JOIN payment p ON p.id = m.payment_id
                        WHERE m.kind = 'refund' AND m.status IN ('approved', 'done')
                            AND m.decided > :since AND p.reference LIKE 'intent:%'
                    )
                    AND i.gateway = :gateway AND i.status = 'approved'
                    AND (i.check_at IS NULL OR i.check_at <= :now)
                    AND i.refunded < (
                        SELECT coalesce(sum(m.amount), 0)
                        FROM payment p
                        JOIN money_order m ON m.payment_id = p.id
                        WHERE p.account_id = i.account_id AND p.reference = 'intent:' || i.id
                            AND m.kind = 'refund' AND m.status IN ('approved', 'done')
                    )
                ORDER BY i.asked, i.id
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id, external, tries, refunded, account_id
            """,
            gateway=gateway,
            now=tx.now,
            held=tx.now + HELD,
            since=tx.now - TRIED,
        )
        if row is None:
            return None
        orders = tx.all(
            """
            SELECT m.id, m.amount
            FROM payment p
            JOIN money_order m ON m.payment_id = p.id
            WHERE p.account_id = :account AND p.reference = :reference
                AND m.kind = 'refund' AND m.status IN ('approved', 'done')
            ORDER BY m.decided, m.id
            """,
            account=row[4],
            reference=taking.reference(row[0]),
        )
        back = 0
        order_id, amount = "", 0
        while back <= row[3]:  # which the statement above says is less than all of them
            order_id, amount = orders.pop(0)
            back += amount
        return DueRefund(
            intent_id=row[0], external=row[1], tries=row[2], order_id=order_id, amount=amount, back=back
        )


def settle(store: Store, due: DueRefund, standing: Standing) -> None:
    """Keep what the gateway has given back; what it has not is asked for again later."""
    with store.begin() as tx:
        client_id = tx.value("SELECT client_id FROM payment_intent WHERE id = :id", id=due.intent_id)
        lock_clients(tx, [client_id])
        found = kept(tx, due.intent_id)
        assert found is not None  # noqa: S101 - intents are never deleted
        now = taking.told(found.intent, standing)
        done = now.refunded >= due.back
        check_at = None if done else taking.next_check(due.tries, tx.now)
        reason = "" if done else standing.reason or "refund_waits"
        write(tx, msgspec.structs.replace(now, reason=reason), external=found.external, check_at=check_at)
        touch(tx, [client_id])
        if done:
            audit.note(
                tx,
                f"gateway:{found.intent.gateway}",
                "gave_back",
                f"intent:{due.intent_id}",
                order=due.order_id,
                amount=due.amount,
            )
