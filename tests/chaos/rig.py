"""A PostgreSQL, two hubs, a proxy and three workstations, each a process that may be killed at any moment."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from benchmarks.postgres import DURABLE, Server
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.queue import queueing
from storage.central.upkeep import consistency, schema
from storage.clock import Clock
from tests.chaos.proxy import Proxy
from tests.chaos.workstation import FAULTS, SAVED, AtRest
from tests.hub.world import PORTFOLIO, add_clients, fill
from tests.sync.model import lead_of

NOON_IN_MEXICO = datetime(2026, 11, 25, 18, tzinfo=UTC)
AGENTS = ("agent1", "agent1", "agent2")
HUBS = 2
SETTINGS = DURABLE | {"shared_buffers": "32MB", "max_wal_size": "1GB"}

STOCK, MORE = 400, 800
"""Below so many clients in the queue, so many more come in."""

STRIKES = {"workstation": 8, "hub": 4, "database": 3, "wire": 5}
"""What a round strikes, beside the faults of the wire, and how often of twenty."""

SHARES = (0.0, 0.1, 0.3, 0.6)
SKEWS = (0, 0, -3600, 600, 3600)
"""Seconds by which a workstation's clock is off; another one with each start."""

MOST_BETWEEN, PATIENCE = 20, 3.0
"""A strike comes after so many further facts at most, or so many seconds."""

SETTLE_SECONDS = 60.0
LINE_BYTES = len(f"{UUID(int=0)}\n")


class Process:
    """A program of ours that is killed and started again."""

    def __init__(self, log: Path, clock: Callable[[float], str]) -> None:
        self.log, self._clock = log, clock
        self._process: subprocess.Popen[str] | None = None

    def _run(self, *words: str, skew: float = 0.0) -> subprocess.Popen[str]:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words],
                env={**os.environ, "AGENT_TUI_CLOCK": self._clock(skew)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self._process

    def kill(self) -> None:
        """Signal 9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
            self._process = None

    def ended(self) -> bool:
        """Whether it ended by itself, which it never should."""
        return self._process is not None and self._process.poll() is not None


class HubProcess(Process):
    """A hub on a port of its own, always the same."""

    def __init__(self, store: str, folder: Path, number: int, clock: Callable[[float], str]) -> None:
        super().__init__(folder / f"hub-{number}.log", clock)
        self._store, self._announce = store, folder / f"hub-{number}.json"
        self.port = 0

    def start(self) -> None:
        """Start it; `wait` for it the first time, when its port is not known yet."""
        self._announce.unlink(missing_ok=True)
        where = ("--port", str(self.port), "--announce", str(self._announce))
        self._run("agent_tui", "hub", "--store", self._store, *where)

    def wait(self) -> None:
        """Until it listens."""
        until(self._announce.exists, f"the hub listens ({self.log})")
        self.port = int(json.loads(self._announce.read_text())["url"].rsplit(":", 1)[1])


class WorkstationProcess(Process):
    """A workstation with its files, which outlive it."""

    def __init__(
        self, hub: str, home: Path, user: str, clock: Callable[[float], str], *more: str, pause: float
    ) -> None:
        home.mkdir()
        super().__init__(home / "log", clock)
        self.home, self.user = home, user
        self._words, self._more = (hub, str(home), user), (str(pause), *more)
        self.said: AtRest | None = None

    def start(self, seed: str, skew: float = 0.0) -> None:
        """Start it, with a clock that is off by so many seconds."""
        self.said = None
        process = self._run("tests.chaos.workstation", *self._words, seed, *self._more, skew=skew)
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                self.said = msgspec.json.decode(line, type=AtRest)
        except (ValueError, msgspec.DecodeError):
            return  # killed in the middle of a line, or the pipe was closed under us

    def tell(self, word: str) -> None:
        """Say "rest" or "go"."""
        assert self._process is not None
        assert self._process.stdin is not None
        self.said = None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def saved(self) -> list[str]:
        """Ids of the facts whose save had returned, in their order."""
        return _lines(self.home / SAVED)

    def faults(self) -> list[str]:
        """What surprised its sync."""
        return _lines(self.home / FAULTS)


def _lines(path: Path) -> list[str]:
    """Whole lines; what was cut by a kill is none."""
    return path.read_text().split("\n")[:-1] if path.exists() else []


def until(true: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait for something.

    Raises:
        AssertionError: it did not come.
    """
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)


