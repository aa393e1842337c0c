"""Promise curves: the share of promised money received, by day since promised and around the due day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from rules.promise_curve import Curve, Promised, curve
from rules.reports import ReportName
from rules.tables import Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.connection import day, document, grouped, instant
from storage.central.reports import promised
from storage.central.reports.asked import Asked

NAME = ReportName(
    name="promise_curve", title=mark("When promised money comes in"), group="trends", period="91d"
)

COLUMNS = (
    Column(key="currency", title=mark("currency"), kind="code"),
    Column(key="day", title=mark("day"), kind="count"),
    Column(key="made", title=mark("received since promised"), kind="percent", of="money"),
    Column(key="due", title=mark("received around the due day"), kind="percent", of="money"),
)

_PROMISES = f"""
    SELECT p.currency, p.account_id, p.made, p.due, p.amount, p.grace_days, c.zones, c.portfolio_id
    FROM promise p
    JOIN client c ON c.id = p.client_id
    WHERE {promised.OF_THESE} AND p.status IN ('kept', 'partial', 'broken')
    ORDER BY p.due, p.number, p.id
"""  # noqa: S608 - our own words

_PAYMENTS = f"""
    SELECT y.account_id, y.at, y.amount
    FROM payment y
    WHERE y.bounced_at IS NULL AND y.account_id IN (
        SELECT p.account_id
        FROM promise p
        JOIN client c ON c.id = p.client_id
        WHERE {promised.OF_THESE} AND p.status IN ('kept', 'partial', 'broken')
    )
    ORDER BY y.account_id, y.at, y.id
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each currency and day: since it was promised, and from its due day (negative = before)."""
    rows = tuple(row for currency, found in sorted(_curves(asked).items()) for row in _rows(currency, found))
    return Table(
        name=NAME.name,
        title=NAME.title,
        columns=COLUMNS,
        rows=rows,
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
    )


def _curves(asked: Asked) -> dict[str, Curve]:
    promises: defaultdict[str, list[Promised]] = defaultdict(list)
    zones: dict[int, ZoneInfo] = {}
    for currency, account, made, due, amount, grace, known, portfolio in asked.tx.all(
        _PROMISES, **asked.terms
    ):
        zone = zones.setdefault(account, _zone(asked, known, portfolio))
        promises[currency].append(
            Promised(
                account=account,
                made=instant(made).astimezone(zone).date(),
                due=day(due),
                amount=amount,
                grace_days=grace,
            )
        )
    found = grouped(asked.tx.all(_PAYMENTS, **asked.terms), lambda at, amount: (at, amount))
    payments: dict[int, list[tuple[date, int]]] = {
        account: [(instant(at).astimezone(zones[account]).date(), amount) for at, amount in received]
        for account, received in found.items()
        if account in zones
    }
    return {currency: curve(ones, payments) for currency, ones in promises.items()}


def _zone(asked: Asked, known: Any, portfolio_id: int) -> ZoneInfo:
    """Where a client lives, as far as is known."""
    names = document(known)
    return ZoneInfo(names[0]) if names else asked.books[portfolio_id].zone


def _rows(currency: str, found: Curve) -> list[Row]:
    made, due = found.made_by(), found.due_by()
    return [
        Row(
            key=f"{currency}/{offset}",
            currency=currency,
            cells=(currency, offset, _share(made, offset), pair(due[offset])),
        )
        for offset in found.days
    ]


def _share(shares: dict[int, Any], offset: int) -> Cell:
    return pair(shares[offset]) if offset in shares else None


def rows(asked: Asked, row: str, column: str) -> Table:
    """There are none: a day's share is of all promises.

    Raises:
        KeyError: always.
    """
    raise KeyError(column)
