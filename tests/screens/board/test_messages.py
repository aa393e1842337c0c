"""Messages and coaching on the board: to whom, receipts, answers, and what is kept when nothing goes out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rules.correspondence import (
    MessageOrder,
    Messages,
    MessagesQuery,
    Reader,
    Readers,
    ReadersQuery,
    ReadOrder,
    Sent,
)
from rules.messages import Message
from rules.questions import Done
from screens.board.messages import MessagesScreen
from screens.board.readers import ReadersScreen
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

SENT = (
    Sent(
        id="s1", at=NOW - timedelta(minutes=9), kind="urgent", audience="all",
        text="Paren la cartera Vida hasta las 12:00", readers=12, delivered=9, read=4,
    ),
    Sent(
        id="s2", at=NOW - timedelta(days=2), kind="coaching", audience="user:ana",
        text="Buena apertura; pregunta antes el motivo", readers=1, delivered=1,
    ),
)  # fmt: skip
ANSWER = Message(
    id="r1", at=NOW, kind="notice", writer="bruno", writer_name="Bruno Díaz", text="Ya paré", answers="s1"
)


@pytest.fixture
def mail(board):
    """A board whose centre has some messages, and takes what is sent."""
    replies = board.service.replies
    replies[MessagesQuery] = Messages(sent=SENT, received=(ANSWER,))
    replies[MessageOrder] = lambda order: Sent(
        id=order.body.id, at=NOW, kind=order.body.kind, audience=order.body.audience, text=order.body.text
    )
    replies[ReadersQuery] = Readers(
        readers=(
            Reader(name="ana", display_name="Ana López", delivered_at=NOW),
            Reader(name="b", display_name="Beto"),
        )
    )
    replies[ReadOrder] = Done()
    return board


async def typed(app: Any, pilot: Any, *keys: str) -> str:
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()
    await pilot.pause()
    text: str = app.text()
    return text


def orders(app: Any) -> list[Any]:
    return [one.body for one in app.service.asked if isinstance(one, MessageOrder)]


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
async def test_the_page_as_it_looks(mail, snapshot, size):
    async with mail.run_test(size=size) as pilot:
        await pilot.pause()
        assert await typed(mail, pilot, "tab", "m") == snapshot


def test_every_key_stands_in_the_documentation():
    page = Path(__file__).parents[3].joinpath("docs/board.md").read_text(encoding="utf-8")
    for binding in (*MessagesScreen.BINDINGS, *ReadersScreen.BINDINGS):
        assert f"`{binding.id}`" in page, binding


async def test_on_an_agent_it_writes_to_that_agent(mail):
    async with mail.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        first = mail.service.snapshot.agents[0].name
        assert "Sent to" in await typed(mail, pilot, "tab", "m", "w", "H", "i", "enter")
        assert [(one.audience, one.kind, one.text) for one in orders(mail)] == [
            (f"user:{first}", "notice", "Hi")
        ]
        await typed(mail, pilot, "w", "f2", "f2", "s", "o", "enter")
        assert orders(mail)[-1].kind == "coaching"
        assert orders(mail)[-1].id != orders(mail)[0].id


async def test_elsewhere_it_writes_to_all_and_never_coaches_them(mail):
    async with mail.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await typed(mail, pilot, "m", "w", "f2", "G", "o", "enter")
        await typed(mail, pilot, "w", "f2", "O", "k", "enter")
        assert [(one.audience, one.kind) for one in orders(mail)] == [("all", "urgent"), ("all", "notice")]


async def test_a_decision_brings_its_client_along(mail):
    async with mail.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        text = await typed(mail, pilot, "tab", "tab", "m", "w")
        decision = next(one for one in mail.service.snapshot.decisions if one.client and one.client in text)
        await typed(mail, pilot, "H", "i", "enter", "w", "f3", "H", "o", "enter")
        assert [one.matter for one in orders(mail)] == [decision.id, ""], (
            "about nobody, once it is for several"
        )


async def test_what_could_not_be_sent_stays_on_the_line(mail):
    async with mail.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await typed(mail, pilot, "m", "w", "H", "i")
        mail.service.refuse = "offline"
        text = await typed(mail, pilot, "enter")
        assert "the hub does not answer" in text
        assert "Hi" in text
        mail.service.refuse = ""
        assert "Sent to all." in await typed(mail, pilot, "enter")
        assert len({one.id for one in orders(mail)}) == 1, "the same message, should the first have arrived"


async def test_enter_shows_who_has_read_it(mail):
    async with mail.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = await typed(mail, pilot, "m", "enter")
        assert "Ana López" in text
        assert "Beto" in text
        assert "Who has read it" not in await typed(mail, pilot, "escape")


async def test_an_answer_is_read_and_answered(mail):
    async with mail.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        text = await typed(mail, pilot, "m", "tab", "enter")
        assert "Ya paré" in text
        assert "↩ Paren la cartera" in text
        assert [one.message_id for one in mail.service.asked if isinstance(one, ReadOrder)] == ["r1"]
        await typed(mail, pilot, "w", "O", "k", "enter")
        assert orders(mail)[0].audience == "user:bruno"


async def test_coaching_has_a_list_of_its_own(mail):
    async with mail.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "pregunta antes" not in await typed(mail, pilot, "tab", "m")
        assert "pregunta antes" in await typed(mail, pilot, "tab", "tab")
        await typed(mail, pilot, "w", "B", "u", "enter")
        assert orders(mail)[0].kind == "coaching"


async def test_a_key_on_the_line_is_a_letter(mail):
    async with mail.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = await typed(mail, pilot, "m", "w", "w", "s", "j", "question_mark", "escape", "escape")
        assert not orders(mail)
        assert "Queue" in text


async def test_answers_that_come_meanwhile_are_seen(mail, monkeypatch):
    monkeypatch.setattr("screens.board.messages.LOOK_EVERY_S", 0.05)
    async with mail.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await typed(mail, pilot, "m", "tab")
        more = (
            Message(id="r2", at=NOW, kind="notice", writer="ana", writer_name="Ana", text="¿Y yo?"),
            ANSWER,
        )
        mail.service.replies[MessagesQuery] = Messages(sent=SENT, received=more)
        await pilot.pause(0.2)
        assert "¿Y yo?" in mail.text()
