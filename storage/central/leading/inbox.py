"""What a person has been written: for the workstation's feed, and when it arrived and was read there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from rules.messages import Message
from rules.protocol import Change
from storage.central.connection import Tx, instant, maybe_instant
from storage.central.doors.who import Who

ENTITY = "message"
"""What the feed calls messages."""

RECENT = timedelta(days=7)
"""For so long what was read comes again to a workstation that begins anew."""

MOST = 200

_MESSAGES = """
    SELECT m.id, m.at, m.kind, u.name, u.display_name, m.text, m.client_id, c.name, m.answers, r.read_at
    FROM message_receipt r
    JOIN message m ON m.id = r.message_id
    JOIN app_user u ON u.id = m.user_id
    LEFT JOIN client c ON c.id = m.client_id
    WHERE r.user_id = :user AND (m.client_id IS NULL OR :everywhere OR c.portfolio_id IN :scope) AND {which}
    ORDER BY m.at DESC, m.id DESC
    LIMIT :limit
"""
_TOLD = _MESSAGES.format(which="m.id IN :ids")
_RECENT = _MESSAGES.format(which="(r.read_at IS NULL OR m.at >= :since)")
_FROM = _MESSAGES.format(which="(CAST(:writer AS TEXT) IS NULL OR u.name = :writer)")

_DELIVERED = """
    UPDATE message_receipt
    SET delivered_at = CASE WHEN delivered_at <= :at THEN delivered_at ELSE :at END
    WHERE message_id = :id AND user_id = :user
"""
_READ = """
    UPDATE message_receipt
    SET delivered_at = CASE WHEN delivered_at <= :at THEN delivered_at ELSE :at END,
        read_at = CASE WHEN read_at <= :at THEN read_at ELSE :at END
    WHERE message_id = :id AND user_id = :user
"""


def keep(
    tx: Tx,
    who: Who,
    message: Message,
    audience: str,
    readers: Collection[int],
) -> None:
    """Keep what `who` writes, with a receipt for each reader.

    Args:
        tx: a transaction.
        who: its writer.
        message: the message.
        audience: as it was addressed.
        readers: ids of users.
    """
    tx.run(
        """
        INSERT INTO message (id, at, user_id, kind, audience, text, client_id, answers)
        VALUES (:id, :at, :user, :kind, :audience, :text, :client, :answers)
        """,
        id=message.id,
        at=message.at,
        user=who.user_id,
        kind=message.kind,
        audience=audience,
        text=message.text,
        client=message.client_id,
        answers=message.answers or None,
    )
    tx.many(
        "INSERT INTO message_receipt (message_id, user_id) VALUES (:id, :user)",
        [{"id": message.id, "user": user_id} for user_id in sorted(readers)],
    )


def told(tx: Tx, who: Who, ids: Collection[str]) -> dict[str, Message]:
    """Those of some messages that were written to this person, by id."""
    if not ids:
        return {}
    rows = tx.all(_TOLD, **_terms(who), ids=sorted(ids), limit=len(ids))
    return {row[0]: _message(row) for row in rows}


def at_hand(tx: Tx, who: Who) -> tuple[Change, ...]:
    """What a workstation that begins anew has to have: what is unread or recent, oldest first."""
    rows = tx.all(_RECENT, **_terms(who), since=tx.now - RECENT, limit=MOST)
    return tuple(Change(entity=ENTITY, id=row[0], version=0, message=_message(row)) for row in reversed(rows))


def received(tx: Tx, who: Who, writer: str = "", limit: int = MOST) -> tuple[Message, ...]:
    """What was written to this person, newest first; writer: by whom alone, "" = by anybody."""
    rows = tx.all(_FROM, **_terms(who), writer=writer or None, limit=limit)
    return tuple(_message(row) for row in rows)


def _terms(who: Who) -> dict[str, Any]:
    """Whose messages; one about a client who has left the reader's scope is not told any more."""
    return {
        "user": who.user_id,
        "everywhere": who.portfolio_ids is None,
        "scope": list(who.portfolio_ids or ()),
    }


def note_delivered(tx: Tx, user_id: int, message_id: str, at: datetime) -> bool:
    """A message is kept at one of its reader's workstations; whether there is such a message.

    Of several instants the earliest counts, in whatever order they come in.
    """
    return bool(tx.run(_DELIVERED, id=message_id, user=user_id, at=at))


def note_read(tx: Tx, user_id: int, message_id: str, at: datetime) -> bool:
    """Its reader has read a message, and so has it; otherwise as `note_delivered`."""
    return bool(tx.run(_READ, id=message_id, user=user_id, at=at))


def _message(row: tuple[Any, ...]) -> Message:
    return Message(
        id=row[0],
        at=instant(row[1]),
        kind=row[2],
        writer=row[3],
        writer_name=row[4] or row[3],
        text=row[5],
        client_id=row[6],
        client=row[7] or "",
        answers=row[8] or "",
        read_at=maybe_instant(row[9]),
    )
