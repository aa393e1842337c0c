"""Accounts that need somebody's next step, each in one list alone: what a clean portfolio has none of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rules.buckets import days_past_due
from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import maybe_day
from storage.central.leading.assignable import worked_by_assignment
from storage.central.leading.standing import WITHOUT_NEXT_STEP
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.ageing import BUCKET, ageing
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.owners import in_scope, key, narrowed, owner, parted, scope

NAME = ReportName(name="cleanup", title=mark("Accounts to clean up"), group="money")

DISPUTE_DAYS = 30
"""A dispute that is open for longer stands here."""

IDLE_DAYS = 30
"""An account without a promise that nobody worked for so long stands here."""

LISTS = {
    "charge_off": mark("to be charged off"),
    "dispute": mark("disputed for more than 30 days"),
    "unlocatable": mark("no number to call"),
    "expired": mark("its agent is gone or absent, and nobody covers"),
    "unassigned": mark("unassigned, where clients are somebody's"),
    "no_next_action": mark("no next action"),
    "idle": mark("no promise, not worked for 30 days"),
}
"""What is amiss, the first that fits."""

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="list", title=mark("list"), kind="word"),
    Column(key="accounts", title=mark("accounts"), kind="count", opens=True),
    Column(key="overdue", title=mark("overdue"), kind="money", opens=True),
    Column(key="balance", title=mark("balance"), kind="money", opens=True),
)
ACCOUNTS = (
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="days", title=mark("days past due"), kind="count"),
    Column(key="overdue", title=mark("overdue"), kind="money"),
    Column(key="balance", title=mark("balance"), kind="money"),
)

_LISTED = (
    """
    SELECT a.id, a.portfolio_id, a.client_id, a.ref, a.currency, a.oldest_due, a.overdue, a.total, s.user_id,
        CASE
            WHEN a.status = 'open' AND {bucket} = 'CO' THEN 'charge_off'
            WHEN a.disputed > 0 AND EXISTS (
                SELECT 1 FROM case_file f
                WHERE f.client_id = a.client_id AND f.status = 'open' AND f.account_id = a.id
                    AND f.kind = 'dispute' AND f.opened < :disputed_before
            ) THEN 'dispute'
            WHEN EXISTS (
                SELECT 1 FROM waiting w WHERE w.client_id = a.client_id AND w.kind = 'unlocatable'
            ) THEN 'unlocatable'
            WHEN s.client_id IS NOT NULL AND s.worked_by IS NULL THEN 'expired'
            WHEN s.client_id IS NULL AND a.portfolio_id IN :assigned THEN 'unassigned'
            WHEN a.overdue > a.disputed AND {idle} THEN 'no_next_action'
            WHEN NOT EXISTS (
                SELECT 1 FROM promise q
                WHERE q.client_id = a.client_id AND q.status = 'open' AND q.account_id = a.id
            ) AND NOT EXISTS (
                SELECT 1 FROM interaction i WHERE i.client_id = a.client_id AND i.at >= :idle_since
            ) THEN 'idle'
        END AS list
    FROM account a
    JOIN client c ON c.id = a.client_id
    LEFT JOIN assignment s ON s.client_id = a.client_id
    WHERE a.status IN ('open', 'charged_off') AND a.overdue > 0 AND a.portfolio_id IN :portfolios AND {scope}
""".replace("{bucket}", BUCKET)
    .replace("{idle}", WITHOUT_NEXT_STEP)
    .replace("{scope}", in_scope("s.user_id"))
)
_SUMS = f"""
    SELECT f.portfolio_id, f.list, f.currency, count(*), sum(f.overdue), sum(f.total)
    FROM ({_LISTED}) f
    WHERE f.list IS NOT NULL
    GROUP BY f.portfolio_id, f.list, f.currency
"""  # noqa: S608 - our own words
_ROWS = f"""
    SELECT f.id, f.ref, c.name, f.portfolio_id, f.user_id, f.oldest_due, f.overdue, f.total, f.currency
    FROM ({_LISTED}) f
    JOIN client c ON c.id = f.client_id
    JOIN portfolio b ON b.id = f.portfolio_id
    WHERE f.list IS NOT NULL AND {{condition}}
    ORDER BY f.overdue DESC, f.id
    LIMIT :most
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each portfolio, list and currency, as the accounts are now."""
    found = [row for terms in _terms(asked) for row in asked.tx.all(_SUMS, **terms)]
    rows = tuple(
        Row(
            key=key(asked.books[portfolio].name, name, currency),
            cells=(asked.books[portfolio].name, LISTS[name], count, int(overdue), int(balance)),
            currency=currency,
        )
        for portfolio, name, currency, count, overdue, balance in sorted(found)
    )
    return made(asked, NAME, COLUMNS, rows)


def _terms(asked: Asked) -> Iterator[dict[str, Any]]:
    """The parameters, once for each day that it is where the portfolios are."""
    terms = scope(asked) | {"assigned": worked_by_assignment(asked.tx)}
    by_day: dict[date, list[int]] = {}
    for portfolio, book in asked.books.items():
        by_day.setdefault(book.moment(asked.tx.now)[0], []).append(portfolio)
    for today, portfolios in by_day.items():
        yield (
            terms
            | ageing(today)
            | {
                "portfolios": portfolios,
                "disputed_before": _begin(today - timedelta(days=DISPUTE_DAYS)),
                "idle_since": _begin(today - timedelta(days=IDLE_DAYS)),
                "day": today,
            }
        )


def _begin(of: date) -> datetime:
    return datetime.combine(of, time(), UTC)


def rows(asked: Asked, row: str, column: str) -> Table:
    """The accounts behind a number, the largest first.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if column not in ("accounts", "overdue", "balance"):
        raise KeyError(column)
    where = parted(row, ("portfolio", "list", "currency"))
    columns = {"portfolio": "b.name", "list": "f.list", "currency": "f.currency"}
    condition, given = narrowed(asked, where, columns)
    statement = _ROWS.replace("{condition}", condition)
    lines = [
        _line(asked, terms["day"], one)
        for terms in _terms(asked)
        for one in asked.tx.all(statement, **terms, **given, most=behind.MOST_ROWS + 1)
    ]
    return behind.table(asked, NAME.title, ACCOUNTS, tuple(lines))


def _line(asked: Asked, today: date, found: tuple[Any, ...]) -> Row:
    account, ref, client, portfolio, user_id, due, overdue, balance, currency = found
    return Row(
        key=str(account),
        currency=currency,
        cells=(
            ref,
            masked(client),
            asked.books[portfolio].name,
            owner(asked, user_id),
            days_past_due(today, maybe_day(due)),
            overdue,
            balance,
        ),
    )
