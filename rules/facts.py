"""Facts: what an agent does, immutable, made once at the workstation.

A fact has an id made before it is first sent (UUIDv7) and a number in its device's own
sequence. Sending it twice changes nothing. The bodies below are the wire form of
``POST /v1/events``; unknown fields are refused, so that a misspelt one is never lost
without a word.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from rules.backoffice.facts import AskBody, RevocationBody
from rules.paying.facts import IntentBody, IntentEndBody, RecordingBody, TerminalResultBody
from rules.ready import ready
from rules.wire import FactBody

KINDS = (
    "result",
    "retraction",
    "skip",
    "state",
    "point",
    "request",
    "inconsistency",
    "refusal",
    "reveal",
    "task",
    "delivery",
    "message",
    "message_delivered",
    "message_read",
    "ask",
    "intent",
    "terminal_result",
    "intent_end",
    "revocation",
    "recording",
)
"""result: how a call ended. retraction: takes an earlier result or skip back.
skip: the client was passed over, with a reason. state: the agent's own state changed.

message: the agent wrote to a lead. message_delivered, message_read: a message reached this
workstation, and was read here; they are about no client.

The others are notes: they are made while the client stays on the desk, and end no lease.
point: a phone, e-mail or address was added or changed. request: asks a lead to approve
terms. inconsistency: reports that the data can't be right. refusal: a contact rule forbade
something. reveal: balances were shown before identity was confirmed. task: a task was done.
delivery: a written agreement was handed over. ask: something is asked of the back office. intent: a
payment by terminal or link is to be taken; terminal_result: what a terminal printed, typed in;
intent_end: it is given up. revocation: the client takes a mandate to charge back. recording: the
recording of the call pauses or goes on."""

STATES = ("available", "on_call", "wrap_up", "break", "meal", "training", "meeting", "offline")
"""States of an agent; everything from break on is a pause with its reason."""

UNPRODUCTIVE = ("break", "meal", "offline")
"""States that are no connection time although the agent is logged in."""

BUSY = ("on_call", "wrap_up")
"""States that end by themselves with the call: what was saved makes the agent available."""

SKIP_REASONS = ("later", "busy_line", "needs_lead", "wrong_portfolio", "conflict_of_interest", "other")

SEARCHED = "searched"
"""Reason of a skip that ends the search for a client; the agent records the outcome instead."""


class Instalment(FactBody, frozen=True):
    """One payment of a plan: minor units on a day."""

    due: date
    amount: int


class Terms(FactBody, frozen=True):
    """What is agreed or asked for on one account; money in minor units of `currency`.

    kind: full, date, minimum, two_payments, plan, settlement, waiver, deferral, restructure,
    remedial, refer (no money in it). to_pay: all payments together. waived: what is given up, by component
    (a name of `Account.components`). payments: each payment with its day, the down payment
    first. channel: how it is to be paid. valid_until: last day on which the offer stands.
    beyond_grace: the payments go on after the cover behind the account ends. receipts: ids of the
    premium receipts that are paid so, () = whatever is due first.
    """

    kind: str
    currency: str
    to_pay: int
    payments: tuple[Instalment, ...] = ()
    waived: dict[str, int] = {}
    channel: str | None = None
    valid_until: date | None = None
    beyond_grace: bool = False
    receipts: tuple[int, ...] = ()


class ResultBody(FactBody, frozen=True):
    """How a call ended: a catalogue code and its fields.

    account_id: the account that the result is about; None = the client as a whole.
    amount: minor units of `currency`. callback_at: when to call again, if asked for.
    phone: id of the phone that was called. instalments: the plan, when the code asks
    for one. path: node ids of the script that were visited, "?id" for an objection.
    line: what the agent typed.

    identity: how the party was identified: confirmed, failed, refused, or "" = the script
    did not come so far; factors: names of the data that matched. missed: mandatory nodes
    that were not read. medium: the medium that contact shall cease by ("all" = every one).
    reference: a number that another party gave (claim, payment, ticket). evidence: folio or
    name of a document. window: local hours in which calls suit, as "HH:MM-HH:MM". party:
    name or relation of who spoke or represents. request_id: the approved request that these
    terms rest on. breach: name of the contact rule against which the call had been placed,
    confirmed by the agent. rules_version: version of the contact parameters in force. strategy: the
    rule that was shown, with its version ("early@3", "early:challenger@3"), "" = none held;
    off_strategy: what of it was not followed (`rules.strategies.departures`). receipts: ids of the
    premium receipts that are promised or paid, () = whatever is due first. contact: who of a company
    was spoken to, as ``role:name`` of its sheet (`rules.companies.written`).
    """

    client_id: int
    code: str
    account_id: int | None = None
    amount: int | None = None
    currency: str = ""
    due: date | None = None
    channel: str | None = None
    reason: str | None = None
    callback_at: datetime | None = None
    phone: str | None = None
    instalments: tuple[Instalment, ...] = ()
    destination: str | None = None
    note: str = ""
    started_at: datetime | None = None
    script: str = ""
    path: tuple[str, ...] = ()
    line: str = ""
    identity: str = ""
    factors: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    medium: str | None = None
    reference: str | None = None
    evidence: str | None = None
    window: str | None = None
    party: str | None = None
    request_id: str | None = None
    breach: str = ""
    rules_version: str = ""
    strategy: str = ""
    off_strategy: tuple[str, ...] = ()
    receipts: tuple[int, ...] = ()
    contact: str | None = None


class RetractionBody(FactBody, frozen=True):
    """Takes the fact `fact_id` back; the retracted fact stays readable, marked."""

    client_id: int
    fact_id: str


class SkipBody(FactBody, frozen=True):
    """The client was passed over; reason is one of `SKIP_REASONS`, or `SEARCHED`."""

    client_id: int
    reason: str
    note: str = ""


class StateBody(FactBody, frozen=True):
    """The agent's state from `at` of the event on; one of `STATES`."""

    state: str


