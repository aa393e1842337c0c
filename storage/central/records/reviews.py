"""What waits for a lead: broken promises, conflicts, late facts, refused facts, calls for help."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from storage.central.connection import Tx
from storage.central.counting.figures import REVIEW, TIMELESS, Deltas


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
    fact: dict[str, Any] | None = None,
) -> None:
    """Put a matter before a lead, once: a known `review_id` changes nothing.

    A refused fact that comes again after its matter was closed opens it again.

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
        fact: all of a fact that was refused.
    """
    new = tx.run(
        """
        INSERT INTO review (id, kind, at, client_id, user_id, event_id, amount, currency, reason, fact,
            closed)
        VALUES (:id, :kind, :now, :client, :user, :event, :amount, :currency, :reason, :fact, false)
        ON CONFLICT (id) DO UPDATE SET closed = false, reason = excluded.reason
        WHERE review.kind = 'refused' AND review.closed
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
        fact=None if fact is None else _storable(fact),
    )
    if new:
        deltas.add(TIMELESS, 0, portfolio_id, "", 0, REVIEW)


def _storable(value: Any) -> Any:
    """A JSON value without the one character that PostgreSQL can't hold."""
    match value:
        case str():
            return value.replace("\0", "")
        case dict():
            return {_storable(key): _storable(one) for key, one in value.items()}
        case list() | tuple():
            return [_storable(one) for one in value]
        case _:
            return value


def refused_id(event_id: str) -> str:
    """The id of the matter that a refused fact becomes."""
    return f"{event_id}:refused"


def settle_refused(tx: Tx, event_ids: Collection[str]) -> None:
    """Close what was refused once and is kept now that it was sent again."""
    rows = tx.all(
        """
        UPDATE review SET closed = true
        WHERE id IN :ids AND NOT closed
        RETURNING (SELECT portfolio_id FROM client WHERE client.id = review.client_id)
        """,
        ids=[refused_id(event_id) for event_id in event_ids],
    )
    for portfolio_id in {row[0] for row in rows}:
        tell_boards(tx, portfolio_id)


def tell_boards(tx: Tx, portfolio_id: int) -> None:
    """Let the boards look again though no figure changed (a matter was closed): a step there and back."""
    for n in (1, -1):
        deltas = Deltas()
        deltas.add(TIMELESS, 0, portfolio_id, "", 0, REVIEW, n)
        deltas.write(tx)
