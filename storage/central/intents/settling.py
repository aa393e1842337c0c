"""Payments under way and their gateways: who is to be asked next, and what an answer changes.

Nobody waits for a gateway within a transaction. `claim` takes an intent for a while and commits; the
gateway is asked; `settle` keeps what it said. A hub that dies in between leaves an intent that is
asked about again when its time is over, under the same key, so nothing is lost and nothing taken twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from rules.paying import taking
from rules.paying.gateways import Standing, Wish
from rules.paying.intents import FINAL, Intent
from storage.central.changes import touch
from storage.central.connection import Store, Tx, document, maybe_instant
from storage.central.facts.payments import NewPayment, post
from storage.central.intents.rows import Kept, kept, write
from storage.central.queue.queueing import lock_clients

HELD = timedelta(minutes=2)
"""So long an intent that a hub asks about is left alone by the others."""

OTHER_CURRENCY = "other_currency"
"""Reason of an intent whose gateway took another currency: a person has to look at it."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """An intent about which a gateway is asked now.

    ending: it is to be given up. over: its link can be paid no more, whether or not it was ever made.
    """

    wish: Wish
    external: str
    tries: int
    ending: bool
    over: bool


def claim(store: Store, gateway: str, methods: Sequence[str]) -> Due | None:
    """Take the intent that has waited longest for a gateway; None = there is none now."""
    with store.begin() as tx:
        row = tx.one(
            """
            UPDATE payment_intent
            SET check_at = :held, tries = tries + 1, gateway = :gateway,
                expires = CASE WHEN method = 'link' THEN coalesce(expires, :expires) ELSE expires END
            WHERE id IN (
                SELECT id
                FROM payment_intent
                WHERE status IN ('asked', 'pending', 'unknown') AND check_at <= :now
                    AND (gateway = :gateway OR gateway = '' AND method IN :methods)
                ORDER BY check_at, id
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id, method, amount, currency, expires, external, tries, reason, account_id, receipts
            """,
            gateway=gateway,
            methods=list(methods),
            now=tx.now,
            held=tx.now + HELD,
            expires=tx.now + taking.LINK_LIVES,
        )
        if row is None:
            return None
        expires = maybe_instant(row[4])
        wish = Wish(
            key=row[0],
            method=row[1],
            amount=row[2],
            currency=row[3],
            about=_about(tx, row[8], document(row[9])),
            expires=expires,
        )
        return Due(
            wish=wish,
            external=row[5],
            tries=row[6],
            ending=row[7] == taking.WITHDRAWING,
            over=expires is not None and expires <= tx.now,
        )


def _about(tx: Tx, account_id: int, receipts: list[int]) -> str:
    """What the payer reads: who is paid, and for which policy and receipts; nothing of a debt."""
    creditor, policy = tx.one(
        """
        SELECT b.creditor, p.number
        FROM account a
        JOIN portfolio b ON b.id = a.portfolio_id
        LEFT JOIN policy p ON p.account_id = a.id
        WHERE a.id = :id
        """,
        id=account_id,
    ) or ("", None)
    numbers = [row[0] for row in tx.all("SELECT number FROM receipt WHERE id IN :ids", ids=receipts)]
    parts = (creditor, policy or "", ", ".join(f"{number}" for number in sorted(numbers)))
    return " · ".join(part for part in parts if part)


def settle(tx: Tx, intent_id: str, standing: Standing) -> Intent | None:
    """Keep how a payment stands; the money is booked once, with the state that says so.

    Args:
        tx: a transaction that writes; the client is locked from here on.
        intent_id: whose standing it is.
        standing: what the gateway or the terminal told, in whatever order and however often.

    Returns:
        The intent as it is now; None = there is none with this id.
    """
    client_id = tx.value("SELECT client_id FROM payment_intent WHERE id = :id", id=intent_id)
    if client_id is None:
        return None
    lock_clients(tx, [client_id])
    found = kept(tx, intent_id)
    assert found is not None  # noqa: S101 - intents are never deleted
    before = found.intent
    if standing.status in taking.PAID and standing.currency not in ("", before.currency):
        standing = Standing(status="unknown", external=standing.external, reason=OTHER_CURRENCY)
    now = taking.told(before, standing)
    check_at = None if now.status in FINAL else taking.next_check(found.tries, tx.now)
    write(tx, now, external=standing.external or found.external, check_at=check_at)
    if now != before:
        touch(tx, [client_id])
    if taking.pays(before, now):
        post(tx, [_payment(found, standing, tx.now)])
    return now


def _payment(found: Kept, standing: Standing, now: datetime) -> NewPayment:
    intent = found.intent
    return NewPayment(
        account_id=intent.account_id,
        at=standing.paid_at or now,
        amount=standing.amount or intent.amount,
        currency=intent.currency,
        reference=taking.reference(intent.id),
        channel=taking.CHANNELS[intent.method],
        user_id=found.user_id,
        receipts=intent.receipts,
    )


def give_up(tx: Tx, found: Kept) -> Intent:
    """Withdraw an intent at once where no gateway knows of it, else have its gateway asked to."""
    ended = taking.given_up(found.intent)
    if ended != found.intent:
        check_at = None if ended.status in FINAL else tx.now
        write(tx, ended, external=found.external, check_at=check_at)
        touch(tx, [found.client_id])
    return ended
