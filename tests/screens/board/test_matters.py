"""Deciding on the board about wrong data, overdue cases and what only had to be seen."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.cases import OUTCOMES
from rules.clients import Case
from rules.protocol import CaseClosing, Decision, InconsistencyCare, ReviewClosing
from screens.board.dialog import BoardDialog
from screens.board.matters import CaseScreen
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

WRONG = Decision(
    id="i1", kind="inconsistency", at=NOW - timedelta(days=2, hours=3), agent="ana", client="Juana P.",
    reason="payment_twice", evidence="1,500.00 2026-11-20: SPEI-1, SPEI-2", note="trae los dos recibos",
)  # fmt: skip
DISPUTE = Case(
    id="c1", kind="dispute", opened=NOW - timedelta(days=50), account_id=2, due=date(2026, 11, 21),
    clock="mx.clarification.hold", amount=350_00, currency="MXN", destination="ACL", reference="A-77",
    note="no reconoce el cargo", agent="bruno",
)  # fmt: skip
LATE = Decision(
    id="c1:due", kind="case_due", at=NOW - timedelta(hours=5), agent="bruno", client="Luis T.",
    amount=350_00, currency="MXN", reason="dispute", case=DISPUTE,
)  # fmt: skip
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}")


@pytest.fixture
def waiting(board):
    """A board on which one matter waits before all else."""

    def wait(decision: Decision):
        service = board.service
        others = service.snapshot.decisions
        service.snapshot = msgspec.structs.replace(service.snapshot, decisions=(decision, *others))
        return board

    return wait


async def typed(app, pilot, *keys):
    app.type(*keys)
    await pilot.pause()
    await pilot.pause()


async def opened(app, pilot, key="enter"):
    await pilot.pause()
    await typed(app, pilot, "tab", "tab", key)


@SIZES
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("decision", [WRONG, LATE], ids=lambda decision: decision.kind)
async def test_all_that_is_known_is_in_sight(waiting, snapshot, decision, language, size):
    set_language(language)
    app = waiting(decision)
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        text = app.text()
        known = (WRONG.evidence, WRONG.note) if decision is WRONG else ("A-77", "350.00", DISPUTE.note)
        for told in (*known, decision.client, decision.agent):
            assert told in text
        assert text == snapshot


async def test_wrong_data_is_taken_with_a_digit(waiting):
    app = waiting(WRONG)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "1")
        assert app.service.decided == [("i1", InconsistencyCare(owner="lucia"))]
        assert "✓ It is yours now." in app.text()


async def test_what_is_mine_is_not_taken_again(waiting):
    app = waiting(msgspec.structs.replace(WRONG, owner="lucia"))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "1")
        assert app.service.decided == []
        assert "it is yours" in app.text()


@SIZES
async def test_wrong_data_is_closed_with_a_note(waiting, size):
    app = waiting(WRONG)
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "2", *"era uno 12", "enter")
        assert app.service.decided == [("i1", InconsistencyCare(status="closed", note="era uno 12"))]
        assert "✓ Closed." in app.text()


async def test_a_card_number_is_not_sent(waiting):
    app = waiting(WRONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "2", *"4111111111111111", "enter")
        assert app.service.decided == []
        assert "card number" in app.text()
        await typed(app, pilot, *["backspace"] * 10, "enter")
        assert app.service.decided == [("i1", InconsistencyCare(status="closed", note="411111"))]


@pytest.mark.parametrize("keys", [["escape"], ["2", "x", "escape", "escape"]], ids=["at once", "in the line"])
async def test_escape_leaves_it_waiting(waiting, keys):
    app = waiting(WRONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, *keys)
        assert app.service.decided == []
        assert not isinstance(app.screen, BoardDialog)


@pytest.mark.parametrize("place", [1, 2, 3])
async def test_a_case_ends_with_the_outcome_of_the_digit_and_the_note(waiting, place):
    app = waiting(LATE)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "n", *"procede", "enter", str(place))
        outcome = OUTCOMES["dispute"][place - 1]
        assert app.service.decided == [("c1", CaseClosing(outcome=outcome, note="procede"))]
        assert "✓ Closed; the agent sees the answer" in app.text()


async def test_a_digit_beyond_the_outcomes_of_the_kind_ends_nothing(waiting):
    app = waiting(msgspec.structs.replace(LATE, case=msgspec.structs.replace(DISPUTE, kind="claim")))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "3")
        assert app.service.decided == []
        assert isinstance(app.screen, CaseScreen)


@SIZES
@pytest.mark.parametrize("word", ["", "ya pagó"])
async def test_x_closes_what_was_seen_with_or_without_a_word(board, snapshot, size, word):
    async with board.run_test(size=size) as pilot:
        await opened(board, pilot, "x")
        if not word:
            assert board.text() == snapshot
        await typed(board, pilot, *word, "enter")
        assert board.service.decided == [("1", ReviewClosing(note=word))]
        assert "✓ Closed." in board.text()


async def test_x_leaves_alone_what_is_to_be_decided_and_the_other_panes(waiting):
    app = waiting(WRONG)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await typed(app, pilot, "x")
        assert "Go to the decisions first" in app.text()
        await typed(app, pilot, "tab", "tab", "x")
        assert "Enter opens it" in app.text()
        assert not isinstance(app.screen, BoardDialog)
        assert app.service.decided == []


@pytest.mark.parametrize(
    "code", ["already_closed", "unknown_inconsistency", "wrong_role", "offline", "something_new"]
)
async def test_a_refusal_is_said_on_the_board(waiting, code):
    app = waiting(WRONG)
    app.service.refuse = code
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await typed(app, pilot, "1")
        assert "✗ " in app.text()
        assert "✓ " not in app.text()


async def test_hostile_words_stay_words(waiting):
    hostile = msgspec.structs.replace(WRONG, evidence="[red]\x1b[31m\u202e", note="[/]", owner="[b]x")
    app = waiting(hostile)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        text = app.text()
        assert "[red]" in text
        assert "[/]" in text
        assert not {"\x1b", "\u202e"} & set(text)
