"""Facts travel gzipped, the hub inflates no more than it reads, and an older hub gets them plain."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime

import httpx
import pytest

from hub.app import MAX_BODY_BYTES, make_app
from rules.facts import Event
from rules.protocol import EventBatch
from storage.central.connection import Store
from storage.sync.client import HubClient
from storage.sync.failures import HubRefused
from tests.hub.world import PASSWORD

pytestmark = pytest.mark.anyio
MADE = datetime(2026, 11, 20, 15, tzinfo=UTC)


def batch(size: int) -> EventBatch:
    events = (
        Event(id=f"f{n}", seq=n, kind="state", at=MADE, body={"state": "break"}) for n in range(1, size + 1)
    )
    return EventBatch(device="d", events=tuple(events))


def taken(given: EventBatch) -> httpx.Response:
    results = [{"id": event.id, "status": "applied"} for event in given.events]
    return httpx.Response(200, json={"results": results, "server_time": "2026-11-20T15:00:00Z"})


async def test_many_facts_are_sent_gzipped_and_few_as_they_are() -> None:
    seen: list[tuple[str, int]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        coding = request.headers.get("content-encoding", "")
        body = gzip.decompress(request.content) if coding else request.content
        seen.append((coding, len(json.loads(body)["events"])))
        return taken(batch(seen[-1][1]))

    hub = HubClient("http://localhost", transport=httpx.MockTransport(answer))
    await hub.events(batch(1))
    await hub.events(batch(100))
    assert seen == [("", 1), ("gzip", 100)]


@pytest.mark.parametrize("status", [400, 415])
async def test_a_hub_of_an_earlier_version_gets_them_plain_from_then_on(status: int) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("content-encoding", ""))
        if seen[-1]:
            problem = {"type": "x", "title": "x", "status": status, "detail": "x", "code": "bad_request"}
            return httpx.Response(status, json=problem)
        return taken(batch(100))

    hub = HubClient("http://localhost", transport=httpx.MockTransport(answer))
    await hub.events(batch(100))
    await hub.events(batch(100))
    assert seen == ["gzip", "", ""]


async def test_facts_that_the_hub_can_not_read_say_nothing_about_gzip() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("content-encoding", ""))
        problem = {"type": "x", "title": "x", "status": 400, "detail": "x", "code": "bad_request"}
        return httpx.Response(400, json=problem)

    hub = HubClient("http://localhost", transport=httpx.MockTransport(answer))
    for _ in range(2):
        with pytest.raises(HubRefused):
            await hub.events(batch(100))
    assert seen == ["gzip", "", "gzip", ""]


@pytest.fixture
async def hub(central: Store) -> httpx.AsyncClient:
    app = httpx.ASGITransport(make_app(central))  # type: ignore[arg-type]  # Litestar's scope is a narrower dict
    client = httpx.AsyncClient(transport=app, base_url="http://localhost")
    session = await client.post("/v1/session", json={"user": "agent1", "password": PASSWORD, "device": "d"})
    client.headers["authorization"] = f"Bearer {session.json()['access_token']}"
    return client


async def sent(hub: httpx.AsyncClient, body: bytes, coding: str = "gzip") -> int:
    headers = {"content-type": "application/json", "content-encoding": coding}
    return (await hub.post("/v1/events", content=body, headers=headers)).status_code


async def test_the_hub_reads_what_is_gzipped_and_refuses_what_only_says_so(hub: httpx.AsyncClient) -> None:
    body = b'{"device":"d","events":[]}'
    assert await sent(hub, gzip.compress(body)) == 200
    assert await sent(hub, gzip.compress(b'{"device":"d","events":[' + b" " * 200_000 + b"]}")) == 200
    assert await sent(hub, body, "identity") == 200
    assert await sent(hub, body) == 400
    assert await sent(hub, gzip.compress(body)[:-12]) == 400
    assert await sent(hub, body, "br") == 415


async def test_a_bomb_is_refused_before_it_swells(
    hub: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0
    real = zlib.decompressobj

    class Counting:
        def __init__(self, bits: int) -> None:
            self._real = real(bits)

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal made
            piece = self._real.decompress(data, most)
            made += len(piece)
            return piece

        @property
        def unconsumed_tail(self) -> bytes:
            return self._real.unconsumed_tail

        @property
        def eof(self) -> bool:
            return self._real.eof

    monkeypatch.setattr("hub.inflate.zlib.decompressobj", Counting)
    bomb = gzip.compress(bytes(200 * MAX_BODY_BYTES))
    assert len(bomb) < MAX_BODY_BYTES
    assert await sent(hub, bomb) == 413
    assert made < 2 * MAX_BODY_BYTES
