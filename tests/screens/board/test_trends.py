"""Trends on the board: the map, best times, curves, the day so far."""

from __future__ import annotations

import sys

import pytest

from agent_tui.i18n import set_language
from rules.reports import ReportQuery, RowsQuery
from rules.tables import Row
from screens.board.curves import by_bucket, by_hour, by_promise, day_table
from tests.screens.board.tables import BUCKETS, HOURS, PROMISES, RESULTS, reply

pytestmark = pytest.mark.anyio


@pytest.fixture
def board(board):
    board.service.replies = {ReportQuery: reply, RowsQuery: RESULTS}
    return board


async def opened(board, pilot, *keys):
    await pilot.pause()
    for key in ("t", *keys):
        board.type(key)
        for _ in range(3):
            await pilot.pause()


@pytest.mark.parametrize("size", [(60, 24), (120, 30)], ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("view", ["1", "2", "3", "4", "5"])
async def test_every_view(board, snapshot, size, view):
    async with board.run_test(size=size) as pilot:
        await opened(board, pilot, view)
        assert board.text() == snapshot


async def test_in_spanish(board, snapshot):
    set_language("es")
    async with board.run_test(size=(80, 24)) as pilot:
        await opened(board, pilot, "right")
        assert board.text() == snapshot


async def test_the_cell_under_the_cursor_says_both_numbers_and_opens_its_attempts(board):
    async with board.run_test(size=(80, 24)) as pilot:
        await opened(board, pilot, "right", "right", "down")
        assert "Tuesday 10 h" in board.text()
        assert "11/120 9.2 %" in board.text()
        board.type("enter")
        await pilot.pause()
        asked = board.service.asked[-1]
        assert (asked.name, asked.row, asked.column) == ("contact_hours", "1", "h10")


async def test_a_chart_is_imported_when_it_is_opened(board):
    sys.modules.pop("widgets.curve_chart", None)
    async with board.run_test(size=(80, 24)) as pilot:
        await opened(board, pilot)
        assert "widgets.curve_chart" not in sys.modules
        await opened(board, pilot, "3")
        assert "widgets.curve_chart" in sys.modules


async def test_v_draws_the_balance_in_place_of_the_accounts(board):
    async with board.run_test(size=(80, 30)) as pilot:
        await opened(board, pilot, "3")
        assert "accounts MXN" in board.text()
        await opened(board, pilot, "v")
        assert "balance, thousands MXN" in board.text()


async def test_what_was_asked_for_stays_from_view_to_view(board):
    async with board.run_test(size=(80, 24)) as pilot:
        await opened(board, pilot, "i", *"14d", "enter", "2")
        asked = board.service.asked[-1]
        assert asked.name == "best_hours"
        assert (asked.until - asked.since).days == 13


def test_curves_have_a_value_for_each_place():
    [accounts, balance] = by_bucket(BUCKETS)
    assert accounts.series == (
        ("B1", tuple(float(100 - day) for day in range(1, 25))),
        ("B2", tuple(float(40 + day) for day in range(1, 25))),
    )
    assert balance.series[0][1][0] == 50.0
    [promises] = by_promise(PROMISES)
    assert promises.places[0] == "-7"
    assert promises.series[0][1][:8] == (None,) * 7 + (0.0,)


def test_the_day_so_far_is_the_boards(board):
    stats = board.service.stats()
    table = day_table(stats)
    assert table.totals[0].cells[1] == sum(stats.touches_by_hour)
    assert [row.key for row in table.rows] == [str(hour) for hour in range(7, 14)]
    [curves] = by_hour(table)
    assert [name for name, _ in curves.series] == ["touches", "contacts", "promises"]


async def test_nothing_yet_is_said(board):
    import msgspec

    empty = msgspec.structs.replace(HOURS, rows=(Row(key="0", cells=("0", *[(0, 0)] * 24)),))
    board.service.replies[ReportQuery] = empty
    async with board.run_test(size=(80, 24)) as pilot:
        await opened(board, pilot)
        assert "▒" not in board.text()
        assert "nothing here" in board.text()
