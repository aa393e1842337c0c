"""Premium in deposit in the demo: paid too much, too little, twice, too late; and a refund that waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.money.refunding import ask_refund

EACH = 2
"""Payments of each kind."""

_RECEIPTS = """
    SELECT a.id, a.currency, r.id, r.total
    FROM policy p
    JOIN account a ON a.id = p.account_id
    JOIN receipt r ON r.policy_id = p.id
    WHERE p.channel IN ('agente', 'spei', 'banco') AND p.status = :policy AND r.status = :receipt
        AND r.number = (
            SELECT min(o.number) FROM receipt o WHERE o.policy_id = p.id AND o.status = :receipt
        )
    ORDER BY p.id DESC
    LIMIT :most
"""
_SHAPES = (
    ("more", 500_00, 1),
    ("less", -50_00, 1),
    ("twice", 0, 2),
)
"""Kind, difference to the receipt's total, and how often it was paid."""


def leave_deposits(store: Store, user_id: int, name: str) -> None:
    """Post payments that leave deposits, and order a refund of what was paid twice.

    Args:
        store: where.
        user_id: who orders the refund.
        name: what that person is called.
    """
    with store.read() as tx:
        now = tx.now
        due = tx.all(_RECEIPTS, policy="grace", receipt="overdue", most=EACH * len(_SHAPES))
        late = tx.all(_RECEIPTS, policy="lapsed", receipt="lapsed", most=EACH)
    payments = [
        _payment(row, _at(now, place, times - 1 - time), f"SPEI-{7_310_000 + 10 * place + time}", more)
        for place, row in enumerate(due)
        for _, more, times in (_SHAPES[place % len(_SHAPES)],)
        for time in range(times)
    ]
    payments += [
        _payment(row, now - timedelta(hours=1), f"VENT-{88_200 + place}", 0) for place, row in enumerate(late)
    ]
    post_payments(store, payments)
    who = Who(user_id=user_id, name=name, display_name=name, role="lead", device="")
    with store.read() as tx:
        twice = _second_of_two(tx)
    if twice is not None:
        ask_refund(store, who, twice, 0, "pagó dos veces")


def _at(now: datetime, place: int, before: int) -> datetime:
    """Some hours ago; what came once more, and before it, so long that no check takes it for one payment."""
    return now - timedelta(hours=3 + place) - before * timedelta(hours=30)


def _payment(row: tuple[Any, ...], at: Any, reference: str, more: int) -> NewPayment:
    account, currency, receipt, total = row
    return NewPayment(
        account_id=account,
        at=at,
        amount=max(1, total + more),
        currency=currency,
        reference=reference,
        channel=reference.partition("-")[0].lower().replace("vent", "banco"),
        receipts=(receipt,),
    )


def _second_of_two(tx: Tx) -> int | None:
    """The payment that came after its receipt was paid."""
    found: int | None = tx.value(
        """
        SELECT max(y.id)
        FROM payment y
        JOIN payment first ON first.account_id = y.account_id AND first.amount = y.amount AND first.id < y.id
        JOIN account a ON a.id = y.account_id
        WHERE a.deposit = y.amount AND y.day IS NOT NULL
        """
    )
    return found
