"""A table laid out flat: a ratio as three columns, money beside its currency, texts made harmless."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from rules.rates import Ratio
from rules.tables import Cell, Column, Row, is_unnamed_total
from rules.text import clean
from rules.words import tr

LONGEST_TEXT = 32_767
"""Characters that a cell of a spreadsheet holds."""

Value = str | int | Decimal | date | datetime | None
"""A text; a count or seconds; units of money, a share (0.25) or an average; a day; an instant in UTC."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A flat column: its title in the language in force, and what its values are.

    kind: text, count, money, share, average, seconds, date or instant. key: unique in the table.
    place: of the column that it comes from. part: what of that column: the cell, or of a ratio the
    "share", "numerator" or "denominator"; "currency" = the row's; "word" = to be translated.
    """

    key: str
    title: str
    kind: str
    place: int
    part: str = ""


def fields(columns: Sequence[Column]) -> tuple[Field, ...]:
    """The flat columns of a table; the currency stands before the first column of money."""
    found: list[Field] = []
    has_currency = any(column.key == "currency" for column in columns)
    for place, column in enumerate(columns):
        if _has_money(column) and not has_currency:
            has_currency = True
            found.append(
                Field(key="currency", title=tr("currency"), kind="text", place=place, part="currency")
            )
        found += _of(column, place)
    return tuple(found)


def _has_money(column: Column) -> bool:
    return not column.unnamed and (column.kind == "money" or column.of == "money")


def _of(column: Column, place: int) -> list[Field]:
    title = clean(tr(column.title))
    if column.kind not in ("percent", "average"):
        kind = "text" if column.kind in ("code", "word") else column.kind
        part = "word" if column.kind == "word" else ""
        words = tr("{title} (UTC)", title=title) if kind == "instant" else title
        return [Field(key=column.key, title=words, kind=kind, place=place, part=part)]
    made_of = column.of or "count"
    share, below = "share", made_of
    if column.kind == "average":
        share, below = "money" if made_of == "money" else "average", "count"
    return [
        Field(key=column.key, title=title, kind=share, place=place, part="share"),
        Field(
            key=f"{column.key}_numerator",
            title=tr("{title}: numerator", title=title),
            kind=made_of,
            place=place,
            part="numerator",
        ),
        Field(
            key=f"{column.key}_denominator",
            title=tr("{title}: denominator", title=title),
            kind=below,
            place=place,
            part="denominator",
        ),
    ]


def values(laid_out: Sequence[Field], row: Row) -> list[Value]:
    """A row's values, one for each flat column."""
    return [_value(field, row) for field in laid_out]


def _value(field: Field, row: Row) -> Value:
    if field.part == "currency":
        return row.currency or None
    cell: Cell = row.cells[field.place]
    if field.place == 0 and is_unnamed_total(row):
        return tr("Total")
    if isinstance(cell, tuple):
        if field.part == "share":
            quotient = Ratio(*cell).value
            return quotient.scaleb(-2) if quotient is not None and field.kind == "money" else quotient
        cell = cell[0] if field.part == "numerator" else cell[1]
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return _text(field.kind, tr(cell) if field.part == "word" else cell)
    return Decimal(cell).scaleb(-2) if field.kind == "money" else cell


def _text(kind: str, cell: str) -> Value:
    if kind == "date":
        return date.fromisoformat(cell)
    if kind == "instant":
        return datetime.fromisoformat(cell).astimezone(UTC)
    return clean(cell, limit=LONGEST_TEXT)


def hours(seconds: int) -> str:
    """Seconds as ``h:mm:ss``, which spreadsheets read as a duration."""
    sign, seconds = "-" * (seconds < 0), abs(seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
