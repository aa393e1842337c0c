"""Crossing two tables: what is asked for, as a value that can be kept, and how many rows became what."""

from __future__ import annotations

import msgspec

from rules.explained import Explained
from rules.words import mark, tr

HOWS = {
    "left": mark("every row of the left one, with what the right one has"),
    "inner": mark("rows that both have"),
    "anti": mark("rows of the left one that the right one does not have"),
    "anti_right": mark("rows of the right one that the left one does not have"),
    "right": mark("every row of the right one, with what the left one has"),
    "full": mark("every row of both"),
}
"""How two tables are crossed, in the order in which a key goes through them."""

CLEANINGS = {
    "trim": mark("spaces at the ends, and doubled ones"),
    "spaces": mark("every space"),
    "case": mark("upper and lower case"),
    "accents": mark("accents"),
    "zeros": mark("leading zeros"),
    "punctuation": mark("hyphens, dots and other signs"),
}
"""What of a key makes no difference."""

DUPLICATES = {
    "all": mark("each with each"),
    "first": mark("the first of each key alone"),
    "apart": mark("left out"),
}
"""What happens with rows whose key another row of the same table has, too."""

MOST_KEYS = 6


class BadRecipe(Explained):
    """A recipe can't be followed; the message says what in it, and what may stand there."""


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A table in a file.

    sheet: of a workbook, "" = its first. header: the row of its heads, from 1; 0 = the first not empty.
    """

    path: str = ""
    sheet: str = ""
    header: int = 0


class Key(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A pair of columns that have to be equal, but for what `clean` (names of `CLEANINGS`) takes away."""

    left: str
    right: str
    clean: tuple[str, ...] = ("trim",)


class Compared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A pair of columns of amounts to be compared; tolerance: minor units by which they may differ."""

    left: str
    right: str
    tolerance: int = 0


class Cross(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A cross of two tables. how: of `HOWS`; duplicates: of `DUPLICATES`."""

    left: Source = Source()
    right: Source = Source()
    keys: tuple[Key, ...]
    how: str = "left"
    duplicates: str = "all"
    compared: Compared | None = None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of one table: matched + alone + repeated + blank = rows.

    matched: keys that the other table has, too; alone: keys that it has not; each counted at the
    first row of its key. repeated: further rows of a key. blank: rows with an empty key,
    which match nothing.
    """

    rows: int
    matched: int
    alone: int
    repeated: int
    blank: int


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of both tables by how their amounts compare; unread: one of the two is no amount."""

    equal: int = 0
    within: int = 0
    different: int = 0
    unread: int = 0


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides of a cross, and the rows of its result; `left.matched` is always `right.matched`."""

    left: Side
    right: Side
    rows: int
    amounts: Amounts | None = None


class BadCell(msgspec.Struct, frozen=True):
    """A cell that is not what it should be: its file, row as a spreadsheet counts them, column, text."""

    file: str
    row: int
    column: str
    text: str


def check(recipe: Cross) -> None:
    """Refuse a recipe that can't be followed, whatever the tables.

    Raises:
        BadRecipe: no keys, or too many; a word that is none of those there are; a negative tolerance.
    """
    if not 0 < len(recipe.keys) <= MOST_KEYS:
        raise BadRecipe(tr("keys: name 1 to {most} pairs of columns", most=MOST_KEYS))
    one_of(tr("how"), recipe.how, HOWS)
    one_of(tr("duplicates"), recipe.duplicates, DUPLICATES)
    for key in recipe.keys:
        for word in key.clean:
            one_of(tr("cleaning"), word, CLEANINGS)
    if recipe.compared is not None and recipe.compared.tolerance < 0:
        raise BadRecipe(tr("tolerance: 0 or more"))


def one_of(what: str, word: str, known: dict[str, str]) -> None:
    """Refuse a word that is none of those there are.

    Raises:
        BadRecipe: it is not.
    """
    if word not in known:
        raise BadRecipe(
            tr("{what}: no {word}; it is one of {known}", what=what, word=word, known=", ".join(known))
        )


def has(columns: tuple[str, ...], name: str, where: str) -> None:
    """Refuse a column that a table has not.

    Args:
        columns: of the table.
        name: the column that is asked for.
        where: the table's file, for the message.

    Raises:
        BadRecipe: it has no such column.
    """
    if name not in columns:
        raise BadRecipe(
            tr("{file}: no column {name}; it has {known}", file=where, name=name, known=", ".join(columns))
        )
