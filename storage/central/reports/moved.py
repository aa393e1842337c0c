"""Where the accounts of a month's opening are now: what roll rates and efficiency are made of.

Of a month that is over, "now" is the opening of the next one. Accounts that their creditor
took back meanwhile have gone nowhere: they are in no roll rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from rules.calendars import add_months
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.ageing import BUCKET, ageing
from storage.central.reports.asked import Asked
from storage.central.reports.owners import in_scope, owner, scope

NO_OPENING = "no_opening"
"""Note on a table: the month was not opened, so there is nothing to measure against."""

ACCOUNTS = (
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="product", title=mark("product"), kind="code"),
    Column(key="opened", title=mark("bucket at the opening"), kind="code"),
    Column(key="closed", title=mark("bucket now"), kind="code"),
    Column(key="balance", title=mark("opening balance"), kind="money"),
    Column(key="now", title=mark("balance now"), kind="money"),
)

_SCOPE = in_scope("o.user_id")
_STATES = {
    True: """
    SELECT o.account_id, o.portfolio_id, o.user_id, o.product, o.currency, o.bucket AS opened,
        {bucket} AS closed, o.balance, a.total AS now
    FROM month_opening o
    JOIN account a ON a.id = o.account_id
    WHERE o.month = :month AND o.portfolio_id IN :portfolios AND (:back OR a.status <> 'closed')
        AND {scope}
    """.replace("{bucket}", BUCKET).replace("{scope}", _SCOPE),
    False: """
    SELECT o.account_id, o.portfolio_id, o.user_id, o.product, o.currency, o.bucket AS opened,
        coalesce(n.bucket, 'B0') AS closed, o.balance, coalesce(n.balance, 0) AS now
    FROM month_opening o
    JOIN account a ON a.id = o.account_id
    LEFT JOIN month_opening n ON n.account_id = o.account_id AND n.month = :next
    WHERE o.month = :month AND o.portfolio_id IN :portfolios
        AND (:back OR n.account_id IS NOT NULL OR a.status <> 'closed') AND {scope}
    """.replace("{scope}", _SCOPE),
}
"""Accounts of an opening with their bucket then and now: as they are, or as the next month opened."""

_MOVED = """
    SELECT m.portfolio_id, m.user_id, m.product, m.currency, m.opened, m.closed, count(*), sum(m.balance)
    FROM ({states}) m
    GROUP BY m.portfolio_id, m.user_id, m.product, m.currency, m.opened, m.closed
"""
_ROWS = """
    SELECT m.account_id, a.ref, c.name, b.name, m.user_id, m.product, m.opened, m.closed, m.balance, m.now,
        m.currency
    FROM ({states}) m
    JOIN account a ON a.id = m.account_id
    JOIN client c ON c.id = a.client_id
    JOIN portfolio b ON b.id = m.portfolio_id
    WHERE {condition}
    ORDER BY m.balance DESC, m.account_id
    LIMIT :most
"""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts that went the same way, together. agent: whose they were, or nobody's."""

    portfolio: int
    agent: str
    product: str
    currency: str
    opened: str
    closed: str
    count: int
    balance: int


def month(asked: Asked) -> Asked:
    """The question for the month of its last day, from the first on."""
    return msgspec.structs.replace(asked, since=asked.until.replace(day=1))


def moved(asked: Asked, *, taken_back: bool = False) -> list[Moved]:
    """The accounts of the opening, summed by where they were and where they are.

    taken_back: also those that their creditor took back meanwhile.
    """
    return [
        Moved(
            portfolio=row[0],
            agent=owner(asked, row[1]),
            product=row[2],
            currency=row[3],
            opened=row[4],
            closed=row[5],
            count=row[6],
            balance=int(row[7]),
        )
        for states, terms in _sources(asked)
        for row in asked.tx.all(_MOVED.replace("{states}", states), **terms, back=taken_back)
    ]


def accounts(asked: Asked, title: str, condition: str, *, taken_back: bool = False, **given: Any) -> Table:
    """Accounts of the opening that meet a condition on ``m`` (its row and its bucket now), largest first."""
    found = [
        row
        for states, terms in _sources(asked)
        for row in asked.tx.all(
            _ROWS.replace("{states}", states).replace("{condition}", condition),
            **terms,
            **given,
            back=taken_back,
            most=behind.MOST_ROWS + 1,
        )
    ]
    found.sort(key=lambda row: (-row[8], row[0]))
    rows = tuple(
        Row(
            key=str(row[0]),
            currency=row[10],
            cells=(row[1], masked(row[2]), row[3], owner(asked, row[4]), *row[5:10]),
        )
        for row in found
    )
    return behind.table(asked, title, ACCOUNTS, rows)


def _sources(asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    """The statement and its parameters, for portfolios that have the same day and the same kind of "now"."""
    first = asked.until.replace(day=1)
    following = add_months(first, 1)
    groups: dict[tuple[bool, date], list[int]] = {}
    for key, book in asked.books.items():
        today = book.moment(asked.tx.now)[0]
        present = today < following or not _opened(asked, key, following)
        groups.setdefault((present, today if present else first), []).append(key)
    for (present, today), portfolios in groups.items():
        terms = scope(asked) | {"month": first, "portfolios": portfolios}
        yield _STATES[present], terms | (ageing(today) if present else {"next": following})


def _opened(asked: Asked, portfolio_id: int, of: date) -> bool:
    statement = "SELECT 1 FROM month_opening WHERE portfolio_id = :portfolio AND month = :month LIMIT 1"
    return asked.tx.one(statement, portfolio=portfolio_id, month=of) is not None
