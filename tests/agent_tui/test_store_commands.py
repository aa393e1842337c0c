"""The commands on the central store: what they print, write, and with which code they end."""

from __future__ import annotations

import csv
import getpass
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyotp
import pytest

from agent_tui import cli
from agent_tui.commands import export as export_command
from agent_tui.commands import users as users_command
from rules.protocol import SignIn
from storage.central.connection import Store
from storage.central.doors import people
from storage.central.doors.signing_in import sign_in
from storage.portfolio.datasets import DATASETS
from storage.portfolio.export import FORMATS

HEADER = "cliente,nombre,cuenta,vencido,saldo,vence,telefono\n"
ROWS = "C1,Ana Ruiz,001,1500.50,9000,2026-11-10,662 555 0123\nC2,Luis Paz,002,80,100,10/11/2026,\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings, no store and no password from the machine; the clock stands on a day."""
    for name in [name for name in os.environ if name.startswith("AGENT_TUI_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AGENT_TUI_LANG", "en")
    monkeypatch.setenv("AGENT_TUI_CLOCK", "2026-11-25T11:00:00-06:00")
    return tmp_path


@pytest.fixture
def url(home: Path) -> str:
    found = f"sqlite:///{home / 'central.db'}"
    assert run("store", "upgrade", "--store", found) == 0
    return found


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(args)
    code = ended.value.code
    assert isinstance(code, int)
    return code


def portfolio(home: Path, text: str = HEADER + ROWS) -> Path:
    path = home / "cartera.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_store_is_made_and_found_sound(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("store", "check", "--store", url, "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["ok"], told["problems"], told["audit"]["unsealed"]) == (True, [], 0)


