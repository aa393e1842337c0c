"""What watchers of one scope are told: a snapshot first, then changes, from a ring that outlives them.

A watcher keeps its mark alone. Whoever was slow or away is told what came since, in one piece,
or a snapshot when the ring does not reach back so far, or when that is shorter.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import deque

import msgspec

from rules.live_figures import difference, is_empty
from rules.protocol import Stats, StatsChange
from storage.central.doors.people import Who

RING = 256
"""Changes kept for those who come back."""

_encode = msgspec.json.Encoder().encode


class _Change(msgspec.Struct, frozen=True):
    since: str
    text: bytes


class Channel:
    """The live figures of one scope. A mark (``epoch.number``) names what somebody was told last.

    Args:
        who: anybody of the scope.
    """

    def __init__(self, who: Who) -> None:
        self.who = who
        self.looked_at: int | None = None
        self.watchers: set[Watcher] = set()
        self.left_at = 0.0
        self._lock = threading.Lock()
        self._begin(None)

    def _begin(self, figures: Stats | None) -> None:
        self._epoch = secrets.token_hex(4)
        self._told = figures
        self._snapshot: bytes | None = None
        self._changes: deque[_Change] = deque(maxlen=RING)

    def take(self, figures: Stats) -> bool:
        """Take the figures of now; whether there is anything to tell."""
        with self._lock:
            self.looked_at = figures.number
            if self._told is None or figures.number < self._told.number:
                self._begin(figures)  # the store was restored: no change leads there
                return True
            change = difference(self._told, figures)
            if is_empty(change):
                return False
            self._changes.append(_Change(self._mark(change.since), self._message("change", change)))
            self._told, self._snapshot = figures, None
            return True

    def since(self, mark: str) -> tuple[bytes, str] | None:
        """What somebody who was told `mark` last ("" = nothing) is due, and the new mark; None = nothing."""
        with self._lock:
            if self._told is None or mark == (newest := self._mark(self._told.number)):
                return None
            missed = self._missed(mark)
            if len(missed) != 1:
                if self._snapshot is None:
                    self._snapshot = self._message("stats", self._told)
                if not missed or sum(map(len, missed)) > len(self._snapshot):
                    missed = [self._snapshot]
            return b"".join(missed), newest

    def _missed(self, mark: str) -> list[bytes]:
        """Every change since a mark; none when the ring does not hold them all."""
        found: list[bytes] = []
        for change in reversed(self._changes):
            found.append(change.text)
            if change.since == mark:
                return found[::-1]
        return []

    def _mark(self, number: int) -> str:
        return f"{self._epoch}.{number}"

    def _message(self, event: str, figures: Stats | StatsChange) -> bytes:
        head = f"id: {self._mark(figures.number)}\nevent: {event}\ndata: "
        return head.encode() + _encode(figures) + b"\n\n"

    def enter(self, mark: str) -> Watcher:
        """A watcher that goes on after a mark, within the running event loop."""
        watcher = Watcher(self, mark)
        self.watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """A watcher is gone."""
        self.watchers.discard(watcher)
        self.left_at = time.monotonic()


class Watcher:
    """One open stream of a channel, at its own mark."""

    def __init__(self, channel: Channel, mark: str) -> None:
        self.channel = channel
        self.open = True
        self._mark = mark
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()

    async def next(self, seconds: float) -> bytes | None:
        """What was not yet told; None when nothing came in time, or at the end."""
        try:
            async with asyncio.timeout(seconds):  # wait_for loses cancellations in Python 3.11
                while (due := self._due()) is None and self.open:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return None
        return due

    def _due(self) -> bytes | None:
        found = self.channel.since(self._mark)
        if found is None:
            return None
        text, self._mark = found
        return text

    def close(self) -> None:
        """End the stream; from any thread."""
        self.open = False
        self.wake()

    def wake(self) -> None:
        """There is something to tell; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)