class PointBody(FactBody, frozen=True):
    """A contact point was added, corrected, retired, validated, or its consent changed.

    action: add, correct, retire, validate, consent. point: phone, email or address.
    point_id: which one; None for add, whose id is then the fact's until the hub gives one.
    base: the value that the agent saw; where it differs at the centre, a lead decides.
    value: E.164, address or text. source: who gave it (entidad, titular, aval, tercero,
    buro, publico). medium and consent: permission for one medium (call, sms, whatsapp, email,
    mail). status, use: as in `rules.clients.Phone`, None = unchanged.
    """

    client_id: int
    action: str
    point: str
    point_id: str | None = None
    base: str = ""
    value: str = ""
    label: str | None = None
    status: str | None = None
    use: str | None = None
    source: str | None = None
    medium: str | None = None
    consent: bool | None = None
    note: str = ""


class RequestBody(FactBody, frozen=True):
    """Asks for terms beyond the agent's own authority; `level`: the lowest that may grant them."""

    client_id: int
    account_id: int
    terms: Terms
    level: str
    reason: str | None = None
    note: str = ""


class InconsistencyBody(FactBody, frozen=True):
    """An agent reports data that can't be right; issue: one of `rules.inconsistencies.ISSUES`."""

    client_id: int
    issue: str
    account_id: int | None = None
    evidence: str = ""
    note: str = ""


class RefusalBody(FactBody, frozen=True):
    """A contact rule refused: `rule` in parameter version `version`, on these inputs.

    doing: what was refused (call, capture).
    """

    client_id: int
    rule: str
    version: str
    doing: str
    inputs: dict[str, str] = {}


class RevealBody(FactBody, frozen=True):
    """Balances and policies were shown without confirmed identity, for a reason."""

    client_id: int
    reason: str


class TaskBody(FactBody, frozen=True):
    """A task was done; outcome is a code of the task's kind."""

    client_id: int
    task_id: str
    outcome: str
    note: str = ""


class DeliveryBody(FactBody, frozen=True):
    """A written agreement reached the client by a medium (email, whatsapp, mail, hand)."""

    client_id: int
    agreement_id: str
    medium: str
    note: str = ""


class MessageBody(FactBody, frozen=True):
    """A word to whoever leads the agent, or to the writer of the message that it `answers`."""

    text: str
    answers: str = ""


class MessageDeliveredBody(FactBody, frozen=True):
    """A message is kept at this workstation."""

    message_id: str


class MessageReadBody(FactBody, frozen=True):
    """The agent has read a message."""

    message_id: str


NOTES = (
    PointBody,
    RequestBody,
    InconsistencyBody,
    RefusalBody,
    RevealBody,
    TaskBody,
    DeliveryBody,
    AskBody,
    IntentBody,
    TerminalResultBody,
    IntentEndBody,
    RevocationBody,
    RecordingBody,
)
"""Bodies of the facts that are made while the client stays on the desk."""

BODIES: dict[str, type[FactBody]] = {
    "result": ResultBody,
    "retraction": RetractionBody,
    "skip": SkipBody,
    "state": StateBody,
    "point": PointBody,
    "request": RequestBody,
    "inconsistency": InconsistencyBody,
    "refusal": RefusalBody,
    "reveal": RevealBody,
    "task": TaskBody,
    "delivery": DeliveryBody,
    "message": MessageBody,
    "message_delivered": MessageDeliveredBody,
    "message_read": MessageReadBody,
    "ask": AskBody,
    "intent": IntentBody,
    "terminal_result": TerminalResultBody,
    "intent_end": IntentEndBody,
    "revocation": RevocationBody,
    "recording": RecordingBody,
}


def kind_of(body: FactBody) -> str:
    """The kind of fact that a body belongs to."""
    return next(kind for kind, shape in BODIES.items() if isinstance(body, shape))


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact in its envelope, as it is kept in the outbox and sent.

    at: the workstation's clock, aware UTC. offset_ms: measured hub clock minus
    workstation clock at that time, None if never measured. lease_id and lease_token name
    the lease under which the client was held.
    """

    id: str
    seq: int
    kind: str
    at: datetime
    body: dict[str, Any]
    offset_ms: int | None = None
    lease_id: str | None = None
    lease_token: int | None = None


class EventResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The hub's answer for one event.

    status: applied, duplicate (already known: nothing changed), late (kept, but its lease
    was no longer held), conflict (kept, and needs a lead's eye), refused (not kept, with a
    reason code).
    """

    id: str
    status: str
    reason: str | None = None


HELD_BACK = "held_back"
"""Reason of a refusal that is none of the fact's own: an earlier one of its client was refused."""

SEQ_REUSED = "seq_reused"
"""Reason of a refusal: the device's number belongs to another fact, so the device was copied."""


def read_body(kind: str, body: dict[str, Any]) -> FactBody:
    """Turn the JSON body of an event into its value.

    Raises:
        ValueError: unknown kind, or a body that does not fit it (says which field).
    """
    if kind not in BODIES:
        raise ValueError(f"unknown kind of event: {kind!r}; known: {', '.join(BODIES)}")
    try:
        return msgspec.convert(body, BODIES[kind])
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


ready(Event, EventResult, *BODIES.values())
