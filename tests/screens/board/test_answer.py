"""Answering a request for approval on the board."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.clients import Account, Request
from rules.facts import Instalment, Terms
from rules.protocol import Answer, Asked, Decision
from screens.board.answer import AnswerScreen
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

ACCOUNT = Account(
    id=2, product="card", name="TDC Oro", number="···5512", currency="MXN", overdue=1_204_50,
    total=8_900_10, days=70, bucket="B3",
    components={"gastos_cobranza": 350_00, "iva_gastos": 56_00, "moratorios": 798_50,
                "capital_vigente": 7_695_60},
)  # fmt: skip
TERMS = Terms(
    kind="waiver",
    currency="MXN",
    to_pay=8_100_00,
    payments=(Instalment(due=date(2026, 11, 27), amount=8_100_00),),
    waived={"gastos_cobranza": 350_00, "iva_gastos": 56_00, "moratorios": 394_10},
)


def approval(agent: str = "ana") -> Decision:
    request = Request(
        id="r1", account_id=2, terms=TERMS, asked=NOW - timedelta(seconds=70), agent=agent,
        level="supervisor", reason="REDUC", note="paga hoy si bajan los moratorios",
    )  # fmt: skip
    return Decision(
        id="r1", kind="approval", at=request.asked, agent=agent, client="M··· R···", amount=TERMS.to_pay,
        currency="MXN", reason="waiver", asked=Asked(request=request, account=ACCOUNT, country="MX"),
    )  # fmt: skip


@pytest.fixture
def asking(board):
    """A board on which one approval waits, before all else."""

    def ask(agent: str = "ana"):
        service = board.service
        others = service.snapshot.decisions
        service.snapshot = msgspec.structs.replace(service.snapshot, decisions=(approval(agent), *others))
        return board

    return ask


async def opened(app, pilot):
    await pilot.pause()
    app.type("tab", "tab", "enter")
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_all_figures_are_in_sight(asking, snapshot, size, language):
    set_language(language)
    app = asking()
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        text = app.text()
        for figure in ("8,900.10", "$8,100.00", "8.99", "394.10", "404.40", "TDC Oro ···5512", "B3", "REDUC"):
            assert figure in text
        assert text == snapshot


@pytest.mark.parametrize(("key", "verdict", "told"), [("1", "approve", "Approved"), ("2", "deny", "Denied")])
async def test_a_digit_answers_and_the_board_says_so(asking, key, verdict, told):
    app = asking()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        app.type(key)
        await pilot.pause()
        await pilot.pause()
        assert app.service.answers == [("r1", Answer(verdict=verdict))]
        assert f"✓ {told}; the agent sees it now." in app.text()


async def test_a_counter_offer_shows_its_figures_before_it_is_sent(asking):
    app = asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        app.type("n", *"ok", "enter", "3", *"8400", " ", *"2x")
        await pilot.pause()
        assert "You offer: pays $8,400.00 (−5.62 %) in 2 payments until Dec 28" in app.text()
        app.type("enter")
        await pilot.pause()
        [(request_id, answer)] = app.service.answers
        assert (request_id, answer.verdict, answer.note) == ("r1", "counter", "ok")
        assert [payment.amount for payment in answer.terms.payments] == [4_200_00, 4_200_00]
        assert sum(answer.terms.waived.values()) == 500_10


async def test_what_can_not_be_read_is_not_sent(asking):
    app = asking()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        app.type("3", *"9000.50", "enter")
        await pilot.pause()
        assert "more than the" in app.text()
        app.type("escape", "escape")
        await pilot.pause()
        assert app.service.answers == []
        assert not isinstance(app.screen, AnswerScreen)


@pytest.mark.parametrize("code", ["already_answered", "beyond_authority", "offline", "something_new"])
async def test_a_refusal_is_said_on_the_board(asking, code):
    app = asking()
    app.service.refuse = code
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        app.type("1")
        await pilot.pause()
        await pilot.pause()
        assert "✗ " in app.text()
        assert "✓ Approved" not in app.text()


async def test_who_asked_is_not_offered_the_answer(asking):
    app = asking("lucia")
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        assert not isinstance(app.screen, AnswerScreen)
        assert "another lead has to answer" in app.text()
