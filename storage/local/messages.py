"""Messages come, are read and are written; in one transaction each, with the fact that tells the hub."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules import messages
from rules.desk import Refused
from rules.facts import MessageBody, MessageDeliveredBody, MessageReadBody
from rules.messages import Message
from storage.local import captures, facts, inbox
from storage.local.connection import as_text
from storage.local.driver import Connection
from storage.local.view import View


def take(view: View, message: Message) -> bool:
    """Keep what the hub brought, and tell it so; whether it is new here.

    The hub learns that it arrived by a fact of the same transaction: if there is no fact, there is
    no message, and it comes again. What was read at another workstation of the agent is read here.
    """
    clean = msgspec.structs.replace(
        message,
        text=messages.cleaned(message.text),
        writer_name=messages.cleaned(message.writer_name),
        client=messages.cleaned(message.client),
    )
    added = view.connection.execute(
        "INSERT INTO message (id, at, client_id, document, read_at, mine) VALUES (?, ?, ?, ?, ?, 0) "
        "ON CONFLICT (id) DO NOTHING",
        (
            clean.id,
            as_text(clean.at),
            clean.client_id,
            msgspec.json.encode(clean),
            as_text(clean.read_at) if clean.read_at else None,
        ),
    ).rowcount
    if added and clean.read_at is None:
        captures.write(view, facts.new_id(), MessageDeliveredBody(message_id=clean.id))
    elif clean.read_at is not None:
        _mark(view.connection, clean.id, clean.read_at)
    return bool(added)


def read(view: View, message_id: str) -> bool:
    """The agent has read a message; False when it was read before, or is not here."""
    if not _mark(view.connection, message_id, view.now):
        return False
    captures.write(view, facts.new_id(), MessageReadBody(message_id=message_id))
    return True


def _mark(connection: Connection, message_id: str, at: datetime) -> bool:
    return bool(
        connection.execute(
            "UPDATE message SET read_at = ? WHERE id = ? AND read_at IS NULL", (as_text(at), message_id)
        ).rowcount
    )


def write(view: View, text: str, answers: str = "") -> Refused | None:
    """Write to a message's writer, or to whoever leads the agent; None = it is on its way.

    Refused with empty_message, long_message, card_number_in_note, card_code_in_note,
    unknown_message, not_answerable (a coaching note, or an own message).
    """
    text = messages.cleaned(text)
    if problem := messages.problem(text):
        return Refused(code=problem, params={"limit": str(messages.LONGEST)})
    answered = inbox.one(view.connection, answers) if answers else None
    if answers and answered is None:
        return Refused(code="unknown_message")
    if answered is not None and (answered.mine or answered.message.kind == "coaching"):
        return Refused(code="not_answerable")
    fact_id = facts.new_id()
    captures.write(view, fact_id, MessageBody(text=text, answers=answers))
    kept = Message(
        id=fact_id,
        at=view.now,
        kind="notice",
        writer=view.user.name,
        writer_name=answered.message.writer_name if answered else "",
        text=text,
        answers=answers,
    )
    view.connection.execute(
        "INSERT INTO message (id, at, document, read_at, mine) VALUES (?, ?, ?, ?, 1)",
        (fact_id, as_text(view.now), msgspec.json.encode(kept), as_text(view.now)),
    )
    return None
