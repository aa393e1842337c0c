"""How a client stood on the desk before a capture, so that taking it back shows exactly that."""

from __future__ import annotations

import msgspec

from rules.ready import ready
from storage.local.driver import Connection
from storage.local.leases import Held
from storage.local.meta import Shown

KEPT = 50
"""Captures that can be taken back; the documents of older ones are not kept here."""


class Before(msgspec.Struct, frozen=True):
    """The client's row and what was chosen of it; its document stays where it is."""

    held: Held
    account_id: int | None
    phone: str | None


ready(Before)


def keep_before(connection: Connection, seq: int, fact_id: str, shown: Shown, held: Held) -> None:
    """Keep how things stood before the fact; in the fact's own transaction."""
    raw = msgspec.msgpack.encode(Before(held, shown.account_id, shown.phone))
    connection.execute(
        "INSERT INTO undo (seq, fact_id, client_id, before) VALUES (?, ?, ?, ?)",
        (seq, fact_id, held.client_id, raw),
    )


def take_before(connection: Connection, fact_id: str) -> Before:
    """How things stood before the fact; it is forgotten, since a fact is taken back once."""
    (raw,) = connection.execute("SELECT before FROM undo WHERE fact_id = ?", (fact_id,)).fetchone()
    connection.execute("DELETE FROM undo WHERE fact_id = ?", (fact_id,))
    return msgspec.msgpack.decode(raw, type=Before)


def forget_old(connection: Connection) -> None:
    """Keep the latest captures only."""
    connection.execute(
        "DELETE FROM undo WHERE seq NOT IN (SELECT seq FROM undo ORDER BY seq DESC LIMIT ?)", (KEPT,)
    )
