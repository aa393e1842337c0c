"""The store's shape and marks: upgrade it, and say what it is for."""

from __future__ import annotations

import uuid
from pathlib import Path

from storage import migrations
from storage.central.connection import Store, Tx
from storage.central.upkeep.audit import command as command_actor
from storage.central.upkeep.consistency import check
from storage.central.upkeep.migrating import migrate
from storage.central.upkeep.vouching import adopt

__all__ = [
    "check",
    "epoch",
    "is_behind",
    "is_newest",
    "is_training",
    "mark_training",
    "new_epoch",
    "set_mark",
    "upgrade",
]

_SHAPE = "SELECT version_num FROM alembic_version"

EPOCH = "epoch"
"""The mark that tells this store from every other, and from what it was before a restore."""

TOKENS_SKIPPED = 1_000_000
"""More leases than can have been given between a dump and what came after it."""


def upgrade(store: Store) -> None:
    """Bring the store to the newest shape; a store that has it already is left alone.

    Also gives the store its epoch, which tells the cursors of the change feed apart from
    those of another store, or of this one before it was restored from a dump.
    """
    migrate(store)
    with store.begin() as tx:
        if epoch(tx) is None or _restored(tx):
            _begin_anew(tx)
    adopt(store, command_actor("upgrade"))


def is_newest(tx: Tx) -> bool:
    """Whether the store has the shape that this version works with."""
    return bool(tx.value(_SHAPE) == _newest())


def is_behind(tx: Tx) -> bool:
    """Whether the store has an older shape; in a newer one this version goes on, since shapes only grow."""
    return bool(tx.value(_SHAPE) < _newest())


def _newest() -> str:
    here = Path(migrations.__file__).parent / "versions"
    return max(path.name.partition("_")[0] for path in here.glob("[0-9]*.py"))


def _restored(tx: Tx) -> bool:
    """Whether the feed holds transaction ids that this PostgreSQL has yet to give out."""
    if tx.dialect == "sqlite":
        return False
    newest = "SELECT coalesce(max(xid), 0) > pg_current_xact_id()::text::bigint FROM change"
    return bool(tx.value(newest))


def epoch(tx: Tx) -> str | None:
    """The store's epoch, None before its first upgrade."""
    found: str | None = tx.value("SELECT value FROM store_mark WHERE name = :name", name=EPOCH)
    return found


def new_epoch(store: Store) -> None:
    """Say that the store was restored from an older copy: it goes on from there as another one.

    Cursors of before are gone, so that workstations start again and send once more what they
    keep; a lease's number of before is never given a second time.
    """
    with store.begin() as tx:
        _begin_anew(tx)


def _begin_anew(tx: Tx) -> None:
    tx.run("DELETE FROM change")
    tx.run("DELETE FROM store_mark WHERE name LIKE 'feed%'")
    if tx.dialect == "sqlite":
        tx.run("UPDATE lease_counter SET token = token + :skipped", skipped=TOKENS_SKIPPED)
    else:
        tx.run("SELECT setval('lease_token', nextval('lease_token') + :skipped)", skipped=TOKENS_SKIPPED)
    set_mark(tx, EPOCH, uuid.uuid4().hex)


def mark_training(store: Store) -> None:
    """Mark the store as one for training: a set clock is then allowed on it."""
    with store.begin() as tx:
        set_mark(tx, "training", "yes")


def is_training(store: Store) -> bool:
    """Whether the store is marked as one for training."""
    with store.read() as tx:
        return bool(tx.value("SELECT value FROM store_mark WHERE name = 'training'") == "yes")


def set_mark(tx: Tx, name: str, value: str) -> None:
    """Set a mark of the store."""
    tx.run(
        "INSERT INTO store_mark (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=name,
        value=value,
    )
