"""The heat map: shades, numbers, both ends left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from rules.rates import Ratio
from widgets.heat_map import LEAST, HeatMap, HeatRow, busy, percentage

pytestmark = pytest.mark.anyio


@given(st.integers(0, 500), st.integers(LEAST, 500))
def test_a_percentage_is_rounded_half_up(numerator, denominator):
    assert percentage(Ratio(numerator, denominator)) == int(100 * numerator / denominator + 0.5)


def test_a_share_of_too_little_has_none():
    assert percentage(Ratio(0, 0)) is None
    assert percentage(Ratio(1, LEAST - 1)) is None
    assert percentage(None) is None


def test_columns_without_anything_at_either_end_are_left_out():
    row = HeatRow("0", "Mon", (None, Ratio(0, 0), Ratio(0, 4), Ratio(0, 0), Ratio(1, 2), None))
    assert busy([row]) == range(2, 5)
    assert busy([HeatRow("0", "Mon", (None, Ratio(0, 0)))]) == range(0)


class Shown(App[None]):
    def __init__(self, rows, columns):
        super().__init__()
        self.map, self.rows, self.columns, self.told = HeatMap(), rows, columns, []

    def compose(self):
        yield self.map

    def on_mount(self):
        self.map.show(self.rows, self.columns)

    def on_heat_map_pointed(self, event):
        self.told.append((event.row.key, event.column, event.share))

    def on_heat_map_chosen(self, event):
        self.told.append((event.row, event.column))

    def lines(self):
        return ["".join(segment.text for segment in self.map.render_line(y)).rstrip() for y in range(4)]


ROWS = [
    HeatRow("0", "Mon", (Ratio(1, 100), Ratio(50, 100), Ratio(0, 0))),
    HeatRow("1", "[b]\x1b", (Ratio(100, 100), Ratio(0, 100), Ratio(25, 100))),
]
COLUMNS = [("h08", "08"), ("h09", "09"), ("h10", "10")]


async def test_the_darker_the_more_and_a_dot_where_there_is_nothing():
    async with Shown(ROWS, COLUMNS).run_test(size=(30, 6)) as pilot:
        await pilot.pause()
        _, monday, other, _ = pilot.app.lines()
        assert monday.split() == ["Mon", "▸░1", "▒50", "·"]
        assert other.split() == ["[b]", "█100", "0", "░25"]


async def test_narrow_it_keeps_the_shades():
    async with Shown(ROWS, COLUMNS).run_test(size=(10, 6)) as pilot:
        await pilot.pause()
        assert pilot.app.lines()[2] == "[b]  █   ░"


async def test_the_cursor_tells_its_cell_and_enter_opens_it():
    async with Shown(ROWS, COLUMNS).run_test(size=(30, 6)) as pilot:
        await pilot.press("tab", "down", "right", "right", "right", "enter")
        await pilot.pause()
        assert pilot.app.told[-2:] == [("1", "10", Ratio(25, 100)), ("1", "h10")]
