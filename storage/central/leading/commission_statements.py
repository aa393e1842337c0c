"""Runs of commissions as they are read: by leads with their sums, by an agent the own lines."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.commission import Terms
from rules.commissions import Adjusted, Earning, Run, Runs, Statement, Sum
from storage.central.connection import Store, Tx, day, document, instant, maybe_instant
from storage.central.doors.who import Who
from storage.central.portfolios import books
from storage.central.records.closing import NotDone

MOST_RUNS = 240
MOST_MONTHS = 24
"""So many of an agent's own lines are told."""


def runs(store: Store, who: Who) -> Runs:
    """The runs of the reader's portfolios, the newest month first, with the sums of whom the reader leads."""
    with store.read() as tx:
        known = [book for book in books(tx).values() if who.may_see(book.id)]
        rows = tx.all(
            """
            SELECT id
            FROM commission_run
            WHERE portfolio_id IN :portfolios
            ORDER BY month DESC, portfolio_id
            LIMIT :most
            """,
            portfolios=[book.id for book in known],
            most=MOST_RUNS,
        )
        return Runs(
            runs=tuple(run(tx, who, row[0]) for row in rows), portfolios=tuple(book.name for book in known)
        )


def run_row(tx: Tx, who: Who, run_id: str) -> tuple[int, date, str, datetime, int]:
    """Portfolio, month, status, when a run was made and by whom; nobody else changes it meanwhile.

    Raises:
        NotDone: unknown_run.
    """
    row = tx.one(
        "SELECT portfolio_id, month, status, made_at, made_by FROM commission_run WHERE id = :id FOR UPDATE",
        id=run_id,
    )
    if row is None or not who.may_see(row[0]):
        raise NotDone("unknown_run")
    return row[0], day(row[1]), row[2], instant(row[3]), row[4]


def run(tx: Tx, who: Who, run_id: str) -> Run:
    """A run with its terms and the sums of the people whom the reader leads.

    Raises:
        NotDone: unknown_run.
    """
    row = tx.one(
        """
        SELECT r.portfolio_id, r.month, r.status, r.made_at, m.name, r.locked_at, l.name, r.terms
        FROM commission_run r
        JOIN app_user m ON m.id = r.made_by
        LEFT JOIN app_user l ON l.id = r.locked_by
        WHERE r.id = :id
        """,
        id=run_id,
    )
    if row is None:
        raise NotDone("unknown_run")
    terms = dict(document(row[7]))
    version = terms.pop("version")
    return Run(
        id=run_id,
        portfolio=books(tx)[row[0]].name,
        month=day(row[1]),
        status=row[2],
        made_at=instant(row[3]),
        made_by=row[4],
        locked_at=maybe_instant(row[5]),
        locked_by=row[6] or "",
        terms=msgspec.convert(terms, Terms),
        version=version,
        sums=_sums(tx, who, run_id),
    )


def _sums(tx: Tx, who: Who, run_id: str) -> tuple[Sum, ...]:
    rows = tx.all(
        """
        SELECT paid.currency, sum(paid.line), sum(paid.recovered), sum(paid.amount), sum(paid.adjusted)
        FROM (
            SELECT user_id, currency, 1 AS line, recovered, amount, 0 AS adjusted
            FROM commission_line WHERE run_id = :run
            UNION ALL
            SELECT user_id, currency, 0, 0, 0, amount FROM commission_adjustment WHERE run_id = :run
        ) paid
        JOIN app_user u ON u.id = paid.user_id
        WHERE CAST(:team AS TEXT) IS NULL OR u.team = :team
        GROUP BY paid.currency
        ORDER BY paid.currency
        """,
        run=run_id,
        team=who.only_team,
    )
    return tuple(
        Sum(
            currency=currency,
            people=int(people),
            recovered=int(recovered),
            amount=int(amount),
            adjusted=int(adjusted),
        )
        for currency, people, recovered, amount, adjusted in rows
    )


def statement(store: Store, who: Who) -> Statement:
    """The reader's own lines of locked runs with their adjustments, the newest month first."""
    with store.read() as tx:
        adjusted: dict[tuple[str, str], list[Adjusted]] = {}
        for run_id, currency, at, amount, why in tx.all(
            """
            SELECT run_id, currency, at, amount, why
            FROM commission_adjustment
            WHERE user_id = :user
            ORDER BY at, id
            """,
            user=who.user_id,
        ):
            one = Adjusted(at=instant(at), amount=amount, why=why)
            adjusted.setdefault((run_id, currency), []).append(one)
        rows = tx.all(
            """
            SELECT r.id, r.portfolio_id, r.month, paid.currency, sum(paid.goal), sum(paid.recovered),
                sum(paid.scores), sum(paid.evaluated), sum(paid.breaches), sum(paid.rate), sum(paid.amount)
            FROM commission_run r
            JOIN (
                SELECT run_id, currency, goal, recovered, scores, evaluated, breaches, rate, amount
                FROM commission_line WHERE user_id = :user
                UNION ALL
                SELECT run_id, currency, 0, 0, 0, 0, 0, 0, 0 FROM commission_adjustment WHERE user_id = :user
            ) paid ON paid.run_id = r.id
            WHERE r.status = 'locked'
            GROUP BY r.id, r.portfolio_id, r.month, paid.currency
            ORDER BY r.month DESC, r.portfolio_id, paid.currency
            LIMIT :most
            """,
            user=who.user_id,
            most=MOST_MONTHS,
        )
        return Statement(
            earnings=tuple(
                Earning(
                    portfolio=books(tx)[row[1]].name,
                    month=day(row[2]),
                    currency=row[3],
                    goal=int(row[4]),
                    recovered=int(row[5]),
                    scores=int(row[6]),
                    evaluated=int(row[7]),
                    breaches=int(row[8]),
                    rate=int(row[9]),
                    amount=int(row[10]),
                    adjustments=tuple(adjusted.get((row[0], row[3]), ())),
                )
                for row in rows
            )
        )
