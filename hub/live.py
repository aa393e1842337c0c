"""The hub's own heartbeat: sweeps the queue, folds the figures, tells those who watch.

One thread a hub. Several hubs may beat on one store; the store's own locks decide which
of them sweeps and folds, and each publishes to its own watchers.
"""

from __future__ import annotations

import asyncio
import threading
import time

import msgspec
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from hub.log import log, where
from hub.metrics import Metrics
from rules.protocol import Stats
from storage.central import approvals, queueing, stats
from storage.central.connection import Store
from storage.central.people import Who

SWEEP_SECONDS = 1.0
FOLD_SECONDS = 0.5
BURST_SECONDS = 0.1
"""Rounds are at least so far apart: what arrives meanwhile is published together."""

Scope = tuple[int, ...] | None
_encode = msgspec.json.Encoder().encode


def message(figures: Stats) -> bytes:
    """One message of the stream: a whole snapshot, its number as the id."""
    return b"id: %d\nevent: stats\ndata: %s\n\n" % (figures.number, _encode(figures))


class Watcher:
    """One open stream. It keeps the latest message alone, so that a slow reader holds nobody."""

    def __init__(self, who: Who) -> None:
        self.who = who
        self.open = True
        self._loop = asyncio.get_running_loop()
        self._latest: bytes | None = None
        self._arrived = asyncio.Event()

    async def next(self, seconds: float) -> bytes | None:
        """The newest message not yet taken; None when none came in time, or at the end."""
        try:
            async with asyncio.timeout(seconds):  # wait_for loses cancellations in Python 3.11
                await self._arrived.wait()
        except TimeoutError:
            return None
        self._arrived.clear()
        latest, self._latest = self._latest, None
        return latest

    def offer(self, text: bytes) -> None:
        """Put a message in the place of an older one; from any thread."""
        self._latest = text
        self._wake()

    def close(self) -> None:
        """End the stream; from any thread."""
        self.open = False
        self._wake()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)


class Live:
    """Background work of one hub, and those who watch its figures."""

    def __init__(self, store: Store, metrics: Metrics, failures: tuple[type[Exception], ...]) -> None:
        self._store, self._metrics, self._failures = store, metrics, failures
        self._watchers: set[Watcher] = set()
        self._lock = threading.Lock()
        self._told: dict[Scope, Stats] = {}
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._beat, name="hub-live", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop beating and end every stream."""
        self.close_streams()
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def beating(self) -> bool:
        """Whether the background work is alive."""
        return self._thread.is_alive()

    def nudge(self) -> None:
        """Something was recorded: publish it at once instead of at the next beat."""
        self._wake.set()

    def watch(self, who: Who) -> Watcher:
        """Open a stream for somebody, within the running event loop."""
        watcher = Watcher(who)
        with self._lock:
            self._watchers.add(watcher)
        self._metrics.count("agent_tui_stream_clients", 1)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Close a stream."""
        with self._lock:
            self._watchers.discard(watcher)
        self._metrics.count("agent_tui_stream_clients", -1)

    def close_streams(self) -> None:
        """End every stream, so that the server can finish its requests."""
        with self._lock:
            watchers = list(self._watchers)
        for watcher in watchers:
            watcher.close()

    def _beat(self) -> None:
        sweep_due = 0.0
        while not self._stopping:
            try:
                if time.monotonic() >= sweep_due:
                    sweep_due = time.monotonic() + SWEEP_SECONDS
                    self._metrics.count("agent_tui_swept_total", queueing.sweep(self._store))
                    approvals.expire(self._store)
                    self._metrics.count("agent_tui_sweeps_total")
                stats.fold(self._store)
                self._publish()
            except self._failures as error:
                self._metrics.count("agent_tui_store_failures_total")
                log.error("background_round_failed", **where(error))
            time.sleep(BURST_SECONDS)
            self._wake.wait(FOLD_SECONDS - BURST_SECONDS)
            self._wake.clear()

    def _publish(self) -> None:
        """Tell each watcher the figures of the portfolios that they may see, if they changed."""
        with self._lock:
            by_scope: dict[Scope, list[Watcher]] = {}
            for watcher in self._watchers:
                by_scope.setdefault(watcher.who.portfolio_ids, []).append(watcher)
        for scope, watchers in by_scope.items():
            figures = stats.snapshot(self._store, watchers[0].who)
            told = self._told.get(scope)
            if told is None or told.number != figures.number:
                self._told[scope] = figures
                text = message(figures)
                for watcher in watchers:
                    watcher.offer(text)


TheLive = NamedDependency[SkipValidation[Live]]
