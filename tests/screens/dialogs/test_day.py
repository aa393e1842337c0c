"""The agent's own day on one page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent_tui.i18n import set_language
from rules.goals import daily_goal
from screens.day import DayScreen

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 20, 11, 42, tzinfo=ZoneInfo("America/Mexico_City"))


@pytest.fixture
def page(shown, make_day) -> Callable[..., Awaitable[str]]:
    """The page of a day as it is read at 80x24."""

    async def text(**changes: object) -> str:
        app = shown(DayScreen(make_day(**changes), NOW))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            return app.text()

    return text


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_whole_day_fits_a_small_window(page, snapshot, language):
    set_language(language)
    text = await page()
    assert text == snapshot
    assert "Esc" in text


async def test_the_minimum_is_met_or_short_by_so_much(page):
    assert "short by 2:19" in await page()
    assert "minimum met" in await page(connected=21_600)
    assert "no minimum set" in await page(required=0)


async def test_without_goals_nothing_is_asked_for(page, make_day):
    text = await page(goal=0, goal_month=0, pace=daily_goal(0, 0, make_day().date))
    assert text.count("no goal set") == 2
    assert "needed" not in text


async def test_it_says_what_the_lead_does_not_see_yet(page):
    assert "as the lead sees it at 11:42 · 2 facts on their way" in await page(waiting=2)
    assert "the hub has told nothing yet today" in await page(heard=None)


async def test_the_last_day_of_the_month_asks_for_nothing_more(page, make_day):
    last = make_day().date.replace(day=30)
    text = await page(date=last, pace=daily_goal(800_000_00, 412_300_00, last))
    assert "needed each day" not in text
    assert "MXN 412,300.00  by the end of the month" in text


@pytest.mark.parametrize("key", ["escape", "equals_sign", "enter"])
async def test_its_own_key_closes_it(shown, make_day, key):
    app = shown(DayScreen(make_day(), NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type(key)
        await pilot.pause()
        assert app.answers == [None]
