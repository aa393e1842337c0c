"""Rows in order: filter, sort, totals, the place of an item."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from widgets.columns import Column, fitting
from widgets.row_order import RowOrder

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NAME = Column("name", "name", 8, text=lambda row, _: row[0], order=lambda row: row[0])
COUNT = Column("count", "count", 5, text=lambda row, _: str(row[1]), order=lambda row: row[1], right=True)
ROWS = st.lists(st.tuples(st.text("abcd", min_size=1), st.integers(0, 99)), unique_by=lambda row: row[0])


def order(rows, totals=()):
    found = RowOrder((NAME, COUNT), lambda row: row[0])
    found.take(rows, totals)
    found.arrange(NOW)
    return found


@given(ROWS, st.text("abcd", max_size=2), st.booleans())
def test_what_is_shown_is_what_holds_the_filter_sorted_with_the_totals_last(rows, wanted, descending):
    found = order(rows, [("Total", 7)])
    found.filter = wanted
    found.sort_by("count", descending)
    found.arrange(NOW)
    held = [row for row in rows if wanted in f"{row[0]} {row[1]}"]
    assert sorted(found.rows) == sorted(held)
    counts = [row[1] for row in found.rows]
    assert counts == sorted(counts, reverse=descending)
    assert found.at(len(found) - 1) == ("Total", 7)
    assert found.at(len(found)) is None


@given(ROWS.filter(bool), st.data())
def test_an_item_is_found_again_in_another_order(rows, data):
    found = order(rows)
    item = data.draw(st.sampled_from(rows))
    found.sort_by("count", descending=True)
    found.arrange(NOW)
    assert found.at(found.place_of(item, 0)) == item


@given(ROWS, st.integers(0, 30), st.text("abcd", min_size=1, max_size=2))
def test_find_goes_on_from_where_it_is_and_round_the_end(rows, start, wanted):
    found = order(rows)
    place = found.find(wanted, start, NOW)
    held = [number for number, row in enumerate(found.rows) if wanted in row[0]]
    later = [number for number in held if number >= start]
    assert place == (later[0] if later else held[0] if held else None)


def test_equal_items_are_no_news():
    found = order([("a", 1)])
    assert not found.take([("a", 1)], ())
    assert found.take([("a", 2)], ())


@given(st.integers(0, 60), st.sampled_from(["name", "c1", "c2", "c3", ""]))
def test_the_first_column_and_the_wanted_one_are_always_shown(room, wanted):
    columns = [NAME, *(Column(f"c{rank}", "x", 9, NAME.text, NAME.order, rank=rank) for rank in range(1, 4))]
    shown = fitting(columns, room, wanted)
    keys = [column.key for column, _ in shown]
    assert keys[0] == "name"
    assert not wanted or wanted in keys
    if len(keys) > 2:
        assert sum(width + 1 for _, width in shown) <= room
