"""A hub in this process, and doors of workstations that sign in there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from agent_tui.desk_door import DeskDoor
from agent_tui.workstation import SignInAs
from hub.app import make_app
from hub.serve import make_server
from storage.central.connection import Store
from storage.local import wrapped
from storage.sync.client import HubClient
from tests.hub.world import fill

HUB = "http://localhost"


class Line(httpx.AsyncBaseTransport):
    """The way to the hub, which may be down."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.up = True
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if not self.up:
            raise httpx.ConnectError("down", request=request)
        return await self._inner.handle_async_request(request)


@pytest.fixture
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each guess costs is no matter here."""
    monkeypatch.setattr(wrapped, "PASSES", 1)
    monkeypatch.setattr(wrapped, "MEMORY_KIB", 64)


@pytest.fixture
def central(sqlite_store: Store) -> Store:
    fill(sqlite_store)
    return sqlite_store


@pytest.fixture
def hub_url(central: Store) -> Iterator[str]:
    """The address of a hub that serves, streams and all."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = make_server(central, "127.0.0.1")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.stop()
    thread.join(10)


@pytest.fixture
def line(central: Store) -> Line:
    return Line(httpx.ASGITransport(make_app(central)))  # type: ignore[arg-type]  # Litestar's scope is a narrower dict


@pytest.fixture
def door(line: Line, tmp_path: Path, cheap_keys: None) -> Callable[..., DeskDoor]:
    """Each call is another start of agent1's workstation, in one folder."""

    def come_in(user: str = "agent1") -> DeskDoor:
        who = SignInAs(hub=HUB, user=user)
        return DeskDoor(who, tmp_path / "desk" / "desk.db", lambda: HubClient(HUB, transport=line))

    return come_in
