"""The hubs of one store in this process, and a wire to them on which each request's fate is known before."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

import httpx

from hub.app import make_app
from storage.central.connection import Store
from storage.clock import Clock
from tests.conftest import MovableClock

OK, LOST, ANSWER_LOST, REPEATED, OVERLOADED, HELD_BACK = (
    "ok",
    "lost on the way",
    "answer lost",
    "repeated",
    "overloaded",
    "held back",
)
FATES = (OK, LOST, ANSWER_LOST, REPEATED, OVERLOADED, HELD_BACK)
"""What may become of a request. held back: given up by who sent it, and delivered later."""


class Hubs:
    """The hubs of one store, in this process; requests go to them in turn."""

    def __init__(self, url: str, clock: Clock, number: int) -> None:
        self.url, self.clock = url, clock
        self._turn = 0
        self._stores = [Store(url, clock, pool=2) for _ in range(number)]
        self._apps = [self._app(store) for store in self._stores]

    def _app(self, store: Store) -> httpx.ASGITransport:
        return httpx.ASGITransport(make_app(store))  # type: ignore[arg-type]  # Litestar's scope is a narrower dict

    async def serve(self, request: httpx.Request) -> httpx.Response:
        """Let the next hub answer."""
        self._turn += 1
        return await self._apps[self._turn % len(self._apps)].handle_async_request(request)

    def restart(self, which: int) -> None:
        """End one hub, with all that it kept in memory, and begin another in its place."""
        which %= len(self._stores)
        self._stores[which].close()
        self._stores[which] = Store(self.url, self.clock, pool=2)
        self._apps[which] = self._app(self._stores[which])

    @property
    def store(self) -> Store:
        """The store as the first hub has it open."""
        return self._stores[0]

    def close(self) -> None:
        """End every hub."""
        for store in self._stores:
            store.close()


class Wire(httpx.AsyncBaseTransport):
    """Carries one workstation's requests; each meets the next of `fates`, and none when they are used up.

    late: requests that were held back. broken: answers that no hub should give.
    """

    def __init__(self, hubs: Hubs) -> None:
        self._hubs = hubs
        self.fates: deque[str] = deque()
        self.late: list[httpx.Request] = []
        self.broken: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fate = self.fates.popleft() if self.fates else OK
        if fate == LOST:
            raise httpx.ConnectError("refused", request=request)
        if fate == OVERLOADED:
            return httpx.Response(502, text="<html>", request=request)
        if fate == HELD_BACK:
            await request.aread()
            self.late.append(request)
            raise httpx.ReadTimeout("no answer", request=request)
        if fate == REPEATED:
            await self._serve(request)
        answer = await self._serve(request)
        if fate == ANSWER_LOST:
            raise httpx.ReadTimeout("lost", request=request)
        return answer

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        answer = await self._hubs.serve(request)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.broken.append(f"{request.method} {request.url.path}: {answer.status_code}")
        return answer

    async def deliver(self, which: int) -> None:
        """Bring a request that was held back to a hub at last; nobody reads the answer."""
        if self.late:
            await self._serve(self.late.pop(which % len(self.late)))


class StationClock(Clock):
    """A machine's clock: off by `skew` seconds, and a monotonic one that nothing sets."""

    def __init__(self, true: MovableClock) -> None:
        super().__init__(true.at)
        self._true, self._start = true, true.at
        self.skew = 0.0

    def now(self) -> datetime:
        return self._true.at + timedelta(seconds=self.skew)

    def monotonic(self) -> float:
        """Seconds since some instant."""
        return (self._true.at - self._start).total_seconds()
