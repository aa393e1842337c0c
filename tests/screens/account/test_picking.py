"""Other parts, and cover brought back: what the agent reads, picks and asks for."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from textual.containers import Vertical

from agent_tui.i18n import set_language
from rules.backoffice.asks import FrequencyChange, Rehabilitation
from rules.backoffice.facts import AskBody
from rules.insurance.policies import PolicySheet
from rules.insurance.receipts import grace_end
from tests.rules.insurance.policies import policy
from tests.screens.conftest import ZONE, maria

pytestmark = pytest.mark.anyio


def insured(**changes):
    """María, whose car is insured in quarterly receipts; the first is past due and in its grace."""
    fields = {
        "account_id": 1, "net": 12_000_00, "frequency": "quarterly", "fee": 550_00, "status": "grace",
        "starts": date(2026, 11, 1), "today": date(2026, 11, 20), "zone": ZONE.key,
    }  # fmt: skip
    return msgspec.structs.replace(
        maria(), rules={"script.identity": "off"}, policies=(policy(**(fields | changes)),)
    )


def lapsed():
    """The same with an older policy whose cover has ceased."""
    return insured(
        starts=date(2026, 10, 10),
        status="lapsed",
        lapsed_at=grace_end(date(2026, 10, 10), None, ZONE.key),
    )


async def opened(pilot, type_keys, key):
    await type_keys(pilot, "$")
    await pilot.pause()
    await type_keys(pilot, key)
    await pilot.pause()
    await pilot.pause()


async def test_each_way_to_pay_has_its_figures_and_a_digit_asks_for_it(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "f")
        text = screen_text(pilot.app)
        assert "1 × 14,558.00" in text, "a year at once: no surcharge"
        assert "1 × 7,855.52 + 1 × 7,217.52" in text, "INS-REC-2"
        await type_keys(pilot, "mens")
        await pilot.pause()
        assert "R2-12/12" in screen_text(pilot.app)
        await type_keys(pilot, " /lo pide su esposo<enter>")
    assert desk.notes == [
        AskBody(
            client_id=1,
            account_id=1,
            policy_id=9,
            asks=FrequencyChange(to="monthly"),
            note="lo pide su esposo",
        )
    ]  # fmt: skip


async def test_what_can_not_be_had_has_no_number_and_says_why(make_app, make_desk, type_keys, screen_text):
    whose = insured(paid=1, starts=date(2026, 8, 1))
    desk = make_desk(whose)
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "f")
        await type_keys(pilot, "sem<enter>")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "· semestral:" in text
        assert "anual · mensual" in text, "what would do"
    assert not desk.notes


async def test_without_terms_nothing_is_offered(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(insured(sheet=PolicySheet()))
    async with make_app(desk).run_test(size=(60, 24)) as pilot:
        await opened(pilot, type_keys, "f")
        await type_keys(pilot, "2<enter>")
        await pilot.pause()
        assert not desk.notes


async def test_in_the_grace_the_agent_reads_what_a_lapse_costs(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(insured())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "r")
        text = screen_text(pilot.app)
        assert "01-dic 12:00" in text
        assert "31-dic-2026" in text, "the last day to bring it back"
        assert "01-dic-2027" in text, "the end, if it moves by thirty days"
        await type_keys(pilot, "<enter>")
        await pilot.pause()
        assert "✗" in screen_text(pilot.app)
    assert not desk.notes


async def test_cover_that_ceased_is_brought_back_in_one_of_two_ways(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk(lapsed())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys, "r")
        text = screen_text(pilot.app)
        assert "21-oct-2027" in text, "eleven days more"
        assert "419.50" in text, "361.64 and 57.86 of tax for eleven days of 365"
        await type_keys(pilot, "2<enter>")
    asked = desk.notes[0].asks
    assert isinstance(asked, Rehabilitation)
    assert (asked.mode, asked.amount) == ("keep_end", lapsed().policies[0].receipts[0].total)


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=["60x24", "80x24", "120x40"])
@pytest.mark.parametrize("key", ["f", "r"])
async def test_how_they_look(make_app, make_desk, type_keys, screen_text, snapshot, size, key):
    set_language("en")
    async with make_app(make_desk(lapsed() if key == "r" else insured())).run_test(size=size) as pilot:
        await opened(pilot, type_keys, key)
        await type_keys(pilot, "1")
        await pilot.pause()
        part = pilot.app.screen.query_one(Vertical).region
        rows = screen_text(pilot.app).split("\n")[part.y : part.bottom]
        assert "\n".join(row[part.x : part.right].rstrip() for row in rows) == snapshot
