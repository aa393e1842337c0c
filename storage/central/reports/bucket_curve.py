"""Bucket curves: accounts and what they owe in each bucket, day by day, as each day began."""

from __future__ import annotations

from collections import defaultdict

from rules.buckets import BUCKETS
from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import day
from storage.central.reports.asked import Asked

NAME = ReportName(name="bucket_curve", title=mark("Buckets day by day"), group="trends", period="60d")

COLUMNS = (
    Column(key="day", title=mark("day"), kind="date"),
    Column(key="currency", title=mark("currency"), kind="code"),
    *(Column(key=name, title=name, kind="count") for name in BUCKETS),
    *(Column(key=f"{name}_balance", title=f"{name} $", kind="money") for name in BUCKETS),
)

_KEPT = """
    SELECT day, currency, bucket, sum(accounts), sum(balance)
    FROM bucket_day
    WHERE portfolio_id IN :portfolios AND day >= :since AND day <= :until
    GROUP BY day, currency, bucket
"""


def table(asked: Asked) -> Table:
    """A row for each day and currency of which the sums were kept; neither team nor agent narrows it.

    Accounts of today do not add to those of yesterday: there are no totals.
    """
    found: defaultdict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for on, currency, name, accounts, balance in asked.tx.all(_KEPT, **asked.terms):
        found[(day(on).isoformat(), currency)][name] = (int(accounts), int(balance))
    rows = tuple(
        Row(
            key=f"{on}/{currency}",
            currency=currency,
            cells=(
                on,
                currency,
                *(sums.get(name, (0, 0))[0] for name in BUCKETS),
                *(sums.get(name, (0, 0))[1] for name in BUCKETS),
            ),
        )
        for (on, currency), sums in sorted(found.items())
        if any(accounts for accounts, _ in sums.values())
    )
    return Table(
        name=NAME.name,
        title=NAME.title,
        columns=COLUMNS,
        rows=rows,
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """There are none: sums are kept, not the accounts of each day.

    Raises:
        KeyError: always.
    """
    raise KeyError(column)
