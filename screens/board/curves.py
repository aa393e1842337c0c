"""What is drawn as curves: tables of the centre, and the day so far, as series over days or hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules import tables
from rules.protocol import Stats
from rules.rates import Ratio
from rules.tables import Cell, Column, Row, Table
from rules.words import mark, tr
from widgets.formats import day as short_day

PLACES = ("day", "hour")
"""Keys of the columns whose cells are the places of a curve."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Series over the same places. values are to be drawn: None where there is none."""

    title: str
    places: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]


def by_bucket(table: Table) -> list[Curves]:
    """Accounts of each bucket by day, then what they owe; of each currency."""
    return [
        _curves(table, rows, kind, f"{tr(words)} {currency}")
        for currency, rows in _by_currency(table).items()
        for kind, words in (("count", mark("accounts")), ("money", mark("balance, thousands")))
    ]


def by_promise(table: Table) -> list[Curves]:
    """The share of promised money received, by day; of each currency."""
    return [
        _curves(table, rows, "percent", f"% {currency}") for currency, rows in _by_currency(table).items()
    ]


def by_hour(table: Table) -> list[Curves]:
    """Counts by hour."""
    return [_curves(table, list(table.rows), "count", "")] if table.rows else []


def day_table(stats: Stats) -> Table:
    """Touches, contacts and promises of today by hour, from the first hour to the last that has any."""
    columns = (
        Column(key="hour", title=mark("hour"), kind="code"),
        Column(key="touches", title=mark("touches"), kind="count"),
        Column(key="contacts", title=mark("contacts"), kind="count"),
        Column(key="promises", title=mark("promises"), kind="count"),
    )
    counts = (stats.touches_by_hour, stats.contacts_by_hour, stats.promises_by_hour)
    hours = [hour for by_hour in counts for hour, count in enumerate(by_hour) if count]
    rows = tuple(
        Row(key=str(hour), cells=(f"{hour:02d}", *(by_hour[hour] if by_hour else 0 for by_hour in counts)))
        for hour in (range(min(hours), max(hours) + 1) if hours else ())
    )
    return Table(
        name="day",
        title=mark("Today by hour"),
        columns=columns,
        rows=rows,
        totals=tables.totals(columns, rows, tr("Total")),
        at=stats.at,
    )


def _by_currency(table: Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(row.currency, []).append(row)
    return found


def _curves(table: Table, rows: list[Row], kind: str, title: str) -> Curves:
    """A series for each column of a kind that holds anything."""
    at = next(place for place, column in enumerate(table.columns) if column.key in PLACES)
    drawn = [
        (tr(column.title), tuple(_drawn(kind, row.cells[place]) for row in rows))
        for place, column in enumerate(table.columns)
        if column.kind == kind and place != at
    ]
    return Curves(
        title=title,
        places=tuple(_place(table.columns[at], row.cells[at]) for row in rows),
        series=tuple((name, values) for name, values in drawn if any(values)),
    )


def _place(column: Column, cell: Cell) -> str:
    return short_day(date.fromisoformat(str(cell))) if column.kind == "date" else str(cell)


def _drawn(kind: str, cell: Cell) -> float | None:
    """A number to draw: money in thousands, shares in per cent. Never to be counted with."""
    if isinstance(cell, tuple):
        percent = Ratio(*cell).percent
        return None if percent is None else float(percent)
    if not isinstance(cell, int):
        return None
    return cell / 100_000 if kind == "money" else float(cell)
