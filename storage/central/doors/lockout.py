"""Wrong passwords in a row: after five a name is locked, for twice as long with each further one.

Counted by name, whether or not there is such a user, so that a lock tells nobody who exists.
An attempt counts before its password is looked at and is forgiven when it was right: many at
once get no more tries than one after the other.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from storage.central.connection import Tx, maybe_instant

FREE_TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def name_hash(name: str) -> str:
    """What is kept of a name: people type passwords where the name belongs."""
    return hashlib.sha256(name.encode()).hexdigest()


def count(tx: Tx, name: str) -> datetime | None:
    """Count one attempt; until when the name is locked, None = the attempt may be made."""
    key = name_hash(name)
    failures: int | None = tx.value(
        """
        INSERT INTO sign_in_failure (name_hash, failures, last_at) VALUES (:key, 1, :now)
        ON CONFLICT (name_hash) DO UPDATE
        SET failures = CASE WHEN sign_in_failure.last_at < :forgotten THEN 1
                ELSE sign_in_failure.failures + 1 END,
            last_at = excluded.last_at
        WHERE sign_in_failure.locked_until IS NULL OR sign_in_failure.locked_until <= :now
        RETURNING failures
        """,
        key=key,
        now=tx.now,
        forgotten=tx.now - FORGOTTEN_AFTER,
    )
    if failures is None:
        return maybe_instant(
            tx.value("SELECT locked_until FROM sign_in_failure WHERE name_hash = :key", key=key)
        )
    lock = None
    if failures >= FREE_TRIES:
        lock = tx.now + min(FIRST_LOCK * 2 ** min(failures - FREE_TRIES, 10), LONGEST_LOCK)
    tx.run("UPDATE sign_in_failure SET locked_until = :lock WHERE name_hash = :key", key=key, lock=lock)
    return None


def take_back(tx: Tx, name: str) -> None:
    """The last attempt was no failure, but no sign-in either."""
    tx.run(
        "UPDATE sign_in_failure SET failures = failures - 1, locked_until = NULL WHERE name_hash = :key",
        key=name_hash(name),
    )


def forgive(tx: Tx, name: str) -> None:
    """Forget a name's failures, and whatever is older than a day."""
    tx.run(
        "DELETE FROM sign_in_failure WHERE name_hash = :key OR last_at < :forgotten",
        key=name_hash(name),
        forgotten=tx.now - FORGOTTEN_AFTER,
    )
