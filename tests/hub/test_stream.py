"""The stream of live figures over a real socket."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import pytest

from hub import board
from hub.serve import listen, make_server
from rules.protocol import EventBatch, LeaseRequest, Stats
from storage.central import people
from storage.central.connection import Store
from storage.sync.client import HubClient
from storage.sync.failures import HubRefused, HubUnavailable
from tests.hub.world import PASSWORD, event, fill

pytestmark = pytest.mark.anyio


@contextmanager
def served(central: Store) -> Iterator[str]:
    """A hub that serves on a port of this machine, in a thread."""
    listening = listen("127.0.0.1", 0)
    server = make_server(central, "127.0.0.1")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    began = time.monotonic()
    server.stop()
    thread.join(10)
    assert time.monotonic() - began < 3, "open streams held the hub"


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


async def make_promise(url: str) -> float:
    """Capture a promise; when it was sent."""
    device = str(uuid4())
    async with signed_in(url, "agent1", device) as agent:
        answer, _ = await agent.leases(LeaseRequest(want=1, request_id=str(uuid4()), device=device))
        fact = event(answer.leases[0], 1, answer.server_time)
        sent = time.monotonic()
        results = await agent.events(EventBatch(device=device, events=(fact,)))
        assert [result.status for result in results.results] == ["applied"]
        return sent


def promises(figures: Stats) -> int:
    return sum(row.promises for row in figures.agents)


async def shows_within_a_second(captured_at: str, watched_at: str) -> None:
    async with signed_in(watched_at, "lead") as lead:
        stream = lead.stats_stream()
        first = await asyncio.wait_for(anext(stream), 2)
        assert promises(first) == 0
        sent = await make_promise(captured_at)
        seen = first
        while not promises(seen):
            seen = await asyncio.wait_for(anext(stream), 2)
        assert time.monotonic() - sent < 1
        assert seen.number > first.number
        await stream.aclose()


async def test_a_capture_shows_within_a_second(url: str) -> None:
    await shows_within_a_second(url, url)


async def test_a_capture_shows_on_another_hub_too(
    postgres_url: str, open_store: Callable[[str], Store]
) -> None:
    fill(open_store(postgres_url))
    with served(open_store(postgres_url)) as one, served(open_store(postgres_url)) as other:
        await shows_within_a_second(one, other)


async def test_one_who_does_not_read_holds_nobody(url: str) -> None:
    async with signed_in(url, "lead") as sleeper, signed_in(url, "auditor") as reader:
        asleep = sleeper.stats_stream()
        await asyncio.wait_for(anext(asleep), 2)
        awake = reader.stats_stream()
        await asyncio.wait_for(anext(awake), 2)
        for done in range(1, 4):
            await make_promise(url)
            while promises(await asyncio.wait_for(anext(awake), 2)) < done:
                pass
        while promises(await asyncio.wait_for(anext(asleep), 2)) < 3:
            pass
        await awake.aclose()
        await asleep.aclose()


async def test_a_silent_stream_beats_and_ends_with_the_session(
    url: str, central: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "HEARTBEAT_SECONDS", 0.1)
    async with signed_in(url, "lead") as lead:
        stream = lead.stats_stream()
        await asyncio.wait_for(anext(stream), 2)
        people.disable_user(central, "lead")
        with pytest.raises(HubUnavailable, match="ended"):
            await asyncio.wait_for(_drain(stream), 3)


async def _drain(stream: AsyncIterator[Stats]) -> None:
    async for _ in stream:
        pass


async def test_an_agent_may_not_watch(url: str) -> None:
    async with signed_in(url, "agent1") as agent:
        with pytest.raises(HubRefused, match="wrong_role"):
            await anext(agent.stats_stream())
