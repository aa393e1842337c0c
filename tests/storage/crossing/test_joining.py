"""A cross: what is joined, and counts that sum to the input whatever the tables hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.tools.crossing import BadRecipe, Compared, Cross, Key
from storage.crossing.joining import COMPARISON, DIFFERENCE, SIDE, cross
from storage.crossing.reading import ROW, Sheet

KEY = (Key(left="k", right="k"),)


def made(keys, amounts=None, name="left.csv"):
    values = {"k": keys, "m": amounts or ["1.00"] * len(keys)}
    frame = pl.DataFrame(values, schema={"k": pl.String, "m": pl.String}).with_row_index(ROW, offset=2)
    return Sheet(str(Path("/tables") / name), frame)


LEFT = made(["a", "b", "b", None, " c "], ["1.00", "2.00", "2.50", "3.00", "4.00"])
RIGHT = made(["b", "c", "d", "d", ""], ["2.10", "x", "5.00", "6.00", "7.00"], "right.csv")


@pytest.mark.parametrize(
    ("how", "keys"),
    [
        ("inner", ["b", "b", " c "]),
        ("left", ["a", "b", "b", None, " c "]),
        ("anti", ["a", None]),
        ("anti_right", ["d", "d", ""]),
        ("full", ["a", "b", "b", None, " c ", None, None, None]),
        ("right", ["b", "b", " c ", None, None, None]),
    ],
)
def test_every_way_to_cross(how, keys) -> None:
    done = cross(LEFT, RIGHT, Cross(keys=KEY, how=how))
    column = "k (right)" if "k (right)" in done.frame.columns and how == "anti_right" else "k"
    assert done.frame[column].to_list() == keys
    left, right = done.counts.left, done.counts.right
    assert (left.matched, left.alone, left.repeated, left.blank) == (2, 1, 1, 1)
    assert (right.matched, right.alone, right.repeated, right.blank) == (2, 1, 1, 1)


def test_sides_are_told_where_both_may_lack_a_row() -> None:
    done = cross(LEFT, RIGHT, Cross(keys=KEY, how="full"))
    assert Counter(done.frame[SIDE].to_list()) == {"both": 3, "left only": 2, "right only": 3}


@pytest.mark.parametrize(("duplicates", "amounts"), [("first", ["2.00", "4.00"]), ("apart", ["4.00"])])
def test_repeated_keys_once_or_not_at_all(duplicates, amounts) -> None:
    done = cross(LEFT, RIGHT, Cross(keys=KEY, how="inner", duplicates=duplicates))
    assert done.frame["m"].to_list() == amounts
    assert done.counts.left.rows == 5


def test_amounts_are_compared_with_a_tolerance_and_bad_cells_named() -> None:
    recipe = Cross(keys=KEY, how="inner", compared=Compared(left="m", right="m", tolerance=10))
    done = cross(LEFT, RIGHT, recipe)
    assert done.frame[DIFFERENCE].to_list() == [-10, 40, None]
    assert done.frame[COMPARISON].to_list() == ["within tolerance", "different", "no amount"]
    assert done.counts.amounts is not None
    assert (done.counts.amounts.within, done.counts.amounts.different, done.counts.amounts.unread) == (
        1,
        1,
        1,
    )
    assert [(cell.file, cell.row, cell.column, cell.text) for cell in done.bad] == [
        ("right.csv", 3, "m", "x")
    ]


def test_several_keys_with_cleaning() -> None:
    left, right = made(["00A", "b"], ["x", "ÿ"]), made(["a", "B"], ["X", "Y"], "right.csv")
    clean = ("case", "accents", "zeros")
    keys = tuple(Key(left=name, right=name, clean=clean) for name in ("k", "m"))
    assert cross(left, right, Cross(keys=keys)).counts.left.matched == 2


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (Cross(keys=()), "keys"),
        (Cross(keys=(Key(left="zz", right="k"),)), "left.csv: no column zz; it has k, m"),
        (Cross(keys=KEY, how="sideways"), "how: no sideways"),
        (Cross(keys=(Key(left="k", right="k", clean=("magic",)),)), "cleaning: no magic"),
        (Cross(keys=KEY, compared=Compared(left="m", right="m", tolerance=-1)), "tolerance"),
        (Cross(keys=KEY, compared=Compared(left="m", right="q")), "right.csv: no column q"),
    ],
)
def test_a_recipe_that_can_not_be_followed(recipe, said) -> None:
    with pytest.raises(BadRecipe, match=said):
        cross(LEFT, RIGHT, recipe)


def test_keys_that_would_fill_the_memory_are_refused() -> None:
    many = made(["a"] * 2_300)
    with pytest.raises(BadRecipe, match="5,290,000 rows"):
        cross(many, many, Cross(keys=KEY, how="inner"))
    once = cross(many, many, Cross(keys=KEY, how="inner", duplicates="first"))
    assert (once.counts.rows, once.counts.left.repeated) == (1, 2_299)


KEYS = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", " a", "A", "", "d"])), max_size=12)


@given(left=KEYS, right=KEYS, how=st.sampled_from(["inner", "left", "right", "full", "anti", "anti_right"]),
       duplicates=st.sampled_from(["all", "first", "apart"]))  # fmt: skip
def test_counts_sum_to_the_input_and_agree_with_counting_by_hand(left, right, how, duplicates) -> None:
    counts = cross(
        made(left), made(right, name="r.csv"), Cross(keys=KEY, how=how, duplicates=duplicates)
    ).counts
    ours, theirs = ([key.strip() for key in keys if key and key.strip()] for keys in (left, right))
    for side, keys, others, whole in (
        (counts.left, ours, theirs, left), (counts.right, theirs, ours, right),
    ):  # fmt: skip
        assert side.rows == len(whole) == side.matched + side.alone + side.repeated + side.blank
        assert side.matched == len(set(keys) & set(others))
        assert side.repeated == len(keys) - len(set(keys))
        assert side.blank == len(whole) - len(keys)
    both = sum(ours.count(key) * theirs.count(key) for key in set(ours))
    if how == "inner" and duplicates == "all":
        assert counts.rows == both
    if how == "left" and duplicates == "all":
        assert counts.rows == both + sum(key not in theirs for key in ours) + counts.left.blank
