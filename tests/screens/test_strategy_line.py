"""The strategy on the desk's screen: one line that costs no row, and a departure that is asked about once."""

from __future__ import annotations

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.desk import Guidance, Refused, Saved
from rules.facts import ResultBody
from rules.strategies.assigning import Assigned
from rules.strategies.plans import Plan

pytestmark = pytest.mark.anyio

PLAN = Plan(hours="09:00-12:00", per_day=3, script="insurance", offers=("full", "date"))
ASSIGNED = Assigned(rule="early", version=3, plan=PLAN, es="Temprana", en="Early")


@pytest.fixture
def guided_desk(make_desk):
    """A desk whose clients are under a rule; what is off strategy is kept once it is confirmed."""
    desk = make_desk()
    page, keep = desk._page, desk.save

    def guided(client):
        return msgspec.structs.replace(page(client), guidance=Guidance(assigned=ASSIGNED, tried=1))

    def save(body: ResultBody) -> Saved | Refused:
        if body.note or body.off_strategy == ("hours", "offer"):
            return keep(body)
        return Refused(code="off_strategy", params={"what": "hours,offer"})

    desk._page, desk.save = guided, save
    return desk


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((60, 24), ("Early",)),
        ((80, 24), ("Early · call 09–12 · attempt 2 of 3",)),
        ((98, 30), ("script insurance", "offers: all")),
    ],
)
async def test_the_line_says_what_there_is_room_for(make_app, guided_desk, screen_text, size, words):
    set_language("en")
    async with make_app(guided_desk).run_test(size=size) as pilot:
        await pilot.pause()
        text = screen_text(pilot.app)
        (line,) = (line for line in text.splitlines() if "CAPTURE" in line)
        assert all(word in line for word in words), line


async def test_a_departure_is_told_in_words_and_the_same_entry_again_saves(
    make_app, guided_desk, type_keys, screen_text
):
    set_language("en")
    async with make_app(guided_desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "noco<enter>")
        assert "Off strategy: outside its hours, an offer that is not on its menu" in screen_text(pilot.app)
        assert not guided_desk.saved
        await type_keys(pilot, "<enter>")
        (body,) = guided_desk.saved
        assert (body.strategy, body.off_strategy) == ("early@3", ("hours", "offer"))


async def test_a_reason_on_the_line_saves_at_once(make_app, guided_desk, type_keys):
    async with make_app(guided_desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "noco /lo pidió<enter>")
        assert [body.note for body in guided_desk.saved] == ["lo pidió"]