def test_a_check_holds_the_audit_log_against_what_was_noted(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("store", "check", "--store", url, "--json")
    noted = json.loads(capsys.readouterr().out.splitlines()[-1])["audit"]
    assert run("store", "check", "--store", url, "--expect", f"{noted['position']}:{noted['hash']}") == 0
    assert "Audit log: " in capsys.readouterr().out
    assert run("store", "check", "--store", url, "--expect", f"{noted['position']}:{'0' * 64}") == 1
    assert "is not the one expected" in capsys.readouterr().out
    assert run("store", "check", "--store", url, "--expect", "yesterday") == 2


def test_a_copy_is_made_checked_and_gone_on_from(
    url: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("seed", "--store", url, "--clients", "5")
    copy = home / "copy.db"
    assert run("store", "backup", str(copy), "--store", url) == 0
    assert run("store", "backup", str(copy), "--store", url) == 1
    assert "never overwrites" in capsys.readouterr().err
    assert run("store", "restored", "--store", f"sqlite:///{copy}") == 0
    assert run("store", "check", "--store", f"sqlite:///{copy}") == 0


def test_commands_say_in_the_audit_log_what_they_did(url: str, home: Path) -> None:
    run("import", str(portfolio(home)), "--store", url, "--portfolio", "Loans")
    run("export", "clients", "--store", url, "-o", str(home / "clients.csv"))
    out = home / "audit.jsonl"
    assert run("export", "audit", "--store", url, "-o", str(out)) == 0
    found = [json.loads(line) for line in out.read_text().splitlines()]
    user = getpass.getuser()
    assert [(one["actor"], one["action"], one["subject"]) for one in found] == [
        (f"command:store {user}", "upgraded", "store"),
        (f"command:import {user}", "imported", "portfolio:Loans"),
        (f"command:export {user}", "exported", "export:clients"),
        (f"command:export {user}", "exported", "export:audit"),
    ]
    assert "Ana Ruiz" not in out.read_text()


def test_a_store_with_a_contradiction_fails_the_check(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    from storage.central.connection import Store

    run("seed", "--store", url, "--clients", "5")
    store = Store(url)
    with store.begin() as tx:
        tx.run("UPDATE account SET portfolio_id = portfolio_id % 6 + 1")
    store.close()
    assert run("store", "check", "--store", url) == 1
    assert "Accounts under another portfolio than their client" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("store", "said"),
    [
        (
            "sqlite:///{home}/none.db",
            "there is no such store; `agent-tui store upgrade --store URL` makes one",
        ),
        ("sqlite:///{home}/empty.db", "is not in shape; run `agent-tui store upgrade --store URL`"),
        ("mysql://localhost/x", "unknown kind of store"),
    ],
)
def test_a_store_that_cannot_be_used_is_said_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], store: str, said: str
) -> None:
    (home / "empty.db").touch()
    assert run("users", "list", "--store", store.format(home=home)) == 1
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_a_store_of_another_version_is_said_before_anything_else(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{home}/central.db"
    assert run("store", "upgrade", "--store", url) == 0
    with sqlite3.connect(home / "central.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    assert run("users", "list", "--store", url) == 1
    assert "the shape of another version; run `agent-tui store upgrade" in capsys.readouterr().err


def test_a_database_server_that_is_not_there_is_said_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql://someone:secret@/none?host={home}"
    assert run("store", "upgrade", "--store", url) == 1
    error = capsys.readouterr().err
    assert "can't be reached" in error
    assert "secret" not in error
    assert len(error.strip().splitlines()) == 1


def test_seed_fills_a_new_store_and_prints_who_may_sign_in(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{home / 'new.db'}"
    assert run("seed", "--store", url, "--clients", "20", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clients"] == 20
    assert {user["role"] for user in told["users"]} == {"agent", "lead", "backoffice", "admin"}
    assert all(len(user["password"]) >= 12 for user in told["users"])
    assert run("seed", "--store", url) == 1
    assert "holds a demo portfolio already" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "-1", "many", "99999999"])
def test_seed_refuses_a_silly_number(url: str, count: str) -> None:
    assert run("seed", "--store", url, "--clients", count) == 2


def test_users_are_added_listed_and_disabled(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENT_TUI_PASSWORD", "long-enough")
    assert run("users", "add", "ana", "--role", "agent", "--level", "senior", "--store", url) == 0
    assert run("users", "disable", "ana", "--store", url) == 0
    assert run("users", "password", "ana", "--store", url) == 0
    capsys.readouterr()
    assert run("users", "list", "--store", url, "--json") == 0
    (user,) = json.loads(capsys.readouterr().out)
    assert (user["name"], user["role"], user["disabled"]) == ("ana", "agent", True)
    assert user["level"] == "senior"
    assert run("users", "add", "ana", "--role", "agent", "--store", url) == 1
    assert "There is a user ana already" in capsys.readouterr().err
    assert run("users", "add", "beto", "--role", "king", "--store", url) == 2


def test_users_are_let_in_again_and_given_a_second_factor(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENT_TUI_PASSWORD", "long-enough")
    assert run("users", "add", "laura", "--role", "lead", "--store", url) == 0
    assert run("users", "disable", "laura", "--store", url) == 0
    assert run("users", "enable", "laura", "--store", url) == 0
    assert run("users", "sign-out", "laura", "--store", url) == 0
    capsys.readouterr()
    assert run("users", "totp", "laura", "--store", url) == 0
    address, key, _ = capsys.readouterr().out.splitlines()
    assert pyotp.parse_uri(address).secret == key.rpartition(" ")[2]
    assert run("users", "list", "--store", url, "--json") == 0
    (user,) = json.loads(capsys.readouterr().out)
    assert (user["disabled"], user["second_factor"]) == (False, True)
    assert run("users", "totp", "laura", "--off", "--store", url) == 0
    assert run("users", "sign-out", "bruno", "--store", url) == 1
    store = Store(url)
    with store.read() as tx:
        actors = {row[0] for row in tx.all("SELECT actor FROM audit WHERE subject LIKE 'user:%'")}
    store.close()
    assert [actor.partition(" ")[0] for actor in actors] == ["command:users"]


def test_users_are_given_other_portfolios(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENT_TUI_PASSWORD", "long-enough")
    assert run("users", "add", "ana", "--role", "agent", "--store", url) == 0
    assert run("users", "portfolios", "ana", "--portfolio", "Boats", "--store", url) == 1
    assert run("users", "portfolios", "ana", "--store", url) == 0
    assert "ana works all portfolios." in capsys.readouterr().out
    assert run("users", "portfolios", "bruno", "--store", url) == 1


def test_devices_are_listed_and_shut_out(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENT_TUI_PASSWORD", "long-enough")
    assert run("users", "add", "ana", "--role", "agent", "--store", url) == 0
    store = Store(url)
    sign_in(store, SignIn(user="ana", password="long-enough", device="d-1", label="desk 4"))
    store.close()
    assert run("users", "revoke-device", "d-1", "--store", url) == 0
    assert run("users", "revoke-device", "d-2", "--store", url) == 1
    capsys.readouterr()
    assert run("users", "devices", "--store", url) == 0
    assert re.search(r"^d-1 .*ana .* desk 4 revoked$", capsys.readouterr().out, re.MULTILINE)
    assert run("users", "devices", "ana", "--store", url, "--json") == 0
    (device,) = json.loads(capsys.readouterr().out)
    assert (device["id"], device["user"], device["label"]) == ("d-1", "ana", "desk 4")
    assert device["revoked_at"]


def test_without_a_terminal_the_password_must_come_from_the_environment(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("users", "add", "ana", "--role", "agent", "--store", url) == 1
    assert "set AGENT_TUI_PASSWORD" in capsys.readouterr().err


def test_a_password_is_asked_for_twice(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed = iter(("long-enough", "long-enuogh"))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    assert run("users", "add", "ana", "--role", "agent", "--store", url) == 1
    assert "the two passwords differ" in capsys.readouterr().err


def test_an_import_without_a_mapping_uses_and_prints_a_proposal(
    home: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = portfolio(home)
    assert run("import", str(path), "--store", url, "--portfolio", "Cartera") == 0
    out = capsys.readouterr().out
    kept = home / "map.toml"
    kept.write_text(out.partition("Rows:")[0], encoding="utf-8")
    assert "2 new, 0 updated, 0 unchanged" in out
    assert run("import", str(path), "--store", url, "--portfolio", "Cartera", "--map", str(kept)) == 0
    assert "0 new, 0 updated, 2 unchanged" in capsys.readouterr().out


def test_an_import_tells_machines_everything(
    home: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = portfolio(home, HEADER + ROWS + "C3,Eva,003,mil,1,2026-11-10,\n")
    args = ("import", str(path), "--store", url, "--portfolio", "Cartera", "--json")
    assert run(*args, "--dry-run") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"] is True
    assert (told["rows"], told["rejected"], told["unlocatable"]) == (3, 1, 1)
    assert told["accounts"] == {"made": 2, "updated": 0, "unchanged": 0}
    assert told["totals"] == [
        {"bucket": "B1", "currency": "MXN", "accounts": 2, "overdue": "1580.50", "total": "9100.00"}
    ]
    assert "[client]" in told["mapping"]
    with Path(told["rejects"]).open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"line": "4", "column": "vencido", "value": "mil", "reason": "not a number"}
        ]
    assert run("export", "clients", "--store", url) == 0
    assert capsys.readouterr().out == ""


def test_a_file_whose_headers_say_nothing_needs_a_mapping(
    home: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = portfolio(home, "x,y\n1,2\n")
    assert run("import", str(path), "--store", url, "--portfolio", "Cartera") == 1
    told = capsys.readouterr()
    assert "no column found for account.ref, account.overdue, client.name" in told.err
    assert "# ref = ?" in told.out


def test_an_export_reads_a_replica_and_is_noted_in_the_store(home: Path, url: str) -> None:
    run("seed", "--store", url, "--clients", "5")
    copy = home / "copy.db"
    assert run("store", "backup", str(copy), "--store", url) == 0
    with sqlite3.connect(copy) as connection:
        connection.execute("DELETE FROM client WHERE id = (SELECT max(id) FROM client)")
        rows = connection.execute("SELECT count(*) FROM client").fetchone()[0]
        notes = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    out = home / "clients.jsonl"
    assert run("export", "clients", "--store", url, "--replica", f"sqlite:///{copy}", "-o", str(out)) == 0
    assert len(out.read_text().splitlines()) == rows
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone()[0] == notes


def test_exports_go_to_a_file_or_to_standard_output(
    home: Path, url: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run("import", str(portfolio(home)), "--store", url, "--portfolio", "Cartera")
    capfdbinary.readouterr()
    assert run("export", "accounts", "--store", url) == 0
    assert [json.loads(line)["account"] for line in capfdbinary.readouterr().out.splitlines()] == [
        "001",
        "002",
    ]
    target = home / "out.csv"
    assert run("export", "unlocatable", "--store", url, "-o", str(target)) == 0
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2
    assert run("export", "accounts", "--store", url, "--format", "xlsx") == 2
    assert run("export", "debts", "--store", url) == 2


def test_the_command_line_offers_what_the_parts_can_do() -> None:
    assert set(export_command.WHAT) == set(DATASETS)
    assert export_command.FORMATS == FORMATS
    assert users_command.ROLES == people.ROLES
    assert users_command.LEVELS == people.LEVELS


def test_from_a_shell(home: Path) -> None:
    """The whole program in processes of its own, with the store from the environment."""
    env = os.environ | {"AGENT_TUI_STORE": f"sqlite:///{home / 'central.db'}", "AGENT_TUI_LANG": "es"}

    def shell(*args: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "agent_tui", *args)
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)

    assert shell("store", "upgrade").returncode == 0
    done = shell("import", str(portfolio(home)), "--portfolio", "Cartera", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 2
    failed = shell("import", str(home / "none.csv"), "--portfolio", "Cartera")
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "none.csv" in failed.stderr
