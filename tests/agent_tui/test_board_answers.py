"""How the board's feed sends an answer: in its own thread, and always with a word on what came of it."""

from __future__ import annotations

import queue

import pytest

from agent_tui.board_feed import BoardFeed
from rules.protocol import Answer, Answered
from storage.sync.failures import HubRefused, HubUnavailable, SignInNeeded
from tests.agent_tui.test_board_feed import ScriptedHub, session, stats, until

EXPIRED = SignInNeeded("expired", 401, "sign in again")


class AnsweringHub(ScriptedHub):
    """A hub that plays what it says to each answer sent."""

    def __init__(self, *says: Exception | None, refresh: Exception | None = None) -> None:
        super().__init__(stats(1), refresh=refresh)
        self.says = list(says)
        self.sent: list[tuple[str, str, str]] = []

    async def answer(self, request_id: str, answer: Answer) -> Answered:
        self.sent.append((request_id, answer.verdict, self.token))
        said = self.says.pop(0)
        if said is not None:
            raise said
        return Answered(id=request_id, status="approved")


@pytest.mark.parametrize(
    ("says", "refresh", "told", "tokens"),
    [
        ([None], None, "", ["first"]),
        ([HubRefused("already_answered", 409, "")], None, "already_answered", ["first"]),
        ([HubUnavailable("ConnectError")], None, "offline", ["first"]),
        ([EXPIRED, None], None, "", ["first", "second"]),
        ([EXPIRED, EXPIRED], None, "expired", ["first", "second"]),
        ([EXPIRED], HubRefused("reused", 401, ""), "offline", ["first"]),
    ],
    ids=["kept", "refused", "away", "refreshed", "refused after refresh", "signed out"],
)
def test_what_becomes_of_an_answer_is_told(says, refresh, told, tokens) -> None:
    hub = AnsweringHub(*says, refresh=refresh)
    feed = BoardFeed(lambda: hub, session())
    try:
        until(lambda: feed.stats() is not None)
        heard: queue.Queue[str] = queue.Queue()
        feed.answer("r1", Answer(verdict="approve"), heard.put)
        assert heard.get(timeout=5) == told
        assert hub.sent == [("r1", "approve", token) for token in tokens]
        assert feed.user() == "lead"
    finally:
        feed.close()
