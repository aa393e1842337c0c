"""Destroying a workstation's store: first what opens it, then the store itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from storage.local import schema
from storage.local.connection import connect, failure
from storage.local.driver import Error
from storage.local.driver import connect as connect_clear
from storage.local.encrypting import clear_copies, draft_of
from storage.local.keys import open_key_path
from storage.local.private import shred, sync_folder
from storage.local.wrapped import KeyFile


def unsent(store: Path, key: bytes | None) -> int:
    """How many facts of a store, of whatever version, the hub has not answered; key None = it is clear.

    Raises:
        LocalStoreError: it can't be read.
    """
    try:
        with closing(connect(store, key) if key else connect_clear(store)) as connection:
            if not schema.version(connection):
                return 0
            number: int = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
            return number
    except Error as error:
        raise failure(error, store) from error


def wipe(store: Path) -> tuple[Path, ...]:
    """Destroy a store and its keys; what was there, in the order in which it went.

    Once the keys are gone the rest can't be read by anybody, also if this is cut short.
    """
    keys = (KeyFile(store).path, open_key_path(store))
    beside = (store.with_name(store.name + end) for end in ("-wal", "-shm", "-journal"))
    gone = tuple(
        path for path in (*keys, *clear_copies(store), store, *beside, draft_of(store)) if shred(path)
    )
    if gone:
        sync_folder(store.parent)
    return gone
