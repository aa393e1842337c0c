"""A hub in a process of its own, killed without warning: nothing is lost, nothing comes twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.central.connection import Store
from storage.central.upkeep import schema
from storage.clock import Clock
from storage.sync.client import HubClient
from storage.sync.run import SyncLoop
from tests.hub.world import PASSWORD, fill
from tests.sync.conftest import Workstation

NOON_IN_MEXICO = datetime(2026, 11, 25, 18, tzinfo=UTC)
KILLS = 3


class Hub:
    """A hub on a fixed port that can be killed and started again."""

    def __init__(self, store: str, announce: Path) -> None:
        self._store, self._announce, self._port = store, announce, 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        self._announce.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "agent_tui", "hub"),
                *("--store", self._store),
                *("--port", str(self._port)),
                *("--announce", str(self._announce)),
            ],
            env={**os.environ, "AGENT_TUI_CLOCK": NOON_IN_MEXICO.isoformat()},
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 15
        while not self._announce.exists():
            assert self._process.poll() is None, "the hub did not start"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        url: str = json.loads(self._announce.read_text())["url"]
        self._port = int(url.rsplit(":", 1)[1])
        return url

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def hub(sqlite_url: str, tmp_path: Path) -> Iterator[Hub]:
    store = Store(sqlite_url, Clock(NOON_IN_MEXICO))
    fill(store, clients=60)
    store.close()
    hub = Hub(sqlite_url, tmp_path / "hub.json")
    yield hub
    hub.kill()


def _capture(desk: Workstation, loop: SyncLoop, count: int) -> None:
    enough = len(desk.made) + count
    while len(desk.made) < enough:
        _until(desk.capture)
        loop.nudge()


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_a_hub_is_killed_again_and_again(hub: Hub, sqlite_url: str, tmp_path: Path) -> None:
    url = hub.start()
    chance = random.Random(7)  # noqa: S311 - a test
    desk = Workstation(tmp_path / "desk" / "local.db", chance)
    loop = SyncLoop(desk.store, lambda: HubClient(url), lambda: None, credentials=("agent1", PASSWORD))
    loop.start()
    try:
        for _ in range(KILLS):
            _capture(desk, loop, 6)
            _until(lambda: desk.store.at_hand() > 2)
            hub.kill()
            _capture(desk, loop, 2)
            assert desk.store.outbox()
            hub.start()
        _until(lambda: desk.store.outbox() == [])
    finally:
        loop.stop()
    store = Store(sqlite_url)
    with store.read() as tx:
        kept = [row[0] for row in tx.all("SELECT id FROM event WHERE kind <> 'state' ORDER BY seq")]
    assert schema.check(store) == []
    store.close()
    assert kept == desk.made
    assert desk.store.quarantine() == []
    desk.store.close()
