"""How the cells of a table of figures are written, ordered and laid out in columns of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from rich.cells import cell_len

from rules import tables
from rules.rates import Ratio, nearest
from rules.tables import Cell, Row, Table, is_unnamed_total
from rules.words import mark, tr
from widgets.columns import Column
from widgets.formats import full_day, moment, money, plain
from widgets.wording import PRODUCTS, PROMISE_STATUSES, STATES

NARROWEST, WIDEST = 3, 28
"""Bounds of a column's width, in cells."""

WIDEST_SHARE = 44
"""The same of a share of money, whose percentage stands behind two amounts."""

MEASURED = 200
"""So many rows say how wide a column has to be; the totals do, too."""

RIGHT = ("count", "money", "percent", "average", "seconds")
NOTHING = "·"

NOBODYS = {"-": mark("nobody")}
METHODS = {
    "one": mark("to one agent"),
    "recall": mark("recall"),
    "round_robin": mark("by turns"),
    "balance": mark("by balance"),
    "skill": mark("by skill"),
    "keep_owner": mark("owners keep theirs"),
}
"""How clients are assigned, by the code of `rules.sharing`."""

DIRECTIVES = {"hold": mark("on hold"), "first": mark("first")}

CODES: dict[str, Mapping[str, str]] = {
    "state": STATES,
    "status": PROMISE_STATUSES,
    "product": PRODUCTS,
    "sample": {"few": mark("few")},
    "owner": NOBODYS,
    "from_owner": NOBODYS,
    "to_owner": NOBODYS,
    "absent": {"absent": mark("absent")},
    "method": METHODS,
    "directive": DIRECTIVES,
}
"""Key of a column of codes to the words of those that have some; any other is shown as it came."""


def written(column: tables.Column, cell: Cell, currency: str, now: datetime) -> str:
    """A cell as it is shown; nothing is a dot.

    A share stands with what it was made of: ``14/23 60.87 %``; an average, too:
    ``1.83 (55/30)``. Instants are in the zone of `now`.
    """
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, tuple):
        return _ratio(column, cell, currency)
    write = _WRITERS.get(column.kind)
    if write is None:
        words = CODES.get(column.key, {}).get(str(cell))
        return str(cell) if words is None else tr(words)
    return write(cell, currency, now)


def _ratio(column: tables.Column, cell: tuple[int, int], currency: str) -> str:
    """A share or an average with what it was made of: counts, or what `Column.of` says."""
    found = Ratio(*cell)
    if column.kind == "percent":
        made = plain if column.of == "money" else _grouped
        percent = "–" if found.percent is None else f"{found.percent} %"
        return f"{made(cell[0])}/{made(cell[1])} {percent}"
    if found.value is None:
        average = "–"
    elif column.of == "money":
        average = money(nearest(found.value), currency)
    elif column.of == "seconds":
        average = duration(nearest(found.value))
    else:
        average = str(found.rounded)
    first = {"money": plain, "seconds": duration}.get(column.of, _grouped)
    return f"{average} ({first(cell[0])}/{cell[1]:,})"


def duration(seconds: int) -> str:
    """Seconds as ``1:02:03``."""
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _grouped(number: int) -> str:
    return f"{number:,}"


def _count(cell: Any, _currency: str, _now: datetime) -> str:
    return f"{cell:,}"


def _money(cell: Any, currency: str, _now: datetime) -> str:
    return money(cell, currency)


def _seconds(cell: Any, _currency: str, _now: datetime) -> str:
    return duration(cell)


def _date(cell: Any, _currency: str, _now: datetime) -> str:
    return full_day(date.fromisoformat(cell))


def _instant(cell: Any, _currency: str, now: datetime) -> str:
    at = datetime.fromisoformat(cell)
    if at.astimezone(now.tzinfo).date() - now.date() < -timedelta(days=300):
        return f"{full_day(at.astimezone(now.tzinfo))} {at.astimezone(now.tzinfo):%H:%M}"
    return moment(at, now)


def _word(cell: Any, _currency: str, _now: datetime) -> str:
    return tr(cell)


_WRITERS: dict[str, Callable[[Any, str, datetime], str]] = {
    "word": _word,
    "count": _count,
    "money": _money,
    "seconds": _seconds,
    "date": _date,
    "instant": _instant,
}
"""Kind of a column to what writes its cells; texts and codes are shown as they are, ratios by `_ratio`."""


def ordered(cell: Cell) -> tuple[bool, Any]:
    """By what a cell is sorted: nothing first, a ratio by its value, texts without their case."""
    if cell is None:
        return False, 0
    if isinstance(cell, tuple):
        value = Ratio(*cell).value
        return value is not None, value or 0
    return True, cell.casefold() if isinstance(cell, str) else cell


def table_columns(table: Table, now: datetime) -> tuple[Column[Row], ...]:
    """A table's columns as a list draws them: as wide as their cells, the first ones kept longest."""
    looked_at = (*table.rows[:MEASURED], *table.totals)
    return tuple(
        _column(place, column, _width(place, column, looked_at, now))
        for place, column in enumerate(table.columns)
    )


def _column(place: int, column: tables.Column, width: int) -> Column[Row]:
    return Column(
        column.key,
        tr(column.title),
        width,
        text=partial(_text, place, column),
        order=partial(_order, place),
        tone=partial(_tone, place),
        right=column.kind in RIGHT,
        grow=column.kind == "text",
        rank=place,
        opens=column.opens,
    )


def _width(place: int, column: tables.Column, rows: tuple[Row, ...], now: datetime) -> int:
    longest = max((cell_len(_text(place, column, row, now)) for row in rows), default=0)
    most = WIDEST_SHARE if column.kind == "percent" and column.of == "money" else WIDEST
    return max(NARROWEST, min(most, max(longest, cell_len(tr(column.title)) + 1)))


def _text(place: int, column: tables.Column, row: Row, now: datetime) -> str:
    if place == 0 and is_unnamed_total(row):
        return tr("Total")
    return written(column, row.cells[place], row.currency, now)


def _order(place: int, row: Row) -> tuple[bool, Any]:
    return ordered(row.cells[place])


def _tone(place: int, row: Row, _now: datetime) -> str:
    return "muted" if row.cells[place] in (None, "", 0) else ""
