"""The hub's own heartbeat: sweeps the queue, folds the figures, tells those who watch.

One thread a hub. Several hubs may beat on one store; the store's own locks decide which
of them sweeps and folds, and each publishes to its own watchers, whom one look at the store
serves, however many they are.
"""

from __future__ import annotations

import threading
import time

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from hub.channels import Channel, Watcher
from hub.log import log, where
from hub.metrics import Metrics
from storage.central.cfdi import needs
from storage.central.connection import Store
from storage.central.counting import bucket_days, openings, stats
from storage.central.doors.people import Who
from storage.central.leading import directives, stand_ins, standing
from storage.central.policies import keeping
from storage.central.queue import queueing, replacing
from storage.central.records import approvals
from storage.central.upkeep import chain

SWEEP_SECONDS = 1.0
OPENINGS_SECONDS = 60.0
"""How often a hub looks whether a month has begun somewhere; while one is written, each round writes on."""

TAX_SECONDS = 60.0
"""How often a hub looks for receipts and payments whose tax receipts nobody follows yet."""

FOLD_SECONDS = 0.5
BURST_SECONDS = 0.1
"""Rounds are at least so far apart: what arrives meanwhile is published together."""

LINGER_SECONDS = 300.0
"""So long a scope that nobody watches is remembered: boards come back after a cut."""


class Live:
    """Background work of one hub, and those who watch its figures.

    Attributes:
        draining: the hub is about to end: a balancer shall send nobody here any more.
    """

    def __init__(self, store: Store, metrics: Metrics, failures: tuple[type[Exception], ...]) -> None:
        self._store, self._metrics, self._failures = store, metrics, failures
        self._channels: dict[Who, Channel] = {}
        self._lock = threading.Lock()
        self._counting = standing.Counting(store)
        self._wake = threading.Event()
        self.draining = False
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

    def watch(self, who: Who, mark: str = "") -> Watcher:
        """Open a stream for somebody, within the running event loop.

        Args:
            who: the reader.
            mark: id of the last message that the reader has, "" = none.
        """
        scope = stats.scope(who)
        with self._lock:
            if scope not in self._channels:
                self._channels[scope] = Channel(scope)
            watcher = self._channels[scope].enter(mark)
        self._metrics.streams(1)
        self.nudge()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Close a stream."""
        with self._lock:
            watcher.channel.leave(watcher)
        self._metrics.streams(-1)

    def close_streams(self) -> None:
        """End every stream, so that the server can finish its requests."""
        for channel in self._watched():
            for watcher in self._of(channel):
                watcher.close()

    def _of(self, channel: Channel) -> list[Watcher]:
        with self._lock:
            return list(channel.watchers)

    def _watched(self) -> list[Channel]:
        """The channels that somebody watches; those long left are forgotten."""
        left_before = time.monotonic() - LINGER_SECONDS
        with self._lock:
            self._channels = {
                scope: channel
                for scope, channel in self._channels.items()
                if channel.watchers or channel.left_at > left_before
            }
            return [channel for channel in self._channels.values() if channel.watchers]

    def _beat(self) -> None:
        sweep_due = openings_due = tax_due = 0.0
        tax_seen = 0
        while not self._stopping:
            began = time.monotonic()
            try:
                if began >= sweep_due:
                    sweep_due = time.monotonic() + SWEEP_SECONDS
                    self._metrics.count("agent_tui_swept_total", queueing.sweep(self._store))
                    approvals.expire(self._store)
                    directives.expire(self._store)
                    keeping.keep(self._store)
                    chain.seal(self._store)
                    self._metrics.look(self._store)
                    self._metrics.count("agent_tui_sweeps_total")
                if began >= openings_due and not openings.keep(self._store):
                    openings_due = time.monotonic() + OPENINGS_SECONDS
                    bucket_days.keep(self._store)
                if began >= tax_due:
                    tax_due = time.monotonic() + TAX_SECONDS
                    tax_seen = needs.catch_up(self._store, tax_seen)
                if self._counting.go_on():
                    stand_ins.bring_up_to_date(self._store)
                replacing.go_on(self._store)
                stats.fold(self._store)
                self._publish()
            except self._failures as error:
                self._metrics.count("agent_tui_store_failures_total")
                log.error("background_round_failed", **where(error))
            # A round that is long (many agents, many scopes) must not follow on itself at once.
            time.sleep(max(BURST_SECONDS, min(time.monotonic() - began, FOLD_SECONDS)))
            self._wake.wait(FOLD_SECONDS - BURST_SECONDS)
            self._wake.clear()

    def _publish(self) -> None:
        """Look at the store once for everybody, and wake those whose figures changed."""
        watched = self._watched()
        if not watched:
            return
        newest = stats.number(self._store)
        stale = [channel for channel in watched if channel.looked_at != newest]
        if not stale:
            return
        found = stats.snapshots(self._store, [channel.who for channel in stale])
        for channel, figures in zip(stale, found, strict=True):
            if channel.take(figures):
                for watcher in self._of(channel):
                    watcher.wake()


TheLive = NamedDependency[SkipValidation[Live]]
