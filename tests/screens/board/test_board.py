"""The lead board by what a lead sees and presses."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from textual.geometry import Region

from agent_tui.i18n import set_language
from rules.protocol import AgentRow
from screens.board.answer import AnswerScreen
from screens.board.matters import CaseScreen, InconsistencyScreen, SeenScreen
from screens.board.page import BoardPage
from screens.board.panes import Arrangement
from screens.board.reports import ReportScreen
from screens.board.screen import BoardScreen
from screens.board.service import BoardLink
from screens.board.table_page import TableScreen
from screens.board.trends import TrendsScreen
from tests.screens.board.conftest import StillBoard, TestedBoard
from widgets.cell_list import CellList
from widgets.heat_map import HeatMap
from widgets.row_list import RowList

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [(60, 30), (80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_board_at_every_width(board, snapshot, size, language):
    set_language(language)
    async with board.run_test(size=size) as pilot:
        await pilot.pause()
        assert board.text() == snapshot


async def test_a_capture_shows_and_only_its_line_is_painted(board, monkeypatch):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        agents = board.screen.query_one("#agents", RowList)
        painted: list[Region] = []
        refresh = RowList.refresh

        def watched(self, *regions, **options):
            painted.extend((self.id, *region) for region in regions)
            return refresh(self, *regions, **options)

        monkeypatch.setattr(RowList, "refresh", watched)
        board.service.move_agent("carla", touches=777)
        await pilot.pause()
        assert "777" in board.text()
        assert {(name, y) for name, _, y, *_ in painted} == {("agents", 3)}
        assert agents.item is not None


async def test_equal_figures_paint_nothing(board, monkeypatch):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        updates: list[object] = []
        monkeypatch.setattr(RowList, "refresh", lambda *region, **_: updates.append(region))
        board.service.move_agent("carla")
        await pilot.pause()
        board.screen.refresh_figures()
        assert updates == []


async def test_the_cursor_stays_on_its_row_when_the_order_changes(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board.type("tab", "down", "down")
        await pilot.pause()
        agents = board.screen.query_one("#agents", RowList)
        assert agents.item.name == "carla"
        board.type(*["right"] * 4, "s")
        await pilot.pause()
        assert agents.order.sort.key == "touches"
        board.service.move_agent("carla", touches=999)
        await pilot.pause()
        assert agents.item.name == "carla"
        assert agents.order.rows[0].name == "carla"


async def test_a_filter_narrows_and_says_how_many(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board.type("tab", "slash", "m", "e", "n", "d", "z")
        await pilot.pause()
        board.type("backspace")
        await pilot.pause()
        text = board.text()
        assert "Agents 1/7  /mend" in text
        assert "Carla Méndez" in text
        assert "Bruno" not in text
        assert not board.screen.has_class("-zoomed")
        board.type("enter", "escape")
        await pilot.pause()
        assert "Bruno" in board.text()


async def test_enter_on_an_agent_shows_what_waits_about_that_agent(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board.type("tab", "enter")
        await pilot.pause()
        decisions = board.screen.query_one("#decisions", RowList)
        assert board.focused is decisions
        assert [item.agent for item in decisions.order.rows] == ["ana"]


async def test_every_share_shows_what_it_is_a_share_of(board):
    async with board.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        board.type("down", "down", "down")
        await pilot.pause()
        last = [line for line in board.text().splitlines() if line.strip().startswith("▸ ")][-1]
        assert "untouched 225  unlocatable 21" in last
        assert "contact 60/120 50.0 %" in last
        assert "12,301.50/40,000.00 30.8 %" in last


async def test_a_wide_queue_shows_who_is_untouched_and_who_can_not_be_found(board):
    async with board.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        board.type("z")
        await pilot.pause()
        lines = board.text().splitlines()
        assert "wait fresh unloc   wkd" in next(line for line in lines if "portfolio" in line)
        assert "63   225    21   120" in next(line for line in lines if "Vida individual" in line)
        assert "375 2,205   105   600" in next(line for line in lines if "Total" in line)


async def test_time_in_state_grows_warnings_with_signs(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board.service.move_agent("ana", state="wrap_up", since=board.service.now())
        for minutes, sign in ((0, ""), (2, "!"), (5, "‼")):
            board.service.instant = board.service.snapshot.agents[0].since + timedelta(minutes=minutes)
            board.screen.refresh_figures()
            await pilot.pause()
            line = next(line for line in board.text().splitlines() if "Ana López" in line)
            assert f"{minutes}:00{sign} " in line


async def test_a_lost_line_shows_the_age_of_the_figures(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board.service.line = BoardLink(state="offline", since=board.service.now(), reason="ConnectError")
        board.service.instant += timedelta(minutes=3)
        board.service.changed()
        await pilot.pause()
        assert "offline, figures 3:00 old" in board.text()
        assert "ConnectError" in board.text()


async def test_before_the_first_figures_the_board_says_what_it_waits_for(board):
    board.service.snapshot = None
    board.service.line = BoardLink(state="connecting", since=board.service.now())
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "connecting" in board.text()
        assert "nothing here" in board.text()


async def test_panes_zoom_swap_and_change_width(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        queue = board.screen.query_one("#queue")
        agents = board.screen.query_one("#agents")
        width = queue.region.width
        board.type("plus", "plus")
        await pilot.pause()
        assert queue.region.width > width
        board.type("w")
        await pilot.pause()
        assert agents.region.x < queue.region.x
        board.type("z")
        await pilot.pause()
        assert queue.region.width == 120
        assert not agents.region
        board.type("z")
        await pilot.pause()
        assert agents.region


async def test_at_sixty_columns_one_pane_at_a_time(board):
    async with board.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        board.type("tab")
        await pilot.pause()
        text = board.text()
        assert "1 Queue 6  2 ▸Agents 7  3 Decisions 2" in text
        assert "━ Agents 7 ━" in text
        assert "━ Queue" not in text
        for key, pane in (("3", "Decisions 2"), ("1", "Queue 6")):
            board.type(key)
            await pilot.pause()
            assert f"━ {pane} ━" in board.text()


async def test_drawing_does_not_depend_on_the_number_of_rows(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        agents = board.screen.query_one("#agents", RowList)
        drawn: list[AgentRow] = []
        first = agents.order.columns[0]
        counted = type(first)(
            first.key, first.title, first.width, lambda row, now: drawn.append(row) or row.name, first.order
        )
        agents.relabel("Agents", (counted, *agents.order.columns[1:]), "")
        one = board.service.snapshot.agents[0]
        many = tuple(msgspec.structs.replace(one, name=f"agent {number}") for number in range(50_000))
        board.service.snapshot = msgspec.structs.replace(board.service.snapshot, agents=many)
        board.service.changed()
        await pilot.pause()
        drawn.clear()
        board.type("tab", "end", "up", "pageup", "home", "down")
        await pilot.pause()
        assert agents.item.name == "agent 1"
        assert len(drawn) < 50 * agents.size.height


async def test_hostile_names_are_harmless(board):
    hostile = "[/red][@click=app.quit]\x1b]52;c;aGk=\x07\u202eEvil\u200b日本" + "x" * 10_000
    board.service.move_agent("ana", display_name=hostile, client=hostile, last_code=hostile)
    stats = board.service.snapshot
    rows = tuple(msgspec.structs.replace(row, portfolio=hostile) for row in stats.queue)
    decisions = tuple(
        msgspec.structs.replace(item, agent=hostile, reason=hostile) for item in stats.decisions
    )
    board.service.snapshot = msgspec.structs.replace(stats, queue=rows, decisions=decisions)
    async with board.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        board.type("tab", "tab", "tab", "slash", "x", "enter")
        await pilot.pause()
        text = board.text()
        assert "[/red]" in text
        for forbidden in ("\x1b", "\x07", "\u202e", "\u200b"):
            assert forbidden not in text
        widths = {
            sum(segment.cell_length for segment in strip)
            for strip in board.screen._compositor.render_strips()
        }
        assert widths == {200}


async def test_the_language_changes_while_the_board_runs(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        board.type("ctrl+l")
        await pilot.pause()
        assert "Gestores 7" in board.text()
        assert "Queue" not in board.text()


async def test_live_widgets_stay_flat(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = len(list(board.screen.walk_children()))
        for number in range(200):
            board.service.move_agent("ana", touches=number)
            board.type("tab")
        await pilot.pause()
        assert len(list(board.screen.walk_children())) == before


async def test_leaving_closes_the_service(board):
    async with board.run_test() as pilot:
        await pilot.pause()
        board.type("ctrl+q")
        await pilot.pause()
    assert board.service.closed


def test_every_binding_has_an_id_and_stands_in_the_documentation():
    from pathlib import Path

    page = Path(__file__).parents[3].joinpath("docs/board.md").read_text(encoding="utf-8")
    tables = (BoardPage, TableScreen, ReportScreen, TrendsScreen, HeatMap)
    dialogs = (AnswerScreen, InconsistencyScreen, CaseScreen, SeenScreen)
    for binding in (one for owner in (BoardScreen, CellList, *tables, *dialogs) for one in owner.BINDINGS):
        assert binding.id, binding
        assert f"`{binding.id}`" in page, binding.id


async def pressed(board, pilot, *keys):
    board.type(*keys)
    await pilot.pause()
    await pilot.pause()


async def test_the_totals_are_the_sums_of_each_currency(board):
    stats = board.service.snapshot
    dollars = msgspec.structs.replace(stats.queue[0], portfolio="US", currency="USD", recovered_amount=7_000)
    board.service.snapshot = msgspec.structs.replace(stats, queue=(*stats.queue, dollars))
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        lines = board.text().splitlines()
        assert "$61,507" in next(line for line in lines if "Total MXN" in line)
        assert "$70" in next(line for line in lines if "Total USD" in line)


async def test_the_queue_says_where_the_day_is_heading_and_what_is_on_hold(board):
    async with board.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        await pressed(board, pilot, "down", "z")
        line = next(line for line in board.text().splitlines() if "B1‖" in line)
        assert "‖ on hold" in line
        assert "$14,407" in line
        assert "▃▄▅▆▇█▇" in line
        assert "heads for MXN 14,407.16" in board.text()


async def test_a_strategy_has_its_column_as_soon_as_one_holds(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "strategy" not in board.text()
        stats = board.service.snapshot
        rows = (msgspec.structs.replace(stats.queue[0], strategy="early"), *stats.queue[1:])
        board.service.snapshot = msgspec.structs.replace(stats, queue=rows)
        board.service.changed()
        await pilot.pause()
        assert "strategy" in board.text()
        assert "early" in board.text()


async def test_connection_runs_on_while_the_agent_works(board):
    async with board.run_test(size=(200, 50)) as pilot:
        await pressed(board, pilot, "2", "z")
        assert "0:30/8:00" in board.text()
        board.service.instant += timedelta(minutes=7)
        board.screen.refresh_figures()
        await pilot.pause()
        assert "0:37/8:00" in board.text()
        assert "1:00/8:00" in board.text()


async def test_the_arrows_reach_every_column_however_narrow_the_window(board):
    async with board.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        agents = board.screen.query_one("#agents", CellList)
        await pressed(board, pilot, "2")
        for column in agents.order.columns:
            assert column.title in next(line for line in board.text().splitlines() if "▾" in line)
            await pressed(board, pilot, "right")


async def test_sort_goes_by_the_column_under_the_cursor_and_back(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        queue = board.screen.query_one("#queue", CellList)
        await pressed(board, pilot, "right", "right", "s")
        assert [row.pending for row in queue.order.rows] == sorted(
            (row.pending for row in queue.order.items), reverse=True
        )
        await pressed(board, pilot, "s")
        assert queue.order.rows == list(queue.order.items)
        assert queue.order.totals[0].pending == 3_037


async def test_find_goes_from_row_to_row_without_hiding_any(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        agents = board.screen.query_one("#agents", CellList)
        await pressed(board, pilot, "2", "g", *"di")
        assert agents.item.name == "bruno"
        assert "» di" in board.text()
        await pressed(board, pilot, "enter")
        assert agents.item.name == "diego"
        assert "Ana López" in board.text()


async def test_a_pane_is_folded_away_and_comes_back(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pressed(board, pilot, "f")
        text = board.text()
        assert "1 (Queue 6 folded)  2 ▸Agents 7  3 Decisions 2" in text
        assert board.screen.query_one("#agents").region.width == 120
        await pressed(board, pilot, "f", "f")  # the agents; then nothing more can go, and all come back
        assert "folded" not in board.text()
        await pressed(board, pilot, "1", "f", "1")
        assert board.focused is board.screen.query_one("#queue")
        assert "folded" not in board.text()


async def test_a_column_is_left_out_and_comes_back(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pressed(board, pilot, "right", "right", "c")
        assert "pend" not in board.text()
        await pressed(board, pilot, "C")
        assert "pend" in board.text()
        await pressed(board, pilot, "home", *["left"] * 9, "c")
        assert "portfolio" in board.text()


async def test_the_arrangement_is_kept_for_the_next_start():
    kept = []
    app = TestedBoard(StillBoard())
    app._keep = kept.append
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pressed(app, pilot, "plus", "w", "right", "right", "s", "2", "f")
    assert kept[-1] == Arrangement(
        share=55, swapped=True, folded=("agents",), sorts={"queue": ("pending", True)}
    )
    again = TestedBoard(StillBoard())
    again._kept = kept[-1]
    async with again.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "(Agents 7 folded)" in again.text()
        assert "▼pend" in again.text()
        assert again.focused is again.screen.query_one("#queue")


async def test_nonsense_that_was_kept_does_no_harm():
    app = TestedBoard(StillBoard())
    app._kept = Arrangement(
        share=900, depth=-4, folded=("queue", "agents", "decisions", "x"), sorts={"queue": ("gone", True)},
        out={"agents": ("name", "gone")},
    )  # fmt: skip
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = app.text()
        assert "Queue 6" in text
        assert "Ana López" in text


async def test_the_lower_panes_grow_a_line_at_a_time(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        decisions = board.screen.query_one("#decisions")
        height = decisions.region.height
        await pressed(board, pilot, "3", "plus", "plus")
        assert decisions.region.height == height + 2


@pytest.mark.parametrize("size", [(60, 24), (80, 24)], ids=lambda size: f"{size[0]}")
async def test_the_key_bar_names_what_is_needed_and_help_the_rest(board, size):
    async with board.run_test(size=size) as pilot:
        await pilot.pause()
        bar = board.text().splitlines()[-1]
        for words in ("? Every key", "Next pane", "Open", "Numbers", "Filter"):
            assert words in bar
        await pressed(board, pilot, "question_mark")
        assert "KEYS" in board.text()
        assert "WRITING A CAPTURE" not in board.text()
