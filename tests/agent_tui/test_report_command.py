"""``agent-tui report``: what it prints and writes, whose eyes it has, and what it leaves in the audit log."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from agent_tui import cli
from storage.central.connection import Store
from storage.portfolio.demo import generate
from tests.hub.world import fill


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("AGENT_TUI_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AGENT_TUI_LANG", "en")
    monkeypatch.setenv("AGENT_TUI_CLOCK", "2026-11-25T11:00:00-06:00")
    return tmp_path


@pytest.fixture
def central(home: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    fill(sqlite_store)
    monkeypatch.setenv("AGENT_TUI_STORE", sqlite_store.url)
    with sqlite_store.begin() as tx:
        tx.run("UPDATE app_user SET team = 'red' WHERE name IN ('agent1', 'lead')")
        tx.run("UPDATE app_user SET team = 'blue' WHERE name = 'agent2'")
        tx.run("UPDATE app_user SET daily_goal = 100000, monthly_goal = 2000000 WHERE role = 'agent'")
    return sqlite_store


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(("report", *args))
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_the_reports_are_listed(central: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--list") == 0
    assert "Activity by agent" in capsys.readouterr().out
    assert run("--list", "--json") == 0
    assert "activity" in {report["name"] for report in json.loads(capsys.readouterr().out)}


def test_a_report_is_printed_and_noted(central: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("activity") == 0
    title, head, *_ = capsys.readouterr().out.splitlines()
    assert title == "Activity by agent  2026-11-25"
    assert "contact rate" in head
    with central.read() as tx:
        [(actor, subject)] = tx.all("SELECT actor, subject FROM audit WHERE action = 'report_read'")
    assert actor.startswith("command:report ")
    assert subject == "report:activity"


def test_a_file_is_written_by_its_ending(central: Store, home: Path) -> None:
    for ending in ("csv", "xlsx", "json", "jsonl"):
        path = home / f"goals.{ending}"
        assert run("goals", "-o", str(path)) == 0
        assert path.stat().st_mode & 0o077 == 0
    with (home / "goals.csv").open(encoding="utf-8-sig", newline="") as file:
        agents = [row["agent"] for row in csv.DictReader(file)]
    told = json.loads((home / "goals.json").read_text())
    assert agents[: len(told["rows"])] == [row["cells"][0] for row in told["rows"]]
    book = CalamineWorkbook.from_path(str(home / "goals.xlsx"))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()][1 : len(told["rows"]) + 1] == (
        agents[: len(told["rows"])]
    )
    lines = (home / "goals.jsonl").read_text().splitlines()
    assert [json.loads(line)["agent"] for line in lines] == agents[: len(lines)]


def test_a_user_sees_the_own_team_alone(central: Store, capsys: pytest.CaptureFixture[str]) -> None:
    def agents(*more: str) -> set[str]:
        assert run("goals", "--json", *more) == 0
        return {row["cells"][0] for row in json.loads(capsys.readouterr().out)["rows"]}

    assert agents() >= {"agent1", "agent2"}
    assert "agent2" not in agents("--user", "lead")
    assert run("activity", "--user", "agent1") == 1
    assert "agent1 reads no reports" in capsys.readouterr().err


def test_a_saved_report_runs_the_same_on_a_copy(
    central: Store, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = home / "weekly.toml"
    saved.write_text('report = "goals"\nperiod = "week"\nteam = "red"\nformat = "jsonl"\n')
    assert run("--saved", str(saved)) == 0
    first = capsys.readouterr().out
    assert [json.loads(line)["agent"] for line in first.splitlines()] == ["agent1"]
    copied = home / "copy.db"
    with central.begin():
        copied.write_bytes(central.path.read_bytes())
        for extra in ("-wal", "-shm"):
            beside = central.path.with_name(central.path.name + extra)
            if beside.exists():
                copied.with_name(copied.name + extra).write_bytes(beside.read_bytes())
    assert run("--saved", str(saved), "--store", f"sqlite:///{copied}") == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('report = "activity"\nteem = "red"\n', "teem"),
        ('period = "week"\n', "report"),
        ('report = "activity"\nperiod = "some day"\n', "no period some day"),
        ("report = activity\n", "saved.toml"),
    ],
)
def test_a_saved_report_that_is_none_is_refused_with_its_fault(
    central: Store, home: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    (home / "saved.toml").write_text(text)
    assert run("--saved", str(home / "saved.toml")) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("nothing",), 1, "no report nothing"),
        (("activity", "--portfolio", "Nowhere"), 1, "no portfolio Nowhere"),
        (("activity", "--agent", "nobody"), 1, "no agent nobody"),
        (("activity", "--since", "2026-11-02", "--until", "2026-11-01"), 1, "400 days"),
        (("activity", "--since", "2026-11-02", "--day", "2026-11-01"), 2, "in one way"),
        (("activity", "--month", "2026-13"), 2, "no month"),
        (("activity", "--format", "xlsx"), 2, "-o FILE.xlsx"),
        (("workbook",), 2, "-o FILE.xlsx"),
        (("digest",), 2, "-o FOLDER"),
        ((), 2, "--list"),
    ],
)
def test_a_wrong_call_says_how_to_mend_it(
    central: Store, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], code: int, says: str
) -> None:
    assert run(*args) == code
    assert says in capsys.readouterr().err


def test_the_months_workbook(central: Store, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "november.xlsx"
    assert run("workbook", "--month", "2026-11", "-o", str(path), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == str(path)
    book = CalamineWorkbook.from_path(str(path))
    index = dict(line[:2] for line in book.get_sheet_by_name("Index").to_python())
    assert (index["from"], index["to"]) == ("2026-11-01", "2026-11-30")
    assert {"Activity by agent", "Results", "Promises", "Payments"} <= set(book.sheet_names)


def test_each_sales_room_gets_its_own_contracts(
    home: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generate(sqlite_store, 200, seed=1)
    monkeypatch.setenv("AGENT_TUI_STORE", sqlite_store.url)
    assert run("digest", "-o", str(home / "rooms"), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told) > 1
    contracts: set[str] = set()
    for one in told:
        path = Path(one["path"])
        with path.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
            own = [row["contract"] for row in csv.DictReader(file)]
        assert len(own) == one["contracts"]
        assert not contracts & set(own)
        contracts |= set(own)
        text = path.read_text()
        assert text.startswith(f"# {one['room']}")
        assert all(contract in text for contract in own)
    with sqlite_store.read() as tx:
        assert tx.value("SELECT count(*) FROM digest_log") == len(told)
    assert run("digest", "-o", str(home / "rooms"), "--room", "Nowhere") == 1
    assert told[0]["room"] in capsys.readouterr().err
