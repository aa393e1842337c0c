"""A pivot equals a pivot by hand, to the cent; currencies are never added together."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.tools.crossing import BadRecipe
from rules.tools.pivoting import Measure, Pivot, read_measure
from storage.crossing.pivoting import pivot
from storage.crossing.reading import ROW, Sheet

AT = datetime(2026, 11, 25, tzinfo=UTC)
HEAD = ("canal", "mes", "importe")
ROWS = [
    ("spei", "10", "0.10"), ("spei", "11", "0.20"), ("tpv", "10", "1,000.00"), ("spei", "10", "0.30"),
    ("tpv", None, "x"),
]  # fmt: skip


def made(rows, head=HEAD):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(head, pl.String), orient="row")
    return Sheet("/tables/pagos.csv", frame.with_row_index(ROW, offset=2))


def measures(*texts):
    return tuple(map(read_measure, texts))


def test_groups_down_and_across_with_their_totals() -> None:
    recipe = Pivot(rows=("canal",), columns=("mes",), values=measures("suma:importe", "count"))
    done = pivot(made(ROWS), recipe, AT)
    assert [column.title for column in done.table.columns] == [
        "canal", "(empty): sum importe", "(empty): count", "10: sum importe", "10: count",
        "11: sum importe", "11: count", "Total: sum importe", "Total: count",
    ]  # fmt: skip
    assert [row.cells for row in done.table.rows] == [
        ("spei", None, None, 40, 2, 20, 1, 60, 3),
        ("tpv", 0, 1, 100_000, 1, None, None, 100_000, 2),
    ]
    assert done.table.totals[0].cells == (None, 0, 1, 100_040, 3, 20, 1, 100_060, 5)
    assert [(cell.row, cell.text) for cell in done.bad] == [(6, "x")]


def test_means_and_shares_keep_what_they_are_made_of() -> None:
    values = measures("mean:importe", "%:importe", "%columna", "min:importe", "max:importe")
    done = pivot(made(ROWS[:4]), Pivot(rows=("canal",), values=values), AT)
    assert done.table.rows[0].cells == ("spei", (60, 3), (60, 100_060), (3, 4), 10, 30)
    assert done.table.totals[0].cells[2] == (100_060, 100_060)


def test_what_is_no_money_is_counted_in_units() -> None:
    done = pivot(
        made([("a", "1", "3"), ("a", "1", "4")]), Pivot(rows=("canal",), values=measures("sum:importe")), AT
    )
    assert (done.table.columns[1].kind, done.table.rows[0].cells[1]) == ("count", 7)


def test_currencies_are_never_added_together() -> None:
    table = made([("a", "MXN", "1.00"), ("a", "USD", "1.00")], ("canal", "moneda", "importe"))
    with pytest.raises(BadRecipe, match="moneda holds MXN, USD"):
        pivot(table, Pivot(rows=("canal",), values=measures("sum:importe")), AT)
    apart = pivot(table, Pivot(rows=("canal", "moneda"), values=measures("sum:importe")), AT)
    assert [row.cells for row in apart.table.rows] == [("a", "MXN", 100), ("a", "USD", 100)]
    assert (apart.table.totals, [row.currency for row in apart.table.rows]) == ((), ["MXN", "USD"])
    across = Pivot(rows=("canal",), columns=("moneda",), values=measures("sum:importe"))
    assert pivot(table, across, AT).table.rows[0].cells == ("a", 100, 100)
    with pytest.raises(BadRecipe, match="no share of all"):
        pivot(table, Pivot(rows=("canal", "moneda"), values=measures("%:importe")), AT)
    assert pivot(table, Pivot(rows=("canal",)), AT).table.rows[0].cells == ("a", 2)


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (Pivot(rows=()), "rows"),
        (Pivot(rows=("zz",)), "pagos.csv: no column zz"),
        (Pivot(rows=("canal",), columns=("canal",)), "canal is named twice"),
        (Pivot(rows=("canal",), values=(Measure(of="sum"),)), "sum of which column"),
        (Pivot(rows=("canal",), values=(Measure(of="median", column="importe"),)), "no median"),
    ],
)
def test_a_recipe_that_can_not_be_followed(recipe, said) -> None:
    with pytest.raises(BadRecipe, match=said):
        pivot(made(ROWS), recipe, AT)


def test_too_many_values_across() -> None:
    rows = [("a", str(number), "1") for number in range(101)]
    with pytest.raises(BadRecipe, match="101 different values"):
        pivot(made(rows), Pivot(rows=("canal",), columns=("mes",)), AT)


CELLS = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(-(10**9), 10**9))


@given(st.lists(CELLS, min_size=1, max_size=30))
def test_equal_to_a_pivot_by_hand(cells) -> None:
    rows = [
        (one, two, f"{'-' * (unit < 0)}{abs(unit) // 100}.{abs(unit) % 100:02}") for one, two, unit in cells
    ]
    recipe = Pivot(rows=("canal",), columns=("mes",), values=measures("sum:importe", "count"))
    table = pivot(made(rows), recipe, AT).table
    by_hand: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one, two, unit in cells:
        for place in ((one, two), (one, ""), ("", two), ("", "")):
            by_hand[place].append(unit)
    acrosses = sorted({two for _, two, _ in cells})
    for row in (*table.rows, *table.totals):
        for place, across in enumerate([*acrosses, ""]):
            found = by_hand.get((row.cells[0] or "", across))
            total, count = row.cells[1 + 2 * place : 3 + 2 * place]
            assert (total, count) == ((sum(found), len(found)) if found else (None, None))
