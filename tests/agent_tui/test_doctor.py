"""What the doctor says of the workstations on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_tui.doctor import Finding, examine
from storage.local.encrypting import encrypt
from storage.local.keys import new_key
from storage.local.wrapped import KeyFile
from tests.storage.local.test_encrypting import clear_store


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_keys: None) -> Path:
    """The folder of one workstation."""
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path))
    folder = tmp_path / "desk" / "ana@hub.example"
    folder.mkdir(parents=True)
    return folder


def found(words: str) -> Finding:
    """The finding that says so."""
    return next(finding for finding in examine(None, None) if words in finding.what)


def test_nobody_has_worked_here() -> None:
    assert found("nobody has worked here").level == "ok"


def test_a_clear_store_has_to_be_encrypted(desk: Path) -> None:
    path = clear_store(desk / "desk.db", 2)
    finding = found("not encrypted")
    assert (finding.level, str(path) in finding.what, "Sign in" in finding.mend) == ("bad", True, True)


def test_an_encrypted_one_needs_its_key(desk: Path) -> None:
    path, key = clear_store(desk / "desk.db", 2), new_key()
    KeyFile(path).seal(key, "pw", "D-1")
    encrypt(path, key)
    assert found("1 local store, encrypted").level == "ok"
    KeyFile(path).path.unlink()
    assert (found("no key opens").level, "wipe" in found("no key opens").mend) == ("bad", True)
