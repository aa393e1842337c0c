"""The page of payments by terminal and link, by what the back office types and sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Static

from agent_tui.i18n import set_language
from rules.paying.intent_orders import (
    AskAgain,
    IntentsQuery,
    ReadTerminalFile,
    RefundIntent,
    SendTerminalFile,
    TerminalFileRead,
    UnderWay,
    UnderWayList,
    WithdrawIntent,
)
from rules.paying.intents import Intent
from rules.paying.terminal_files import Matched, TerminalRow
from rules.questions import Done
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio


def under_way(number: int, status: str, **more: Any) -> UnderWay:
    intent = Intent(
        id=f"019aa-{number:08X}", account_id=number, method="link", amount=3_550_00, currency="MXN",
        asked=NOW - timedelta(minutes=number), status=status, agent="ana",
        **({"gateway": "stripe"} | more),
    )  # fmt: skip
    return UnderWay(
        intent=intent, client=f"Cliente {number}", portfolio="Autos", account=f"A{number}", changed=NOW,
        policy=f"AUT-{number}", receipts=(3,),
    )  # fmt: skip


ROWS = (
    under_way(1, "unknown"),
    under_way(2, "pending", url="https://pay.example/2", expires=NOW + timedelta(hours=11)),
    under_way(3, "approved", last4="4242", brand="visa", auth_code="A7"),
)


@pytest.fixture
def page(receipts: Any) -> Any:
    receipts.service.replies[IntentsQuery] = lambda asked: UnderWayList(
        rows=ROWS if asked.over else ROWS[:2], at=NOW
    )
    for order in (AskAgain, WithdrawIntent, RefundIntent):
        receipts.service.replies[order] = Done()
    return receipts


async def settled(pilot: Any) -> None:
    for _ in range(4):
        await pilot.pause()


def orders(page: Any) -> list[Any]:
    return [one for one in page.service.asked if isinstance(one, AskAgain | WithdrawIntent | RefundIntent)]


async def test_what_is_not_known_is_asked_about_again(page: Any) -> None:
    async with page.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        page.type("t")
        await settled(pilot)
        assert "2 under way · ! 1 not known" in page.text()
        page.type("a")
        await settled(pilot)
        assert orders(page) == [AskAgain(id=ROWS[0].intent.id)]
        assert "It is being asked." in page.text()
        page.type("down")
        await settled(pilot)
        assert "https://pay.example/2" in page.text()


async def test_giving_up_is_confirmed_first(page: Any) -> None:
    async with page.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        page.type("t")
        await settled(pilot)
        page.type("w", "escape")
        await settled(pilot)
        assert orders(page) == []
        page.type("w", "enter")
        await settled(pilot)
        assert orders(page) == [WithdrawIntent(id=ROWS[0].intent.id)]


async def test_a_refund_needs_an_amount_and_why_and_money_that_came(page: Any) -> None:
    async with page.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        page.type("t")
        await settled(pilot)
        page.type("d")
        await settled(pilot)
        assert "Nothing came in by this payment." in page.text()
        page.type("o")
        await settled(pilot)
        page.type("down", "down", "d", "enter")
        await settled(pilot)
        assert "An amount and why" in page.text()
        page.type(*"pagó")
        page.type("enter")
        await settled(pilot)
        [order] = orders(page)
        assert (order.id, order.body.amount, order.body.why) == (ROWS[2].intent.id, 3_550_00, "pagó")


async def test_a_terminals_file_is_looked_at_and_booked(page: Any) -> None:
    rows = (TerminalRow(line=2, amount=100, auth_code="1"), TerminalRow(line=3, amount=200, auth_code="2"))
    page.service.replies[ReadTerminalFile] = rows
    verdicts = (Matched(line=2, verdict="settled", intent_id="i"), Matched(line=3, verdict="unknown"))
    page.service.replies[SendTerminalFile] = TerminalFileRead(matched=verdicts)
    async with page.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        page.type("t")
        await settled(pilot)
        page.type("f", *"v.csv", "enter")
        await settled(pilot)
        assert page.service.jobs == [ReadTerminalFile(path="v.csv", zone="America/Mexico_City")]
        text = page.text()
        assert "to be booked" in text
        assert "nobody asked for it" in text
        assert "One payment to book: b books it." in text
        page.type("b")
        await settled(pilot)
        sent = [one.body.dry for one in page.service.asked if isinstance(one, SendTerminalFile)]
        assert sent == [True, False]
        assert "One payment booked." in page.text()


async def test_a_file_that_can_not_be_read_says_why(page: Any) -> None:
    async with page.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        page.type("t")
        await settled(pilot)
        page.type("f", *"v.csv")
        page.service.refuse = "file: Line 3: x is no amount."
        page.type("enter")
        await settled(pilot)
        assert "Not read: Line 3: x is no amount." in page.text()
        assert page.screen.query_one("#page-said", Static)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_page_fits(page: Any, width: int, language: str, snapshot: Any) -> None:
    set_language(language)
    async with page.run_test(size=(width, 24)) as pilot:
        await settled(pilot)
        page.type("t")
        await settled(pilot)
        page.type("o", "down")
        await settled(pilot)
        assert page.text() == snapshot
