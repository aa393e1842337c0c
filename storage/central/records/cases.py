"""Cases at the centre: records that results open, with their legal clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rules.clients import Case
from storage.central.connection import Store, Tx, day, grouped, instant, maybe_day, maybe_instant
from storage.central.counting.figures import Deltas
from storage.central.portfolios import books
from storage.central.records.reviews import put_before_lead

AT_ONCE = 500
DUE = ":due"

DISPUTED = """
    UPDATE account SET disputed = (
        SELECT coalesce(sum(c.amount), 0)
        FROM case_file c
        WHERE c.account_id = :account AND c.kind = 'dispute' AND c.status = 'open'
    )
    WHERE id = :account
"""
"""Brings what an account has in dispute in line with its open disputes."""

_TEXTS = (
    "clock",
    "amount",
    "currency",
    "tier",
    "destination",
    "reason",
    "reference",
    "party",
    "note",
    "agent",
)


def cases(tx: Tx, ids: list[int]) -> dict[int, list[Case]]:
    """Cases by client, newest first; those that were taken back are left out."""
    rows = tx.all(
        """
        SELECT client_id, id, kind, opened, account_id, status, due, clock, amount, currency, tier,
            destination, reason, reference, party, note, agent, outcome, closed_at, answer
        FROM case_file
        WHERE client_id IN :ids AND status <> 'void'
        ORDER BY client_id, opened DESC, id DESC
        """,
        ids=ids,
    )
    return grouped(rows, _case)


def _case(
    row_id: str, kind: str, opened: Any, account: int | None, status: str, due: Any, *rest: Any
) -> Case:
    *texts, outcome, closed, answer = rest
    over = status == "closed"  # one that was opened again keeps how it had ended, for nobody to see
    return Case(
        id=row_id,
        kind=kind,
        opened=instant(opened),
        account_id=account,
        status=status,
        due=maybe_day(due),
        outcome=outcome if over else "",
        closed=maybe_instant(closed) if over else None,
        answer=answer if over else "",
        **dict(zip(_TEXTS, texts, strict=True)),
    )


def void(tx: Tx, fact_id: str) -> None:
    """Take back what a result opened; what it held in dispute may be asked for again."""
    for (account_id,) in tx.all(
        "UPDATE case_file SET status = 'void' WHERE id = :id RETURNING account_id", id=fact_id
    ):
        tx.run(DISPUTED, account=account_id)


def bring_overdue(store: Store) -> int:
    """Put open cases whose term is over before a lead, each once; how many those were."""
    with store.begin() as tx:
        rows = tx.all(
            """
            SELECT f.id, f.client_id, c.portfolio_id, f.user_id, f.due, f.amount, f.currency, f.kind
            FROM case_file f
            JOIN client c ON c.id = f.client_id
            WHERE f.status = 'open' AND f.due < :latest
                AND NOT EXISTS (SELECT 1 FROM review r WHERE r.id = f.id || CAST(:suffix AS TEXT))
            ORDER BY f.due, f.id
            LIMIT :limit
            """,
            latest=tx.now.date() + timedelta(days=1),
            limit=AT_ONCE,
            suffix=DUE,
        )
        over = _over(tx, rows)
        deltas = Deltas()
        for case_id, client_id, portfolio_id, user_id, _, amount, currency, kind in over:
            put_before_lead(
                tx,
                deltas,
                review_id=review_id(case_id),
                kind="case_due",
                client_id=client_id,
                portfolio_id=portfolio_id,
                user_id=user_id,
                event_id=case_id,
                amount=amount,
                currency=currency if amount else "",
                reason=kind,
            )
        deltas.write(tx)
        return len(over)


def _over(tx: Tx, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those whose last day has passed where their portfolio is."""
    known = books(tx)
    return [row for row in rows if day(row[4]) < known[row[2]].moment(tx.now)[0]]


def review_id(case_id: str) -> str:
    """The matter that an overdue case is put before a lead as."""
    return f"{case_id}{DUE}"
