"""Crosses two tables on their keys, and counts what became of every row of both."""

from __future__ import annotations

from typing import Literal

import msgspec
import polars as pl

from rules.tools.crossing import Amounts, BadCell, BadRecipe, Compared, Counts, Cross, Side, check, has
from rules.words import mark, tr
from storage.crossing.cleaning import bad_cells, cleaned, minor
from storage.crossing.reading import ROW, Sheet

MOST_JOINED = 5_000_000
"""Rows of a result at most."""

_KEY = "\0key"
_THEIR_ROW = "\0their"
_OURS, _THEIRS = "\0ours", "\0theirs"
DIFFERENCE, COMPARISON, SIDE = "\0difference", "\0comparison", "\0side"
"""Columns of a result that no table brought: minor units, and words of `COMPARED` and `SIDES`."""

COMPARED = {
    "equal": mark("equal"),
    "within": mark("within tolerance"),
    "different": mark("different"),
    "unread": mark("no amount"),
}
SIDES = {"both": mark("both"), "left": mark("left only"), "right": mark("right only")}

_Join = Literal["inner", "left", "right", "full", "anti"]


class Crossed(msgspec.Struct, frozen=True):
    """What a cross made: the rows with the tables' columns, and how many became what.

    frame: in the order of the left table (of the right one where that one is whole). bad: cells of
    compared columns that hold no amount, the first of them.
    """

    frame: pl.DataFrame
    counts: Counts
    bad: tuple[BadCell, ...] = ()


def cross(left: Sheet, right: Sheet, recipe: Cross) -> Crossed:
    """Cross two tables.

    Raises:
        BadRecipe: the recipe names what a table has not, or can't be followed.
    """
    check(recipe)
    for key in recipe.keys:
        has(left.columns, key.left, left.name)
        has(right.columns, key.right, right.name)
    keys = [f"{_KEY}{place}" for place in range(len(recipe.keys))]
    ours = left.frame.with_columns(
        cleaned(left.frame[key.left], key.clean).alias(name)
        for name, key in zip(keys, recipe.keys, strict=True)
    )
    theirs = right.frame.with_columns(
        cleaned(right.frame[key.right], key.clean).alias(name)
        for name, key in zip(keys, recipe.keys, strict=True)
    ).rename({ROW: _THEIR_ROW})
    bad: tuple[BadCell, ...] = ()
    if recipe.compared is not None:
        ours, theirs, bad = _with_amounts(ours, theirs, left, right, recipe.compared)
    left_keys, right_keys = (frame.select(keys).drop_nulls() for frame in (ours, theirs))
    once = left_keys.n_unique(), right_keys.n_unique()
    if once[0] < left_keys.height and once[1] < right_keys.height and recipe.duplicates == "all":
        _not_too_many(left_keys, right_keys, keys)
    joined = _joined(ours, theirs, keys, recipe)
    matched = _matched(left_keys, right_keys, once, joined, recipe.how)
    counts = Counts(
        left=_side_counts(ours, left_keys, once[0], matched),
        right=_side_counts(theirs, right_keys, once[1], matched),
        rows=joined.height,
    )
    shown = _columns(left, right, recipe)
    frame = joined.select(
        *([_side()] if recipe.how in ("left", "right", "full") else []),
        *([pl.col(COMPARISON), pl.col(DIFFERENCE)] if DIFFERENCE in joined.columns else []),
        *([] if recipe.how == "anti_right" else [pl.col(list(left.columns))]),
        *([] if recipe.how == "anti" else [pl.col(name).alias(title) for name, title in shown]),
    )
    if DIFFERENCE in frame.columns:
        counts = msgspec.structs.replace(counts, amounts=_amounts(frame))
    return Crossed(frame, counts, bad)


# Counting


def _matched(
    left: pl.DataFrame, right: pl.DataFrame, once: tuple[int, int], joined: pl.DataFrame, how: str
) -> int:
    """How many keys both tables have; where none is repeated the joined rows tell."""
    if once == (left.height, right.height) and how in ("inner", "left", "right", "full"):
        met = pl.col(ROW).is_not_null() & pl.col(_THEIR_ROW).is_not_null()
        return int(joined.select(met.sum()).item())
    return left.unique().join(right, on=left.columns, how="semi").height


def _not_too_many(left: pl.DataFrame, right: pl.DataFrame, keys: list[str]) -> None:
    """Refuse a cross of each with each that would fill the memory.

    Raises:
        BadRecipe: more than `MOST_JOINED` rows would come out.
    """
    sizes = left.group_by(keys).len("ours").join(right.group_by(keys).len("theirs"), on=keys)
    rows = sizes.select((pl.col("ours").cast(pl.Int64) * pl.col("theirs").cast(pl.Int64)).sum()).item()
    if rows > MOST_JOINED:
        raise BadRecipe(
            tr(
                "the keys repeat so often that {rows} rows would come out; name more keys, or take of "
                "repeated ones the first alone",
                rows=f"{rows:,}",
            )
        )


