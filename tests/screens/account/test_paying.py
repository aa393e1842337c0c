"""Taking a payment while the client is on the line, by what the agent types and sees."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules import notes
from rules.clients import Client
from rules.desk import Refused, Saved
from rules.paying.facts import IntentBody, IntentEndBody, RecordingBody, TerminalResultBody
from screens.account import paying
from tests.screens.conftest import NOW, maria

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _english(english: None) -> None:
    set_language("en")


@pytest.fixture
def service(make_desk: Any) -> Any:
    """A desk on which a note changes the client, as on a workstation."""
    desk = make_desk(maria())

    def note(body: Any) -> Any:
        if desk.refuse:
            return desk.refuse
        desk.notes.append(body)
        fact = f"019aa-n{len(desk.notes):07}"
        desk.clients[0] = notes.apply(desk.clients[0], fact, body, NOW, "Ana López")
        return Saved(fact_id=fact, desk=desk.desk())

    desk.note = note
    return desk


def brought(service: Any, **changes: Any) -> None:
    """What the sync brings about the newest payment, in its own thread."""
    client: Client = service.clients[0]
    newest = msgspec.structs.replace(client.intents[-1], **changes)
    service.clients[0] = msgspec.structs.replace(client, intents=(*client.intents[:-1], newest))
    service.changed()


async def opened(pilot: Any, type_keys: Any) -> None:
    """The dialog, amounts shown."""
    for keys in ("*1", "$", "p"):
        await type_keys(pilot, keys)
        await pilot.pause()
    await pilot.pause()


def kinds(service: Any) -> list[tuple[str, str]]:
    return [(one.action, one.why) for one in service.notes if isinstance(one, RecordingBody)]


async def test_a_link_is_asked_for_shown_paid_and_stands_on_the_line(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any, until: Any
) -> None:
    app = make_app(service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        assert await until(pilot, lambda: "Recording paused" in screen_text(app))
        assert kinds(service) == [("pause", "terminal")]
        assert "rec3/4" in screen_text(app)
        await type_keys(pilot, "liga e1")
        assert "link: MXN 3,550.00 · receipts 3/4 · sent to mfruiz@example.com" in screen_text(app)
        await type_keys(pilot, "<enter>")
        asked = service.notes[-1]
        assert isinstance(asked, IntentBody)
        assert (asked.amount, asked.receipts, asked.point_id) == (3_550_00, (3,), "e1")
        assert await until(pilot, lambda: "asked for" in screen_text(app))
        brought(service, status="pending", url="https://pay.example/1")
        assert await until(pilot, lambda: "https://pay.example/1" in screen_text(app))
        brought(service, status="approved", auth_code="A77", last4="4242", brand="visa")
        assert await until(pilot, lambda: "approved auth. A77 visa ···4242" in screen_text(app))
        await type_keys(pilot, "<escape><escape>")
        assert kinds(service)[-1] == ("resume", "left")
        assert app.screen.line.value == "paga 3550.00 liga #A77"
        assert "✓ Paid: MXN 3,550.00 · reference A77" in screen_text(app)
        await type_keys(pilot, "noco")
        assert app.screen.line.value == "noco", "what is typed takes the suggestion's place"


async def test_what_a_terminal_printed_is_typed_in(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any, until: Any
) -> None:
    app = make_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        await type_keys(pilot, "tpv<enter>")
        assert "Reference to type into the terminal" in screen_text(app)
        await type_keys(pilot, "ok 123456 4242 visa")
        assert "The terminal approved it: 123456 visa ···4242" in screen_text(app)
        await type_keys(pilot, "<enter>")
        printed = service.notes[-1]
        assert isinstance(printed, TerminalResultBody)
        assert (printed.outcome, printed.auth_code, printed.last4) == ("approved", "123456", "4242")
        assert await until(pilot, lambda: "approved auth. 123456 visa ···4242" in screen_text(app))
        await type_keys(pilot, "<escape><escape>")
        assert app.screen.line.value == "paga 3550.00 tpv #123456"


async def test_a_payment_is_given_up_and_a_second_one_of_the_same_refused(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any
) -> None:
    app = make_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        await type_keys(pilot, "liga<enter>liga<enter>")
        assert "A payment of the same is under way" in screen_text(app)
        await type_keys(pilot, "<ctrl+u>fin<enter>")
        assert isinstance(service.notes[-1], IntentEndBody)
        assert "given up" in screen_text(app)


async def test_no_card_number_is_kept(service: Any, make_app: Any, screen_text: Any, type_keys: Any) -> None:
    app = make_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        await type_keys(pilot, "tpv 4242 4242 4242 4242<enter>")
        assert "card number" in screen_text(app)
        assert len(service.notes) == 2, "the revealing and the pause alone"


async def test_the_recording_goes_on_after_three_minutes(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any, until: Any, monkeypatch: Any
) -> None:
    seconds = [1_000.0]
    monkeypatch.setattr(paying, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(paying, "LOOK_S", 0.1)
    app = make_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        assert await until(pilot, lambda: "180 s left" in screen_text(app))
        seconds[0] += 181
        assert await until(pilot, lambda: "Recording again: three minutes are over" in screen_text(app))
        await type_keys(pilot, "<escape>")
        assert kinds(service) == [("pause", "terminal"), ("resume", "timeout")]


async def test_what_the_desk_refuses_is_said(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any
) -> None:
    app = make_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        await type_keys(pilot, "liga")
        service.refuse = Refused(code="not_on_desk")
        await type_keys(pilot, "<enter>")
        assert "It was not taken" in screen_text(app)


async def test_a_decline_is_told_on_the_desk(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any, until: Any
) -> None:
    app = make_app(service)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        await type_keys(pilot, "liga<enter><escape><escape>")
        brought(service, status="declined", reason="insufficient_funds")
        assert await until(pilot, lambda: "declined: not enough funds" in screen_text(app))
        assert app.screen.line.value == ""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_dialog_fits(
    service: Any, make_app: Any, screen_text: Any, type_keys: Any, snapshot: Any, width: int, language: str,
    monkeypatch: Any,
) -> None:  # fmt: skip
    monkeypatch.setattr(paying, "monotonic", lambda: 1_000.0)
    set_language(language)
    app = make_app(service)
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        await opened(pilot, type_keys)
        await type_keys(pilot, "liga rec4<enter>")
        brought(service, status="pending", url="https://pay.example/c/abcdefgh")
        await pilot.pause(0.6)
        await type_keys(pilot, "tpv rec3")
        assert screen_text(app) == snapshot
