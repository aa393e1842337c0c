"""What agents write, and that they got and read what was written to them: facts from workstations."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules import messages
from rules.facts import Event, EventResult, MessageBody, MessageDeliveredBody, MessageReadBody
from rules.messages import LEADS, Message
from storage.central.connection import Tx
from storage.central.doors.users import own_portfolios
from storage.central.doors.who import Who
from storage.central.facts.work import Work
from storage.central.leading import inbox


class _Answered(msgspec.Struct, frozen=True):
    """The message that one answers. client_id: whom it is about. gone: its writer works here no more."""

    kind: str
    writer_id: int
    writer: str
    client_id: int | None
    gone: bool


def take_receipt(
    work: Work, event: Event, body: MessageDeliveredBody | MessageReadBody, at: datetime
) -> EventResult:
    """A message arrived or was read; of one that the store does not know (any more) it changes nothing."""
    note = inbox.note_read if isinstance(body, MessageReadBody) else inbox.note_delivered
    note(work.tx, work.who.user_id, body.message_id, at)
    return EventResult(id=event.id, status="applied")


def take(work: Work, event: Event, body: MessageBody, at: datetime) -> EventResult:
    """An agent wrote to the writer of a message, or to whoever leads the agent.

    Refused: the codes of `rules.messages.problem`, not_answerable (a coaching note is only
    acknowledged, so that nothing of it stands in a fact), nobody_there.
    """
    text = messages.cleaned(body.text)
    if problem := messages.problem(text):
        return _refused(event, problem)
    answered = _answered(work.tx, work.who, body.answers) if body.answers else None
    if answered is not None and answered.kind == "coaching":
        return _refused(event, "not_answerable")
    if answered is not None and not answered.gone:
        readers, audience = [answered.writer_id], f"user:{answered.writer}"
    else:
        readers, audience = _leads(work.tx, work.who), LEADS
    if not readers:
        return _refused(event, "nobody_there")
    message = Message(
        id=event.id,
        at=at,
        kind="notice",
        writer=work.who.name,
        writer_name=work.who.display_name,
        text=text,
        client_id=answered.client_id if answered else None,
        answers=body.answers if answered else "",
    )
    inbox.keep(work.tx, work.who, message, audience, readers)
    return EventResult(id=event.id, status="applied")


def _refused(event: Event, reason: str) -> EventResult:
    return EventResult(id=event.id, status="refused", reason=reason)


def _answered(tx: Tx, who: Who, message_id: str) -> _Answered | None:
    """What was written to this person under this id, None = nothing that is known (any more)."""
    row = tx.one(
        """
        SELECT m.kind, u.id, u.name, m.client_id, u.disabled
        FROM message m
        JOIN message_receipt r ON r.message_id = m.id AND r.user_id = :user
        JOIN app_user u ON u.id = m.user_id
        WHERE m.id = :id
        """,
        id=message_id,
        user=who.user_id,
    )
    return None if row is None else _Answered(row[0], row[1], row[2], row[3], bool(row[4]))


def _leads(tx: Tx, who: Who) -> list[int]:
    """Leads of the agent's team; where there are none, those of every team; else administrators."""
    team = tx.value("SELECT team FROM app_user WHERE id = :id", id=who.user_id)
    rows = tx.all(
        "SELECT id, role, team FROM app_user WHERE role IN ('lead', 'admin') AND NOT disabled ORDER BY id"
    )
    scopes = own_portfolios(tx)
    own = scopes.get(who.user_id)
    near = [row for row in rows if own is None or row[0] not in scopes or scopes[row[0]] & own]
    of_team = [row[0] for row in near if row[1] == "lead" and team and row[2] == team]
    of_all = [row[0] for row in near if row[1] == "lead" and not row[2]]
    return of_team or of_all or [row[0] for row in near if row[1] == "admin"]
