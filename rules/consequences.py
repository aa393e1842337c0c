"""What follows from a result: history, attempt, promises, callback, holds, marks on a number.

Hub and workstation both derive it from the same fact with these functions, so they agree.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from rules.calendars import add_business_days
from rules.catalogue import Result
from rules.clients import Account, Attempt, Callback, Client, HistoryEntry, Promise
from rules.consistency import PROMISING, Problem, check
from rules.contact_parameters import ContactParameters
from rules.facts import Instalment, ResultBody
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

POSTING_BUSINESS_DAYS = 2
"""How long a payment made on the call may take to show on the account."""

REST = timedelta(days=1)
"""How long nobody calls after a call whose code names no retry of its own."""


class Consequences(msgspec.Struct, frozen=True, kw_only=True):
    """All that one result changes.

    not_before: earliest next try (None = nothing asks to wait). hold_reason: "" = no hold;
    with hold_until None it has no end. phone_*: the number that is marked and how, None =
    unchanged. disputed_amount: minor units held on `disputed_account`. callbacks_done: ids
    of earlier callbacks that this call has answered.
    """

    history: HistoryEntry
    attempt: Attempt | None = None
    promises: tuple[Promise, ...] = ()
    callback: Callback | None = None
    callbacks_done: tuple[str, ...] = ()
    not_before: datetime | None = None
    hold_until: datetime | None = None
    hold_reason: str = ""
    do_not_contact: bool = False
    phone_id: str | None = None
    phone_status: str | None = None
    phone_use: str | None = None
    disputed_account: int | None = None
    disputed_amount: int = 0


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
    disputed = account if result.effect == "dispute" else None
    return Consequences(
        history=_history(fact_id, body, account, at, agent, status="open" if promises else ""),
        attempt=_attempt(result, body, at, p) if result.has("A") else None,
        promises=promises,
        callback=_callback(fact_id, body, agent),
        callbacks_done=tuple(callback.id for callback in client.callbacks if callback.due_at <= at),
        not_before=_not_before(result, at, zone, p),
        hold_until=hold_until,
        hold_reason=hold_reason,
        do_not_contact=result.effect == "cease",
        phone_id=phone_id,
        phone_status=phone_status,
        phone_use=phone_use,
        disputed_account=disputed.id if disputed else None,
        disputed_amount=_disputed(body, disputed) if disputed else 0,
    )


def apply(client: Client, c: Consequences) -> Client:
    """The client after a result; the newest entry of the history comes first."""
    history = c.history
    changes: dict[str, object] = {
        "history": (history, *client.history),
        "history_total": client.history_total + 1,
        "promises": client.promises + c.promises,
        "callbacks": tuple(one for one in client.callbacks if one.id not in c.callbacks_done)
        + ((c.callback,) if c.callback else ()),
        "do_not_contact": client.do_not_contact or c.do_not_contact,
    }
    if c.attempt is not None:
        changes["attempts"] = (*client.attempts, c.attempt)
    if c.hold_reason:
        changes |= {"hold_until": c.hold_until, "hold_reason": c.hold_reason}
    if c.phone_id is not None:
        changes["phones"] = tuple(
            msgspec.structs.replace(
                phone, status=c.phone_status or phone.status, use=c.phone_use or phone.use
            )
            if phone.id == c.phone_id
            else phone
            for phone in client.phones
        )
    if c.disputed_account is not None:
        changes["accounts"] = tuple(
            msgspec.structs.replace(account, disputed=c.disputed_amount)
            if account.id == c.disputed_account
            else account
            for account in client.accounts
        )
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


def _attempt(result: Result, body: ResultBody, at: datetime, p: ContactParameters) -> Attempt:
    return Attempt(
        at=at,
        counted=result.has("A" if p.country == "MX" else "7") and result.effect != "wrong_number",
        conversation=result.has("V"),
        phone=body.phone,
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
        )
        for promise_id, part in parts.items()
    )


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


def _disputed(body: ResultBody, account: Account) -> int:
    """What is disputed: the amount named, else all that is overdue (never more than the debt)."""
    return min(
        body.amount if body.amount is not None else account.overdue, max(account.total, account.overdue)
    )
