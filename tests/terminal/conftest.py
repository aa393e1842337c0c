import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.terminal import Terminal

CLOCK = "2026-11-20T09:30:00-06:00"  # a Friday morning: the queue is open whenever this runs
MONEY = re.compile(r"\d\.\d\d\b")


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
        return Terminal(command, columns, rows, env={"AGENT_TUI_CLOCK": CLOCK, **env})

    def desk(self, columns: int = 120, rows: int = 40, **more: str) -> Terminal:
        terminal = self.open(columns, rows, **more)
        terminal.wait_until(lambda text: bool(MONEY.search(text)), 60)
        return terminal

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


@pytest.fixture
def demo(tmp_path) -> Demo:
    return Demo(tmp_path / "demo")
