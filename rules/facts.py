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

KINDS = ("result", "retraction", "skip", "state")
"""result: how a call ended. retraction: takes an earlier result or skip back.
skip: the client was passed over, with a reason. state: the agent's own state changed."""

STATES = ("available", "on_call", "wrap_up", "break", "meal", "training", "meeting", "offline")
"""States of an agent; everything from break on is a pause with its reason."""

SKIP_REASONS = ("later", "busy_line", "needs_lead", "wrong_portfolio", "conflict_of_interest", "other")


class FactBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of the bodies of facts."""


class Instalment(FactBody, frozen=True):
    """One payment of a plan: minor units on a day."""

    due: date
    amount: int


class ResultBody(FactBody, frozen=True):
    """How a call ended: a catalogue code and its fields.

    account_id: the account that the result is about; None = the client as a whole.
    amount: minor units of `currency`. callback_at: when to call again, if asked for.
    phone: id of the phone that was called. instalments: the plan, when the code asks
    for one. path: node ids of the script that were visited. line: what the agent typed.
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


class RetractionBody(FactBody, frozen=True):
    """Takes the fact `fact_id` back; the retracted fact stays readable, marked."""

    client_id: int
    fact_id: str


class SkipBody(FactBody, frozen=True):
    """The client was passed over; reason is one of `SKIP_REASONS`."""

    client_id: int
    reason: str
    note: str = ""


class StateBody(FactBody, frozen=True):
    """The agent's state from `at` of the event on; one of `STATES`."""

    state: str


BODIES: dict[str, type[FactBody]] = {
    "result": ResultBody,
    "retraction": RetractionBody,
    "skip": SkipBody,
    "state": StateBody,
}


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
