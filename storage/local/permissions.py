"""Whether the call behind a capture was allowed, and what is kept when the rules say no."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from rules.catalogue import Result
from rules.clients import Client, Phone
from rules.contact import ContactParameters, Permission, may_call, may_contact
from rules.desk import Refused
from rules.facts import Event, RefusalBody, ResultBody
from rules.zones import local_day
from storage.local import leases
from storage.local.view import View

COLLECTING = ("R", "V", "P")
"""Flags of results by which the debt was spoken of, or could have been."""

ATTEMPTS_SPENT = "lease.attempts_spent"
"""The rule that an offline lease carries: so many calls, whatever else happens at the centre."""

LONGEST_CALL = timedelta(hours=1)
"""A client may be on the desk for long before it is called; no call lasts longer than this."""


def of_call(
    view: View, client: Client, result: Result, body: ResultBody, rules: ContactParameters
) -> Permission:
    """Whether the call that a result tells of could be placed: when it began at the earliest, or now."""

    def ask(at: datetime) -> Permission:
        if phone is None:
            return may_contact(client, at, rules, body.account_id)
        return may_call(client, phone, at, rules, body.account_id, neutral=neutral)

    phone = called(client, body.phone)
    neutral = not any(result.has(flag) for flag in COLLECTING)
    spent = of_lease(view, client.id)
    if not spent.allowed:
        return spent
    answer = ask(view.now)
    if answer.allowed or body.started_at is None:
        return answer
    began = max(body.started_at + view.offset, view.now - LONGEST_CALL)
    before = ask(min(began, view.now))
    return before if before.allowed else answer


def of_lease(view: View, client_id: int) -> Permission:
    """Whether the lease itself still allows a call: one for working offline brings a number of them."""
    held = leases.of_client(view.connection, client_id)
    if held is None or held.attempts_left is None or held.attempts_left > 0:
        return Permission(allowed=True)
    return Permission(allowed=False, rule=ATTEMPTS_SPENT)


def called(client: Client, phone_id: str | None) -> Phone | None:
    """The number that was called: the one named, else the only one."""
    only = client.phones[0] if len(client.phones) == 1 else None
    return next((phone for phone in client.phones if phone.id == phone_id), only)


def refused(code: str, permission: Permission) -> Refused:
    """A refusal of the contact rules as the desk says it."""
    until = permission.until.isoformat() if permission.until else ""
    return Refused(code=code, params=permission.params | {"rule": permission.rule, "until": until})


def to_keep(view: View, client: Client, permission: Permission, doing: str) -> RefusalBody | None:
    """The record of a refusal, once for each client, rule and day of the agent; None = it is kept."""
    day = local_day(view.now, view.user.zone).isoformat()
    kept = view.connection.execute(
        "SELECT event FROM fact WHERE kind = 'refusal' AND client_id = ? AND day = ?", (client.id, day)
    )
    if any(_rule(raw) == permission.rule for (raw,) in kept):
        return None
    return RefusalBody(
        client_id=client.id,
        rule=permission.rule,
        version=permission.version,
        doing=doing,
        inputs=permission.inputs,
    )


def _rule(raw: bytes) -> str:
    return str(msgspec.json.decode(raw, type=Event).body["rule"])
