"""The board's feed: it follows the stream, comes back by itself, and knows when not to."""

from __future__ import annotations

import queue
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from agent_tui import board_feed
from agent_tui.board_feed import BoardFeed
from agent_tui.hub_sign_in import HubSignIn
from agent_tui.leadboard import MAY_LOOK
from rules.protocol import CaseClosing, InconsistencyCare, ReviewClosing, Session, Stats, User
from screens.sign_in import SignInRefusal
from storage.sync.client import HubClient
from storage.sync.failures import HubRefused, HubUnavailable, SignInNeeded
from storage.sync.trust import Trust
from tests.hub.world import PASSWORD

NOW = datetime(2026, 11, 25, 17, 42, tzinfo=UTC)
LEAD = User(id=1, name="lead", display_name="Lucía", role="lead")


def session(name: str = "first") -> Session:
    return Session(
        access_token=name, expires_at=NOW, refresh_token=f"{name}-again", user=LEAD, server_time=NOW
    )


def stats(number: int) -> Stats:
    return Stats(number=number, at=NOW + timedelta(seconds=number), queue=(), agents=(), decisions=())


class ScriptedHub:
    """A hub client that plays a script: figures to send, failures to raise, `None` = stay open."""

    def __init__(self, *script: Stats | Exception | None, refresh: Exception | None = None) -> None:
        self.script = list(script)
        self.refuse_refresh = refresh
        self.token = ""
        self.tokens: list[str] = []
        self.closed = False

    async def stats_stream(self) -> AsyncIterator[Stats]:
        import asyncio

        self.tokens.append(self.token)
        while self.script:
            step = self.script.pop(0)
            if isinstance(step, Exception):
                raise step
            if step is not None:
                yield step
        await asyncio.sleep(3600)

    async def refresh(self, token: str) -> Session:
        if self.refuse_refresh:
            raise self.refuse_refresh
        self.token = "second"
        return session("second")

    async def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_feed, "FIRST_PAUSE_S", 0.01)


@pytest.fixture
def feed() -> Iterator[Callable[[ScriptedHub], BoardFeed]]:
    opened: list[BoardFeed] = []

    def open_feed(hub: ScriptedHub) -> BoardFeed:
        opened.append(BoardFeed(lambda: hub, session()))
        return opened[-1]

    yield open_feed
    for one in opened:
        one.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "nothing happened within 5 s"
        time.sleep(0.005)


def test_figures_arrive_and_the_board_is_told(feed):
    hub = ScriptedHub(stats(1), stats(2))
    board = feed(hub)
    told = []
    board.subscribe(lambda: told.append(board.stats()))
    until(lambda: board.stats() == stats(2))
    assert board.link().state == "online"
    assert board.who() == "Lucía"


def test_a_broken_stream_is_opened_again_and_the_old_figures_stay(feed):
    hub = ScriptedHub(stats(1), HubUnavailable("ReadError"), HubUnavailable("ConnectError"), stats(5))
    board = feed(hub)
    until(lambda: board.stats() == stats(5))
    assert board.link().state == "online"
    assert len(hub.tokens) == 3


def test_while_the_hub_is_away_the_line_says_since_when_and_why(feed, monkeypatch):
    monkeypatch.setattr(board_feed, "FIRST_PAUSE_S", 3600)
    board = feed(ScriptedHub(stats(1), HubUnavailable("ConnectError")))
    until(lambda: board.link().state == "offline")
    assert board.stats() == stats(1)
    assert board.link().reason == "ConnectError"
    assert board.link().since >= NOW


def test_an_expired_token_is_renewed_without_a_word(feed):
    hub = ScriptedHub(SignInNeeded("expired", 401, ""), stats(1))
    board = feed(hub)
    until(lambda: board.stats() == stats(1))
    assert hub.tokens == ["first", "second"]


