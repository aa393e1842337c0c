"""Hostile data all the way: a file, the import, the hub, the desk and the board, byte by byte."""

import csv
import re

import pytest

from benchmarks.terminal import Terminal
from tests.terminal.conftest import PASSWORD

pytestmark = pytest.mark.terminal

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


@pytest.fixture
def hostile_office(office):
    file, mapping = office.folder / "file.csv", office.folder / "map.toml"
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["ref", "name", "due", "phone"])
        for number, attack in enumerate(ATTACKS):
            rows.writerow([f"{number}", attack, f"{9000 - number}", f"55 1234 56{number:02}"])
    mapping.write_text(MAP, encoding="utf-8")
    arguments = ("--store", office.url, "--portfolio", "Uno [/red]", "--map", str(mapping))
    assert f"Accounts: {len(ATTACKS)} new" in office.run("import", str(file), *arguments)
    office.hire("ana", "agent")
    office.hire("luz", "lead")
    return office


def harmless(terminal: Terminal) -> None:
    """Nothing on the wire but printable text and the terminal's own small set of sequences."""
    text = terminal.raw().decode("utf-8")
    assert "\x1b]52" not in text
    plain = SEQUENCE.sub("", text)
    assert not (found := FORBIDDEN.search(plain)), repr(plain[max(0, found.start() - 40) : found.end() + 40])
    assert "\x1b" not in plain.replace("\x1b]", ""), repr(plain[plain.index("\x1b") :][:60])


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_hostile_text_is_shown_as_harmless_text_everywhere(hostile_office, columns, rows) -> None:
    size = {"columns": columns, "rows": rows, "AGENT_TUI_PASSWORD": PASSWORD}
    with (
        hostile_office.hub() as url,
        hostile_office.open("work", url, "ana", **size) as desk,
        hostile_office.open("lead", url, "luz", **size) as lead,
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
