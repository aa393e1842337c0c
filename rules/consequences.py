"""What follows from a result: history, attempt, promises, callback, holds, marks on a number.

Hub and workstation both derive it from the same fact with these functions, so they agree.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from rules import agreements, cases
from rules.calendars import add_business_days
from rules.catalogue import NOT_SAID, Result
from rules.clients import (
    Account,
    Agreement,
    Attempt,
    Callback,
    Case,
    Client,
    HistoryEntry,
    Phone,
    Promise,
    Task,
)
from rules.consistency import PROMISING, REPLACING, Problem, check
from rules.contact_parameters import ContactParameters
from rules.facts import Instalment, ResultBody
from rules.insurance.whole_receipts import by_payment
from rules.requests import is_granted, used
from rules.slots import other_slot
from rules.zones import local_day, midnight

__all__ = ["Consequences", "Problem", "apply", "check", "consequences"]

ENDLESS_HOLDS = {"deceased": "deceased", "fraud": "fraud"}
"""Effects that hold the client until someone decides, and the reason that is kept."""

NUMBER_MARKS = {
    "wrong_number": ("equivocado", "none"),
    "not_in_service": ("fuera_servicio", "none"),
    "moved": ("ya_no_labora", "none"),
}
"""Effects on the number that was called: its new status and use."""

MEDIA = ("call", "sms", "whatsapp", "email", "mail")
"""What "all" stands for, where a client asks that contact by a medium cease."""

POSTING_BUSINESS_DAYS = 2
"""How long a payment made on the call may take to show on the account."""

REST = timedelta(days=1)
"""How long nobody calls after a call whose code names no retry of its own."""


class Consequences(msgspec.Struct, frozen=True, kw_only=True):
    """All that one result changes.

    not_before: earliest next try (None = nothing asks to wait). hold_reason: "" = no hold;
    with hold_until None it has no end. phone_*: the number that is marked and how, None =
    unchanged. callbacks_done: ids of earlier callbacks that this call has answered. cases:
    records that it opens; what a dispute holds is no longer asked for. cases_settled: ids of
    open ones that it ends. stopped_media: by what the client asked not to be contacted.
    suits: local hours in which calls suit, "" = nothing said. promises_cancelled: ids of open
    promises whose place an agreement takes. agreement: what was agreed, to be written and
    handed over; tasks: what is to be done for it. agreements_replaced: ids of the earlier ones on
    its account; tasks_void: ids of what was still to be done for them. request_used: id of the
    approval that the result rests on.
    """

    history: HistoryEntry
    attempt: Attempt | None = None
    promises: tuple[Promise, ...] = ()
    promises_cancelled: tuple[str, ...] = ()
    callback: Callback | None = None
    callbacks_done: tuple[str, ...] = ()
    not_before: datetime | None = None
    hold_until: datetime | None = None
    hold_reason: str = ""
    do_not_contact: bool = False
    phone_id: str | None = None
    phone_status: str | None = None
    phone_use: str | None = None
    cases: tuple[Case, ...] = ()
    cases_settled: tuple[str, ...] = ()
    stopped_media: tuple[str, ...] = ()
    suits: str = ""
    agreement: Agreement | None = None
    tasks: tuple[Task, ...] = ()
    agreements_replaced: tuple[str, ...] = ()
    tasks_void: tuple[str, ...] = ()
    request_used: str | None = None


def consequences(
    fact_id: str,
    result: Result,
    body: ResultBody,
    client: Client,
    at: datetime,
    agent: str,
    p: ContactParameters,
) -> Consequences:
    """Derive what a result changes; nothing here depends on anything but the arguments.

    Args:
        fact_id: id of the fact; promises of a plan are numbered ``{fact_id}:1`` and so on.
        result: the catalogue's entry for the body's code.
        body: the result as captured.
        client: the client before it.
        at: when it happened, aware.
        agent: name of the agent, who also owns a callback.
        p: the contact parameters in force.
    """
    zone = (client.zones or p.default_zones)[0]
    account = _account(client, body)
    promises = _promises(fact_id, result, body, account, at, agent)
    hold_until, hold_reason = _hold(result, client, at, zone, p)
    phone_id, phone_status, phone_use = _phone(result, body, client)
    records = cases.opened(fact_id, result, body, client, account, at, agent, p)
    stopped = _stopped(body) if result.effect == "cease" else ()
    today = local_day(at, zone)
    agreement = agreements.issued(fact_id, result, body, client, account, at, agent, today)
    replaced = agreements.replaced(client, agreement) if agreement else ()
    return Consequences(
        history=_history(fact_id, body, account, at, agent, status="open" if promises else ""),
        attempt=_attempt(result, body, account, at, p) if result.has("A") else None,
        promises=promises,
        promises_cancelled=_replaced(client, result, promises),
        callback=_callback(fact_id, body, agent),
        callbacks_done=tuple(callback.id for callback in client.callbacks if callback.due_at <= at),
        not_before=cases.back_at(records, zone) or _not_before(result, at, zone, p),
        hold_until=hold_until,
        hold_reason=hold_reason,
        do_not_contact="call" in stopped,
        phone_id=phone_id,
        phone_status=phone_status,
        phone_use=phone_use,
        cases=records,
        cases_settled=cases.settled(result, client, account),
        stopped_media=stopped,
        suits=_suits(body) if result.effect == "inconvenient" else "",
        agreement=agreement,
        tasks=agreements.tasks(agreement, client, today) if agreement else (),
        agreements_replaced=replaced,
        tasks_void=agreements.left_over(client, replaced),
        request_used=body.request_id if is_granted(client, body.request_id) else None,
    )


def apply(client: Client, c: Consequences) -> Client:
    """The client after a result; the newest entry of the history comes first."""
    history = c.history
    changes: dict[str, object] = {
        "history": (history, *client.history),
        "history_total": client.history_total + 1,
        "promises": tuple(
            msgspec.structs.replace(one, status="cancelled") if one.id in c.promises_cancelled else one
            for one in client.promises
        )
        + c.promises,
        "callbacks": tuple(one for one in client.callbacks if one.id not in c.callbacks_done)
        + ((c.callback,) if c.callback else ()),
        "do_not_contact": client.do_not_contact or c.do_not_contact,
    }
    if c.attempt is not None:
        changes["attempts"] = (*client.attempts, c.attempt)
    if c.hold_reason:
        changes |= {"hold_until": c.hold_until, "hold_reason": c.hold_reason}
    if c.phone_id is not None or (c.attempt is not None and c.attempt.phone is not None):
        changes["phones"] = tuple(_called(phone, c) for phone in client.phones)
    if c.cases or c.cases_settled:
        changes["cases"] = (*c.cases, *(_after(case, c) for case in client.cases))
    if held := {case.account_id: case.amount for case in c.cases if case.kind == "dispute"}:
        changes["accounts"] = tuple(
            msgspec.structs.replace(account, disputed=account.disputed + held.get(account.id, 0))
            for account in client.accounts
        )
    if c.stopped_media:
        changes["stopped_media"] = tuple(
            medium for medium in MEDIA if medium in c.stopped_media or medium in client.stopped_media
        )
    if c.suits:
        changes["suits"] = c.suits
    if c.agreement is not None:
        changes["agreements"] = (c.agreement, *(_replaced_by(one, c) for one in client.agreements))
        kept = (task for task in client.tasks if task.id not in c.tasks_void)
        changes["tasks"] = (*kept, *c.tasks)
    if c.request_used is not None:
        changes["requests"] = used(client, c.request_used)
    return msgspec.structs.replace(client, **changes)


def _account(client: Client, body: ResultBody) -> Account | None:
    if body.account_id is None:
        return client.accounts[0] if len(client.accounts) == 1 else None
    return next((account for account in client.accounts if account.id == body.account_id), None)


def _history(
    fact_id: str, body: ResultBody, account: Account | None, at: datetime, agent: str, status: str
) -> HistoryEntry:
    return HistoryEntry(
        id=fact_id,
        at=at,
        code=body.code,
        agent=agent,
        account_id=account.id if account else None,
        amount=body.amount,
        currency=body.currency or (account.currency if account and body.amount else ""),
        due=body.due,
        channel=body.channel,
        reason=body.reason,
        phone=body.phone,
        note=body.note,
        status=status,
    )


def _attempt(
    result: Result, body: ResultBody, account: Account | None, at: datetime, p: ContactParameters
) -> Attempt:
    return Attempt(
        at=at,
        counted=result.has("A" if p.country == "MX" else "7") and result.effect != "wrong_number",
        conversation=result.has("V"),
        phone=body.phone,
        account_id=account.id if account else None,
    )


def _promises(
    fact_id: str, result: Result, body: ResultBody, account: Account | None, at: datetime, agent: str
) -> tuple[Promise, ...]:
    if account is None or result.effect not in PROMISING:
        return ()
    if body.instalments:
        parts = {f"{fact_id}:{n}": part for n, part in enumerate(body.instalments, start=1)}
    elif body.amount is not None and body.due is not None:
        parts = {fact_id: Instalment(due=body.due, amount=body.amount)}
    else:
        return ()
    named = by_payment(body.receipts, tuple(parts.values()))
    return tuple(
        Promise(
            id=promise_id,
            account_id=account.id,
            made=at,
            due=part.due,
            amount=part.amount,
            currency=body.currency or account.currency,
            channel=body.channel,
            agent=agent,
            receipts=receipts,
        )
        for (promise_id, part), receipts in zip(parts.items(), named, strict=True)
    )


def _replaced(client: Client, result: Result, promises: tuple[Promise, ...]) -> tuple[str, ...]:
    """The open promises on the accounts of a new agreement."""
    agreed = {promise.account_id for promise in promises} if result.effect in REPLACING else set()
    return tuple(one.id for one in client.promises if one.status == "open" and one.account_id in agreed)


def _callback(fact_id: str, body: ResultBody, agent: str) -> Callback | None:
    if body.callback_at is None:
        return None
    return Callback(id=fact_id, due_at=body.callback_at, agent=agent, phone=body.phone, note=body.note)


def _not_before(result: Result, at: datetime, zone: str, p: ContactParameters) -> datetime | None:
    """The earliest next try: what the catalogue says, else time for a payment to post, else a day."""
    if result.retry_minutes is not None or result.retry_slot:
        earliest = at + timedelta(minutes=result.retry_minutes or 0)
        return other_slot(at, earliest, zone) if result.retry_slot else earliest
    if result.effect == "paid":
        return midnight(add_business_days(local_day(at, zone), POSTING_BUSINESS_DAYS, p.country), zone)
    return at + REST if result.has("A") else None


def _hold(
    result: Result, client: Client, at: datetime, zone: str, p: ContactParameters
) -> tuple[datetime | None, str]:
    """Until when the client is held and why; (None, "") = this result adds no hold.

    A hold by days ends as a local day begins; the search for a payment takes business days.
    A hold without end stays, and the later of two ends wins.
    """
    endless = client.hold_reason and client.hold_until is None
    if result.effect == "attorney" and p.country == "US":
        return None, "attorney"
    if result.hold_days == 0 or endless:
        return None, ENDLESS_HOLDS.get(result.effect, "")
    today = local_day(at, zone)
    if result.effect == "claims_paid":
        last = add_business_days(today, result.hold_days, p.country)
    else:
        last = today + timedelta(days=result.hold_days)
    until = midnight(last, zone)
    if client.hold_until is not None and client.hold_until >= until:
        return None, ""
    return until, result.effect or "hold"


def _phone(result: Result, body: ResultBody, client: Client) -> tuple[str | None, str | None, str | None]:
    """The number that was called and what is now known of it."""
    only = client.phones[0] if len(client.phones) == 1 else None
    phone = next((phone for phone in client.phones if phone.id == body.phone), only)
    if phone is None:
        return None, None, None
    if result.effect in NUMBER_MARKS:
        return phone.id, *NUMBER_MARKS[result.effect]
    if result.has("R") and phone.status == "por_validar":
        return phone.id, "validado_titular", None
    return None, None, None


def _called(phone: Phone, c: Consequences) -> Phone:
    """A phone after the call: what is now known of it, and the newest result on it."""
    if phone.id == c.phone_id:
        status, use = c.phone_status or phone.status, c.phone_use or phone.use
        phone = msgspec.structs.replace(phone, status=status, use=use)
    newest = phone.last_at is None or phone.last_at <= c.history.at
    if c.attempt is not None and phone.id == c.attempt.phone and newest:
        return msgspec.structs.replace(phone, last_result=c.history.code, last_at=c.history.at)
    return phone


def _after(case: Case, c: Consequences) -> Case:
    if case.id not in c.cases_settled:
        return case
    return msgspec.structs.replace(case, status="closed", outcome="withdrawn", closed=c.history.at)


def _replaced_by(agreement: Agreement, c: Consequences) -> Agreement:
    if agreement.id not in c.agreements_replaced:
        return agreement
    return msgspec.structs.replace(agreement, status="void")


def _stopped(body: ResultBody) -> tuple[str, ...]:
    """The media to stop; all where none was named, which is the most restrictive reading."""
    return (body.medium,) if body.medium in MEDIA else MEDIA


def _suits(body: ResultBody) -> str:
    return body.window if body.window and body.window != NOT_SAID else ""
