"""Accounts that cross into a worse bucket within five days, by portfolio and bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rules.buckets import FLOORS, days_past_due, days_to_roll
from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import maybe_day
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.ageing import BUCKET, ageing
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.owners import in_scope, key, narrowed, owner, parted, scope

NAME = ReportName(name="rolling_soon", title=mark("Rolls within 5 days"), group="money")

DAYS = 5

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="accounts", title=mark("accounts"), kind="count", opens=True),
    Column(key="overdue", title=mark("overdue"), kind="money", opens=True),
    Column(key="balance", title=mark("balance"), kind="money", opens=True),
)
ACCOUNTS = (
    Column(key="left", title=mark("days left"), kind="count"),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="days", title=mark("days past due"), kind="count"),
    Column(key="overdue", title=mark("overdue"), kind="money"),
    Column(key="balance", title=mark("balance"), kind="money"),
)

_NEAR = " OR ".join(
    f"(a.oldest_due <= :near_{floor} AND a.oldest_due > :over_{floor})" for floor in FLOORS[1:]
)
"""The due days that lie `DAYS` or fewer before a later bucket's floor."""

_SOON = (
    """
    SELECT a.id, a.portfolio_id, a.client_id, a.ref, a.currency, a.oldest_due, a.overdue, a.total,
        {bucket} AS bucket, s.user_id
    FROM account a
    LEFT JOIN assignment s ON s.client_id = a.client_id
    WHERE a.status = 'open' AND a.overdue > 0 AND a.portfolio_id IN :portfolios AND {scope}
        AND (a.oldest_due IS NULL OR a.oldest_due >= :today OR {near})
""".replace("{bucket}", BUCKET)
    .replace("{scope}", in_scope("s.user_id"))
    .replace("{near}", _NEAR)
)
_SUMS = f"""
    SELECT f.portfolio_id, f.bucket, f.currency, count(*), sum(f.overdue), sum(f.total)
    FROM ({_SOON}) f
    GROUP BY f.portfolio_id, f.bucket, f.currency
"""  # noqa: S608 - our own words
_ROWS = f"""
    SELECT f.id, f.ref, c.name, f.portfolio_id, f.user_id, f.bucket, f.oldest_due, f.overdue, f.total,
        f.currency
    FROM ({_SOON}) f
    JOIN client c ON c.id = f.client_id
    JOIN portfolio b ON b.id = f.portfolio_id
    WHERE {{condition}}
    ORDER BY f.overdue DESC, f.id
    LIMIT :most
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each portfolio, bucket and currency, as the accounts are now."""
    found = [row for terms in _terms(asked) for row in asked.tx.all(_SUMS, **terms)]
    rows = tuple(
        Row(
            key=key(asked.books[portfolio].name, bucket, currency),
            cells=(asked.books[portfolio].name, bucket, count, int(overdue), int(balance)),
            currency=currency,
        )
        for portfolio, bucket, currency, count, overdue, balance in sorted(found)
    )
    return made(asked, NAME, COLUMNS, rows)


def _terms(asked: Asked) -> Iterator[dict[str, Any]]:
    """The parameters, once for each day that it is where the portfolios are."""
    terms = scope(asked)
    by_day: dict[date, list[int]] = {}
    for portfolio, book in asked.books.items():
        by_day.setdefault(book.moment(asked.tx.now)[0], []).append(portfolio)
    for today, portfolios in by_day.items():
        near = {f"near_{floor}": today - timedelta(days=floor - DAYS) for floor in FLOORS[1:]}
        over = {f"over_{floor}": today - timedelta(days=floor) for floor in FLOORS[1:]}
        yield terms | ageing(today) | near | over | {"portfolios": portfolios}


def rows(asked: Asked, row: str, column: str) -> Table:
    """The accounts behind a number, the largest first.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if column not in ("accounts", "overdue", "balance"):
        raise KeyError(column)
    where = parted(row, ("portfolio", "bucket", "currency"))
    columns = {"portfolio": "b.name", "bucket": "f.bucket", "currency": "f.currency"}
    condition, given = narrowed(asked, where, columns)
    found = [
        (*one, terms["today"])
        for terms in _terms(asked)
        for one in asked.tx.all(
            _ROWS.replace("{condition}", condition), **terms, **given, most=behind.MOST_ROWS + 1
        )
    ]
    return behind.table(asked, NAME.title, ACCOUNTS, tuple(_line(asked, one) for one in found))


def _line(asked: Asked, found: tuple[Any, ...]) -> Row:
    account, ref, client, portfolio, user_id, bucket, due, overdue, balance, currency, today = found
    days = days_past_due(today, maybe_day(due))
    return Row(
        key=str(account),
        currency=currency,
        cells=(
            days_to_roll(days),
            ref,
            masked(client),
            asked.books[portfolio].name,
            owner(asked, user_id),
            bucket,
            days,
            overdue,
            balance,
        ),
    )
