import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.terminal import Terminal
from storage.central.connection import Store
from storage.central.upkeep.schema import mark_training, upgrade

CLOCK = "2026-11-20T09:30:00-06:00"  # a Friday morning: the queue is open whenever this runs
PASSWORD = "correct horse battery"


class Demo:
    """A demo in a folder of its own, opened as its users open it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, columns: int, rows: int, *more: str, lang: str = "es", **env: str) -> Terminal:
        command = [
            sys.executable,
            "-m",
            "agent_tui",
            "demo",
            "--dir",
            str(self.folder),
            "--lang",
            lang,
            *more,
        ]
        own = {"AGENT_TUI_CLOCK": CLOCK, "AGENT_TUI_HOME": f"{self.folder}-home"}
        return Terminal(command, columns, rows, env={**own, **env})

    def desk(self, columns: int = 120, rows: int = 40, **more: str) -> Terminal:
        terminal = self.open(columns, rows, **more)
        terminal.wait_for("☎", 60)
        return terminal

    @staticmethod
    def worked(calls: int) -> Callable[[str], bool]:
        """Whether the screen counts this many calls: it does once the last result is saved."""
        counted = re.compile(rf"(?<!\d){calls}(?: toques |·\d)")
        return lambda text: counted.search(text) is not None

    def events(self) -> list[dict]:
        """What the central store has been told so far, through the command an administrator would use."""
        export = [sys.executable, "-m", "agent_tui", "export", "events", "--store"]
        done = subprocess.run(
            [*export, f"sqlite:///{self.folder}/central.db"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def wait_events(self, enough, seconds: float = 20.0) -> list[dict]:
        deadline = time.monotonic() + seconds
        while True:
            told = self.events()
            if enough(told) or time.monotonic() > deadline:
                return told
            time.sleep(0.3)


class Office:
    """A store, a hub and users of one's own, set up by the commands of the README."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/central.db"
        self.env = {"AGENT_TUI_HOME": str(folder / "home"), "AGENT_TUI_CLOCK": CLOCK, "AGENT_TUI_LANG": "en"}
        store = Store(self.url)
        upgrade(store)
        mark_training(store)  # a hub takes a set clock only for training
        store.close()

    def run(self, *args: str, **env: str) -> str:
        """One command; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "agent_tui", *args],
            env={**os.environ, **self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def hire(self, name: str, role: str) -> None:
        self.run("users", "add", name, "--role", role, "--store", self.url, AGENT_TUI_PASSWORD=PASSWORD)

    @contextmanager
    def hub(self) -> Iterator[str]:
        """A hub on the store; its address."""
        process = subprocess.Popen(
            [sys.executable, "-m", "agent_tui", "hub", "--store", self.url, "--port", "0"],
            env={**os.environ, **self.env},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        try:
            yield re.search(r"http://[\d.]+:\d+", process.stderr.readline())[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)

    def open(self, command: str, hub: str, user: str, columns: int, rows: int, **env: str) -> Terminal:
        """A workstation or a board on the hub."""
        program = [sys.executable, "-m", "agent_tui", command, "--hub", hub, "--user", user]
        return Terminal(program, columns, rows, env={**self.env, **env})


@pytest.fixture
def demo(tmp_path) -> Demo:
    return Demo(tmp_path / "demo")


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)
