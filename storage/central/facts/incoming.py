"""A fact on its way in, as far as it can be judged by itself: its form, its time, its values."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec

from rules.facts import (
    KINDS,
    SEARCHED,
    SKIP_REASONS,
    STATES,
    Event,
    InconsistencyBody,
    MessageBody,
    MessageDeliveredBody,
    MessageReadBody,
    RequestBody,
    ResultBody,
    SkipBody,
    StateBody,
    read_body,
)
from rules.inconsistencies import ISSUES
from rules.wire import FactBody

LONGEST_ID = 64
LARGEST = 10**15
"""No amount in minor units, and no id, is larger; what is comes from a fault, not from life."""

LONGEST_AWAY = timedelta(days=90)
AHEAD = timedelta(minutes=5)
"""Between these a fact can have happened: no workstation is away for longer, and no measured
offset is off by more. What lies outside comes from a clock that nobody has measured."""


class Incoming(msgspec.Struct):
    """An event on its way in.

    at: when it happened by our clock; where that can't be known (`clockless`), when it came.
    problem: why it can't be kept, None as long as it can. print: what its audit entry keeps of it,
    None until it is kept.
    """

    event: Event
    hash: str
    at: datetime
    clockless: bool = False
    body: FactBody | None = None
    problem: str | None = None
    known: bool = False
    print: str | None = None

    @property
    def client_id(self) -> int | None:
        """Whom it is about, also where its body can't be read otherwise."""
        raw = self.event.body.get("client_id")
        found = raw if self.body is None else getattr(self.body, "client_id", None)
        return found if type(found) is int and 0 < found < LARGEST else None


def incoming(event: Event, now: datetime) -> Incoming:
    """Check what can be checked of an event alone."""
    encoded = msgspec.json.encode([event.kind, event.at, event.body], order="sorted")
    happened = _happened(event, now)
    fact = Incoming(
        event=event,
        hash=hashlib.sha256(encoded).hexdigest(),
        at=happened or now,
        clockless=happened is None,
    )
    if not (0 < len(event.id) <= LONGEST_ID and event.id.isprintable()):
        fact.problem = "bad_id"
    elif not 0 < event.seq < LARGEST:
        fact.problem = "bad_seq"
    elif not _is_time(event):
        fact.problem = "bad_time"
    elif b"\\u0000" in encoded:
        fact.problem = "bad_body"
    else:
        _read_body(fact)
    return fact


def _is_time(event: Event) -> bool:
    """Whether the workstation's time is one at all, however wrong."""
    try:
        event.at.astimezone(UTC)
    except OverflowError:
        return False
    return event.at.tzinfo is not None


def _happened(event: Event, now: datetime) -> datetime | None:
    """When a fact happened by our clock, never ahead of it; None when its clock can't have been right."""
    try:
        at = (event.at + timedelta(milliseconds=event.offset_ms or 0)).astimezone(UTC)
    except OverflowError:
        return None
    return min(at, now) if now - LONGEST_AWAY < at < now + AHEAD else None


def _read_body(fact: Incoming) -> None:
    try:
        fact.body = read_body(fact.event.kind, fact.event.body)
    except ValueError:
        fact.problem = "bad_body" if fact.event.kind in KINDS else "unknown_kind"
        return
    if not _is_sane(fact.body):
        fact.problem = "bad_body"
    elif hasattr(fact.body, "client_id") and fact.client_id is None:
        fact.problem = "unknown_client"


def _is_sane(body: FactBody) -> bool:
    """Whether the values of a body are possible at all."""
    match body:
        case SkipBody():
            return body.reason in (*SKIP_REASONS, SEARCHED)
        case StateBody():
            return body.state in STATES
        case ResultBody():
            numbers = [body.amount or 0, body.account_id or 0, *(part.amount for part in body.instalments)]
            instants = [at for at in (body.callback_at, body.started_at) if at is not None]
            return all(abs(number) < LARGEST for number in numbers) and all(at.tzinfo for at in instants)
        case RequestBody():
            terms = body.terms
            numbers = [terms.to_pay, *terms.waived.values(), *(part.amount for part in terms.payments)]
            return all(0 <= number < LARGEST for number in (body.account_id, *numbers))
        case InconsistencyBody():
            return body.issue in ISSUES and 0 <= (body.account_id or 0) < LARGEST
        case MessageBody():
            return len(body.answers) <= LONGEST_ID
        case MessageDeliveredBody() | MessageReadBody():
            return len(body.message_id) <= LONGEST_ID
        case _:
            return True
