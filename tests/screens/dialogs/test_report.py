"""Reporting wrong data: two keys and Enter at most, a line for what shows it, nothing of a card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_tui.i18n import set_language
from rules.clients import Account, Client
from rules.contact import Permission
from rules.desk import ClientPage
from rules.facts import InconsistencyBody
from rules.inconsistencies import ISSUES
from screens.report import ReportScreen
from widgets.wording import ISSUES as WORDS

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.fixture
def page() -> ClientPage:
    card = Account(id=70, product="card", number="5500123456", currency="MXN", overdue=1, total=2, name="Oro")
    client = Client(
        id=7, name="Ana", country="MX", zones=("America/Mexico_City",), as_of=NOW, accounts=(card,)
    )
    return ClientPage(
        client=client, phones=(), permission=Permission(allowed=True), script=None, local_time=NOW
    )


def test_every_issue_has_its_words():
    assert set(WORDS) == set(ISSUES)


@pytest.mark.parametrize("place", range(1, len(ISSUES) + 1))
async def test_a_digit_and_enter_report(shown, page, place):
    app = shown(ReportScreen(page, 70))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type(str(place), "enter")
        await pilot.pause()
        assert app.answers == [InconsistencyBody(client_id=7, account_id=70, issue=ISSUES[place - 1])]


async def test_what_is_typed_after_the_digit_is_what_shows_it(shown, page):
    app = shown(ReportScreen(page, None))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("1", *"recibo 12", "enter")
        await pilot.pause()
        [body] = app.answers
        assert (body.issue, body.evidence, body.account_id) == ("payment_twice", "recibo 12", None)


async def test_enter_alone_reports_nothing(shown, page):
    app = shown(ReportScreen(page, 70))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("enter")
        await pilot.pause()
        assert app.answers == []
        app.type("escape")
        await pilot.pause()
        assert app.answers == [None]


@pytest.mark.parametrize(
    ("text", "said"), [("4111 1111 1111 1111", "card number"), ("cvv 123", "security code")]
)
async def test_card_data_are_refused_and_can_be_mended(shown, page, text, said):
    app = shown(ReportScreen(page, 70))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("9", *text, "enter")
        await pilot.pause()
        assert app.answers == []
        assert said in app.text()
        app.type(*["backspace"] * len(text), "enter")
        await pilot.pause()
        assert app.answers[0].evidence == ""


async def test_escape_in_the_line_reports_nothing(shown, page):
    app = shown(ReportScreen(page, 70))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("3", "x", "escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_a_click_on_an_issue_chooses_it(shown, page):
    app = shown(ReportScreen(page, 70))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = app.text().splitlines()
        y = next(y for y, line in enumerate(lines) if WORDS["wrong_amount"] in line)
        await pilot.click(offset=(lines[y].index("Amount"), y))
        app.type("enter")
        await pilot.pause()
        assert app.answers[0].issue == "wrong_amount"


async def test_it_says_what_it_is_about(shown, page, snapshot):
    set_language("es")
    app = shown(ReportScreen(page, 70))
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("1", *"dos recibos")
        await pilot.pause()
        assert app.text() == snapshot