@pytest.mark.parametrize(
    "hub",
    [
        ScriptedHub(SignInNeeded("expired", 401, ""), refresh=SignInNeeded("reused", 401, "Sign in.")),
        ScriptedHub(HubRefused("forbidden", 403, "Leads only.")),
    ],
    ids=["session ended", "wrong role"],
)
def test_a_refusal_is_final(feed, hub):
    board = feed(hub)
    until(lambda: board.link().state == "refused")
    until(lambda: hub.closed)
    assert len(hub.tokens) == 1


def test_a_fault_of_ours_is_reported_and_the_feed_goes_on():
    faults: list[Exception] = []
    hub = ScriptedHub(ValueError("boom"), stats(3))
    board = BoardFeed(lambda: hub, session(), on_fault=faults.append)
    until(lambda: board.stats() == stats(3))
    board.close()
    assert [str(fault) for fault in faults] == ["boom"]


def test_the_clock_is_the_hubs_and_never_goes_back(feed):
    board = feed(ScriptedHub(stats(50), stats(2)))
    until(lambda: board.stats() == stats(2))
    assert NOW + timedelta(seconds=50) <= board.now() < NOW + timedelta(seconds=60)


def test_closing_ends_the_thread_at_once(feed):
    hub = ScriptedHub(stats(1))
    board = feed(hub)
    until(lambda: board.stats() is not None)
    began = time.monotonic()
    board.close()
    assert time.monotonic() - began < 1
    assert hub.closed


# The real hub


@pytest.mark.anyio
async def test_a_lead_signs_in_at_a_hub_and_sees_its_figures(hub_url: str) -> None:
    kept: list[Session] = []
    door = HubSignIn(lambda: HubClient(hub_url), str(uuid4()), kept.append, roles=MAY_LOOK)
    assert (await door.sign_in("lead", "wrong")).code == "bad_credentials"
    assert await door.sign_in("agent1", PASSWORD) == SignInRefusal("role")
    assert kept == []
    assert await door.sign_in("lead", PASSWORD) is None
    board = BoardFeed(lambda: HubClient(hub_url), kept[0])
    until(lambda: board.stats() is not None)
    assert {row.name for row in board.stats().agents} >= {"agent1", "agent2"}
    board.close()


@pytest.mark.anyio
async def test_a_hub_that_is_not_there_is_a_refusal_with_words() -> None:
    def nowhere(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    def client() -> HubClient:
        return HubClient("http://127.0.0.1:9", transport=httpx.MockTransport(nowhere))

    door = HubSignIn(client, "d", lambda _: None)
    assert await door.sign_in("lead", "x") == SignInRefusal("unavailable")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("address", "trust", "says"),
    [
        ("http://192.0.2.1", Trust(), "plain HTTP"),
        ("https://hub.example", Trust(ca="/nowhere.pem"), "/nowhere.pem"),
    ],
)
async def test_no_way_to_the_hub_is_said_in_words(address: str, trust: Trust, says: str) -> None:
    refusal = await HubSignIn(lambda: HubClient(address, trust), "d", lambda _: None).sign_in("lead", "x")
    assert refusal is not None
    assert refusal.code == "address"
    assert says in refusal.detail


@pytest.mark.anyio
async def test_decisions_reach_the_hub_and_its_word_comes_back(hub_url: str) -> None:
    kept: list[Session] = []
    door = HubSignIn(lambda: HubClient(hub_url), str(uuid4()), kept.append, roles=MAY_LOOK)
    assert await door.sign_in("lead", PASSWORD) is None
    board = BoardFeed(lambda: HubClient(hub_url), kept[0])
    try:
        until(lambda: board.stats() is not None)
        heard: queue.Queue[str] = queue.Queue()
        board.care("no such", InconsistencyCare(owner="lead"), heard.put)
        assert heard.get(timeout=5) == "unknown_inconsistency"
        board.close_case("no such", CaseClosing(outcome="done"), heard.put)
        assert heard.get(timeout=5) == "unknown_case"
        board.close_review("no such", ReviewClosing(note="seen"), heard.put)
        assert heard.get(timeout=5) == "unknown_review"
    finally:
        board.close()
