"""Recipes as texts: what is written is read again, what is typed is understood or refused in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.tools.crossing import CLEANINGS, DUPLICATES, HOWS, BadRecipe, Compared, Cross, Key, Source
from rules.tools.matching_columns import match_key, propose, propose_pairs
from rules.tools.matching_line import columns_words, read_columns, read_days
from rules.tools.pivoting import MEASURES, Measure, Pivot, read_measure, written
from rules.tools.recipes import (
    compared_words,
    keys_words,
    named,
    read,
    read_compared,
    read_keys,
    read_tolerance,
    toml,
    words,
)

NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
SOURCES = st.builds(Source, path=NAMES, sheet=st.just("") | NAMES, header=st.integers(0, 9))
CLEAN = st.lists(st.sampled_from(sorted(CLEANINGS)), max_size=3).map(tuple)
CROSSES = st.builds(
    Cross,
    left=SOURCES,
    right=SOURCES,
    keys=st.lists(st.builds(Key, left=NAMES, right=NAMES, clean=CLEAN), min_size=1, max_size=3).map(tuple),
    how=st.sampled_from(sorted(HOWS)),
    duplicates=st.sampled_from(sorted(DUPLICATES)),
    compared=st.none() | st.builds(Compared, left=NAMES, right=NAMES, tolerance=st.integers(0, 10**9)),
)
PIVOTS = st.builds(
    Pivot,
    source=SOURCES,
    rows=st.just(("down",)),
    columns=st.just(()) | st.just(("across",)),
    values=st.tuples(st.builds(Measure, of=st.sampled_from(sorted(MEASURES)), column=NAMES)),
)


@given(CROSSES | PIVOTS)
def test_a_recipe_survives_its_file(recipe) -> None:
    assert read(toml(recipe), "r.toml") == recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "r.toml"),
        ('kind = "sum"', 'kind has to be "cross" or "pivot"'),
        ('kind = "cross"\nkeys = []\n', "keys: name 1 to 6"),
        ('kind = "pivot"\nrows = ["a"]\nrowz = 1\n', "rowz"),
    ],
)
def test_a_file_that_is_no_recipe(text, said) -> None:
    with pytest.raises(BadRecipe, match=said):
        read(text, "r.toml")


PLAIN = st.lists(st.from_regex(r"[A-Za-zñ. ']{1,8}", fullmatch=True).map(str.strip).filter(bool), min_size=1,
                 max_size=3, unique=True)  # fmt: skip


@given(PLAIN, PLAIN, st.integers(0, 10**6))
def test_what_is_shown_can_be_typed(left, right, tolerance) -> None:
    keys = tuple(Key(left=one, right=two) for one, two in zip(left, right, strict=False))
    assert read_keys(words(keys_words(keys)), tuple(left), tuple(right), ("trim",)) == keys
    compared = Compared(left=left[0], right=right[-1], tolerance=tolerance)
    assert read_compared(compared_words(compared), tuple(left), tuple(right)) == compared
    assert read_columns(columns_words((*left, right[0]), left[0]), (*left, *right)) == (
        (*left, right[0]),
        left[0],
    )


def test_a_column_by_how_it_begins() -> None:
    columns = ("Póliza", "Prima", "Prima neta")
    assert [named(text, columns) for text in ("poliza", "po", "prima", "prima n")] == [
        "Póliza", "Póliza", "Prima", "Prima neta",
    ]  # fmt: skip
    for text, said in (("p", "may be"), ("x", "no column x; there are Póliza")):
        with pytest.raises(BadRecipe, match=said):
            named(text, columns)


def test_tolerances_and_measures() -> None:
    assert read_tolerance("±1.5") == 150
    for text in ("x", "-1", "1.234"):
        with pytest.raises(BadRecipe):
            read_tolerance(text)
    assert read_measure("%fila:importe") == Measure(of="percent_row", column="importe")
    assert written(read_measure("suma:importe")) == "sum:importe"


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("P1-R1",), "P1-R1"), ((" p1 ", "01/04"), "P1-R1"), (("P1", "R2"), "P1-R2"), (("P1", "2"), "P1-R2"),
        (("0012",), "0012"), (("P1", ""), "P1"), (("P 1", "ABC"), "P1-ABC"), (("",), ""),
    ],
)  # fmt: skip
def test_the_key_under_which_rows_meet(parts, key) -> None:
    assert match_key(parts) == key


def test_columns_are_proposed_by_their_heads_and_contents() -> None:
    rows = [("P1", "1", "2026-11-01", "3,550.00", "10.00"), ("P2", "1", "2026-11-02", "1,200.00", "5.00")]
    found = propose(("Póliza", "No. recibo", "Fecha", "Importe", "IVA"), rows)
    assert (found.keys, found.amount) == (("Póliza", "No. recibo"), "Importe")
    blind = propose(("x", "y"), [("a1", "10.50"), ("a2", "9.50")])
    assert (blind.keys, blind.amount) == (("x",), "y")
    assert propose((), ()).keys == ()
    ours = (("Póliza", "Nombre"), [("P1", "x")])
    assert propose_pairs(*ours, ("policy", "name"), [("P1", "x")]) == (("Póliza", "policy"),)
    assert propose_pairs(("a", "Nombre"), [("1", "x")], ("b", "nombre"), [("1", "x")]) == (("a", "b"),)


def test_the_days_of_the_store() -> None:
    today = date(2026, 11, 20)
    assert read_days("mes referencia", today) == (date(2026, 11, 1), today, "reference")
    assert read_days("2026-11-01..2026-11-05", today) == (date(2026, 11, 1), date(2026, 11, 5), "receipt")
    for line in ("", "cartera:Vida mes", "mañana"):
        with pytest.raises(BadRecipe):
            read_days(line, today)
