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
from screens.board.screen import BoardScreen
from screens.board.service import BoardLink
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
        while agents._sort is None or agents._sort.key != "touches":
            agents.action_sort()
        board.service.move_agent("carla", touches=999)
        await pilot.pause()
        assert agents.item.name == "carla"
        assert agents._order[0].name == "carla"


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
        assert [item.agent for item in decisions._order] == ["ana"]


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
        assert "Agents 7" in text
        assert "Queue" not in text


async def test_drawing_does_not_depend_on_the_number_of_rows(board):
    async with board.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        agents = board.screen.query_one("#agents", RowList)
        drawn: list[AgentRow] = []
        first = agents.columns[0]
        counted = type(first)(
            first.key, first.title, first.width, lambda row, now: drawn.append(row) or row.name, first.order
        )
        agents.columns = (counted, *agents.columns[1:])
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
    owners = (BoardScreen, RowList, AnswerScreen, InconsistencyScreen, CaseScreen, SeenScreen)
    for binding in (one for owner in owners for one in owner.BINDINGS):
        assert binding.id, binding
        assert f"`{binding.id}`" in page, binding.id
