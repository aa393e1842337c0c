"""A copy of the store while hubs go on working, and going on from such a copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from rules.words import tr
from storage.central.connection import Store, StoreError
from storage.central.upkeep import audit, schema

_HIDDEN = 0o077


def backup(store: Store, path: Path, actor: str) -> int:
    """Copy a store, as it is at one moment, into a new file that only its owner can read.

    SQLite: a database that can be opened as it is. PostgreSQL: what pg_dump writes in its own
    format, for pg_restore; whole servers are better kept by pg_basebackup and the WAL.

    Args:
        store: the store; hubs go on reading and writing meanwhile.
        path: the copy; what is there already is never overwritten.
        actor: whom the audit log names.

    Returns:
        The copy's size in bytes.

    Raises:
        StoreError: the file is there already, can't be written, or pg_dump is missing or fails.
    """
    if path.exists():
        raise StoreError(tr("{path} is there already; a backup never overwrites.", path=path))
    if not path.parent.is_dir():
        raise StoreError(tr("There is no folder {path}.", path=path.parent))
    with store.begin() as tx:
        audit.note(tx, actor, "backed_up", "store")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    before = os.umask(_HIDDEN)
    try:
        if store.dialect == "sqlite":
            _copy(store.path, draft)
        else:
            _dump(store, draft)
        os.link(draft, path)  # unlike a renaming, it never takes the place of a file
    except OSError as error:
        raise StoreError(tr("{path} can't be written: {why}", path=path, why=error.strerror)) from error
    finally:
        os.umask(before)
        draft.unlink(missing_ok=True)
    return path.stat().st_size


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy: one reading transaction, which holds up no writer."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        if (said := other.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise StoreError(tr("The copy is damaged: {why}", why=said))


def _dump(store: Store, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError(
            tr("pg_dump is not on this machine; install PostgreSQL's client programs, or use pg_basebackup.")
        )
    url = make_url(store.url).set(drivername="postgresql")
    secret = {"PGPASSWORD": url.password} if url.password else {}  # arguments can be seen by everybody
    address = url.set(password=None).render_as_string()
    done = subprocess.run(  # noqa: S603 - the program of that name, and an address of the operator's own
        [program, "--format=custom", f"--file={target}", f"--dbname={address}"],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise StoreError(tr("pg_dump failed: {why}", why=why[-1] if why else done.returncode))


def restored(store: Store, actor: str) -> None:
    """Go on from a copy: workstations start their feed again and send again what they keep."""
    schema.new_epoch(store)
    with store.begin() as tx:
        audit.note(tx, actor, "restored", "store")
