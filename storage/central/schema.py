"""The store's shape and marks: upgrade it, and say what it is for."""

from __future__ import annotations

import uuid
from pathlib import Path

from storage import migrations
from storage.central.connection import Store, Tx
from storage.central.consistency import check

__all__ = ["check", "epoch", "is_newest", "is_training", "mark_training", "upgrade"]


def upgrade(store: Store) -> None:
    """Bring the store to the newest shape; a store that has it already is left alone.

    Also gives the store its epoch, which tells the cursors of the change feed apart from
    those of another store, or of this one before it was restored from a dump.
    """
    from alembic import command  # here: the hub's start does not wait for it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with store.begin() as tx:
        if epoch(tx) is None or _restored(tx):
            _set_mark(tx, "epoch", uuid.uuid4().hex)


def is_newest(tx: Tx) -> bool:
    """Whether the store has the shape that this version works with."""
    here = Path(migrations.__file__).parent / "versions"
    newest = max(path.name.partition("_")[0] for path in here.glob("[0-9]*.py"))
    return bool(tx.value("SELECT version_num FROM alembic_version") == newest)


def _restored(tx: Tx) -> bool:
    """Whether the feed holds transaction ids that this PostgreSQL has yet to give out."""
    if tx.dialect == "sqlite":
        return False
    newest = "SELECT coalesce(max(xid), 0) > pg_current_xact_id()::text::bigint FROM change"
    return bool(tx.value(newest))


def epoch(tx: Tx) -> str | None:
    """The store's epoch, None before its first upgrade."""
    found: str | None = tx.value("SELECT value FROM store_mark WHERE name = 'epoch'")
    return found


def mark_training(store: Store) -> None:
    """Mark the store as one for training: a set clock is then allowed on it."""
    with store.begin() as tx:
        _set_mark(tx, "training", "yes")


def is_training(store: Store) -> bool:
    """Whether the store is marked as one for training."""
    with store.read() as tx:
        return bool(tx.value("SELECT value FROM store_mark WHERE name = 'training'") == "yes")


def _set_mark(tx: Tx, name: str, value: str) -> None:
    tx.run(
        "INSERT INTO store_mark (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=name,
        value=value,
    )
