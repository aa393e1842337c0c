"""Requests for approval: asking for terms beyond one's own authority, and the answers.

An approval stands until the last day that its terms name, else until the end of the next
business day, so that the agent can still call the client back with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from rules.authority import GRANTED, LEVELS
from rules.calendars import add_business_days
from rules.clients import Account, Client, Request
from rules.consistency import Problem
from rules.facts import Instalment, RequestBody, Terms
from rules.terms import waived_by, waiver_kind

STATUSES = {"approve": "approved", "deny": "denied", "counter": "countered"}
"""What a lead may answer, and the request's status after it."""


def check(body: RequestBody, client: Client, now: datetime) -> Iterator[Problem]:
    """What forbids a request: unknown_account, bad_terms, request_open (one at a time for an account)."""
    if all(account.id != body.account_id for account in client.accounts):
        yield Problem("unknown_account", {"account": str(body.account_id)})
    if not is_sound(body.terms) or body.level not in LEVELS:
        yield Problem("bad_terms")
    if any(one.status == "open" and one.account_id == body.account_id for one in client.requests):
        yield Problem("request_open")


def is_sound(terms: Terms) -> bool:
    """Whether terms add up: something is to be paid, and the payments, if any, are all of it."""
    parts = [payment.amount for payment in terms.payments]
    return (
        terms.to_pay > 0
        and all(part > 0 for part in parts)
        and (not parts or sum(parts) == terms.to_pay)
        and all(waived >= 0 for waived in terms.waived.values())
    )


def apply(client: Client, fact_id: str, body: RequestBody, at: datetime, agent: str) -> Client:
    """The client with the request open."""
    asked = Request(
        id=fact_id,
        account_id=body.account_id,
        terms=body.terms,
        asked=at,
        agent=agent,
        level=body.level,
        reason=body.reason or "",
        note=body.note,
    )
    return msgspec.structs.replace(client, requests=(*client.requests, asked))


def dated(terms: Terms, today: date, country: str) -> Terms:
    """Terms as they are granted: with the last day on which they stand."""
    last = terms.valid_until or add_business_days(today, 1, country)
    return msgspec.structs.replace(terms, valid_until=last)


def instead(asked: Terms, account: Account, to_pay: int, payments: tuple[Instalment, ...] = ()) -> Terms:
    """Terms that a lead offers instead of those asked for: another sum, other payments.

    Where something is given up, it is the payoff less the new sum, costs and interest before
    principal. Without payments there is one, on the first day that was asked for.

    Args:
        asked: the terms of the request.
        account: the debt they are about.
        to_pay: the new sum, minor units.
        payments: how it is paid; they sum to `to_pay`.
    """
    waived = waived_by(account, to_pay) if asked.waived else {}
    if not payments and asked.payments:
        payments = (Instalment(due=asked.payments[0].due, amount=to_pay),)
    kind = waiver_kind(waived) if asked.waived else asked.kind
    return msgspec.structs.replace(asked, kind=kind, to_pay=to_pay, waived=waived, payments=payments)


def offered(request: Request) -> Terms:
    """The terms that an answered request comes to: the lead's own, else those asked for."""
    return request.counter if request.status == "countered" and request.counter else request.terms


def is_granted(client: Client, request_id: str | None) -> bool:
    """Whether the client has that request, granted and not used yet."""
    return any(one.id == request_id and one.status in GRANTED for one in client.requests)


def used(client: Client, request_id: str) -> tuple[Request, ...]:
    """The client's requests after a result rested on one of them."""
    return tuple(
        msgspec.structs.replace(one, status="used") if one.id == request_id else one
        for one in client.requests
    )
