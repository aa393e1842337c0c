"""Hostile data all the way: a file, the import, the hub, the desk and the board, byte by byte."""

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.terminal import Terminal
from storage.central.connection import Store
from storage.central.schema import mark_training, upgrade

pytestmark = pytest.mark.terminal

CLOCK = "2026-11-20T09:30:00-06:00"
CLIPBOARD = "\x1b]52;c;ZXZpbA==\x1b\\"
ATTACKS = (
    f"Ana{CLIPBOARD}Luna",
    "\x1b[31mRED\x1b[2J\x1b[H\x9b31mC1",
    "pago [/red] [bold]x[/bold] [@click=app.quit]sal[/]",
    "a‮b‬c⁦d​e⁠f﻿g؜h",
    "\x00\x07\x08\r\x0b\x0c\x7f nul",
    "漢字カナ e\u0301 n\u0303 👩‍👩‍👧 ﷽",
    "A" * 10_000,
    "=HYPERLINK(1) {titular} %s $x \\",
)
MAP = """
[portfolio]
product = "card"
country = "MX"
currency = "MXN"
creditor = "Banco [/red] Uno"
[client]
ref = "ref"
name = "name"
address = "name"
[account]
ref = "ref"
name = "name"
overdue = "due"
total = "due"
oldest_due = "days_before(40)"
[details]
plan = "name"
note = "name"
[[phones]]
number = "phone"
[[emails]]
address = "name"
"""
FORBIDDEN = re.compile(
    "[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x80-\x9f\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
SEQUENCE = re.compile(r"\x1b(\[[0-9;:?<>=!]*[ $]?[a-zA-Z~]|[()][A-Z0-9]|[78=>M]|P[^\x1b]*\x1b\\)")


def run(*args: str, home: Path, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "agent_tui", *args],
        env={
            **os.environ,
            "AGENT_TUI_HOME": str(home),
            "AGENT_TUI_CLOCK": CLOCK,
            "AGENT_TUI_LANG": "en",
            **env,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def central(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/central.db"
    store = Store(url)
    upgrade(store)
    mark_training(store)
    store.close()
    with (tmp_path / "file.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["ref", "name", "due", "phone"])
        for number, attack in enumerate(ATTACKS):
            rows.writerow([f"{number}", attack, f"{9000 - number}", f"55 1234 56{number:02}"])
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    arguments = ("--store", url, "--portfolio", "Uno [/red]", "--map", str(tmp_path / "map.toml"))
    told = run("import", str(tmp_path / "file.csv"), *arguments, home=tmp_path)
    assert f"Accounts: {len(ATTACKS)} new" in told
    for name, role in (("ana", "agent"), ("luz", "lead")):
        run(
            "users",
            "add",
            name,
            "--role",
            role,
            "--store",
            url,
            home=tmp_path,
            AGENT_TUI_PASSWORD="correct horse",
        )
    return url


@contextmanager
def hub(url: str, home: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "agent_tui", "hub", "--store", url, "--port", "0"],
        env={**os.environ, "AGENT_TUI_HOME": str(home), "AGENT_TUI_CLOCK": CLOCK, "AGENT_TUI_LANG": "en"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        yield re.search(r"http://\S+?(?=[. ])\S*:\d+", process.stderr.readline())[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def harmless(terminal: Terminal) -> None:
    """Nothing on the wire but printable text and the terminal's own small set of sequences."""
    text = terminal.raw().decode("utf-8")
    assert "\x1b]52" not in text
    plain = SEQUENCE.sub("", text)
    assert not (found := FORBIDDEN.search(plain)), repr(plain[max(0, found.start() - 40) : found.end() + 40])
    assert "\x1b" not in plain.replace("\x1b]", ""), repr(plain[plain.index("\x1b") :][:60])


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_hostile_text_is_shown_as_harmless_text_everywhere(central, tmp_path, columns, rows) -> None:
    env = {"AGENT_TUI_HOME": str(tmp_path), "AGENT_TUI_PASSWORD": "correct horse", "AGENT_TUI_CLOCK": CLOCK}
    with hub(central, tmp_path) as url:
        command = [sys.executable, "-m", "agent_tui", "work", "--hub", url, "--user", "ana", "--lang", "en"]
        board = [sys.executable, "-m", "agent_tui", "lead", "--hub", url, "--user", "luz", "--lang", "en"]
        with (
            Terminal(command, columns, rows, env=env) as desk,
            Terminal(board, columns, rows, env=env) as lead,
        ):
            desk.wait_for("Uno [/red]", 30)
            lead.wait_for("Uno [/red]", 30)
            for number in range(len(ATTACKS)):
                for key in ("f2", "f3", "1", "1", "f4", "f9", "f1", "escape", "ctrl+g", "escape"):
                    desk.send(key)
                    desk.settle(0.2 if key == "escape" else 0.06)  # a bare Escape is told by what follows it
                desk.send_bytes(b"m/" + b"\x1b[200~" + ATTACKS[number][:300].encode() + b"\x1b[201~")
                desk.settle(0.1)
                desk.send("ctrl+u")
                desk.settle(0.1)
                desk.send("f5")
                desk.settle(0.3)
            lead.wait_for(f"touches {len(ATTACKS)} ", 10)
            lead.settle(1.0)
            for terminal in (desk, lead):
                assert terminal.ended is None, terminal.text()
                harmless(terminal)
            assert "漢字" in desk.raw().decode() or "[/red]" in desk.raw().decode()
            desk.send("ctrl+q", "ctrl+q")
            lead.send("ctrl+q")
            desk.wait_end()
            assert desk.exit_code == 0
