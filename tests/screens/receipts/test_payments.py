"""The payments page by what the back office types and sees."""

from __future__ import annotations

from typing import Any

import pytest

from agent_tui.i18n import set_language
from rules.books.payment_desk import (
    ApplyDeposit,
    AskRefund,
    Bounce,
    DecideMoney,
    Ordered,
    Payments,
    PaymentsQuery,
    TakeBack,
    Trace,
    TraceQuery,
    Transfer,
)
from rules.questions import Done
from rules.tables import Column, Row, Table
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

PAYMENT_COLUMNS = (
    Column(key="at", title="when", kind="instant"),
    Column(key="account", title="account", kind="code"),
    Column(key="amount", title="amount", kind="money"),
    Column(key="deposit", title="in deposit", kind="money"),
    Column(key="state", title="state", kind="word"),
    Column(key="policy", title="policy", kind="code"),
    Column(key="client", title="client"),
    Column(key="channel", title="channel", kind="code"),
    Column(key="reference", title="reference", kind="code"),
    Column(key="portfolio", title="portfolio"),
)
ORDER_COLUMNS = (
    Column(key="what", title="what", kind="word"),
    Column(key="account", title="account", kind="code"),
    Column(key="amount", title="amount", kind="money"),
    Column(key="to", title="to whom"),
    Column(key="by", title="by"),
    Column(key="why", title="why"),
    Column(key="instruction", title="instruction", kind="code"),
    Column(key="at", title="when", kind="instant"),
)
AT = NOW.isoformat()


def table(name: str, title: str, columns: tuple[Column, ...], *rows: tuple[str, tuple[Any, ...]]) -> Table:
    return Table(
        name=name, title=title, columns=columns, at=NOW,
        rows=tuple(Row(key=key, cells=cells, currency="MXN") for key, cells in rows),
    )  # fmt: skip


PAID = (
    (
        "7",
        (
            AT,
            "P-0007",
            4_010_00,
            530_00,
            "in deposit",
            "AUT-7",
            "Rosa Díaz",
            "spei",
            "SPEI-7",
            "Seguros Norte",
        ),
    ),
    ("8", (AT, "P-0008", 3_480_00, None, "applied", "AUT-8", "Luis Gil", "tpv", "TPV-8", "Seguros Norte")),
)
WAITS = ("o1", ("refund", "P-0007", 530_00, "Rosa Díaz", "Laura Ibarra", "paid twice", "", AT))


def payments(*orders: tuple[str, tuple[Any, ...]]) -> Payments:
    return Payments(
        payments=table("payments", "Payments", PAYMENT_COLUMNS, *PAID),
        orders=table("money_orders", "Waiting for a second person", ORDER_COLUMNS, *orders),
    )


@pytest.fixture
def desk(receipts: Any) -> Any:
    receipts.service.replies |= {PaymentsQuery: payments(WAITS)}
    return receipts


async def opened(desk: Any, pilot: Any) -> None:
    await pilot.press("m")
    await pilot.pause()


def asked(desk: Any, kind: type) -> Any:
    return next((one for one in reversed(desk.service.asked) if type(one) is kind), None)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)])
async def test_the_page_as_it_looks(desk: Any, snapshot: Any, language: str, size: tuple[int, int]) -> None:
    set_language(language)
    async with desk.run_test(size=size) as pilot:
        await opened(desk, pilot)
        assert desk.text() == snapshot


async def test_a_deposit_is_applied_by_one_key(desk: Any) -> None:
    desk.service.replies[ApplyDeposit] = Done()
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("a")
        await pilot.pause()
        assert asked(desk, ApplyDeposit).payment_id == 7
        assert "Applied" in desk.text()


@pytest.mark.parametrize(("key", "kind"), [("u", TakeBack), ("x", Bounce)])
async def test_what_goes_back_needs_a_reason(desk: Any, key: str, kind: type) -> None:
    desk.service.replies[kind] = Done()
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("down", key, "enter")
        await pilot.pause()
        assert "say why" in desk.text()
        assert asked(desk, kind) is None
        await pilot.press(*"returned", "enter")
        await pilot.pause()
        assert (asked(desk, kind).payment_id, asked(desk, kind).body.why) == (8, "returned")


async def test_a_transfer_and_a_refund_are_one_line_each(desk: Any) -> None:
    desk.service.replies |= {Transfer: Ordered(order="o2"), AskRefund: Ordered(order="o3")}
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("t", *"AUT-9 1500 #C-88 wrong policy", "enter")
        await pilot.pause()
        moving = asked(desk, Transfer).body
        assert (moving.to, moving.amount, moving.instruction, moving.why) == (
            "AUT-9", 1_500_00, "C-88", "wrong policy",
        )  # fmt: skip
        assert "another person" in desk.text()
        await pilot.press("d", *"paid twice", "enter")
        await pilot.pause()
        assert (asked(desk, AskRefund).body.amount, asked(desk, AskRefund).body.why) == (0, "paid twice")


async def test_the_second_person_approves_or_says_why_not(desk: Any) -> None:
    desk.service.replies[DecideMoney] = Done()
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("y")
        await pilot.pause()
        assert (asked(desk, DecideMoney).order_id, asked(desk, DecideMoney).body.verdict) == ("o1", "approve")
        await pilot.press("n", *"no", "enter")
        await pilot.pause()
        assert (asked(desk, DecideMoney).body.verdict, asked(desk, DecideMoney).body.why) == ("deny", "no")


async def test_tab_goes_to_the_orders_and_nothing_waits_is_said(desk: Any) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert "paid twice" in desk.text()
        desk.service.replies[PaymentsQuery] = payments()
        await pilot.press("f5", "y")
        await pilot.pause()
        assert "No order waits" in desk.text()
        assert desk.focused.id == "payments"


async def test_a_search_stays_until_it_is_emptied(desk: Any) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("f", *"AUT-7/2", "enter")
        await pilot.pause()
        assert asked(desk, PaymentsQuery).search == "AUT-7/2"
        assert "/AUT-7/2" in desk.text().splitlines()[0]


@pytest.mark.parametrize("language", ["en", "es"])
async def test_enter_shows_where_the_money_went(desk: Any, snapshot: Any, language: str) -> None:
    set_language(language)
    entries = (
        Column(key="at", title="when", kind="instant"), Column(key="what", title="what", kind="word"),
        Column(key="target", title="receipt or component", kind="code"),
        Column(key="amount", title="amount", kind="money"), Column(key="by", title="by"),
        Column(key="why", title="why"), Column(key="account", title="account", kind="code"),
    )  # fmt: skip
    pays = (
        Column(key="target", title="receipt or component", kind="code"),
        Column(key="account", title="account", kind="code"),
        Column(key="amount", title="amount", kind="money"),
    )
    now = (("0", ("AUT-7 1/4", "P-0007", 3_480_00)), ("1", ("", "P-0007", 530_00)))
    desk.service.replies[TraceQuery] = Trace(
        account="P-0007", client="Rosa Díaz", reference="SPEI-7", amount=4_010_00, currency="MXN",
        state="in deposit",
        pays=table("pays", "What it pays", pays, *now),
        entries=table(
            "entries", "Movements", entries,
            ("1", (AT, "received", "", 4_010_00, "", "", "P-0007")),
            ("2", (AT, "applied", "AUT-7 1/4", 3_480_00, "", "", "P-0007")),
            ("3", (AT, "taken back", "AUT-7 1/4", 3_480_00, "Olga", "wrong receipt", "P-0007")),
        ),
    )  # fmt: skip
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert asked(desk, TraceQuery).payment_id == 7
        assert desk.text() == snapshot
