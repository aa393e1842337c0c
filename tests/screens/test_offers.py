"""The offers: what an agent may grant goes on the line, what not is asked for."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from rules.clients import Request
from rules.facts import Instalment, RequestBody, Terms

from .conftest import NOW, maria

pytestmark = pytest.mark.anyio

IDENTIFIED = "111"
"""The answers by which the client's identity is confirmed."""


def debtor(**changes):
    """María with her card alone, 100 days past due, half of it charges."""
    client = maria()
    card = msgspec.structs.replace(
        client.accounts[1],
        overdue=5_000_00,
        total=10_000_00,
        days=100,
        bucket="B4",
        oldest_due=date(2026, 8, 12),
        components={"gastos_cobranza": 1_000_00, "capital_vencido": 4_000_00, "capital_vigente": 5_000_00},
    )
    fields = {"accounts": (card,), "policies": (), "promises": (), "rules": {"script.identity": "off"}}
    return msgspec.structs.replace(client, **(fields | changes))


def settlement(**changes):
    terms = Terms(
        kind="settlement",
        currency="MXN",
        to_pay=6_500_00,
        payments=(Instalment(due=date(2026, 11, 23), amount=6_500_00),),
        waived={"gastos_cobranza": 1_000_00, "capital_vencido": 2_500_00},
        valid_until=date(2026, 11, 24),
    )
    request = Request(
        id="q1", account_id=2, terms=terms, asked=NOW, agent="ana", level="remedial", status="approved",
        answered=NOW, answered_by="lupe",
    )  # fmt: skip
    return msgspec.structs.replace(request, **changes)


async def opened(pilot, type_keys):
    """The dialog over the desk, with its focus."""
    await type_keys(pilot, "+")
    await pilot.pause()
    await pilot.pause()


async def test_a_digit_puts_the_offer_on_the_line_and_enter_saves_it(
    make_app, make_desk, type_keys, screen_text
):
    desk = make_desk(debtor())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "+")
        await pilot.pause()
        assert "OFERTAS" in screen_text(pilot.app) or "OFFERS" in screen_text(pilot.app)
        await type_keys(pilot, "4")
        await pilot.pause()
        assert "plan 3xq 5000 30nov" in screen_text(pilot.app)
        assert pilot.app.focused is pilot.app.screen.line
        assert not desk.saved, "nothing is saved before Enter"
        await type_keys(pilot, "<enter>")
    (body,) = desk.saved
    assert (body.code, body.amount) == ("PLAN", 5_000_00)
    assert [one.amount for one in body.instalments] == [1_666_66, 1_666_66, 1_666_68]


async def test_what_is_above_the_agent_is_asked_for(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(debtor())
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys)
        await type_keys(pilot, "5")
        await pilot.pause()
        assert "María Fernanda" in screen_text(pilot.app), "the client stays"
        assert pilot.app.screen.line.value == ""
    (body,) = desk.notes
    assert isinstance(body, RequestBody)
    assert (body.account_id, body.level, len(body.terms.payments)) == (2, "senior", 6)
    assert not desk.saved


async def test_what_was_granted_stands_on_top_and_fills_the_line(make_app, make_desk, type_keys, screen_text):
    desk = make_desk(debtor(requests=(settlement(),)))
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "+")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "lupe" in text
        assert "35.00 %" in text
        await type_keys(pilot, "1")
        await pilot.pause()
        assert pilot.app.screen.line.value == "quit 6500 23nov"


async def test_a_reason_changes_the_ladder_and_goes_on_the_line(make_app, make_desk, type_keys, screen_text):
    async with make_app(make_desk(debtor())).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys)
        await type_keys(pilot, "rflu<enter>")
        await pilot.pause()
        assert "FLUJO" in screen_text(pilot.app)
        await type_keys(pilot, "1")
        await pilot.pause()
        assert pilot.app.screen.line.value == "ppt 5000 30nov r:flujo"


async def test_a_capacity_sheet_marks_offers_and_goes_into_the_note(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk(debtor())).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys)
        await type_keys(pilot, "c12000 8000 1500<enter>")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "2,500.00" in text
        assert "54.17 %" in text, "debts with the whole of it today"
        assert "!" in text.splitlines()[5], "all of it today is above what can be set aside"
        await type_keys(pilot, "4")
        await pilot.pause()
        line = pilot.app.screen.line
        assert line.value.startswith("plan 3xq 5000 30nov /")
        assert "12,000.00" in line.value
        assert line.reading.complete


@pytest.mark.parametrize("typed", ["12000", "mucho", "1 2 3 4", "12.345 1"])
async def test_a_capacity_sheet_that_does_not_read_is_said(
    make_app, make_desk, type_keys, screen_text, typed
):
    async with make_app(make_desk(debtor())).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys)
        await type_keys(pilot, f"c{typed}<enter>")
        await pilot.pause()
        assert pilot.app.screen._asked == "capacity"
        assert typed in screen_text(pilot.app)
        await type_keys(pilot, "<escape><escape>")
        await pilot.pause()
        assert pilot.app.focused is pilot.app.screen.line


async def test_nothing_is_offered_before_the_identity_is_confirmed(
    make_app, make_desk, type_keys, screen_text
):
    async with make_app(make_desk()).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "+")
        await pilot.pause()
        assert "3,550.00" not in screen_text(pilot.app)
        await type_keys(pilot, IDENTIFIED)
        await type_keys(pilot, "+")
        await pilot.pause()
        assert "3,550.00" in screen_text(pilot.app)


async def test_a_plan_beyond_the_cover_is_flagged_and_can_be_saved(
    make_app, make_desk, type_keys, screen_text
):
    client = msgspec.structs.replace(maria(), rules={"script.identity": "off"})
    desk = make_desk(client)
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await opened(pilot, type_keys)
        await type_keys(pilot, "4")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "plan 3xq rec3 30nov" in text
        assert "28-nov 12:00" in text, "the preview says when the cover ends"
        await type_keys(pilot, "<enter>")
        await pilot.pause()
        assert not desk.saved, "the warning has to be seen once"
        assert "otra vez" in screen_text(pilot.app)
        await type_keys(pilot, "<enter>")
    assert [body.code for body in desk.saved] == ["PLAN"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_during_negotiation(make_app, make_desk, type_keys, screen_text, snapshot, size):
    desk = make_desk(debtor(requests=(settlement(),)))
    async with make_app(desk).run_test(size=size) as pilot:
        await opened(pilot, type_keys)
        await type_keys(pilot, "rreduc<enter>c12000 8000<enter><down><down>")
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot


async def test_hostile_words_are_shown_as_text(make_app, make_desk, type_keys, screen_text, make_hostile):
    client = msgspec.structs.replace(make_hostile("[red]\x1b[31m[/x"), rules={"script.identity": "off"})
    async with make_app(make_desk(client)).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "+")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "\x1b" not in text
        assert "[red]" in text
