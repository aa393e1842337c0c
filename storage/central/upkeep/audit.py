"""The audit log: who did what, kept in the transaction in which it was done.

Entries are only ever added (the store's triggers refuse anything else). `storage.central.upkeep.chain`
seals them one after the other and finds out when one was changed, removed or slipped in.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from storage.central.connection import Store, Tx

_NOTE = """
    INSERT INTO audit (xid, at, actor, device, action, subject, detail)
    VALUES ({xid}, :now, :actor, :device, :action, :subject, :detail)
"""
_NOTE_SQL = {
    "sqlite": _NOTE.format(xid="0"),
    "postgresql": _NOTE.format(xid="pg_current_xact_id()::text::bigint"),
}
RECORDED, ADOPTED = "recorded", "adopted"
"""Actions whose entries vouch for facts: kept as they came, or found without an entry."""

FACT = (
    "id", "device", "seq", "user", "client", "kind", "at", "received_at", "offset_ms", "lease", "token",
    "body", "hash", "status", "reason",
)  # fmt: skip
"""A fact's values, in the order in which its fingerprint is taken."""

_encode = msgspec.json.Encoder(order="sorted").encode


def note(tx: Tx, actor: str, action: str, subject: str = "", *, device: str = "", **detail: Any) -> None:
    """Keep that somebody did something.

    Args:
        tx: the transaction in which it is done.
        actor: the user's name, or the command that acts.
        action: a code, such as "leased" or "exported".
        subject: what it is about: "client:12", "portfolio:Vida".
        device: the workstation from which, if any.
        detail: what else belongs to it: ids, codes and counts, no personal data.
    """
    tx.run(
        _NOTE_SQL[tx.dialect],
        now=tx.now,
        actor=actor,
        device=device,
        action=action,
        subject=subject,
        detail=detail,
    )


def note_reading(store: Store, actor: str, action: str, device: str) -> None:
    """Keep, in a transaction of its own, that somebody begins to read what is read in none that writes."""
    with store.begin() as tx:
        note(tx, actor, action, device=device)


def command(name: str) -> str:
    """The actor of a command: its name, and who ran it on this machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run as somebody without a name
        user = str(os.getuid())
    return f"command:{name} {user}"


def canonical(values: Sequence[Any]) -> bytes:
    """Values as bytes that are the same on every store and at every reading."""
    plain = [value.astimezone(UTC) if isinstance(value, datetime) else value for value in values]
    return _encode(plain).replace(b"\\u0000", b"")  # PostgreSQL holds no NUL


def fingerprint(fact: Mapping[str, Any]) -> str:
    """What a fact's audit entry keeps of it: 128 bits of the SHA-256 over all of its values."""
    return hashlib.sha256(canonical([fact[name] for name in FACT])).hexdigest()[:32]
