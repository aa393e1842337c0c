"""The key of a store: open beside it, or wrapped so that only password or device secret opens it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import msgspec
import pytest

from storage.local import wrapped
from storage.local.connection import KEY_BYTES, LocalStoreError
from storage.local.keys import kept_beside, new_key
from storage.local.wrapped import KeyFile

SECRET, OTHER = bytes(range(32, 64)), bytes(range(64, 96))


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each guess costs is no matter here."""
    monkeypatch.setattr(wrapped, "PASSES", 1)
    monkeypatch.setattr(wrapped, "MEMORY_KIB", 64)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "desk.db")


def test_a_key_beside_the_store_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = kept_beside(tmp_path / "desk.db")
    assert len(key) == KEY_BYTES
    assert kept_beside(tmp_path / "desk.db") == key
    assert stat.S_IMODE((tmp_path / "desk.key").stat().st_mode) == 0o600


def test_password_and_secret_open_and_nothing_else_does(keys: KeyFile) -> None:
    key = new_key()
    keys.seal(key, "correct horse", "D-1", SECRET)
    assert keys.by_password("correct horse") == key == keys.by_secret(SECRET)
    assert keys.by_password("correct horsf") is None
    assert keys.by_password("") is None
    assert keys.by_secret(OTHER) is None
    assert keys.device() == "D-1"


def test_neither_key_nor_password_nor_secret_lies_in_the_file(keys: KeyFile) -> None:
    key = new_key()
    keys.seal(key, "correct horse", "D-1", SECRET)
    raw = keys.path.read_bytes()
    told = json.loads(raw)
    for hidden in (key, SECRET, b"correct horse"):
        assert hidden not in raw
        assert msgspec.to_builtins(hidden) not in json.dumps(told)
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_a_new_password_replaces_the_old_one(keys: KeyFile) -> None:
    key = new_key()
    keys.seal(key, "the old one", "D-1", SECRET)
    keys.seal(key, "the new one", "D-1")
    assert keys.by_password("the old one") is None
    assert keys.by_password("the new one") == key
    assert keys.by_secret(SECRET) == key  # a hub that told no secret takes none away


def test_a_new_secret_replaces_the_old_one(keys: KeyFile) -> None:
    key = new_key()
    keys.seal(key, "pw", "D-1", SECRET)
    keys.seal(key, "pw", "D-2", OTHER)
    assert (keys.by_secret(SECRET), keys.by_secret(OTHER), keys.device()) == (None, key, "D-2")


def test_without_a_secret_from_the_hub_no_secret_opens(keys: KeyFile) -> None:
    keys.seal(new_key(), "pw", "D-1")
    assert keys.by_secret(SECRET) is None


def test_each_wrong_password_makes_the_next_wait_longer_also_after_a_restart(keys: KeyFile) -> None:
    keys.seal(new_key(), "pw", "D-1")
    waits = []
    for _ in range(10):
        waits.append(keys.pause())
        KeyFile(keys.path.with_name("desk.db")).by_password("wrong")
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30]
    assert keys.by_password("pw")
    assert keys.pause() == 0


def test_equal_passwords_and_keys_give_different_files(tmp_path: Path) -> None:
    key = new_key()
    files = [KeyFile(tmp_path / name / "desk.db") for name in ("a", "b")]
    for file in files:
        file.seal(key, "pw", "D-1")
    first, second = (file._read().by_password for file in files)
    assert first.salt != second.salt
    assert first.key != second.key


def test_the_cost_is_kept_with_the_key_so_that_a_later_version_may_raise_it(
    keys: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    keys.seal(key, "pw", "D-1")
    monkeypatch.setattr(wrapped, "PASSES", 3)
    assert keys.by_password("pw") == key


def test_a_guess_costs_what_passwords_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert (wrapped.PASSES, wrapped.MEMORY_KIB, wrapped.LANES) == (2, 65536, 2)


def test_a_damaged_file_is_said_and_left_alone(keys: KeyFile) -> None:
    keys.path.write_bytes(b"{")
    with pytest.raises(LocalStoreError) as refused:
        keys.by_password("pw")
    assert refused.value.code == "store_damaged"
    assert keys.path.read_bytes() == b"{"
