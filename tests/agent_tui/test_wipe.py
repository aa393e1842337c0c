"""``agent-tui wipe``: what it destroys, and when it refuses to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent_tui.cli import main
from agent_tui.commands.work import desk_folder
from agent_tui.demo.folder import FileLock
from agent_tui.workstation import SignInAs
from storage.local.desk import LocalDesk
from storage.local.keys import kept_beside, new_key
from storage.local.store import LocalStore
from storage.local.wrapped import KeyFile
from tests.storage.local.test_encrypting import clear_store

WHO = SignInAs(hub="https://hub.example", user="ana")
COMMAND = ("wipe", "--hub", WHO.hub, "--user", WHO.user)


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_keys: None) -> Path:
    """Ana's folder."""
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path))
    monkeypatch.delenv("AGENT_TUI_PASSWORD", raising=False)
    folder = desk_folder(WHO)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def worked(desk: Path) -> Callable[..., None]:
    """Ana has worked; `unsent` leaves a fact in the outbox."""

    def make(*, unsent: bool, demo: bool = False) -> None:
        path = desk / "desk.db"
        key = kept_beside(path) if demo else new_key()
        if not demo:
            KeyFile(path).seal(key, "right", "D-1")
        store = LocalStore(path, key)
        if unsent:
            LocalDesk(store).set_state("available")
        store.close()

    return make


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(args)
    told = capsys.readouterr()
    return int(str(ended.value.code)), told.out + told.err


def left(desk: Path) -> list[str]:
    return sorted(path.name for path in desk.iterdir() if path.name != "desk.lock")


def test_it_says_what_is_gone_the_key_first(desk, worked, capsys, monkeypatch) -> None:
    worked(unsent=False)
    monkeypatch.setenv("AGENT_TUI_PASSWORD", "right")
    code, told = run(capsys, *COMMAND)
    assert code == 0, told
    assert told.splitlines()[0].endswith("desk.key.json")
    assert left(desk) == []


def test_unsent_captures_are_not_destroyed_unasked(desk, worked, capsys, monkeypatch) -> None:
    worked(unsent=True)
    monkeypatch.setenv("AGENT_TUI_PASSWORD", "right")
    code, told = run(capsys, *COMMAND)
    assert (code, "1 capture was not sent yet" in told) == (1, True)
    assert "desk.db" in left(desk)
    code, told = run(capsys, *COMMAND, "--lose-unsent")
    assert (code, left(desk)) == (0, [])


@pytest.mark.parametrize(("password", "says"), [(None, "AGENT_TUI_PASSWORD"), ("wrong", "does not open")])
def test_without_the_password_it_does_not_guess(desk, worked, capsys, monkeypatch, password, says) -> None:
    worked(unsent=False)
    if password:
        monkeypatch.setenv("AGENT_TUI_PASSWORD", password)
    code, told = run(capsys, *COMMAND)
    assert (code, says in told) == (1, True)
    assert "desk.db" in left(desk)


def test_the_demos_and_the_clear_ones_of_the_version_before(desk, worked, capsys) -> None:
    worked(unsent=False, demo=True)
    assert run(capsys, "wipe", "--dir", str(desk))[0] == 0
    assert left(desk) == []
    clear_store(desk / "desk.db", 2)
    assert run(capsys, *COMMAND)[0] == 1
    assert run(capsys, *COMMAND, "--lose-unsent")[0] == 0
    assert left(desk) == []


def test_an_open_workstation_is_left_alone(desk, worked, capsys) -> None:
    worked(unsent=False)
    with FileLock(desk / "desk.lock") as lock:
        assert lock.take()
        code, told = run(capsys, *COMMAND, "--lose-unsent")
    assert (code, "is open" in told) == (1, True)
    assert "desk.db" in left(desk)


@pytest.mark.parametrize("folder", ["here", "nowhere"])
def test_where_nobody_has_worked_it_says_so(tmp_path, capsys, folder) -> None:
    (tmp_path / "here").mkdir()
    code, told = run(capsys, "wipe", "--dir", str(tmp_path / folder))
    assert (code, "There is no workstation" in told) == (1, True)
