"""``agent-tui cross``, ``pivot`` and ``reconcile``: what they print, write and refuse."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from agent_tui import cli
from storage.central.connection import Store
from tests.hub.world import fill

COLLECTED = [("recibo", "importe"), ("P1-R1", "3550.00"), ("P2-R1", "1200.00"), ("P3-R2", "980.50"),
             ("P4-R1", "2100.00")]  # fmt: skip
ACCOUNTED = [("recibo", "importe"), ("P1-R1", "3550.00"), ("P2-R1", "1199.40"), ("P4-R1", "2000.00"),
             ("P9-R1", "640.00"), ("P1-R1", "3550.00")]  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("AGENT_TUI_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AGENT_TUI_LANG", "en")
    monkeypatch.setenv("AGENT_TUI_CLOCK", "2026-11-25T11:00:00-06:00")
    monkeypatch.chdir(tmp_path)
    for name, rows in (("collected", COLLECTED), ("accounting", ACCOUNTED)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return tmp_path


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(args)
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_a_cross_says_its_counts_and_is_done_again_by_name(capsys, home) -> None:
    compare = ("--compare", "importe", "--tolerance", "1.00")
    assert run("cross", "collected.csv", "accounting.csv", "--on", "recibo", *compare, "--save", "mes") == 0
    said = capsys.readouterr()
    assert "Left: 4 rows = 3 matched + 1 only here + 0 repeated + 0 without a key" in said.err
    assert "Right: 5 rows = 3 matched + 1 only here + 1 repeated + 0 without a key" in said.err
    assert "amounts: 2 equal, 1 within tolerance, 1 different, 0 not read" in said.err
    assert run("cross", "--recipe", "mes", "--how", "anti", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert [row["cells"][0] for row in done["table"]["rows"]] == ["P3-R2"]
    assert run("cross", "--recipe", "mes", "-o", "out.xlsx") == 0
    assert CalamineWorkbook.from_path("out.xlsx").sheet_names == ["Cross", "Counts"]
    assert run("cross", "--recipes") == 0
    assert capsys.readouterr().out == "mes\n"


def test_a_pivot_is_printed_and_written(capsys, home) -> None:
    values = ("--rows", "recibo", "--values", "suma:importe", "count")
    assert run("pivot", "accounting.csv", *values) == 0
    assert "P1-R1      7,100.00      2" in capsys.readouterr().out
    assert run("pivot", "accounting.csv", *values, "-o", "out.csv") == 0
    assert Path("out.csv").read_text(encoding="utf-8-sig").splitlines()[-1] == "Total,10939.40,5"


def test_the_worked_example_from_two_files(capsys, home) -> None:
    assert run("reconcile", "collected.csv", "accounting.csv", "--currency", "MXN", "-o", "out.xlsx") == 0
    [total] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Total ")]
    assert total.split() == ["Total", "5", "MXN", "7,830.50", "10,939.40", "-3,108.90", "4"]
    rows = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_name("Reconciliation").to_python()
    assert [row[:2] for row in rows[1:]] == [
        ["P4-R1", "different"], ["P1-R1", "duplicate"], ["P3-R2", "not accounted"],
        ["P9-R1", "not collected"], ["P2-R1", "within tolerance"],
    ]  # fmt: skip


def test_a_file_beside_the_store_is_noted(capsys, home, sqlite_store: Store) -> None:
    fill(sqlite_store, 1)
    days = ("--since", "2026-11-01", "--until", "2026-11-30", "--portfolio", "Tarjetas")
    assert run("reconcile", "accounting.csv", "--store", sqlite_store.url, *days) == 0
    assert "not collected" in capsys.readouterr().out
    with sqlite_store.read() as tx:
        assert tx.value("SELECT count(*) FROM audit WHERE action = 'collected_read'") == 1


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("cross", "collected.csv"), 2, "name two files"),
        (("cross", "collected.csv", "accounting.csv"), 2, "both tables have: recibo, importe"),
        (("cross", "collected.csv", "accounting.csv", "--on", "x"), 1, "no column x"),
        (("cross", "collected.csv", "no.csv", "--on", "recibo"), 1, "no.csv: there is no such file"),
        (("cross", "--recipe", "x"), 1, "there is no recipe x"),
        (("pivot", "collected.csv"), 1, "rows: name at least one column"),
        (("reconcile", "collected.csv"), 2, "one file alone needs"),
        (("reconcile", "collected.csv", "accounting.csv", "-o", "a.csv"), 1, "has to end in .xlsx"),
        (("reconcile", "collected.csv", "accounting.csv", "--tolerance", "x"), 1, "x is no tolerance"),
    ],
)
def test_what_is_refused_is_said(capsys, home, args, code, said) -> None:
    assert run(*args) == code
    assert said in capsys.readouterr().err
