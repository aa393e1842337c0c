"""A store that an earlier version left in clear becomes an encrypted one, and loses no fact.

Every step can be cut short by a power cut and is done again at the next start: until the rename
the clear store is the one that counts, after it the encrypted one.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from storage.local import meta, schema
from storage.local.connection import failure
from storage.local.driver import Connection, Error, connect
from storage.local.private import shred, sync_folder

CLEAR = b"SQLite format 3\x00"


def draft_of(store: Path) -> Path:
    """The encrypted store while it is being made."""
    return store.with_name(f"{store.name}.draft")


def clear_copies(store: Path) -> tuple[Path, Path]:
    """The other names of the clear store and its journal, under which they are overwritten."""
    return store.with_name(f"{store.name}.clear"), store.with_name(f"{store.name}.clear-wal")


def is_clear(store: Path) -> bool:
    """Whether a store lies there that anybody can read."""
    try:
        with store.open("rb") as file:
            return file.read(len(CLEAR)) == CLEAR
    except FileNotFoundError:
        return False


def device_of(store: Path) -> str:
    """The workstation's name in a clear store, "" if it has none yet.

    Raises:
        LocalStoreError: it can't be read.
    """
    try:
        # Only to read: closing it would else do away with the journal before it is overwritten.
        with closing(connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return (meta.read(connection, meta.DEVICE, str) or "") if schema.version(connection) else ""
    except Error as error:
        raise failure(error, store) from error


def encrypt(store: Path, key: bytes) -> None:
    """Encrypt a clear store in place; one that is encrypted already is left as it is.

    The key must be kept before this is called.

    Raises:
        LocalStoreError: the store can't be read, or the disk is full; the clear store stays.
    """
    try:
        if is_clear(store):
            _encrypt(store, key)
    except (OSError, Error) as error:
        raise failure(error, store) from error
    for copy in clear_copies(store):  # also what a cut left behind
        shred(copy)


def _encrypt(store: Path, key: bytes) -> None:
    draft = draft_of(store)
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_open_clear(store)) as connection:
        version = schema.version(connection)
        _hold(store)
        connection.execute("ATTACH ? AS encrypted KEY ?", (str(draft), f"x'{key.hex()}'"))
        connection.execute("SELECT sqlcipher_export('encrypted')")
        connection.execute(f"PRAGMA encrypted.user_version = {version}")
        connection.execute("DETACH encrypted")
    with draft.open("rb") as made:
        os.fsync(made.fileno())
    draft.replace(store)
    sync_folder(store.parent)


def _hold(store: Path) -> None:
    """Give the clear files second names: SQLite and the rename would only unlink them."""
    journal = store.with_name(f"{store.name}-wal")
    for file, copy in zip((store, journal), clear_copies(store), strict=True):
        copy.unlink(missing_ok=True)
        if file.exists():
            os.link(file, copy)


def _open_clear(store: Path) -> Connection:
    return connect(store, isolation_level=None, timeout=5)