class Rig:
    """Everything together.

    Args:
        pause: seconds between two captures of a workstation.
        more: further words for the workstations.
    """

    def __init__(self, *more: str, pause: float = 0.02) -> None:
        self._began = time.monotonic()
        self.folder = Path(tempfile.mkdtemp(prefix="agent-tui-chaos-"))
        (self.folder / "postgres").mkdir()
        self.folder.chmod(0o755)  # its own account has to reach the folder
        self.postgres = Server(self.folder / "postgres", SETTINGS)
        self.postgres.start()
        self.url = self.postgres.url
        with self._open_store() as store:
            schema.upgrade(store)
            fill(store, clients=MORE)
        self._clients = MORE
        self.hubs = [HubProcess(self.url, self.folder, n, self._clock) for n in range(HUBS)]
        for hub in self.hubs:
            hub.start()
        for hub in self.hubs:
            hub.wait()
        self.proxy = Proxy([hub.port for hub in self.hubs])
        self.workstations = [
            WorkstationProcess(
                self.proxy.url, self.folder / f"desk-{n}", user, self._clock, *more, pause=pause
            )
            for n, user in enumerate(AGENTS)
        ]
        for n, workstation in enumerate(self.workstations):
            workstation.start(f"first:{n}")
        self.struck: Counter[str] = Counter()

    def _clock(self, skew: float) -> str:
        """What a process that starts now has to take for the time."""
        return (NOON_IN_MEXICO + timedelta(seconds=time.monotonic() - self._began + skew)).isoformat()

    @contextmanager
    def _open_store(self) -> Iterator[Store]:
        """The store over connections of its own: older ones have not outlived the server."""
        store = Store(self.url, Clock(NOON_IN_MEXICO))
        try:
            yield store
        finally:
            store.close()

    # Rounds.

    def play(self, seed: int) -> None:
        """One round: a while of work over a bad wire, a strike, and what was struck comes back."""
        chance = random.Random(seed)  # noqa: S311 - a test
        strike = chance.choices(list(STRIKES), list(STRIKES.values()))[0]
        self.struck[strike] += 1
        self.proxy.misbehave(f"{seed}:wire", chance.choice(SHARES))
        self._let_work(chance.randint(1, MOST_BETWEEN), chance.uniform(0.0, 0.3))
        down = chance.uniform(0.0, 0.3)
        if strike == "database":
            self.postgres.kill()
            time.sleep(down)
            self.postgres.start()
        elif strike == "hub":
            hub = chance.choice(self.hubs)
            hub.kill()
            time.sleep(down)
            hub.start()
        elif strike == "workstation":
            workstation = chance.choice(self.workstations)
            workstation.kill()
            time.sleep(down)
            workstation.start(str(seed), chance.choice(SKEWS))
        else:
            time.sleep(down)

    def _let_work(self, facts: int, seconds: float) -> None:
        """Until so many more facts were saved, which a bad wire may prevent, and some time more."""
        enough, patience = self.made() + facts, time.monotonic() + PATIENCE
        while self.made() < enough and time.monotonic() < patience:
            time.sleep(0.02)
        time.sleep(seconds)

    def settle(self) -> list[str]:
        """On a good wire everybody comes to rest; what is then not as it must be."""
        self.proxy.behave()
        for workstation in self.workstations:
            workstation.tell("rest")
        try:
            until(self._at_rest, "everybody at rest", SETTLE_SECONDS)
        except AssertionError as error:
            return [f"{error}: {[workstation.said for workstation in self.workstations]}"]
        with self._open_store() as store:
            found = list(self._faults(store)) or list(self._unequal(store))
            self._stock_up(store)
        for workstation in self.workstations:
            workstation.tell("go")
        return found

    def _at_rest(self) -> bool:
        ended = [one.log for one in (*self.hubs, *self.workstations) if one.ended()]
        assert not ended, f"ended by itself: {ended}"
        said = [workstation.said for workstation in self.workstations]
        return all(one is not None and one.unsent == 0 and one.link == "online" for one in said)

    def _stock_up(self, store: Store) -> None:
        with store.read() as tx:
            left = tx.value("SELECT count(*) FROM ready")
            portfolio = tx.value("SELECT id FROM portfolio WHERE name = :name", name=PORTFOLIO)
        if left >= STOCK:
            return
        add_clients(store, portfolio, MORE, first=self._clients + 1)
        with store.begin() as tx:
            new = tx.all("SELECT id FROM client WHERE id > :last", last=self._clients)
            queueing.place(tx, [row[0] for row in new], tx.now)
        self._clients += MORE

    # What must be true.

    def _faults(self, store: Store) -> Iterator[str]:
        yield from consistency.check(store)
        with store.read() as tx:
            # Not received_at: the clocks of two hubs that were started apart are not the same.
            rows = tx.all("SELECT id, device, seq, xmin::text::bigint FROM event")
            events = {row[0]: (row[1], row[2], row[3]) for row in rows}
            lines = {row[0] for row in tx.all("SELECT id FROM interaction")}
            results = {row[0] for row in tx.all("SELECT id FROM event WHERE kind = 'result'")}
        if lines ^ results:
            yield f"results and their lines in the history differ: {lines ^ results}"
        for workstation in self.workstations:
            yield from _missing(workstation, events)
            yield from (f"{workstation.home.name}: {line}" for line in workstation.faults())
        yield from self.proxy.broken

    def _unequal(self, store: Store) -> Iterator[str]:
        """The desks' days against the board's rows: they have a few pulls' time to become equal."""
        try:
            until(lambda: not list(self._differences(store)), "equal figures", 10)
        except AssertionError:
            yield from self._differences(store)

    def _differences(self, store: Store) -> Iterator[str]:
        board = {row.name: row for row in stats.snapshot(store, lead_of(store)).agents}
        for workstation in self.workstations:
            row = board[workstation.user]
            there = (row.touches, row.contacts, row.rpc, row.promises, row.promised_amount)
            here = workstation.said.figures if workstation.said else ()
            if here != there:
                yield f"{workstation.home.name} shows {here}, the board {there}"

    def made(self) -> int:
        """How many facts were saved by now."""
        files = (workstation.home / SAVED for workstation in self.workstations)
        return sum(file.stat().st_size // LINE_BYTES for file in files if file.exists())

    def close(self) -> None:
        """End everything, and leave nothing."""
        for process in (*self.workstations, *self.hubs):
            process.kill()
        self.proxy.close()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _missing(workstation: WorkstationProcess, events: dict[str, tuple[str, int, int]]) -> Iterator[str]:
    """Facts whose save had returned and that are not at the centre, or came out of order."""
    refused = dict(workstation.said.refused) if workstation.said else {}
    before = None
    for fact in workstation.saved():
        if fact not in events:
            became = f"refused: {refused[fact]}" if fact in refused else "lost"
            yield f"{workstation.home.name}: {fact} is {became}"
            continue
        device, seq, transaction = events[fact]
        if before is not None and before[0] == device and (seq <= before[1] or transaction < before[2]):
            yield f"{workstation.home.name}: {fact} came out of order"
        before = (device, seq, transaction)
