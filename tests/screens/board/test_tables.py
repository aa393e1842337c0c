"""Reports on the board: the list, a table, the rows behind a number, files, hostile text in all of them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.reports import ReportQuery, ReportsQuery, RowsQuery
from rules.saved_reports import SavedReport
from rules.tables import Column, Row
from rules.workbook import WorkbookQuery
from tests.screens.board.tables import ACTIVITY, REPORTS, RESULTS, reply
from widgets.table_list import TableList

pytestmark = pytest.mark.anyio

HOSTILE = "[/red][@click=app.quit]\x1b]52;c;aGk=\x07\u202eEvil\u200b日本" + "x" * 300


@pytest.fixture
def board(board):
    board.service.replies = {ReportsQuery: REPORTS, ReportQuery: reply, RowsQuery: RESULTS}
    return board


async def pressed(board, pilot, *keys):
    board.type(*keys)
    for _ in range(3):
        await pilot.pause()


async def opened(board, pilot, *keys):
    await pilot.pause()
    await pressed(board, pilot, "n")
    await pressed(board, pilot, "down", "enter")
    await pressed(board, pilot, *keys)


def last_asked(board):
    return board.service.asked[-1]


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 30)], ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_report_at_every_width(board, snapshot, size, language):
    set_language(language)
    async with board.run_test(size=size) as pilot:
        await opened(board, pilot)
        assert board.text() == snapshot


async def test_the_list_of_reports_opens_one(board, snapshot):
    async with board.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pressed(board, pilot, "n")
        assert board.text() == snapshot
        await pressed(board, pilot, "down", "enter")
        assert last_asked(board) == ReportQuery(name="activity")
        assert "Activity by agent" in board.text()


async def test_a_share_stands_with_both_numbers(board):
    async with board.run_test(size=(200, 30)) as pilot:
        await opened(board, pilot)
        text = board.text()
        for cell in (
            "14/23 60.87 %", "1,500.00/3,000.00 50.00 %", "1.83 (55/30)", "0:05:33 (1:06:40/12)", "1:02:03",
            "Nov 24, 2026", "10:42", "MXN 4,100.50",
        ):  # fmt: skip
            assert cell in text


async def test_enter_on_a_number_opens_its_rows_and_escape_comes_back_to_it(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "down", "right", "right", "enter")
        assert last_asked(board) == RowsQuery(name="activity", row="bruno", column="attempts")
        assert "Juana 29." not in board.text()
        assert "Only the first 30 rows are shown." in board.text()
        await pressed(board, pilot, "end")
        assert "Juana 29." in board.text()
        await pressed(board, pilot, "escape")
        table = board.screen.query_one(TableList)
        assert (table.item.key, table.mark()) == ("bruno", "attempts")


async def test_the_total_opens_all_of_its_rows(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "end", "right", "right", "enter")
        assert last_asked(board) == RowsQuery(name="activity", row="*MXN", column="attempts")


async def test_enter_on_a_name_says_how_to_look_behind(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "enter")
        assert "Enter then opens what is behind it" in board.text()


@pytest.mark.parametrize(
    ("key", "since", "until"),
    [
        ("1", date(2026, 11, 25), date(2026, 11, 25)),
        ("2", date(2026, 11, 24), date(2026, 11, 24)),
        ("3", date(2026, 11, 23), date(2026, 11, 25)),
        ("4", date(2026, 11, 1), date(2026, 11, 25)),
        ("5", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
async def test_a_digit_asks_for_another_period(board, key, since, until):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, key)
        assert last_asked(board) == ReportQuery(name="activity", since=since, until=until)


async def test_the_line_narrows_and_its_rows_are_of_the_same_question(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "i")
        board.screen.focused.value = ""
        await pressed(board, pilot, *"last month team:north agent:ana", "enter")
        asked = ReportQuery(
            name="activity", since=date(2026, 10, 1), until=date(2026, 10, 31), team="north", agent="ana"
        )
        assert last_asked(board) == asked
        assert "team:north agent:ana" in board.text()
        await pressed(board, pilot, "right", "right", "enter")
        behind = last_asked(board)
        assert (behind.since, behind.team, behind.agent) == (asked.since, "north", "ana")


async def test_a_line_that_can_not_be_read_says_which_word(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "i")
        board.screen.focused.value = "tomorow"
        await pressed(board, pilot, "enter")
        assert "tomorow: neither days nor a filter" in board.text()
        await pressed(board, pilot, "escape")
        assert board.focused is board.screen.query_one(TableList)


@pytest.mark.parametrize("code", ["unknown_agent", "offline", "something_new"])
async def test_a_refusal_is_said(board, code):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot)
        board.service.refuse = code
        await pressed(board, pilot, "1")
        assert "✗ " in board.text()
        assert "Ana López" in board.text()


async def test_what_is_shown_is_written_sorted_and_filtered(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "slash", *"bruno", "enter", "e")
        [(table, form)] = board.service.exported
        assert form == "xlsx"
        assert [row.key for row in table.rows] == ["bruno"]
        assert table.totals[0].cells[2] == 0
        assert "✓ Written: /exports/activity.xlsx" in board.text()
        await pressed(board, pilot, "escape", "right", "right", "s", "E")
        table, form = board.service.exported[-1]
        assert (form, [row.key for row in table.rows]) == ("csv", ["ana", "bruno"])
        assert table.totals == ACTIVITY.totals


async def test_the_workbook_is_of_the_days_of_the_table(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "b")
        assert board.service.exported == [
            (WorkbookQuery(since=date(2026, 11, 1), until=date(2026, 11, 25)), "xlsx")
        ]
        board.service.refuse = "file: no space left"
        await pressed(board, pilot, "e")
        assert "✗ Not written: no space left" in board.text()


async def test_what_a_report_asks_for_is_saved_to_be_run_again(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "5", "w")
        assert board.service.exported == [(SavedReport(report="activity", period="last_month"), "toml")]
        assert "✓ Written: /exports/activity.toml" in board.text()


async def test_a_number_of_the_board_opens_its_rows(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pressed(board, pilot, "down", "right", "right", "enter")
        assert last_asked(board) == RowsQuery(
            name="live_queue", row="Tarjetas Norte//B1/MXN", column="pending"
        )
        await pressed(board, pilot, "escape")
        await pressed(board, pilot, "end", "enter")
        assert last_asked(board) == RowsQuery(name="live_queue", row="*MXN", column="pending")
        await pressed(board, pilot, "escape")
        await pressed(board, pilot, "2", *["right"] * 4, "enter")
        assert last_asked(board) == RowsQuery(name="live_agents", row="ana", column="touches")


async def test_hostile_text_is_harmless_in_every_table(board):
    columns = tuple(
        Column(key=f"c{number}", title=HOSTILE, kind=kind, opens=True)
        for number, kind in enumerate(("text", "code", "text"))
    )
    hostile = msgspec.structs.replace(
        ACTIVITY,
        title=HOSTILE,
        note=HOSTILE,
        columns=columns,
        rows=(Row(key=HOSTILE, currency=HOSTILE, cells=(HOSTILE, HOSTILE, HOSTILE)),),
        totals=(Row(key="*", cells=(HOSTILE, None, None)),),
    )
    named = msgspec.structs.replace(REPORTS.reports[0], title=HOSTILE, group=HOSTILE, period=HOSTILE)
    board.service.replies = {
        ReportsQuery: msgspec.structs.replace(REPORTS, reports=(named, named)),
        ReportQuery: hostile,
        RowsQuery: hostile,
    }
    async with board.run_test(size=(120, 30)) as pilot:
        for keys in ((), ("n",), ("enter",), ("right", "enter"), ("s", "slash", "x", "enter", "e")):
            await pilot.pause()
            await pressed(board, pilot, *keys)
            text = board.text()
            assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(text)
            widths = {
                sum(segment.cell_length for segment in strip)
                for strip in board.screen._compositor.render_strips()
            }
            assert widths == {120}
        assert "[/red]" in text


async def test_the_language_changes_under_an_open_table(board):
    async with board.run_test(size=(120, 30)) as pilot:
        await opened(board, pilot, "ctrl+l")
        assert "gestor" in board.text()
        assert "Nov" not in board.text()
