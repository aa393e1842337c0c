"""Workstations and a hub between which the wire may fail."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from hub.app import make_app
from rules.capture.body import to_body
from rules.capture.read import read
from rules.desk import ClientPage, Saved
from storage.central.connection import Store
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.sync.client import HubClient
from tests.conftest import LOCAL_KEY
from tests.hub.world import fill

LINES = ("noco", "ocup", "m", "p", "r", "n", "p 50%")


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the hub's application, badly: loses, repeats and delays them.

    share: of the requests that meet a fault. Which one is drawn from `chance`.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, chance: random.Random, share: float) -> None:
        self._inner, self._chance, self.share = inner, chance, share
        self.met: Counter[str] = Counter()
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self._chance.random() >= self.share:
            return await self._inner.handle_async_request(request)
        fault = self._chance.choice(("lost on the way", "answer lost", "repeated", "overloaded", "late"))
        self.met[fault] += 1
        if fault == "lost on the way":
            raise httpx.ConnectError("refused", request=request)
        if fault == "overloaded":
            return httpx.Response(502, text="<html>", request=request)
        answer = await self._inner.handle_async_request(request)
        if fault == "late":
            await asyncio.sleep(0.005)
        if fault == "repeated":
            answer = await self._inner.handle_async_request(request)
        if fault == "answer lost":
            raise httpx.ReadTimeout("lost", request=request)
        return answer


class Workstation:
    """An agent's local store and desk, and what was captured there."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self._chance = chance
        self.store = LocalStore(path, LOCAL_KEY)
        self.desk = LocalDesk(self.store)
        self.made: list[str] = []

    def capture(self) -> bool:
        """End a call somehow; False when there is nobody to call."""
        if not isinstance(self.desk.desk().page, ClientPage):
            return False
        dice = self._chance.random()
        if dice < 0.1:
            answer = self.desk.skip("later")
        elif dice < 0.2 and self.made:
            answer = self.desk.undo()
        else:
            line, catalogue, context = (
                self._chance.choice(LINES),
                self.desk.catalogue(),
                self.desk.capture_context(),
            )
            assert context is not None
            reading = read(line, catalogue, context)
            if not reading.complete:
                return True
            answer = self.desk.save(to_body(reading, context, catalogue, line=line))
        if isinstance(answer, Saved):
            self.made.append(answer.fact_id)
        return True


class Wired(Workstation):
    """A workstation whose hub is in this process, behind a wire that may fail."""

    def __init__(self, path: Path, chance: random.Random, wire: Wire) -> None:
        super().__init__(path, chance)
        self.wire = wire

    def client(self) -> HubClient:
        return HubClient("http://localhost", transport=self.wire)


@pytest.fixture
def central(sqlite_store: Store) -> Store:
    fill(sqlite_store, clients=40)
    return sqlite_store


@pytest.fixture
def workstation(central: Store, tmp_path: Path) -> Iterator[Callable[..., Wired]]:
    """Makes workstations: `workstation(seed, share)`."""
    app = httpx.ASGITransport(make_app(central))  # type: ignore[arg-type]  # Litestar's scope is a narrower dict
    made: list[Wired] = []

    def make(seed: str, share: float = 0.0) -> Wired:
        chance = random.Random(seed)  # noqa: S311 - a test
        path = tmp_path / f"desk-{len(made)}" / "local.db"
        made.append(Wired(path, chance, Wire(app, chance, share)))
        return made[-1]

    yield make
    for one in made:
        one.store.close()
