"""The page of requests by what the back office types and sees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.backoffice import asking
from rules.backoffice.asks import Ask, Cancellation, ChannelChange, Endorse, Rehabilitation, Step
from rules.backoffice.calculations import unearned
from rules.backoffice.office_asks import (
    AnswerAsk,
    AskFigures,
    AskInFull,
    Asking,
    AskOwn,
    AskQuery,
    Asks,
    AsksQuery,
    DoAsk,
    ListedAsk,
    WithdrawAsk,
    WorkOut,
)
from rules.questions import Done
from tests.rules.insurance.policies import policy
from tests.screens.board.conftest import NOW
from widgets.ask_lines import answer_lines, step_lines

pytestmark = pytest.mark.anyio

TODAY = NOW.date()
FIGURES = unearned(policy(net=8_000_00, frequency="quarterly", paid=2), date(2026, 5, 1), "instalments")


def listed(number: int, asks: Any, **more: Any) -> ListedAsk:
    shape = {"late": False, "own": False}
    flags = {name: more.pop(name, flag) for name, flag in shape.items()}
    known = {
        "id": f"a{number}",
        "folio": asking.folio(f"a{number}"),
        "account_id": 70,
        "policy_id": 9,
        "asked": NOW - timedelta(hours=3 * number),
        "asks": asks,
        "agent": "ana",
        "currency": "MXN",
        "due": TODAY + timedelta(days=number),
    }
    client = "Juana Pérez"
    ask = Ask(**(known | more))
    return ListedAsk(ask=ask, client=client, portfolio="Seguros Norte", policy=f"AUT-4821{number}", **flags)


ENDS = listed(
    1, Cancellation(on=date(2026, 5, 1), method="instalments", amount=-3_000_00),
    amount=FIGURES.amount, steps=FIGURES.steps, note="vendió el auto", late=True,
    due=TODAY - timedelta(days=1),
)  # fmt: skip
BACK = listed(2, Rehabilitation(mode="extend", amount=3_480_00), status="approved", amount=3_480_00)
OWN = listed(3, Endorse(delta=1_200_00, what="Se agrega cobertura"), own=True, agent="lucia")
DOMI = listed(4, ChannelChange(to="domi", first_receipt=3, clabe="*9719"), status="approved")
ALL = Asks(asks=(ENDS, BACK, OWN, DOMI), at=NOW)


def in_full(query: AskQuery) -> AskInFull:
    found = next(one for one in ALL.asks if one.ask.id == query.ask_id)
    figures = FIGURES if found is ENDS else msgspec.structs.replace(FIGURES, amount=found.ask.amount)
    return AskInFull(listed=found, figures=figures, waits_for=480_00 if found is BACK else 0)


@pytest.fixture
def asked(receipts):
    receipts.service.replies |= {
        AsksQuery: ALL,
        AskQuery: in_full,
        AnswerAsk: Done(),
        DoAsk: Done(),
        WithdrawAsk: Done(),
        WorkOut: AskFigures(policy="AUT-48211", client="Juana Pérez", currency="MXN", figures=FIGURES),
        AskOwn: Asking(id="n1", folio="SO-AAAAA-BBBBB"),
    }
    return receipts


async def page(app, pilot, *keys):
    await typed(app, pilot, "a", *keys)


async def typed(app, pilot, *keys):
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()


def orders(app, kind):
    return [question for question in app.service.asked if isinstance(question, kind)]


async def test_a_request_is_read_with_its_steps_and_granted(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "enter")
        text = asked.text()
        assert "vendió el auto" in text
        assert "Net premium of the time that was used" in text
        assert "Given back to the client" in text
        assert "The client was told −3,000.00 MXN" in text
        await typed(asked, pilot, "a")
        [order] = orders(asked, AnswerAsk)
        assert (order.ask_id, order.body.verdict) == ("a1", "approve")
        assert "Granted" in asked.text()


async def test_to_deny_takes_a_reason(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "enter", "d", "enter")
        assert not orders(asked, AnswerAsk)
        assert "Say why" in asked.text()
        await typed(asked, pilot, *"falta la firma", "enter")
        [order] = orders(asked, AnswerAsk)
        assert (order.body.verdict, order.body.note) == ("deny", "falta la firma")


async def test_what_is_granted_is_done_for_the_amount_that_is_shown(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "end", "enter", "o")
        [order] = orders(asked, DoAsk)
        assert (order.ask_id, order.body.amount) == ("a4", 0)


async def test_what_waits_for_its_money_says_how_much_and_is_not_done(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "down", "enter")
        assert "480.00 MXN is missing in deposit" in asked.text()
        await typed(asked, pilot, "o")
        assert not orders(asked, DoAsk)


async def test_who_asked_can_only_take_it_back(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "down", "down", "enter", "a", "d")
        assert "another person has to" in asked.text()
        assert not orders(asked, AnswerAsk)
        await typed(asked, pilot, "w", *"ya no", "enter")
        [order] = orders(asked, WithdrawAsk)
        assert (order.ask_id, order.body.note) == ("a3", "ya no")


async def test_figures_by_hand_and_then_the_request(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "n")
        assert "AUT-48211 " in asked.text(), "the policy under the cursor stands on the line"
        await typed(asked, pilot, *"cancela corto plazo /por escrito", "enter")
        [question] = orders(asked, WorkOut)
        assert question.body.policy == "AUT-48211"
        assert question.body.asks == Cancellation(on=TODAY, method="short_rate")
        assert "Given back to the client" in asked.text()
        assert not orders(asked, AskOwn)
        await typed(asked, pilot, "enter")
        [order] = orders(asked, AskOwn)
        assert (order.body.note, order.body.asks) == ("por escrito", question.body.asks)
        assert "SO-AAAAA-BBBBB" in asked.text()


async def test_a_line_that_can_t_be_read_says_how_and_stays(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "n", *"baila", "enter")
        assert "cancela, compensa" in asked.text()
        assert "baila" in asked.text()
        assert not orders(asked, WorkOut)


async def test_a_refusal_of_the_centre_is_said(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "enter")
        asked.service.refuse = "beyond_your_amount"
        await typed(asked, pilot, "a")
        assert "more than your role may grant" in asked.text()


async def test_kinds_ended_ones_and_files(asked):
    async with asked.run_test(size=(80, 24)) as pilot:
        await page(asked, pilot, "f", "t", "e")
        last = orders(asked, AsksQuery)[-1]
        assert (last.kind, last.ended) == ("channel", True)
        [(table, form)] = asked.service.exported
        assert (form, len(table.rows), len(table.rows[0].cells)) == ("xlsx", 4, len(table.columns))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_how_the_page_looks(asked, snapshot, language, size):
    set_language(language)
    async with asked.run_test(size=size) as pilot:
        await page(asked, pilot)
        assert asked.text() == snapshot
        await typed(asked, pilot, "enter")
        assert asked.text() == snapshot


def test_steps_fit_any_width():
    steps = (*FIGURES.steps, Step(name="A name that is longer than the line is wide", how="1 × 2", amount=1))
    for width in (24, 40, 58, 100):
        assert all(line.cell_length <= width for line in step_lines(steps, width))


def test_how_the_first_charge_went_is_said_in_words():
    ask = msgspec.structs.replace(DOMI.ask, first_charge="insufficient_funds", status="done")
    told = " ".join(line.plain for line in answer_lines(ask, NOW, 80))
    assert "first charge: " in told
    assert "insufficient_funds" not in told
