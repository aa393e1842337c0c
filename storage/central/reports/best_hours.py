"""Best time to call by portfolio, bucket and rule of the strategy, with the size of the sample."""

from __future__ import annotations

import msgspec

from rules.buckets import BUCKETS, parted
from rules.contact_hours import best_hour
from rules.rates import Ratio
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import agents, hours
from storage.central.reports.asked import Asked

NAME = ReportName(name="best_hours", title=mark("Best time to call"), group="trends", period="91d")

COLUMNS = (
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="strategy", title=mark("strategy"), kind="code"),
    Column(key="best", title=mark("best hour"), kind="code"),
    Column(key="best_rate", title=mark("contact rate then"), kind="percent"),
    Column(key="sample", title=mark("sample"), kind="code"),
    *hours.TOTALS,
    *hours.COLUMNS,
)


def table(asked: Asked) -> Table:
    """A row for each segment in which anybody was called; sample "few": no hour has enough attempts."""
    found = hours.by(asked, _segment)
    rows = tuple(_row(asked, *key, found[key]) for key in sorted(found, key=lambda key: _place(asked, *key)))
    made = agents.made(asked, NAME, COLUMNS, rows)
    return msgspec.structs.replace(made, totals=tuple(_whole(made, total) for total in made.totals))


def _whole(made: Table, total: Row) -> Row:
    """A total, which has no best hour: those of the segments do not add up."""
    cells = list(total.cells)
    cells[made.place("best_rate")] = None
    return msgspec.structs.replace(total, cells=tuple(cells))


def _segment(place: hours.Place) -> tuple[int, str]:
    return place.portfolio_id, place.segment


def _place(asked: Asked, portfolio_id: int, segment: str) -> tuple[str, int, str]:
    bucket, rule = parted(segment)
    return asked.books[portfolio_id].name, BUCKETS.index(bucket) if bucket in BUCKETS else -1, rule


def _row(asked: Asked, portfolio_id: int, segment: str, found: dict[int, Ratio]) -> Row:
    best = best_hour(found)
    name = asked.books[portfolio_id].name
    return Row(
        key=f"{portfolio_id}|{segment}",
        cells=(
            name,
            *parted(segment),
            f"{best.hour:02}" if best else "",
            pair(best.rate) if best else None,
            "" if best and best.enough else "few",
            *hours.whole(found),
            *hours.cells(found),
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The attempts behind a cell."""
    portfolio, _, segment = row.partition("|")
    if not row.startswith(TOTAL) and not portfolio.isdecimal():
        raise KeyError(row)
    return hours.rows(
        asked,
        NAME.title,
        column,
        lambda place: row.startswith(TOTAL) or _segment(place) == (int(portfolio), segment),
    )
