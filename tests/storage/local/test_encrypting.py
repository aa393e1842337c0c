"""A clear store of the version before is encrypted in place, whatever cuts it short, and wiped."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from storage.local import schema
from storage.local.connection import LocalStoreError, connect
from storage.local.encrypting import clear_copies, device_of, draft_of, encrypt, is_clear
from storage.local.keys import kept_beside
from storage.local.store import LocalStore
from storage.local.wipe import unsent, wipe
from tests.conftest import LOCAL_KEY

NAME = "María Fernanda Ruiz Ortega"
FACTS = 40
STEPS = ("open", "os.link", "os.rename", "os.remove", "os.truncate")
"""What a program asks of a file system, as Python's audit names it."""


def clear_store(path: Path, version: int) -> Path:
    """A store as an earlier version left it when its process was killed: part of it in the journal."""
    made = path.with_name("made.db")
    connection = sqlite3.connect(made, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("PRAGMA synchronous=OFF")
    for number, script in enumerate(schema.MIGRATIONS[:version], start=1):
        connection.executescript(f"BEGIN; {script}; PRAGMA user_version = {number}; COMMIT;")
    connection.execute("INSERT INTO meta VALUES ('device', '\"D-1\"'), ('note', ?)", (f'"{NAME}"',))
    for seq in range(1, FACTS + 1):
        if seq == FACTS // 2:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        connection.execute(
            "INSERT INTO fact (id, seq, kind, event, at, day, hour, touches, contacts, rpc, promises, "
            "promised, currency) VALUES (?, ?, 'state', ?, '', '2026-11-20', 0, 0, 0, 0, 0, 0, '')",
            (f"F{seq}", seq, f"{NAME} {seq}".encode()),
        )
        connection.execute("INSERT INTO outbox (seq, fact_id, at) VALUES (?, ?, '')", (seq, f"F{seq}"))
    for end in ("", "-wal"):
        shutil.copy(f"{made}{end}", f"{path}{end}")
    connection.close()
    made.unlink()
    return path


@pytest.fixture(params=[2, schema.VERSION])
def clear(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return clear_store(tmp_path / "desk.db", request.param)


def facts(path: Path) -> list[str]:
    connection = connect(path, LOCAL_KEY)
    try:
        rows = connection.execute("SELECT fact_id FROM outbox ORDER BY seq").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        return [row[0] for row in rows]
    finally:
        connection.close()


def in_clear(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if NAME.encode() in path.read_bytes()]


EVERY_FACT = [f"F{seq}" for seq in range(1, FACTS + 1)]


def test_every_fact_is_there_and_none_in_clear(clear: Path) -> None:
    assert is_clear(clear)
    assert device_of(clear) == "D-1"
    assert in_clear(clear.parent)
    encrypt(clear, LOCAL_KEY)
    assert not is_clear(clear)
    assert in_clear(clear.parent) == []
    assert facts(clear) == EVERY_FACT
    assert sorted(path.name for path in clear.parent.iterdir()) == ["desk.db"]
    assert clear.stat().st_mode & 0o077 == 0


def test_what_was_clear_is_overwritten_not_only_unlinked(clear: Path) -> None:
    kept = [clear.with_name("kept.db"), clear.with_name("kept.wal")]
    os.link(clear, kept[0])
    os.link(f"{clear}-wal", kept[1])
    encrypt(clear, LOCAL_KEY)
    for name in kept:
        assert name.stat().st_size
        assert not name.read_bytes().strip(b"\0")


def test_the_next_version_opens_it_with_its_device_and_its_outbox(tmp_path: Path) -> None:
    path = clear_store(tmp_path / "desk.db", 2)
    encrypt(path, LOCAL_KEY)
    store = LocalStore(path, LOCAL_KEY, device="another")
    assert store.device() == "D-1"
    store.close()
    assert unsent(path, LOCAL_KEY) == FACTS


def test_an_encrypted_store_is_left_as_it_is(clear: Path) -> None:
    encrypt(clear, LOCAL_KEY)
    before = clear.read_bytes()
    encrypt(clear, LOCAL_KEY)
    assert clear.read_bytes() == before


def test_cut_short_at_any_step_it_loses_nothing_and_the_next_start_ends_it(tmp_path: Path) -> None:
    cuts, done = 0, False
    while not done:
        folder = tmp_path / f"cut-{cuts}"
        folder.mkdir()
        path = clear_store(folder / "desk.db", 2)
        done = _encrypt_and_die(path, cuts)
        encrypt(path, LOCAL_KEY)
        assert facts(path) == EVERY_FACT
        assert in_clear(folder) == []
        assert [name for name in (draft_of(path), *clear_copies(path)) if name.exists()] == []
        cuts += 1
    assert cuts > 10


def _encrypt_and_die(path: Path, after: int) -> bool:
    """Encrypt in a process that dies at its `after`-th step; whether it came to the end."""
    child = os.fork()
    if child == 0:
        left = after

        def count(event: str, _: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left < 0:
                    os._exit(9)

        sys.addaudithook(count)
        encrypt(path, LOCAL_KEY)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_half_a_draft_of_a_killed_run_is_no_hindrance(clear: Path) -> None:
    draft_of(clear).write_bytes(b"half")
    encrypt(clear, LOCAL_KEY)
    assert facts(clear) == EVERY_FACT


def test_a_clear_store_that_is_damaged_stays_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(LocalStoreError):
        encrypt(path, LOCAL_KEY)
    assert path.read_bytes().endswith(b"xxx")


def test_wiped_the_key_goes_first_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    store = LocalStore(path, kept_beside(path))
    names = {entry.name for entry in tmp_path.iterdir()}
    assert names >= {"desk.db", "desk.db-wal", "desk.key"}
    gone = wipe(path)
    store.close()
    assert gone[0].name == "desk.key"
    assert {entry.name for entry in gone} == names
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    kept_beside(path)
    os.link(tmp_path / "desk.key", tmp_path / "copy")
    wipe(path)
    assert (tmp_path / "copy").read_bytes() == bytes(32)
