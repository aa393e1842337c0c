"""The agent's messages: told without a pop-up, read by one key, answered from one line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agent_tui.i18n import set_language
from rules.desk import KeptMessage, Refused
from rules.messages import Message
from tests.screens.conftest import NOW

pytestmark = pytest.mark.anyio


def letter(number: int, kind: str = "notice", **more: Any) -> KeptMessage:
    given: dict[str, Any] = {
        "id": f"m{number}", "at": NOW - timedelta(minutes=number), "kind": kind, "writer": "laura",
        "writer_name": "Laura Ibarra", "text": f"Paren la cartera Vida, aviso {number}",
    }  # fmt: skip
    return KeptMessage(message=Message(**(given | more)))


@pytest.fixture
def desk(make_desk):
    desk = make_desk()
    desk.letters = [letter(1, "urgent"), letter(2), letter(3, "coaching", text="Pregunta antes el motivo")]
    return desk


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_the_list_as_it_looks(desk, make_app, type_keys, screen_text, snapshot, size):
    set_language("en")
    async with make_app(desk).run_test(size=size) as pilot:
        await type_keys(pilot, ":<enter>")
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot


async def test_the_top_line_counts_them_and_an_urgent_one_is_told_once(
    desk, make_app, type_keys, screen_text
):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = screen_text(pilot.app)
        assert "✉3!" in text
        assert "Laura Ibarra: Paren la cartera Vida" in text
        await type_keys(pilot, ":<enter><escape>")
        text = screen_text(pilot.app)
        assert "✉2 " in text
        assert "Paren la cartera" not in text


async def test_one_that_comes_mid_line_takes_no_key(make_desk, make_app, type_keys, screen_text):
    desk = make_desk()
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "p15")
        desk.letters = [letter(1, "urgent")]
        desk.changed()
        await type_keys(pilot, "00")
        assert pilot.app.screen.line.value == "p1500"
        assert pilot.app.screen.line.has_focus
        assert "‼ Laura Ibarra" in screen_text(pilot.app)


async def test_enter_reads_it_and_only_then_is_it_shown(desk, make_app, type_keys, screen_text):
    long = "Junta " + "larga " * 30 + "al final"
    desk.letters = [letter(1, text=long)]
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, ":")
        assert "al final" not in screen_text(pilot.app)
        await type_keys(pilot, "<enter>")
        assert "al final" in screen_text(pilot.app)
        assert desk.letters[0].read


async def test_an_answer_goes_to_its_writer_and_a_word_to_the_lead(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, ":aEnterada, paro<enter>")
        assert desk.written == [("Enterada, paro", "m1")]
        assert desk.letters[0].read, "who answers has read it"
        await type_keys(pilot, "wNecesito ayuda<enter>")
        assert desk.written[1:] == [("Necesito ayuda", "")]
        assert pilot.app.screen.query_one("RowList").has_focus


async def test_what_is_refused_stays_on_the_line_with_its_reason(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, ":w4111 1111 1111 1111")
        desk.refuse = Refused(code="card_number_in_note")
        await type_keys(pilot, "<enter>")
        text = screen_text(pilot.app)
        assert "holds a card number" in text or "número de tarjeta" in text
        assert "4111" in text


async def test_a_coaching_note_is_read_and_not_answered(desk, make_app, type_keys, screen_text):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, ":<end>a")
        assert not pilot.app.screen.has_class("-typing")
        await type_keys(pilot, "<enter>")
        assert "Pregunta antes el motivo" in screen_text(pilot.app)
        assert [one.message.id for one in desk.letters if one.read] == ["m3"]


async def test_its_client_is_opened(make_desk, make_app, type_keys):
    desk = make_desk()
    desk.letters = [letter(1, client_id=2, client="John Q. Sample")]
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, ":c")
        await pilot.pause()
        assert desk.client.id == 2


async def test_what_comes_while_the_list_is_open_is_seen(desk, make_app, type_keys, screen_text, monkeypatch):
    monkeypatch.setattr("screens.messages.LOOK_EVERY_S", 0.05)
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, ":")
        desk.letters = [*desk.letters, letter(0, text="Una más")]
        await pilot.pause(0.2)
        assert "Una más" in screen_text(pilot.app)


async def test_the_key_belongs_to_a_line_that_has_a_text(desk, make_app, type_keys):
    async with make_app(desk).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "p 50%:")
        assert pilot.app.screen.line.value == "p 50%:"
