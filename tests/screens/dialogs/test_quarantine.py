"""What the hub did not take, on the screen: why, what to do, and the decision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.desk import OfflineBlock, PutAside, Refused
from rules.facts import Event

pytestmark = pytest.mark.anyio


def put_aside(number: int, reason: str = "forbidden", **changes: object) -> PutAside:
    made = datetime(2026, 11, 20, 16, 41, tzinfo=UTC)
    body = {"client_id": 1, "code": "PPT", "amount": 150_000, "currency": "MXN", "note": "paga su hijo"}
    event = Event(id=f"f{number}", seq=number, kind="result", at=made, body=body)
    return PutAside(event=event, reason=reason, refused_at=made, client="María Ruiz", **changes)  # type: ignore[arg-type]  # fields by name


@pytest.fixture
def desk(make_desk):
    desk = make_desk()
    desk.put_aside = [put_aside(1, held_back=2), put_aside(2, "unheard_of")]
    return desk


async def test_each_says_who_what_why_and_what_to_do(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "-")
        text = screen_text(pilot.app)
        assert all(
            word in text for word in ("María Ruiz", "PPT", "the portfolio is not yours", "holds 2 back")
        )
        assert "send again" in text
        await pilot.press("enter")
        await pilot.pause()
        text = screen_text(pilot.app)
        assert all(word in text for word in ("1,500.00", "paga su hijo", "(forbidden)"))


async def test_it_is_sent_again(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "-a")
        await pilot.pause()
        assert desk.decided == [("f1", "")]
        assert "on its way again" in screen_text(pilot.app)


async def test_it_is_let_go_for_a_reason_and_stays_visible(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, "-g2")
        await pilot.pause()
        assert desk.decided == [("f1", "mistake")]
        assert "let go: " in screen_text(pilot.app)
        await pilot.press("a")
        assert len(desk.decided) == 1, "what is let go is decided"


async def test_the_key_belongs_to_a_line_that_has_a_text(desk, make_app, type_keys):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "m -")
        assert pilot.app.screen.line.value == "m -"


async def test_clients_for_working_offline_are_asked_for(make_app, make_desk, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "&")
        assert "Asking the hub for clients for working offline" in screen_text(pilot.app)
        desk.block = OfflineBlock(clients=38, until=datetime(2026, 11, 20, 21, 30, tzinfo=UTC))
        desk.changed()
        await pilot.pause()
        await pilot.pause()
        assert "38 clients for working offline, until 15:30" in screen_text(pilot.app)
        desk.offline = Refused(code="block_offline")
        await type_keys(pilot, "&")
        assert "can't be reached" in screen_text(pilot.app)
