"""The desk as text, as it is read in review: three widths, two languages, its main states."""

from __future__ import annotations

import pytest

from agent_tui.i18n import set_language
from rules.desk import NoClient

pytestmark = pytest.mark.anyio

SIZES = {"80x24": (80, 24), "100x30": (100, 30), "120x40": (120, 40), "200x50": (200, 50)}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_desk(make_app, make_desk, screen_text, snapshot, size, language):
    set_language(language)
    async with make_app(make_desk()).run_test(size=SIZES[size]) as pilot:
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot


@pytest.mark.parametrize(
    "keys", ["<f3>", "<f4>", "<f9>", "p1500 vie /x", "ppt 12.345<enter>", "<ctrl+n>", "<ctrl+s>", "<f1>"]
)
async def test_states_in_one_column(make_app, make_desk, type_keys, screen_text, snapshot, keys):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, keys)
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot


async def test_a_desk_without_a_client(make_app, make_desk, screen_text, snapshot):
    desk = make_desk()
    desk.at, desk.empty, desk.link, desk.waiting = 99, NoClient(why="offline"), "offline", 12
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot
