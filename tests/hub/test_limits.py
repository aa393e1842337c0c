"""Who asks too much, too slowly or too long harms nobody else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.testing import TestClient

from hub import connections, serve, sessions
from hub.app import make_app
from hub.limits import Limits, Pace
from hub.serve import listen, make_server
from storage.central.connection import Store
from tests.hub.conftest import Caller
from tests.hub.test_requests import refused
from tests.hub.world import PASSWORD

Served = Callable[..., AbstractContextManager[int]]


def test_a_pace_lets_a_burst_pass_and_then_so_many_a_second() -> None:
    now = [1000.0]
    pace = Pace(rate=2, burst=3, clock=lambda: now[0])
    assert [pace.wait("ana") for _ in range(4)] == [0, 0, 0, 0.5]
    assert pace.wait("beto") == 0
    now[0] += 0.5
    assert [pace.wait("ana") for _ in range(2)] == [0, 0.5]
    now[0] += 3600
    assert [pace.wait("ana") for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_pace_remembers_only_who_was_here_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.limits.MOST_KEYS", 10)
    now = [1000.0]
    pace = Pace(rate=1, burst=1, clock=lambda: now[0])
    for key in range(100):
        now[0] += 0.5
        pace.wait(key)
    assert len(pace._free_at) <= 10
    assert pace.wait(99) > 0


@contextmanager
def hub(store: Store, **limits: Any) -> Iterator[TestClient[Any]]:
    with TestClient(make_app(store, Limits(**limits)), raise_server_exceptions=False) as client:
        yield client


def test_a_user_who_asks_too_much_is_told_when_to_come_back(central: Store) -> None:
    with hub(central, user_rate=0.1, user_burst=3) as http:
        busy = Caller(http, "agent1")
        assert [busy.get("/v1/rulebooks").status_code for _ in range(3)] == [200] * 3
        answer = busy.get("/v1/rulebooks")
        refused(answer, 429, "too_many")
        assert answer.headers["retry-after"] == "10"
        assert Caller(http, "agent2").get("/v1/rulebooks").status_code == 200


@pytest.mark.parametrize("behind_proxy", [True, False])
def test_sign_ins_of_one_address_are_counted_together(central: Store, behind_proxy: bool) -> None:
    with hub(central, door_rate=0.1, door_burst=2, behind_proxy=behind_proxy) as http:

        def attempt(forwarded: str) -> int:
            body = {"user": "nobody", "password": "wrong password", "device": "d"}
            headers = {"x-forwarded-for": forwarded}
            return int(http.post("/v1/session", json=body, headers=headers).status_code)

        # What the caller itself wrote stands before what the proxy adds.
        answers = [attempt(f"198.51.100.{number}, 203.0.113.1") for number in range(3)]
        assert answers == [401, 401, 429]
        assert attempt("203.0.113.2") == (401 if behind_proxy else 429)


def test_no_more_sign_ins_wait_than_get_their_turn(http: TestClient[Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(sessions, "MOST_WAITING", 0)
    body = {"user": "agent1", "password": PASSWORD, "device": "d"}
    refused(http.post("/v1/session", json=body), 503, "busy")


@pytest.mark.parametrize("field", ["user", "password", "device", "code", "label"])
def test_fields_of_a_sign_in_have_a_length(http: TestClient[Any], field: str) -> None:
    body = {"user": "agent1", "password": PASSWORD, "device": "d"} | {field: "x" * 2000}
    assert field in refused(http.post("/v1/session", json=body), 400, "bad_request")


# Connections, on a real socket.


@pytest.fixture
def served(central: Store) -> Served:
    @contextmanager
    def run(**limits: Any) -> Iterator[int]:
        listening = listen("127.0.0.1", 0)
        server = make_server(central, "127.0.0.1", limits=Limits(**limits))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.stop()
            thread.join(10)

    return run


def test_answers_stay_in_no_cache(served: Served) -> None:
    with served() as port:
        for path in ("/healthz", "/v1/changes", "/v1/nothing"):
            answer = httpx.get(f"http://127.0.0.1:{port}{path}")
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"


def dribble(port: int, text: bytes, seconds: float) -> tuple[bytes, float]:
    """Send some bytes, then one more each 50 ms; the answer, and after how long the hub had enough."""
    began = time.monotonic()
    answer = b""
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.settimeout(0.05)
        peer.sendall(text)
        while time.monotonic() - began < seconds:
            try:
                peer.sendall(b"x")
                answer += (part := peer.recv(65536))
                if not part:
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return answer, time.monotonic() - began


HEAD = b"POST /v1/session HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "begin",
    [
        b"",
        HEAD + b"X-Slow: ",
        b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: hub\r\nContent-Length: 9999\r\n\r\n",
    ],
)
def test_whoever_dribbles_a_head_is_cut(
    served: Served, monkeypatch: pytest.MonkeyPatch, begin: bytes
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.4)
    with served() as port:
        _, seconds = dribble(port, begin, 5)
    assert seconds < 3


def test_whoever_dribbles_a_body_is_told_and_cut(served: Served) -> None:
    with served(body_seconds=0.4) as port:
        answer, seconds = dribble(port, HEAD + b"Content-Length: 9999\r\n\r\n", 5)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer
    assert seconds < 3


def test_a_reader_that_does_not_read_is_cut(
    served: Served, central: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.4)
    made: list[connections.Connection] = []
    begin = connections.Connection.connection_made

    def note(self: connections.Connection, transport: Any) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        begin(self, transport)
        made.append(self)

    monkeypatch.setattr(connections.Connection, "connection_made", note)
    with served() as port, socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(("127.0.0.1", port))
        peer.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: hub\r\n\r\n" * 400)
        deadline = time.monotonic() + 5
        while not (made and made[0].transport.is_closing()):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_stuck_connections_hold_up_nobody(served: Served) -> None:
    """Slowloris: heads that never end, more of them than there are threads; the others are served."""
    with served() as port, ThreadPoolExecutor(4) as threads:
        stuck = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
        try:
            for peer in stuck:
                peer.sendall(HEAD + b"X-Slow: ")
            answers = list(
                threads.map(lambda _: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code, range(20))
            )
        finally:
            for peer in stuck:
                peer.close()
    assert answers == [200] * 20


def test_more_connections_than_the_hub_can_hold_are_told_so(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "MOST_CONNECTIONS", 3)
    with served() as port:
        stuck = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 503
        for peer in stuck:
            peer.close()
        time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: hub\r\nContent-Length: -5\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n",
        b"POST /v1/session HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: hub\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"X-Many: y\r\n" * 20_000 + b"\r\n",
        b"GET /%ff%fe/\xff HTTP/1.1\r\nHost: hub\r\n\r\n",
    ],
)
def test_what_is_not_http_harms_nobody(served: Served, nonsense: bytes) -> None:
    with served() as port:
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.settimeout(5)
            try:
                peer.sendall(nonsense)
                answer = peer.recv(65536)
            except ConnectionError:
                answer = b""
        assert not answer.startswith(b"HTTP/1.1 5")
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200


def test_limits_do_not_touch_a_working_day(http: TestClient[Any], agent: Caller) -> None:
    """A workstation asks a few hundred times a day; as many at once pass."""
    body = {"want": 1, "request_id": str(uuid4()), "device": agent.device}
    assert {agent.post("/v1/leases", body).status_code for _ in range(200)} == {200}
