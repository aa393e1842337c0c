"""A table of figures as plain text for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rules.rates import Ratio, nearest
from rules.tables import Cell, Column, Row, Table, is_unnamed_total
from rules.text import clean
from rules.words import tr
from storage.tables.layout import hours

_TEXTS = ("text", "word", "code", "date", "instant")
_GAP = "  "


def lines(table: Table) -> Iterator[str]:
    """The table line by line: title, heads, rows, totals; figures to the right."""
    yield clean(tr(table.title)) + _days(table)
    columns = _with_currency(table)
    heads = [tr("currency") if column is None else clean(tr(column.title)) for column, _ in columns]
    body = [_row(columns, row) for row in table.rows]
    totals = [_row(columns, row) for row in table.totals]
    widths = [max(map(len, column)) for column in zip(heads, *body, *totals, strict=True)]
    rule = _GAP.join("─" * width for width in widths)
    right = [column is not None and column.kind not in _TEXTS for column, _ in columns]
    yield _line(heads, widths, right)
    yield rule
    for cells in body:
        yield _line(cells, widths, right)
    if totals:
        yield rule
    for cells in totals:
        yield _line(cells, widths, right)
    if table.more:
        yield tr("Only the first {n} rows are here.", n=f"{len(table.rows):,}")


def _days(table: Table) -> str:
    if table.since is None or table.until is None:
        return ""
    days = dict.fromkeys((table.since.isoformat(), table.until.isoformat()))
    return f"{_GAP}{' - '.join(days)}"


def _with_currency(table: Table) -> list[tuple[Column | None, int]]:
    """The columns with their places; None = the row's currency, before the first column of money."""
    found: list[tuple[Column | None, int]] = [(column, place) for place, column in enumerate(table.columns)]
    money = next((place for place, column in enumerate(table.columns) if column.kind == "money"), None)
    if money is not None and any(row.currency for row in table.rows):
        found.insert(money, (None, money))
    return found


def _row(columns: list[tuple[Column | None, int]], row: Row) -> list[str]:
    cells = [row.currency if column is None else shown(column, row.cells[place]) for column, place in columns]
    return [tr("Total"), *cells[1:]] if is_unnamed_total(row) else cells


def shown(column: Column, cell: Cell) -> str:
    """A cell as text; a ratio with what it was made of."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        ratio = Ratio(*cell)
        if column.kind == "average":
            return _average(column.of, ratio, *cell)
        made_of = "/".join(_number(column.of or "count", part) for part in cell)
        return f"{'-' if ratio.percent is None else ratio.percent} % {made_of}"
    if isinstance(cell, str):
        if column.kind == "instant" and cell:
            return f"{datetime.fromisoformat(cell).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return clean(tr(cell) if column.kind == "word" else cell)
    return _number(column.kind, cell)


def _average(of: str, ratio: Ratio, above: int, below: int) -> str:
    """The quotient, and what was added up over how many."""
    if ratio.value is None:
        return f"- {above}/{below}"
    quotient = _number("money", nearest(ratio.value)) if of == "money" else ratio.rounded
    return f"{quotient} {_number(of or 'count', above)}/{below:,}"


def _number(kind: str, value: int) -> str:
    if kind == "money":
        sign, value = "-" * (value < 0), abs(value)
        return f"{sign}{value // 100:,}.{value % 100:02}"
    return hours(value) if kind == "seconds" else f"{value:,}"


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    parts = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    return _GAP.join(parts).rstrip()
