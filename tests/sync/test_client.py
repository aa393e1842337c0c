"""How answers of all kinds become values and failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from rules.protocol import EventBatch
from storage.sync.address import check_address
from storage.sync.client import HubClient, Measured
from storage.sync.failures import HubAddressError, HubRefused, HubUnavailable, SignInNeeded

pytestmark = pytest.mark.anyio

Answer = Callable[[httpx.Request], httpx.Response]
EMPTY = EventBatch(device="d", events=())
RESULTS = {"results": [], "server_time": "2026-11-20T15:00:00Z"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def client(answer: Answer) -> HubClient:
    return HubClient("http://localhost", transport=httpx.MockTransport(answer))


def problem(status: int, code: str) -> httpx.Response:
    body = {"type": "about:blank", "title": "x", "status": status, "detail": "why", "code": code}
    return httpx.Response(status, json=body)


@pytest.mark.parametrize(
    "url", ["https://hub.example.com", "http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1"]
)
def test_addresses_that_keep_data_private(url: str) -> None:
    assert check_address(url) is url.startswith("https:")


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example.com",
        "http://10.0.0.1:8765",
        "http://localhost.example.com",
        "ftp://localhost",
        "hub.example.com",
        "http://",
    ],
)
def test_addresses_that_do_not(url: str) -> None:
    with pytest.raises(HubAddressError, match="http"):
        check_address(url)


async def test_the_token_and_the_server_time_of_an_answer() -> None:
    seen: list[Measured] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer secret"
        assert json.loads(request.content) == {"device": "d", "events": []}
        return httpx.Response(200, json=RESULTS)

    hub = client(answer)
    hub.token, hub.measured = "secret", seen.append
    results = await hub.events(EMPTY)
    assert results.results == ()
    assert [measured.server_time for measured in seen] == [results.server_time]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (problem(400, "bad_request"), HubRefused),
        (problem(403, "wrong_role"), HubRefused),
        (problem(401, "expired"), SignInNeeded),
        (problem(429, "too_many"), HubUnavailable),
        (problem(408, "too_slow"), HubUnavailable),
        (problem(500, "internal"), HubUnavailable),
        (problem(503, "store_unavailable"), HubUnavailable),
        (httpx.Response(502, text="<html>Bad gateway"), HubUnavailable),
        (httpx.Response(404, text="<html>no such page"), HubUnavailable),
        (httpx.Response(401, text="<html>proxy sign-in"), HubUnavailable),
        (httpx.Response(302, headers={"location": "https://elsewhere"}), HubUnavailable),
        (httpx.Response(200, text="<html>a captive portal"), HubUnavailable),
        (httpx.Response(200, json={"results": "no"}), HubUnavailable),
    ],
)
async def test_failures_by_what_they_mean(answer: httpx.Response, failure: type[Exception]) -> None:
    with pytest.raises(failure) as raised:
        await client(lambda _: answer).events(EMPTY)
    assert type(raised.value) is failure


async def test_a_pull_tells_how_far_the_hub_is_behind() -> None:
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        body = {"changes": [], "cursor": "c", "more": False, "server_time": "2026-11-20T15:00:00Z"}
        return httpx.Response(200, json=body)

    hub = client(answer)
    since = datetime(2026, 11, 20, 9, 41, tzinfo=timezone(-timedelta(hours=6)))
    await hub.changes("c", waiting=12, since=since)
    await hub.changes("c")
    assert [(one["outbox-waiting"], one.get("outbox-since")) for one in seen] == [
        ("12", "2026-11-20T15:41:00+00:00"),
        ("0", None),
    ]


async def test_a_lost_connection_says_nothing_about_what_happened() -> None:
    def lost(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too late")

    with pytest.raises(HubUnavailable, match="ReadTimeout"):
        await client(lost).events(EMPTY)


async def test_a_pause_that_the_hub_asks_for() -> None:
    with pytest.raises(HubUnavailable) as raised:
        await client(lambda _: httpx.Response(503, headers={"retry-after": "7"})).events(EMPTY)
    assert raised.value.retry_after == 7.0


async def test_a_locked_user_is_told_so() -> None:
    with pytest.raises(HubRefused) as raised:
        await client(lambda _: problem(429, "locked")).sign_in("ana", "x", "d")
    assert raised.value.code == "locked"


async def test_releasing_what_is_gone_is_no_failure() -> None:
    assert await client(lambda _: httpx.Response(204)).release("a", 1)
    assert not await client(lambda _: problem(404, "lease_gone")).release("a", 1)


async def test_no_proxy_comes_between_programs_of_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    hub = HubClient("http://127.0.0.1:1")
    with pytest.raises(HubUnavailable, match="ConnectError"):
        await hub.events(EMPTY)
    await hub.close()
