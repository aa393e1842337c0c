"""Roll rates: of each bucket's opening balance, how much is in which bucket now."""

from __future__ import annotations

from rules.buckets import BUCKETS
from rules.reports import ReportName
from rules.rolls import Move, roll_rates
from rules.tables import Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.moved import NO_OPENING, Moved, accounts, month, moved
from storage.central.reports.owners import key, narrowed, parted

NAME = ReportName(name="rolls", title=mark("Roll rates"), group="money", period="month")

_FIRST = (
    Column(key="bucket", title=mark("bucket at the opening"), kind="code"),
    Column(key="accounts", title=mark("accounts"), kind="count", opens=True),
    Column(key="opening", title=mark("opening balance"), kind="money", opens=True),
)
_LAST = (
    Column(key="forward", title=mark("rolled forward"), kind="percent", of="money"),
    Column(key="stay", title=mark("stayed"), kind="percent", of="money"),
    Column(key="back", title=mark("rolled back"), kind="percent", of="money"),
    Column(key="cure", title=mark("cured"), kind="percent", of="money"),
    Column(key="cure_count", title=mark("cured accounts"), kind="percent"),
)
_BALANCES = {
    "B0": mark("to B0"),
    "B1": mark("to B1"),
    "B2": mark("to B2"),
    "B3": mark("to B3"),
    "B4": mark("to B4"),
    "B5": mark("to B5"),
    "B6": mark("to B6"),
    "CO": mark("to CO"),
}
_SHARES = {
    "B0": mark("share to B0"),
    "B1": mark("share to B1"),
    "B2": mark("share to B2"),
    "B3": mark("share to B3"),
    "B4": mark("share to B4"),
    "B5": mark("share to B5"),
    "B6": mark("share to B6"),
    "CO": mark("share to CO"),
}
_COUNTS = {
    "B0": mark("accounts to B0"),
    "B1": mark("accounts to B1"),
    "B2": mark("accounts to B2"),
    "B3": mark("accounts to B3"),
    "B4": mark("accounts to B4"),
    "B5": mark("accounts to B5"),
    "B6": mark("accounts to B6"),
    "CO": mark("accounts to CO"),
}
_TO, _SHARE, _COUNT = "to_", "share_", "accounts_"


def table(asked: Asked) -> Table:
    """A row for each bucket and currency of the opening; only buckets where something is have columns."""
    asked = month(asked)
    found = moved(asked)
    reached = [bucket for bucket in BUCKETS if any(one.closed == bucket for one in found)]
    columns = (*_FIRST, *(column for bucket in reached for column in _columns(bucket)), *_LAST)
    rows = tuple(
        row
        for currency in sorted({one.currency for one in found})
        for row in _rows([one for one in found if one.currency == currency], currency, reached)
    )
    return made(asked, NAME, columns, rows, "" if rows else NO_OPENING)


def _columns(bucket: str) -> tuple[Column, ...]:
    return (
        Column(key=_TO + bucket, title=_BALANCES[bucket], kind="money", opens=True),
        Column(key=_SHARE + bucket, title=_SHARES[bucket], kind="percent", of="money"),
        Column(key=_COUNT + bucket, title=_COUNTS[bucket], kind="count", opens=True),
    )


def _rows(found: list[Moved], currency: str, reached: list[str]) -> list[Row]:
    rates = roll_rates(Move(one.opened, one.balance, one.closed, one.count) for one in found)
    rows = []
    for bucket, rate in rates.items():
        cells: list[Cell] = [bucket, sum(cell.count for cell in rate.cells.values()), rate.opening]
        for closed in reached:
            cell = rate.cells.get(closed)
            cells += (
                [0, (0, rate.opening), 0]
                if cell is None
                else [cell.balance, pair(cell.of_opening), cell.count]
            )
        cells += [pair(rate.forward), pair(rate.stay), pair(rate.back)]
        cells += [None if one is None else pair(one) for one in (rate.cure, rate.cure_count)]
        rows.append(Row(key=key(bucket, currency), cells=tuple(cells), currency=currency))
    return rows


def rows(asked: Asked, row: str, column: str) -> Table:
    """The accounts behind a balance or a count.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    where = parted(row, ("opened", "currency"))
    if column not in ("accounts", "opening"):
        kind, _, bucket = column.partition("_")
        if kind + "_" not in (_TO, _COUNT) or bucket not in BUCKETS:
            raise KeyError(column)
        where["closed"] = bucket
    columns = {"opened": "m.opened", "closed": "m.closed", "currency": "m.currency"}
    condition, given = narrowed(asked, where, columns)
    return accounts(month(asked), NAME.title, condition, **given)
