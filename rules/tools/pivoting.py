"""Pivoting a table: what is asked for, as a value that can be kept, and how it is typed."""

from __future__ import annotations

import msgspec

from rules.tools.crossing import BadRecipe, Source, has
from rules.words import mark, tr

MEASURES = {
    "sum": mark("sum"),
    "count": mark("count"),
    "mean": mark("mean"),
    "min": mark("least"),
    "max": mark("most"),
    "percent": mark("% of all"),
    "percent_row": mark("% of the row"),
    "percent_column": mark("% of the column"),
}
"""What is worked out of a column; a count needs none."""

_SPOKEN = {
    "suma": "sum",
    "cuenta": "count",
    "promedio": "mean",
    "media": "mean",
    "minimo": "min",
    "maximo": "max",
    "porcentaje": "percent",
    "%": "percent",
    "%fila": "percent_row",
    "%row": "percent_row",
    "%columna": "percent_column",
    "%column": "percent_column",
}
MOST_COLUMNS = 100
"""Different values across, at most: more can't be read on any paper."""

MOST_ROWS = 50_000


class Measure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A figure: what of which column; of: a name of `MEASURES`. column "" = rows are counted."""

    of: str
    column: str = ""


class Pivot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A pivot: groups down (rows) and across (columns) by columns of the table, and the figures of each."""

    source: Source = Source()
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    values: tuple[Measure, ...] = (Measure(of="count"),)


def check(recipe: Pivot, columns: tuple[str, ...] | None = None, where: str = "") -> None:
    """Refuse a recipe that can't be followed.

    Args:
        recipe: what is asked for.
        columns: of the table, None = it is not known yet.
        where: the table's file, for the message.

    Raises:
        BadRecipe: no rows or no values, an unknown measure, a column that the table has not or that is
            both down and across.
    """
    if not recipe.rows:
        raise BadRecipe(tr("rows: name at least one column"))
    if not recipe.values:
        raise BadRecipe(tr("values: name at least one, such as sum:amount"))
    for name in recipe.rows:
        if name in recipe.columns or recipe.rows.count(name) > 1:
            raise BadRecipe(tr("{name} is named twice", name=name))
    for value in recipe.values:
        if value.of not in MEASURES:
            known = ", ".join(MEASURES)
            raise BadRecipe(tr("values: no {word}; it is one of {known}", word=value.of, known=known))
        if not value.column and value.of in ("sum", "mean", "min", "max"):
            raise BadRecipe(tr("values: {word} of which column? {word}:amount", word=value.of))
    if columns is not None:
        for name in (*recipe.rows, *recipe.columns, *(one.column for one in recipe.values if one.column)):
            has(columns, name, where)


def read_measure(text: str) -> Measure:
    """A figure as it is typed: ``sum:amount``, ``suma:importe``, ``count``, ``%fila:importe``."""
    of, _, column = text.partition(":")
    of = of.strip().lower()
    return Measure(of=_SPOKEN.get(of, of), column=column.strip())


def written(measure: Measure) -> str:
    """A figure as it is typed; the inverse of `read_measure`."""
    return f"{measure.of}:{measure.column}" if measure.column else measure.of
