"""The own team beside the account: one key, no focus, and its age when it comes no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent_tui.i18n import set_language
from rules.team import Mate, Team
from tests.screens.conftest import NOW

pytestmark = pytest.mark.anyio


def mate(name: str, display: str, recovered: int, state: str = "available") -> Mate:
    return Mate(
        name=name, display_name=display, state=state, since=NOW, currency="MXN", touches=37, rpc=9,
        promises=4, recovered=recovered, goal=40_000_00,
    )  # fmt: skip


def a_team(at=NOW) -> Team:
    mates = (mate("beto", "Beto Ramírez", 18_450_00, "on_call"), mate("ana", "Ana López", 6_200_00))
    return Team(name="Norte", me="ana", at=at, mates=mates)


@pytest.fixture
def desk(make_desk):
    desk = make_desk()
    desk.mates = a_team()
    return desk


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}")
async def test_the_pane_as_it_looks(desk, make_app, type_keys, screen_text, snapshot, size):
    set_language("en")
    async with make_app(desk).run_test(size=size) as pilot:
        await type_keys(pilot, "%")
        assert screen_text(pilot.app) == snapshot


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (100, 30), (119, 40), (120, 40), (200, 50)])
async def test_it_comes_and_goes_and_the_line_keeps_the_focus(desk, make_app, type_keys, screen_text, size):
    async with make_app(desk).run_test(size=size) as pilot:
        before = screen_text(pilot.app)
        await type_keys(pilot, "%")
        text = screen_text(pilot.app)
        assert "Beto" in text
        assert desk.watched
        assert pilot.app.screen.line.has_focus
        await type_keys(pilot, "%")
        assert screen_text(pilot.app) == before
        assert not desk.watched


async def test_in_a_panels_place_any_panels_key_brings_the_panel_back(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "%<f2>")
        assert "Beto" not in screen_text(pilot.app)
        assert not desk.watched


async def test_it_stays_for_the_next_client(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "%<f5>")
        text = screen_text(pilot.app)
        assert "John" in text
        assert "Beto" in text


async def test_figures_that_come_no_more_say_their_age(desk, make_app, type_keys, screen_text):
    desk.mates = a_team(NOW - timedelta(minutes=3, seconds=5))
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "%")
        assert "3:05" in screen_text(pilot.app)


async def test_before_the_first_figures_it_says_what_it_waits_for(
    make_desk, make_app, type_keys, screen_text
):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        set_language("en")
        await type_keys(pilot, "%")
        assert "The team's figures come with" in screen_text(pilot.app)
        desk.mates = a_team()
        desk.changed()
        await pilot.pause()
        await pilot.pause()
        assert "Beto" in screen_text(pilot.app)
        assert "2/2" in screen_text(pilot.app) or "place 2 of 2" in screen_text(pilot.app)
