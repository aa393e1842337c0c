"""What was answered as saved is there after the process is killed, once and whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rules.clients import Client
from storage.local.connection import connect
from tests.conftest import LOCAL_KEY

ROOT = Path(__file__).parents[3]

AGENT = """
import itertools, sys
from datetime import datetime
from pathlib import Path
from rules.facts import ResultBody
from storage.clock import Clock
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.local.connection import connect
from tests.conftest import LOCAL_KEY

desk = LocalDesk(LocalStore(Path(sys.argv[1]), bytes(range(32)), Clock(datetime.fromisoformat(sys.argv[2]))))
print("begun", flush=True)
for turn in itertools.count():
    client = desk.desk().page.client
    saved = desk.save(ResultBody(client_id=client.id, code="NOCO"))
    print(saved.fact_id, flush=True)
    if turn % 3 == 2:
        print(desk.undo().fact_id, flush=True)
"""

LEASED = 3000
KILLS = 4


def test_nothing_answered_is_lost(
    tmp_path: Path, make_station: Callable[[Path], Any], a_client: Callable[..., Client]
) -> None:
    path = tmp_path / "local.db"
    station = make_station(path)
    station.sign_in()
    station.lease(*(a_client(n, portfolio="x") for n in range(1, LEASED)), ttl=86_400)
    station.store.close()
    now = station.clock.now().isoformat()
    chance = random.Random(20261124)  # noqa: S311 - moments of a test, the same in each run
    told: list[str] = []
    for _ in range(KILLS):
        told += killed_after(path, now, chance.uniform(0.0, 0.25))
        look_into(path, told)
    assert len(told) > KILLS


def killed_after(path: Path, now: str, seconds: float) -> list[str]:
    """Let an agent work and kill it; the ids that it was told are saved."""
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, str(path), now], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert agent.stdout is not None
    with agent.stdout as told:
        assert told.readline() == "begun\n"
        try:
            agent.wait(seconds)
        except subprocess.TimeoutExpired:
            os.kill(agent.pid, signal.SIGKILL)
        lines = told.read().split("\n")
    assert agent.wait() == -signal.SIGKILL
    return lines[:-1]


def look_into(path: Path, told: list[str]) -> None:
    connection = connect(path, LOCAL_KEY)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        facts = connection.execute("SELECT id, seq FROM fact ORDER BY seq").fetchall()
        assert [seq for _, seq in facts] == list(range(1, len(facts) + 1))
        assert set(told) <= {fact for fact, _ in facts}
        assert len(facts) <= len(told) + KILLS
        assert connection.execute("SELECT fact_id, seq FROM outbox ORDER BY seq").fetchall() == facts
    finally:
        connection.close()