def _side_counts(whole: pl.DataFrame, filled: pl.DataFrame, once: int, matched: int) -> Side:
    return Side(
        rows=whole.height,
        matched=matched,
        alone=once - matched,
        repeated=filled.height - once,
        blank=whole.height - filled.height,
    )


# Joining


def _joined(ours: pl.DataFrame, theirs: pl.DataFrame, keys: list[str], recipe: Cross) -> pl.DataFrame:
    """The rows of the result with every column of both tables."""
    if recipe.duplicates != "all":
        ours, theirs = (_once(frame, keys, recipe.duplicates) for frame in (ours, theirs))
    clash = [name for name in theirs.columns if name in ours.columns and name not in keys]
    theirs = theirs.rename({name: _second(name) for name in clash})
    if recipe.how == "anti_right":
        return theirs.join(ours, on=keys, how="anti", maintain_order="left")
    how: _Join = "anti" if recipe.how == "anti" else recipe.how  # type: ignore[assignment]  # `check` knows them
    order: Literal["left", "right_left", "left_right"] = "right_left" if how == "right" else "left_right"
    joined = ours.join(
        theirs, on=keys, how=how, coalesce=False if how != "inner" else None,
        maintain_order="left" if how in ("inner", "left", "anti") else order,
    )  # fmt: skip
    if how != "anti" and recipe.compared is not None:
        joined = joined.with_columns(_difference(), _comparison(recipe.compared.tolerance))
    return joined


def _once(frame: pl.DataFrame, keys: list[str], duplicates: str) -> pl.DataFrame:
    """A table with each key once; rows with an empty key stay as they are."""
    key = pl.struct(keys)
    wanted = key.is_first_distinct() if duplicates == "first" else key.is_unique()
    return frame.filter(wanted | pl.any_horizontal(pl.col(keys).is_null()))


def _second(name: str) -> str:
    return f"{name}\0"


def _side() -> pl.Expr:
    ours, theirs = pl.col(ROW).is_not_null(), pl.col(_THEIR_ROW).is_not_null()
    return (
        pl.when(ours & theirs)
        .then(pl.lit(SIDES["both"]))
        .when(ours)
        .then(pl.lit(SIDES["left"]))
        .otherwise(pl.lit(SIDES["right"]))
        .alias(SIDE)
    )


def _columns(left: Sheet, right: Sheet, recipe: Cross) -> list[tuple[str, str]]:
    """The right table's columns in the result, each with its title there.

    Its keys are left out where the left one's say the same.
    """
    said = {key.right for key in recipe.keys} if recipe.how in ("inner", "left") else set()
    alone = recipe.how == "anti_right"
    found, taken = [], set() if alone else set(left.columns)
    for name in right.columns:
        if name in said:
            continue
        inside = _second(name) if name in left.columns else name
        title = tr("{column} (right)", column=name) if name in taken else name
        while title in taken:
            title += "'"
        taken.add(title)
        found.append((inside, title))
    return found


# Amounts


def _with_amounts(
    ours: pl.DataFrame, theirs: pl.DataFrame, left: Sheet, right: Sheet, compared: Compared
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[BadCell, ...]]:
    has(left.columns, compared.left, left.name)
    has(right.columns, compared.right, right.name)
    one, two = minor(left.frame, compared.left), minor(right.frame, compared.right)
    bad = (*bad_cells(left, compared.left, one), *bad_cells(right, compared.right, two))
    return ours.with_columns(one.alias(_OURS)), theirs.with_columns(two.alias(_THEIRS)), bad


def _difference() -> pl.Expr:
    """The left amount less the right one, where both tables have the row."""
    return (pl.col(_OURS) - pl.col(_THEIRS)).alias(DIFFERENCE)


def _comparison(tolerance: int) -> pl.Expr:
    off = (pl.col(_OURS) - pl.col(_THEIRS)).abs()
    met = pl.col(ROW).is_not_null() & pl.col(_THEIR_ROW).is_not_null()
    return (
        pl.when(off == 0)
        .then(pl.lit(COMPARED["equal"]))
        .when(off <= tolerance)
        .then(pl.lit(COMPARED["within"]))
        .when(off > tolerance)
        .then(pl.lit(COMPARED["different"]))
        .when(met)
        .then(pl.lit(COMPARED["unread"]))
        .alias(COMPARISON)
    )


def _amounts(frame: pl.DataFrame) -> Amounts:
    found = dict(frame[COMPARISON].drop_nulls().value_counts().iter_rows())
    return Amounts(**{code: found.get(words, 0) for code, words in COMPARED.items()})
