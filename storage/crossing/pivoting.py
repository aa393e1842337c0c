"""Pivots a table: groups down and across, figures exact to the cent, totals that are sums of their parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
import polars as pl

from rules.tables import TOTAL, Cell, Column, Row, Table
from rules.tools.crossing import BadCell, BadRecipe
from rules.tools.pivoting import MEASURES, MOST_COLUMNS, MOST_ROWS, Measure, Pivot, check
from rules.words import mark, tr
from storage.crossing.cleaning import bad_cells, minor
from storage.crossing.reading import Sheet

_CURRENCY_HEADS = ("moneda", "divisa", "currency")
_CODE = r"^[A-Z]{3}$"
_NOTHING = mark("(empty)")

Place = tuple[str, ...]
_EVERYTHING: Place = ()


class Figures(msgspec.Struct):
    """What stands behind a cell: how many rows, and of each column of amounts sum, count, least, most."""

    rows: int = 0
    amounts: dict[str, tuple[int, int, int | None, int | None]] = {}


class Pivoted(msgspec.Struct, frozen=True):
    """A pivot as a table, and the cells that hold no amount and are counted nowhere but as rows."""

    table: Table
    rows: int
    bad: tuple[BadCell, ...] = ()


def pivot(sheet: Sheet, recipe: Pivot, at: datetime) -> Pivoted:
    """Pivot a table.

    Raises:
        BadRecipe: the recipe can't be followed, there is too much across or down, or money of several
            currencies would be added together.
    """
    check(recipe, sheet.columns, sheet.name)
    currencies = _currencies(sheet, recipe)
    measured = tuple(dict.fromkeys(one.column for one in recipe.values if one.column))
    read = {name: minor(sheet.frame, name) for name in measured}
    bad = tuple(cell for name in measured for cell in bad_cells(sheet, name, read[name]))
    frame = sheet.frame.select(
        pl.col([*recipe.rows, *recipe.columns]).fill_null(tr(_NOTHING)),
    ).with_columns(series.alias(_amount(name)) for name, series in read.items())
    cells = {
        (down, across): _grouped(frame, down, across, measured)
        for down in (recipe.rows, ())
        for across in (recipe.columns, ())
    }
    body = cells[recipe.rows, recipe.columns]
    downs = sorted({down for down, _ in cells[recipe.rows, ()]})
    acrosses = sorted({across for _, across in body}) if recipe.columns else []
    _not_too_much(downs, acrosses)
    found = {place: figures for part in cells.values() for place, figures in part.items()}
    money = {name for name in measured if _is_money(sheet.frame[name], read[name])}
    lay_out = _Layout(recipe, found, acrosses, money, currencies)
    table = Table(
        name="pivot",
        title=mark("Pivot"),
        columns=lay_out.columns(),
        rows=tuple(lay_out.row(down, "\0".join(down)) for down in downs),
        totals=() if currencies.apart_in(recipe.rows) else (lay_out.row(_EVERYTHING, TOTAL),),
        at=at,
    )
    return Pivoted(table, sheet.frame.height, bad)


def _amount(name: str) -> str:
    return f"\0amount {name}"


def _grouped(
    frame: pl.DataFrame, down: Place, across: Place, measured: tuple[str, ...]
) -> dict[tuple[Place, Place], Figures]:
    """The figures of every group."""
    wanted = [
        pl.len().alias("\0rows"),
        *(
            getattr(pl.col(_amount(name)), what)().alias(f"\0{what} {name}")
            for name in measured
            for what in ("sum", "count", "min", "max")
        ),
    ]
    names = [*down, *across]
    made = frame.group_by(names).agg(wanted) if names else frame.select(wanted)
    found = {}
    for cells in made.iter_rows():
        keys, (rows, *rest) = cells[: len(names)], cells[len(names) :]
        amounts = {name: tuple(rest[4 * at : 4 * at + 4]) for at, name in enumerate(measured)}
        found[keys[: len(down)], keys[len(down) :]] = Figures(rows, amounts)
    return found


def _not_too_much(downs: list[Place], acrosses: list[Place]) -> None:
    if len(acrosses) > MOST_COLUMNS:
        raise BadRecipe(
            tr(
                "columns: {count} different values; at most {most} stand side by side",
                count=f"{len(acrosses):,}", most=MOST_COLUMNS,
            )
        )  # fmt: skip
    if len(downs) > MOST_ROWS:
        raise BadRecipe(
            tr(
                "rows: {count} different groups; at most {most}",
                count=f"{len(downs):,}", most=f"{MOST_ROWS:,}",
            )
        )  # fmt: skip


class _Currencies(msgspec.Struct, frozen=True):
    """The currencies that a table names in a column of its own: codes; head: its name, "" = it names none."""

    head: str = ""
    codes: tuple[str, ...] = ()

    def apart_in(self, names: Place) -> bool:
        """Whether there are several, and these columns keep them apart."""
        return len(self.codes) > 1 and self.head in names


def _currencies(sheet: Sheet, recipe: Pivot) -> _Currencies:
    """The currencies of a table whose money is added up.

    Raises:
        BadRecipe: there are several, and the recipe does not keep them apart, or asks for their share in
            what is of all of them.
    """
    heads = [
        name
        for name in sheet.columns
        if name.lower() in _CURRENCY_HEADS and sheet.frame[name].drop_nulls().str.contains(_CODE).all()
    ]
    if not heads or not any(one.column and one.of != "count" for one in recipe.values):
        return _Currencies()
    codes = tuple(sheet.frame[heads[0]].drop_nulls().unique().sort().to_list())
    found = _Currencies(heads[0], codes)
    across = {"percent", "percent_row" if found.apart_in(recipe.columns) else "percent_column"}
    mixed = any(one.column and one.of in across for one in recipe.values)
    if len(codes) > 1 and (mixed or heads[0] not in (*recipe.rows, *recipe.columns)):
        raise BadRecipe(
            tr(
                "{column} holds {codes}: put it into rows or columns, and ask for no share of all of them; "
                "currencies are never added together",
                column=heads[0], codes=", ".join(codes),
            )
        )  # fmt: skip
    return found


def _is_money(texts: pl.Series, read: pl.Series) -> bool:
    """Whether amounts have decimals, or a sign of money; else they are counts."""
    return bool((read.drop_nulls() % 100 != 0).any()) or bool(
        texts.drop_nulls().str.contains(r"[.,]\d{2}$|[$€]").any()
    )


class _Layout:
    """Puts figures into the cells of a table."""

    def __init__(
        self,
        recipe: Pivot,
        found: dict[tuple[Place, Place], Figures],
        acrosses: list[Place],
        money: set[str],
        currencies: _Currencies,
    ) -> None:
        self._recipe, self._found, self._money, self._currencies = recipe, found, money, currencies
        self._acrosses = [*acrosses] if currencies.apart_in(recipe.columns) else [*acrosses, _EVERYTHING]

    def columns(self) -> tuple[Column, ...]:
        """The groups down, then each value across with its figures, then what is of all of them."""
        heads = [Column(key=f"row{at}", title=name) for at, name in enumerate(self._recipe.rows)]
        for at, across in enumerate(self._acrosses):
            for number, value in enumerate(self._recipe.values):
                heads.append(self._head(f"{at}.{number}", across, value))
        return tuple(heads)

    def _head(self, key: str, across: Place, value: Measure) -> Column:
        words = " ".join(filter(None, (tr(MEASURES[value.of]), value.column)))
        group = " · ".join(across)
        if self._recipe.columns:
            group = group or tr("Total")
            words = group if len(self._recipe.values) == 1 else f"{group}: {words}"
        money = value.column in self._money and value.of != "count"
        made_of = "money" if money else ""
        if value.of == "mean":
            return Column(key=key, title=words, kind="average", of=made_of, unnamed=True)
        if value.of.startswith("percent"):
            return Column(key=key, title=words, kind="percent", of=made_of, unnamed=True)
        return Column(key=key, title=words, kind=made_of or "count", unnamed=money)

    def row(self, down: Place, key: str) -> Row:
        """A line of the table; the place of everything is its total."""
        names = down or (None,) * len(self._recipe.rows)
        cells = [
            self._cell(down, across, value) for across in self._acrosses for value in self._recipe.values
        ]
        return Row(key=key, cells=(*names, *cells), currency=self._currency(down))

    def _currency(self, down: Place) -> str:
        """The currency of a line's money, "" = it is not known, or another one in each column."""
        codes = self._currencies.codes
        if self._currencies.apart_in(self._recipe.rows) and down:
            return down[self._recipe.rows.index(self._currencies.head)]
        return codes[0] if len(codes) == 1 else ""

    def _cell(self, down: Place, across: Place, value: Measure) -> Cell:
        figures = self._found.get((down, across))
        if value.of.startswith("percent"):
            whole = {
                "percent": (_EVERYTHING, _EVERYTHING),
                "percent_row": (down, _EVERYTHING),
                "percent_column": (_EVERYTHING, across),
            }[value.of]
            return self._part(figures, value), self._part(self._found.get(whole), value)
        if figures is None:
            return None
        if value.of == "count":
            return figures.amounts[value.column][1] if value.column else figures.rows
        total, count, least, most = figures.amounts[value.column]
        units: Callable[[int], int] = int if value.column in self._money else _whole
        if value.of == "mean":
            return units(total), count
        picked = {"sum": total, "min": least, "max": most}[value.of]
        return None if picked is None else units(picked)

    def _part(self, figures: Figures | None, value: Measure) -> int:
        """What a percentage counts: rows, or units of a column."""
        if figures is None:
            return 0
        if not value.column:
            return figures.rows
        total = figures.amounts[value.column][0]
        return total if value.column in self._money else _whole(total)


def _whole(minor_units: int) -> int:
    """Units of what is no money: all of it is whole."""
    return minor_units // 100
