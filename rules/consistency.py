"""Whether a result may be saved as it stands: fields, amounts, dates, permissions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from rules import demand, speaking
from rules.authority import Grantor
from rules.catalogue import Result
from rules.clients import Account, Client
from rules.contact import window
from rules.contact_parameters import ContactParameters
from rules.facts import ResultBody
from rules.insurance import whole_receipts
from rules.money import show_minor
from rules.problems import Problem
from rules.promises import grace_end, last_date, open_promise
from rules.terms import beyond
from rules.text import find_card_code, find_pan
from rules.zones import local_day

__all__ = ["LIMITED", "PROMISING", "REPLACING", "Problem", "check"]

PROMISING = ("promise", "partial_promise", "settlement", "plan")
"""Effects that open a promise."""

REPLACING = ("settlement", "plan")
"""Those of them that are agreements: they take the place of what was promised before."""

LIMITED = ("promise", "partial_promise")
"""Effects whose date must lie within the promise days."""

_FIELDS = {
    "amount": "amount",
    "date": "due",
    "channel": "channel",
    "callback": "callback_at",
    "reason": "reason",
    "note": "note",
    "destination": "destination",
    "phone": "phone",
    "plan": "instalments",
    "receipts": "receipts",
}


def check(
    result: Result,
    body: ResultBody,
    client: Client,
    now: datetime,
    p: ContactParameters,
    grantor: Grantor | None = None,
) -> tuple[Problem, ...]:
    """All that forbids saving a result, in the order in which it is best mended; () = nothing.

    grantor: who makes it, with the authority to grant terms; None = terms are not looked at.

    Codes: missing_field, card_number_in_note, card_code_in_note, unknown_account,
    currency_mismatch, amount_not_positive, amount_above_total, amount_disputed, promise_below_minimum,
    promise_open, date_in_past, promise_too_far, after_grace, callback_past,
    callback_forbidden_hour, needs_approval, and those of `rules.speaking` and
    `rules.insurance.whole_receipts`.
    """
    zone = (client.zones or p.default_zones)[0]
    today = local_day(now, zone)
    account = _account(client, body)
    problems = [*_missing(result, body), *_card(body)]
    if account is None and (body.account_id is not None or result.effect in PROMISING):
        problems.append(Problem("unknown_account", {"account": str(body.account_id or "")}))
    problems += speaking.check(result, body, account)
    problems += whole_receipts.check(result, body, client, account)
    problems += _amount(result, body, account, p)
    if account is not None and result.effect in PROMISING:
        problems += _promise(result, body, client, account, today, p)
    problems += _callback(body, client, now, p)
    if account is not None and grantor is not None:
        found = beyond(result, body, client, account, today, grantor)
        if found is not None and found.request is None:
            problems.append(Problem("needs_approval", {"level": found.level}))
    return tuple(problems)


def _account(client: Client, body: ResultBody) -> Account | None:
    """The account that a result is about; the only one if it names none."""
    if body.account_id is None:
        return client.accounts[0] if len(client.accounts) == 1 else None
    return next((account for account in client.accounts if account.id == body.account_id), None)


def _missing(result: Result, body: ResultBody) -> Iterator[Problem]:
    for field in result.required:
        attribute = _FIELDS.get(field)
        if attribute is not None and getattr(body, attribute) in (None, "", ()):
            yield Problem("missing_field", {"field": field})


def _card(body: ResultBody) -> Iterator[Problem]:
    # The line word by word: an amount beside a date is no card number, however the digits run on.
    texts = (body.note, body.reference or "", body.evidence or "", body.party or "")
    if any(find_pan(text) for text in (*texts, *body.line.split())):
        yield Problem("card_number_in_note")
    elif any(find_card_code(text) for text in texts):
        yield Problem("card_code_in_note")


def _amount(
    result: Result, body: ResultBody, account: Account | None, p: ContactParameters
) -> Iterator[Problem]:
    amounts = [instalment.amount for instalment in body.instalments]
    if body.amount is not None:
        amounts.append(body.amount)
    if any(amount <= 0 for amount in amounts):
        yield Problem("amount_not_positive")
        return
    if account is None or not amounts:
        return
    if body.currency and body.currency != account.currency:
        yield Problem("currency_mismatch", {"currency": body.currency, "account": account.currency})
    asked = max(body.amount or 0, sum(instalment.amount for instalment in body.instalments))
    if asked > account.total and result.effect != "claims_paid":
        yield Problem("amount_above_total", {"amount": show_minor(asked), "total": show_minor(account.total)})
    elif result.effect in PROMISING and asked > demand.payable(account):
        rest = show_minor(demand.payable(account))
        yield Problem("amount_disputed", {"amount": show_minor(asked), "total": rest})
    if result.effect in LIMITED and asked < p.promise_minimum:
        yield Problem("promise_below_minimum", {"minimum": show_minor(p.promise_minimum)})


def _promise(
    result: Result, body: ResultBody, client: Client, account: Account, today: date, p: ContactParameters
) -> Iterator[Problem]:
    existing = open_promise(client, account.id)
    if existing is not None and result.effect not in REPLACING:
        yield Problem(
            "promise_open", {"due": existing.due.isoformat(), "amount": show_minor(existing.amount)}
        )
    days = [instalment.due for instalment in body.instalments]
    if body.due is not None:
        days.append(body.due)
    if not days:
        return
    if min(days) < today:
        yield Problem("date_in_past", {"date": min(days).isoformat()})
    ends = grace_end(client, account.id, today)
    last = last_date(client, account, today, p)
    # A plan may go on beyond the cover (the panel says when that ends); a promise may not.
    if ends is not None and max(days) > ends and result.effect != "plan":
        params = {"date": max(days).isoformat(), "grace_ends": ends.isoformat(), "last": last.isoformat()}
        yield Problem("after_grace", params)
    elif result.effect in LIMITED and max(days) > last:
        yield Problem("promise_too_far", {"date": max(days).isoformat(), "last": last.isoformat()})


def _callback(body: ResultBody, client: Client, now: datetime, p: ContactParameters) -> Iterator[Problem]:
    at = body.callback_at
    if at is None:
        return
    if at <= now:
        yield Problem("callback_past", {"at": at.isoformat()})
        return
    zones = client.zones
    phone = next((phone for phone in client.phones if phone.id == body.phone), None)
    if phone is not None and phone.zone is not None and phone.zone not in zones:
        zones = (*zones, phone.zone)
    permission = window(at, zones, p)
    if not permission.allowed:
        following = permission.until.isoformat() if permission.until is not None else ""
        yield Problem(
            "callback_forbidden_hour", {"at": at.isoformat(), "rule": permission.rule, "next": following}
        )
