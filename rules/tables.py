"""A table of figures as a value: what hub, board, spreadsheet and command line all show."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.rates import Ratio
from rules.ready import ready

Cell = int | str | tuple[int, int] | None
"""A count, minor units or seconds; a text, code, date or instant (ISO); a ratio (numerator, denominator)."""

KINDS = ("text", "word", "code", "count", "money", "percent", "average", "seconds", "date", "instant")
"""What the cells of a column are. word: an English text to be translated where it is shown.
percent, average: a ratio, shown with what it was made of;
an average is its plain quotient (touches per account), a percent the same times 100."""


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column: key; title as an English text to be translated where it is shown; what its cells are.

    opens: a cell of it opens the rows behind its number. of: what a ratio is made of, when it
    is no count: money (minor units) or seconds. unnamed: its money may be of no named currency,
    and a file then has no column for it.
    """

    key: str
    title: str
    kind: str = "text"
    opens: bool = False
    of: str = ""
    unnamed: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row: its key within the table, a cell for each column, the currency of its money ("" = none)."""

    key: str
    cells: tuple[Cell, ...]
    currency: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole table.

    title: English, to be translated. rows in the order in which they are to be read first.
    totals: one for each currency, or one; a total is the sum of its parts (of a ratio: of
    numerators and of denominators). since, until: the days that it is about, both included.
    more: rows were left off, `rows` has the first of them. note: a code for a word on the
    figures ("few": a sample too small to say much).
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    at: datetime
    totals: tuple[Row, ...] = ()
    since: date | None = None
    until: date | None = None
    more: bool = False
    note: str = ""

    def place(self, column: str) -> int:
        """The place of a column among the cells of a row.

        Raises:
            KeyError: there is no such column.
        """
        for place, one in enumerate(self.columns):
            if one.key == column:
                return place
        raise KeyError(column)

    def cell(self, row: str, column: str) -> Cell:
        """A cell by the keys of its row and column.

        Raises:
            KeyError: there is no such row or column.
        """
        place = self.place(column)
        for one in (*self.rows, *self.totals):
            if one.key == row:
                return one.cells[place]
        raise KeyError(row)


TOTAL = "*"
"""Key of a total: "*", or "*MXN" where there is one for each currency."""


def is_unnamed_total(row: Row) -> bool:
    """Whether a row is a total whose first cell says nothing: where it is shown it is called so."""
    return row.key.startswith(TOTAL) and not row.cells[0]


def ratio(cell: Cell) -> Ratio:
    """The ratio in a cell of a percent or average.

    Raises:
        TypeError: it holds something else.
    """
    if not isinstance(cell, tuple):
        raise TypeError(f"{cell!r} is no ratio")
    return Ratio(*cell)


def pair(found: Ratio) -> tuple[int, int]:
    """A ratio as a cell."""
    return found.numerator, found.denominator


def totals(columns: tuple[Column, ...], rows: tuple[Row, ...], label: str = "") -> tuple[Row, ...]:
    """The total of each currency in the rows: sums of counts, money, seconds and ratios.

    Rows without money of their own belong to every total's table once: where rows have no
    currency at all there is one total. Other cells stay empty, but for the first, the label.
    """
    currencies = list(dict.fromkeys(row.currency for row in rows))
    return tuple(
        _total(columns, [row for row in rows if row.currency == currency], currency, label)
        for currency in currencies
    )


def _total(columns: tuple[Column, ...], rows: list[Row], currency: str, label: str) -> Row:
    cells: list[Cell] = []
    for place, column in enumerate(columns):
        given = [row.cells[place] for row in rows]
        if column.kind in ("count", "money", "seconds"):
            cells.append(sum(cell for cell in given if isinstance(cell, int)))
        elif column.kind in ("percent", "average"):
            pairs = [cell for cell in given if isinstance(cell, tuple)]
            cells.append((sum(one for one, _ in pairs), sum(two for _, two in pairs)))
        else:
            cells.append(label if place == 0 else None)
    return Row(key=TOTAL + currency, cells=tuple(cells), currency=currency)


ready(Table)
