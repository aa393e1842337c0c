"""Skipping a client: one digit is the reason."""

from __future__ import annotations

import pytest

from agent_tui.i18n import set_language
from rules.facts import SKIP_REASONS
from screens.skip import WORDS, SkipScreen

pytestmark = pytest.mark.anyio


def test_every_reason_has_its_words():
    assert set(WORDS) == set(SKIP_REASONS)


@pytest.mark.parametrize("place", range(1, len(SKIP_REASONS) + 1))
async def test_a_digit_is_the_reason(shown, place):
    app = shown(SkipScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        app.type(str(place))
        await pilot.pause()
        assert app.answers == [SKIP_REASONS[place - 1]]


async def test_escape_skips_nothing(shown):
    app = shown(SkipScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("9", "escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_a_click_on_a_reason_is_its_digit(shown):
    app = shown(SkipScreen())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = app.text().splitlines()
        y = next(y for y, line in enumerate(lines) if WORDS["needs_lead"] in line)
        await pilot.click(offset=(lines[y].index("needs"), y))
        assert app.answers == ["needs_lead"]


async def test_it_speaks_spanish(shown, snapshot):
    set_language("es")
    app = shown(SkipScreen())
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.pause()
        assert app.text() == snapshot
