"""What waits for a lead: broken promises, conflicts, late facts, refused facts, calls for help."""

from __future__ import annotations

from storage.central.connection import Tx
from storage.central.figures import REVIEW, TIMELESS, Deltas


def put_before_lead(
    tx: Tx,
    deltas: Deltas,
    *,
    review_id: str,
    kind: str,
    client_id: int,
    portfolio_id: int,
    user_id: int | None,
    event_id: str | None = None,
    amount: int = 0,
    currency: str = "",
    reason: str = "",
) -> None:
    """Put a matter before a lead, once: a known `review_id` changes nothing.

    Args:
        tx: where.
        deltas: the live figures of this transaction.
        review_id: the same for the same matter.
        kind: broken_promise, breach, conflict, late, refused, needs_lead, inconsistency, case_due...
        client_id: about whom.
        portfolio_id: that client's portfolio.
        user_id: whose doing, if anyone's.
        event_id: the fact behind it.
        amount: minor units of `currency` at stake.
        currency: ISO code, "" when there is no amount.
        reason: code of what happened.
    """
    new = tx.run(
        """
        INSERT INTO review (id, kind, at, client_id, user_id, event_id, amount, currency, reason, closed)
        VALUES (:id, :kind, :now, :client, :user, :event, :amount, :currency, :reason, false)
        ON CONFLICT (id) DO NOTHING
        """,
        id=review_id,
        kind=kind,
        now=tx.now,
        client=client_id,
        user=user_id,
        event=event_id,
        amount=amount,
        currency=currency,
        reason=reason,
    )
    if new:
        deltas.add(TIMELESS, 0, portfolio_id, "", 0, REVIEW)


def tell_boards(tx: Tx, portfolio_id: int) -> None:
    """Let the boards look again though no figure changed (a matter was closed): a step there and back."""
    for n in (1, -1):
        deltas = Deltas()
        deltas.add(TIMELESS, 0, portfolio_id, "", 0, REVIEW, n)
        deltas.write(tx)
