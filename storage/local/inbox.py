"""The messages that are kept here: to the agent, and the agent's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from rules.desk import KeptMessage
from rules.messages import Message
from storage.local.connection import as_instant, as_text
from storage.local.driver import Connection

KEPT = timedelta(days=30)
"""How long what was read, or written here, is kept."""

_read = msgspec.json.Decoder(Message).decode

_KEPT = """
    SELECT document, read_at, mine,
        mine AND id IN (SELECT fact_id FROM outbox), mine AND id IN (SELECT fact_id FROM quarantine)
    FROM message
"""


def listed(connection: Connection) -> tuple[KeptMessage, ...]:
    """Every message kept here: the unread first, urgent ones before the others; then the newest."""
    found = [_kept(row) for row in connection.execute(f"{_KEPT} ORDER BY at DESC, id DESC")]
    return tuple(sorted(found, key=lambda one: (one.read, one.read or one.message.kind != "urgent")))


def one(connection: Connection, message_id: str) -> KeptMessage | None:
    """A message by its id, None = it is not here."""
    row = connection.execute(f"{_KEPT} WHERE id = ?", (message_id,)).fetchone()
    return _kept(row) if row else None


def _kept(row: tuple[bytes, str | None, int, int, int]) -> KeptMessage:
    document, read_at, mine, waiting, refused = row
    message = msgspec.structs.replace(_read(document), read_at=as_instant(read_at) if read_at else None)
    return KeptMessage(message=message, mine=bool(mine), waiting=bool(waiting), refused=bool(refused))


def unread(connection: Connection) -> tuple[int, Message | None]:
    """How many messages are unread, and the newest urgent one among them."""
    rows = connection.execute("SELECT document FROM message WHERE read_at IS NULL ORDER BY at DESC, id DESC")
    found = [_read(document) for (document,) in rows]
    return len(found), next((one for one in found if one.kind == "urgent"), None)


def forget_old(connection: Connection, now: datetime) -> None:
    """Drop what was read or written a while ago, but for what the hub has still to get."""
    connection.execute(
        "DELETE FROM message WHERE read_at < ? AND at < ? AND id NOT IN (SELECT fact_id FROM outbox)",
        (as_text(now - KEPT), as_text(now - KEPT)),
    )
