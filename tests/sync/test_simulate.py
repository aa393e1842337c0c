"""Virtual agents on a hub: what `agent-tui simulate` prints, and that it adds up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.serve import listen, make_server
from storage.central.connection import Store
from tests.hub.world import PASSWORD

USERS = f"""
[[user]]
name = "agent1"
password = "{PASSWORD}"
role = "agent"

[[user]]
name = "lead"
password = "{PASSWORD}"
role = "lead"
"""

Simulate = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def simulate(central: Store) -> Iterator[Simulate]:
    """Runs the command against a hub on the central store."""
    listening = listen("127.0.0.1", 0)
    server = make_server(central, "127.0.0.1")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()

    def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        hub = f"http://127.0.0.1:{listening.getsockname()[1]}"
        program = [sys.executable, "-m", "agent_tui", "simulate", "--hub", hub, *options]
        known = {**os.environ, "AGENT_TUI_LANG": "en", **environment}
        return subprocess.run(program, capture_output=True, text=True, env=known, timeout=30)

    yield run
    server.stop()
    thread.join(10)


def test_what_is_made_is_what_arrives(simulate: Simulate, central: Store, tmp_path: Path) -> None:
    users = tmp_path / "users.toml"
    users.write_text(USERS)
    done = simulate("--agents", "2", "--seconds", "2", "--pause", "0.1", "--users", str(users), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["agents"] == 2
    assert summary["made"] == summary["sent"] == sum(summary["results"].values()) > 0
    assert (summary["unsent"], summary["refused"], summary["never_online"]) == (0, 0, 0)
    with central.read() as tx:
        assert tx.value("SELECT count(*) FROM event WHERE kind <> 'state'") == summary["made"]
        assert tx.value("SELECT count(DISTINCT device) FROM event") == 2


def test_counted_users_and_a_wrong_password(simulate: Simulate) -> None:
    done = simulate(
        "--user", "agent{n}", "--agents", "2", "--seconds", "1", AGENT_TUI_PASSWORD="not this one"
    )
    assert done.returncode == 1
    assert "agent1" in done.stderr
    assert "password" in done.stderr


def test_made_up_results_stay_out_of_real_stores(simulate: Simulate, central: Store) -> None:
    with central.begin() as tx:
        tx.run("DELETE FROM store_mark WHERE name = 'training'")
    done = simulate("--user", "agent1", "--seconds", "1", AGENT_TUI_PASSWORD=PASSWORD)
    assert done.returncode == 1
    assert "training" in done.stderr


def test_without_users_it_says_how_to_name_them(simulate: Simulate) -> None:
    done = simulate("--seconds", "1", AGENT_TUI_USER="", AGENT_TUI_PASSWORD="")
    assert done.returncode == 1
    assert "--users" in done.stderr
