"""A reconciliation as tables: its rows, and its totals by status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rules.tables import TOTAL, Column, Row, Table
from rules.tools.matching import RESOLUTIONS, STATUSES, Pair, Total
from rules.words import mark

TITLE = mark("Reconciliation")
COLUMNS = (
    Column(key="key", title=mark("key")),
    Column(key="status", title=mark("status"), kind="word"),
    Column(key="collected", title=mark("collected"), kind="money"),
    Column(key="accounted", title=mark("accounted"), kind="money"),
    Column(key="difference", title=mark("difference"), kind="money"),
    Column(key="ours", title=mark("times collected"), kind="count"),
    Column(key="theirs", title=mark("times accounted"), kind="count"),
    Column(key="resolution", title=mark("settled"), kind="word"),
    Column(key="why", title=mark("why")),
    Column(key="by", title=mark("by")),
    Column(key="at", title=mark("at"), kind="instant"),
)
_TOTALS = (
    Column(key="status", title=mark("status"), kind="word"),
    Column(key="rows", title=mark("rows"), kind="count"),
    Column(key="collected", title=mark("collected"), kind="money"),
    Column(key="accounted", title=mark("accounted"), kind="money"),
    Column(key="difference", title=mark("difference"), kind="money"),
    Column(key="waiting", title=mark("waiting"), kind="count"),
)


def row(
    number: int,
    pair: Pair,
    status: str,
    currency: str,
    *,
    resolution: str = "",
    why: str = "",
    by: str = "",
    at: datetime | None = None,
) -> Row:
    """A row of `COLUMNS`; its key is its number."""
    cells = (
        pair.key,
        STATUSES[status],
        pair.collected,
        pair.accounted,
        pair.collected - pair.accounted,
        pair.ours,
        pair.theirs,
        RESOLUTIONS.get(resolution),
        why or None,
        by or None,
        at.isoformat() if at else None,
    )
    return Row(key=str(number), cells=cells, currency=currency)


def rows_table(rows: Iterable[Row], at: datetime, *, more: bool = False) -> Table:
    """Rows as a table."""
    return Table(name="reconciliation", title=TITLE, columns=COLUMNS, rows=tuple(rows), at=at, more=more)


def totals_table(totals: Iterable[Total], currency: str, at: datetime) -> Table:
    """Totals by status as a table, and their sum."""
    given = tuple(totals)
    rows = tuple(_total(one.status, STATUSES[one.status], (one,), currency) for one in given)
    whole = _total(TOTAL, None, given, currency)
    return Table(
        name="reconciliation_totals", title=mark("Totals"), columns=_TOTALS, rows=rows, totals=(whole,), at=at
    )


def _total(key: str, words: str | None, totals: tuple[Total, ...], currency: str) -> Row:
    collected, accounted = sum(one.collected for one in totals), sum(one.accounted for one in totals)
    counted = sum(one.rows for one in totals), collected, accounted, collected - accounted
    return Row(key=key, cells=(words, *counted, sum(one.waiting for one in totals)), currency=currency)
