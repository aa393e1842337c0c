"""Virtual agents: they work the queue through the real desk, local store and sync.

Each has a workstation of its own in a temporary folder and ends its calls with results in
the proportions of a collections floor, typed as capture lines.
"""

from __future__ import annotations

import random
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rules.capture.body import to_body
from rules.capture.read import read
from rules.desk import ClientPage, Refused
from storage.clock import Clock
from storage.local.connection import KEY_BYTES
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.sync.run import SyncLoop

if TYPE_CHECKING:
    from storage.sync.client import HubClient

LINES = {
    "noco": 34,
    "ocup": 7,
    "buzn": 15,
    "fser": 3,
    "equi": 3,
    "m": 9,
    "p": 8,
    "p 50%": 2,
    "p q spei": 2,
    "l3xq": 2,
    "r": 6,
    "r 16:30": 2,
    "y": 2,
    "n": 3,
    "d": 1,
    "i": 2,
}
"""What is typed, and how often of about a hundred calls."""

UNDO_SHARE = 0.02
SKIP_SHARE = 0.02
POLL_SECONDS = 0.2
DRAIN_SECONDS = 15.0


class Account(msgspec.Struct, frozen=True):
    """What a virtual agent signs in with."""

    name: str
    password: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a simulation.

    made: facts that were captured. sent: those of them that the hub has answered for.
    unsent: still in an outbox at the end. refused: answered, but put aside. results:
    capture lines by how often they were saved. turned_down: lines that the rules of a
    client's account did not allow. per_minute: facts made in a minute, all agents together.
    """

    agents: int
    never_online: int
    seconds: float
    made: int
    sent: int
    unsent: int
    refused: int
    per_minute: float
    turned_down: int
    results: dict[str, int]


class Worker:
    """One virtual agent and the workstation in front of it."""

    def __init__(self, hub: str, who: Account, folder: Path, clock: Clock, pause: float, seed: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a simulation
        self._pause = pause
        self.saved: Counter[str] = Counter()
        self.turned_down = 0
        self.was_online = False
        self._store = LocalStore(folder / "local.db", secrets.token_bytes(KEY_BYTES), clock)
        self._sync = SyncLoop(
            self._store,
            lambda: _open_client(hub),
            self._note_link,
            credentials=(who.name, who.password),
        )
        self._desk = LocalDesk(self._store, wrote=self._sync.nudge, closing=self._sync.stop)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._until = 0.0

    def start(self, seconds: float) -> None:
        """Sign in and work for so long."""
        self._until = time.monotonic() + seconds
        self._sync.start()
        self._thread.start()

    def join(self) -> None:
        """Wait until the last call has ended."""
        self._thread.join()

    def unsent(self) -> int:
        """Facts that the hub has not answered yet."""
        return self._desk.header().waiting

    def refused(self) -> int:
        """Facts that the hub has put aside."""
        return self._desk.header().quarantined

    def close(self) -> None:
        """Go home: whatever was not shown goes back to the queue."""
        self._desk.close()

    def _note_link(self) -> None:
        self.was_online = self.was_online or self._store.link() == "online"

    def _work(self) -> None:
        while time.monotonic() < self._until:
            page = self._desk.desk().page
            if not isinstance(page, ClientPage):
                time.sleep(POLL_SECONDS)
                continue
            time.sleep(min(self._chance.expovariate(1 / self._pause), max(self._until - time.monotonic(), 0)))
            self._end_call()

    def _end_call(self) -> None:
        dice = self._chance.random()
        if dice < SKIP_SHARE:
            self._count("(skip)", isinstance(self._desk.skip("later"), Refused))
        elif dice < SKIP_SHARE + UNDO_SHARE and self.saved:
            self._count("(undo)", isinstance(self._desk.undo(), Refused))
        else:
            line = self._chance.choices(list(LINES), list(LINES.values()))[0]
            self._count(line, not self._save(line))

    def _save(self, line: str) -> bool:
        context = self._desk.capture_context()
        if context is None:
            return False
        catalogue = self._desk.catalogue()
        reading = read(line, catalogue, context)
        if not reading.complete or reading.errors:
            return False
        return not isinstance(self._desk.save(to_body(reading, context, catalogue, line=line)), Refused)

    def _count(self, line: str, turned_down: bool) -> None:
        if turned_down:
            self.turned_down += 1
        else:
            self.saved[line] += 1


def simulate(
    hub: str,
    accounts: Sequence[Account],
    agents: int,
    seconds: float,
    *,
    clock: Clock,
    pause: float,
    seed: int,
) -> Summary:
    """Let agents work for a while, wait until their facts are sent, and count.

    Args:
        hub: the hub's URL.
        accounts: whom they sign in as, in turn; several may share one, from several devices.
        agents: how many.
        seconds: how long they work.
        clock: of their workstations.
        pause: mean length of a call in seconds.
        seed: same seed, same decisions.
    """
    with tempfile.TemporaryDirectory(prefix="agent-tui-simulate-") as folder:
        workers = [
            Worker(
                hub,
                accounts[number % len(accounts)],
                Path(folder) / f"desk-{number}",
                clock,
                pause,
                f"{seed}:{number}",
            )
            for number in range(agents)
        ]
        began = time.monotonic()
        for worker in workers:
            worker.start(seconds)
        for worker in workers:
            worker.join()
        took = time.monotonic() - began
        _drain(workers)
        summary = _summary(workers, took)
        for worker in workers:
            worker.close()
    return summary


def _drain(workers: Sequence[Worker]) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    while any(worker.unsent() for worker in workers) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _summary(workers: Sequence[Worker], seconds: float) -> Summary:
    results = sum((worker.saved for worker in workers), Counter[str]())
    made, unsent = results.total(), sum(worker.unsent() for worker in workers)
    return Summary(
        agents=len(workers),
        never_online=sum(not worker.was_online for worker in workers),
        seconds=round(seconds, 1),
        made=made,
        sent=made - unsent,
        unsent=unsent,
        refused=sum(worker.refused() for worker in workers),
        per_minute=round(made / seconds * 60, 1),
        turned_down=sum(worker.turned_down for worker in workers),
        results=dict(results.most_common()),
    )


def _open_client(hub: str) -> HubClient:
    from storage.sync.client import HubClient

    return HubClient(hub)
