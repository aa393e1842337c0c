"""Hold and first from the board: the part under the cursor, until when and why, and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent_tui.i18n import set_language
from rules.directives import DirectivesQuery, EndDirective, GiveDirective
from rules.questions import Done
from rules.tables import Column, Row, Table
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

KEYS = ("directive", "portfolio", "bucket", "strategy", "by", "at", "until", "ended", "ended_by", "why")
INSTANTS = ("at", "until", "ended")
TABLE = Table(
    name="directives", title="Hold or first", at=NOW,
    columns=tuple(Column(key=key, title=key, kind="instant" if key in INSTANTS else "text") for key in KEYS),
    rows=(
        Row(key="d1", cells=("hold", "Vida individual", "B1", "", "lucia",
                             (NOW - timedelta(hours=1)).isoformat(), (NOW + timedelta(hours=2)).isoformat(),
                             None, None, "the insurer is down")),
        Row(key="d2", cells=("first", "Tarjetas Norte", "", "", "lucia",
                             (NOW - timedelta(days=1)).isoformat(), None,
                             (NOW - timedelta(hours=3)).isoformat(), "lucia", "month end")),
    ),
)  # fmt: skip


@pytest.fixture
def directing(board):
    board.service.replies |= {DirectivesQuery: TABLE, GiveDirective: Done(), EndDirective: Done()}
    return board


async def typed(app, pilot, *keys):
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()


def asked(app, kind):
    return [question for question in app.service.asked if isinstance(question, kind)]


async def test_the_part_under_the_cursor_is_held_until_a_clock(directing) -> None:
    async with directing.run_test(size=(80, 24)) as pilot:
        await typed(directing, pilot, "h", "1", *"14:30 visita", "enter")
        [order] = [question.body for question in asked(directing, GiveDirective)]
        assert (order.kind, order.portfolio, order.bucket) == ("hold", "Tarjetas Norte", "B0")
        assert (order.until, order.why) == (NOW.replace(hour=14, minute=30, second=0), "visita")
        assert order.notice.startswith("On hold from your next client on: Tarjetas Norte · B0 (until ")
        assert "It is in force" in directing.text()


async def test_a_wider_part_is_put_first(directing) -> None:
    async with directing.run_test(size=(80, 24)) as pilot:
        await typed(directing, pilot, "h", "b", "2", *"cierre", "enter")
        [order] = [question.body for question in asked(directing, GiveDirective)]
        assert (order.kind, order.bucket, order.until) == ("first", "", None)
        await typed(directing, pilot, "o", "2", *"x", "enter")
        assert asked(directing, GiveDirective)[-1].body.portfolio == "Vida individual"


async def test_no_order_without_a_reason(directing) -> None:
    async with directing.run_test(size=(80, 24)) as pilot:
        await typed(directing, pilot, "h", "1", *"2h", "enter")
        assert "Say why" in directing.text()
        assert not asked(directing, GiveDirective)


async def test_one_in_force_is_ended_with_a_reason(directing) -> None:
    async with directing.run_test(size=(80, 24)) as pilot:
        await typed(directing, pilot, "h", "3", *"is back", "enter")
        [end] = asked(directing, EndDirective)
        assert (end.id, end.body.why) == ("d1", "is back")
        assert end.body.notice == "As before from your next client on: Vida individual · B1. is back"
        await typed(directing, pilot, "down", "3")
        assert "This one has ended already." in directing.text()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_pictures(directing, snapshot, size, language) -> None:
    set_language(language)
    async with directing.run_test(size=size) as pilot:
        await typed(directing, pilot, "h")
        assert directing.text() == snapshot
