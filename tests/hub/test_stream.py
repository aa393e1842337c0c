"""The stream of live figures over a real socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from uuid import uuid4

import httpx
import msgspec
import pytest
from httpx_sse import EventSource

from hub import board
from hub.serve import listen, make_server
from rules.live_figures import applied
from rules.protocol import EventBatch, LeaseRequest, Stats, StatsChange
from storage.central.connection import Store
from storage.central.doors import people
from storage.sync.client import HubClient
from storage.sync.failures import HubRefused, HubUnavailable
from tests.hub.world import PASSWORD, event, fill

pytestmark = pytest.mark.anyio

PATIENCE = 10.0
"""How fast it is, is measured elsewhere; this ends a test that would wait for ever."""


@contextmanager
def served(central: Store) -> Iterator[str]:
    """A hub that serves on a port of this machine, in a thread."""
    listening = listen("127.0.0.1", 0)
    server = make_server(central, "127.0.0.1")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.stop()
        thread.join(20)
    assert not thread.is_alive(), "open streams held the hub"


@pytest.fixture
def url(central: Store) -> Iterator[str]:
    with served(central) as url:
        yield url


@asynccontextmanager
async def signed_in(url: str, user: str, device: str = "") -> AsyncIterator[HubClient]:
    client = HubClient(url)
    await client.sign_in(user, PASSWORD, device or str(uuid4()))
    yield client
    await client.close()


async def make_promise(url: str) -> None:
    """Capture a promise."""
    device = str(uuid4())
    async with signed_in(url, "agent1", device) as agent:
        answer, _ = await agent.leases(LeaseRequest(want=1, request_id=str(uuid4()), device=device))
        fact = event(answer.leases[0], 1, answer.server_time)
        results = await agent.events(EventBatch(device=device, events=(fact,)))
        assert [result.status for result in results.results] == ["applied"]


def promises(figures: Stats) -> int:
    return sum(row.promises for row in figures.agents)


async def shows_on_the_board(captured_at: str, watched_at: str) -> None:
    async with signed_in(watched_at, "lead") as lead:
        stream = lead.stats_stream()
        first = await asyncio.wait_for(anext(stream), PATIENCE)
        assert promises(first) == 0
        await make_promise(captured_at)
        seen = first
        while not promises(seen):
            seen = await asyncio.wait_for(anext(stream), PATIENCE)
        assert seen.number > first.number
        await stream.aclose()


async def test_a_capture_shows_on_the_board(url: str) -> None:
    await shows_on_the_board(url, url)


async def test_a_capture_shows_on_another_hub_too(
    postgres_url: str, open_store: Callable[[str], Store]
) -> None:
    fill(open_store(postgres_url))
    with served(open_store(postgres_url)) as one, served(open_store(postgres_url)) as other:
        await shows_on_the_board(one, other)


async def test_one_who_does_not_read_holds_nobody(url: str) -> None:
    async with signed_in(url, "lead") as sleeper, signed_in(url, "auditor") as reader:
        asleep = sleeper.stats_stream()
        await asyncio.wait_for(anext(asleep), PATIENCE)
        awake = reader.stats_stream()
        await asyncio.wait_for(anext(awake), PATIENCE)
        for done in range(1, 4):
            await make_promise(url)
            while promises(await asyncio.wait_for(anext(awake), PATIENCE)) < done:
                pass
        while promises(await asyncio.wait_for(anext(asleep), PATIENCE)) < 3:
            pass
        await awake.aclose()
        await asleep.aclose()


async def told(url: str, token: str, mark: str = "") -> tuple[str, str, bytes]:
    """Id, kind and data of the first message of a stream that is opened after a mark."""
    headers = {"authorization": f"Bearer {token}"} | ({"last-event-id": mark} if mark else {})
    async with (
        httpx.AsyncClient(base_url=url) as http,
        http.stream("GET", "/v1/stats/stream", headers=headers, timeout=5) as response,
        aclosing(EventSource(response).aiter_sse()) as events,
    ):
        event = await anext(events)
        return event.id, event.event, event.data.encode()


async def test_who_comes_back_is_told_what_it_missed(url: str) -> None:
    async with signed_in(url, "lead") as lead:
        mark, kind, data = await told(url, lead.token)
        assert kind == "stats"
        before = msgspec.json.decode(data, type=Stats)
        for _ in range(2):
            await make_promise(url)
            await asyncio.sleep(0.3)
        newer, kind, data = await told(url, lead.token, mark)
        assert (kind, newer != mark) == ("change", True)
        assert promises(applied(before, msgspec.json.decode(data, type=StatsChange))) == 2
        for unknown in ("", "0123abcd.1", f"{mark}0"):
            assert (await told(url, lead.token, unknown))[1] == "stats"


async def test_a_client_goes_on_where_it_stood(url: str) -> None:
    async with signed_in(url, "lead") as lead:
        for done in range(3):
            stream = lead.stats_stream()
            while promises(await asyncio.wait_for(anext(stream), PATIENCE)) < done:
                pass
            await stream.aclose()
            await make_promise(url)


async def test_the_stream_ends_when_the_reader_may_see_something_else(
    url: str, central: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "HEARTBEAT_SECONDS", 0.1)
    async with signed_in(url, "lead") as lead:
        stream = lead.stats_stream()
        await asyncio.wait_for(anext(stream), PATIENCE)
        with central.begin() as tx:
            tx.run(
                """
                INSERT INTO user_portfolio (user_id, portfolio_id)
                SELECT u.id, p.id FROM app_user u, portfolio p WHERE u.name = 'lead'
                """
            )
        with pytest.raises(HubUnavailable, match="ended"):
            await asyncio.wait_for(_drain(stream), PATIENCE)


async def test_a_silent_stream_beats_and_ends_with_the_session(
    url: str, central: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "HEARTBEAT_SECONDS", 0.1)
    async with signed_in(url, "lead") as lead:
        stream = lead.stats_stream()
        await asyncio.wait_for(anext(stream), PATIENCE)
        people.disable_user(central, "lead")
        with pytest.raises(HubUnavailable, match="ended"):
            await asyncio.wait_for(_drain(stream), PATIENCE)


async def test_a_heartbeat_is_no_news(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "HEARTBEAT_SECONDS", 0.1)
    async with signed_in(url, "lead") as lead:
        stream = lead.stats_stream()
        await asyncio.wait_for(anext(stream), PATIENCE)
        await asyncio.sleep(0.5)
        await make_promise(url)
        seen = await asyncio.wait_for(anext(stream), PATIENCE)
        while not promises(seen):
            seen = await asyncio.wait_for(anext(stream), PATIENCE)
        await stream.aclose()


async def _drain(stream: AsyncIterator[Stats]) -> None:
    async for _ in stream:
        pass


async def test_an_agent_may_not_watch(url: str) -> None:
    async with signed_in(url, "agent1") as agent:
        with pytest.raises(HubRefused, match="wrong_role"):
            await anext(agent.stats_stream())
