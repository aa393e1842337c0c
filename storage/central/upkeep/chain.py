"""The chain over the audit log: one sealer at a time adds a link for each committed entry.

A link's hash is the SHA-256 over the hash before it and the entry's values, so that nothing in
the middle can be changed, taken out or slipped in without every later hash being wrong. The
links stand beside the entries: who writes an entry waits for nobody. As in the change feed,
entries are taken in the order of (transaction id, number), and only below the oldest
transaction that is still running.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from storage.central.connection import Store, Tx, document, instant
from storage.central.upkeep.audit import canonical

AT_ONCE = 2000
"""Entries sealed in one transaction."""

_SEAL_LOCK = 0x6167_7473  # any number of our own: one hub seals at a time

HORIZON = {
    "sqlite": "SELECT 1",
    "postgresql": "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
}
ENTRY = "a.id, a.xid, a.at, a.actor, a.device, a.action, a.subject, a.detail"

_HEAD = "SELECT position, hash FROM audit_seal ORDER BY position DESC LIMIT 1"
_LAST_SEALED = """
    SELECT a.xid, a.id
    FROM audit_seal s
    JOIN audit a ON a.id = s.audit_id
    ORDER BY s.position DESC
    LIMIT 1
"""
_UNSEALED = f"""
    SELECT {ENTRY}
    FROM audit a
    WHERE (a.xid, a.id) > (:xid, :id) AND a.xid < :horizon
        AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_id = a.id)
    ORDER BY a.xid, a.id
    LIMIT :limit
"""  # noqa: S608 - our own column names


class Entry(msgspec.Struct, frozen=True):
    """An entry as it stands in the log."""

    id: int
    xid: int
    at: datetime
    actor: str
    device: str
    action: str
    subject: str
    detail: dict[str, Any]

    def hash_after(self, before: str) -> str:
        """The hash of this entry's link when `before` is that of the link before it."""
        values = [getattr(self, name) for name in self.__struct_fields__]
        return hashlib.sha256(before.encode() + canonical(values)).hexdigest()

    def __str__(self) -> str:
        return (
            f"{self.id} ({self.at.isoformat(timespec='seconds')} {self.actor} {self.action} {self.subject})"
        )


class Head(msgspec.Struct, frozen=True):
    """The chain's newest link; kept elsewhere, it proves later that nothing before it was cut off."""

    position: int = 0
    hash: str = ""

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


def entry(row: tuple[Any, ...]) -> Entry:
    """An entry from a row of the columns `ENTRY`."""
    number, xid, at, actor, device, action, subject, detail = row
    return Entry(number, xid, instant(at), actor, device, action, subject, document(detail))


def head(tx: Tx) -> Head:
    """The newest link; position 0 and no hash before the first."""
    return Head(*(tx.one(_HEAD) or ()))


def sealed_up_to(tx: Tx) -> tuple[int, int]:
    """(Transaction id, number) of the newest sealed entry.

    Begins anew with a PostgreSQL whose transaction ids do: one into which a dump was restored.
    """
    last = tx.one(_LAST_SEALED)
    if last is None or last[0] >= tx.value(HORIZON[tx.dialect]):
        return -1, 0
    return last[0], last[1]


def seal(store: Store) -> int:
    """Add links for entries that have none; how many.

    Cheap when there is nothing to seal. With several hubs on one store one seals at a time,
    the others find nothing to do.
    """
    with store.read() as tx:
        if not _unsealed(tx, 1):
            return 0
    with store.begin() as tx:
        if tx.dialect == "postgresql" and not tx.value(
            "SELECT pg_try_advisory_xact_lock(:key)", key=_SEAL_LOCK
        ):
            return 0
        last = head(tx)
        position, before = last.position, last.hash
        links = []
        for one in _unsealed(tx, AT_ONCE):
            position, before = position + 1, one.hash_after(before)
            links.append((position, one.id, before))
        tx.bulk("audit_seal", ("position", "audit_id", "hash"), links)
        return len(links)


def seal_all(store: Store) -> None:
    """Add links for every entry that is committed (unless a hub is doing so)."""
    while seal(store) == AT_ONCE:
        pass


def _unsealed(tx: Tx, limit: int) -> list[Entry]:
    xid, number = sealed_up_to(tx)
    horizon = tx.value(HORIZON[tx.dialect])
    return [entry(row) for row in tx.all(_UNSEALED, xid=xid, id=number, horizon=horizon, limit=limit)]
