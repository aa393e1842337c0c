"""Promises to pay: when one may fall due, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from rules.buckets import account_days, bucket
from rules.calendars import is_rest_day
from rules.clients import Account, Attempt, Client, Promise
from rules.contact_parameters import ContactParameters
from rules.zones import local_day, midnight

EARLY_BUCKETS = ("B1", "B2")
"""Buckets in which a promise must fall due sooner."""


_BETTER = {"open": 0, "broken": 0, "partial": 1, "kept": 2}


class FollowUp(msgspec.Struct, frozen=True):
    """What became of a promise. status: open, kept, partial, broken.

    paid: what was received in its window. counted: that, at most the promise itself.
    """

    status: str
    paid: int
    counted: int


def follow_up(
    made: date,
    due: date,
    amount: int,
    payments: Iterable[tuple[date, int]],
    today: date,
    *,
    grace_days: int = 1,
    tolerance: int = 100,
) -> FollowUp:
    """Follow one promise up by the payments of its account.

    Its window runs from the day it was made to its due date plus the grace days. Kept once
    the payments reach the promise less the tolerance; open while the window is; then
    partial if anything came, else broken. Money in minor units.
    """
    end = due + timedelta(days=grace_days)
    paid = sum(received for day, received in payments if made <= day <= end)
    if paid >= amount - tolerance:
        status = "kept"
    elif today <= end:
        status = "open"
    else:
        status = "partial" if paid > 0 else "broken"
    return FollowUp(status, paid, min(paid, amount))


def allot(
    pool: list[list[Any]], made: date, due: date, amount: int, grace_days: int
) -> list[tuple[date, int]]:
    """Take from an account's payments what a promise may count, up to its amount.

    A payment counts once: promises are allotted to in order of their due date.

    Args:
        pool: day and what is left of each payment; lowered by what is taken.
        made: the window's first day; it ends with the due date and grace days.
        due: when it was to be paid.
        amount: what was promised.
        grace_days: days after `due` that still count.
    """
    taken: list[tuple[date, int]] = []
    wanted = amount
    for payment in pool:
        if made <= payment[0] <= due + timedelta(days=grace_days):
            part = min(wanted, payment[1])
            payment[1] -= part
            wanted -= part
            taken.append((payment[0], part))
    return taken


def status(
    promise: Promise,
    payments: Iterable[tuple[date, int]],
    today: date,
    tolerance: int = 100,
    *,
    grace_days: int = 1,
    zone: str = "UTC",
) -> str:
    """What became of a promise (open, kept, partial, broken); days are those of `zone`."""
    made = local_day(promise.made, zone)
    found = follow_up(
        made, promise.due, promise.amount, payments, today, grace_days=grace_days, tolerance=tolerance
    )
    return found.status


def moves(status: str, paid: int, found: FollowUp) -> bool:
    """Whether a promise is to become what was found.

    One that is open always. One that was judged broken or partial only for the better: a
    payment that came within its window may be posted late. What is kept stays kept.
    """
    if status == "open":
        return (found.status, found.counted) != (status, paid)
    better = _BETTER[found.status] > _BETTER[status]
    return status in ("broken", "partial") and (better or found.counted > paid)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How promises were kept: counts, and money in minor units, over the matured ones only."""

    matured: int
    kept: int
    promised: int
    paid: int


def kept(promised_and_found: Sequence[tuple[int, FollowUp]]) -> Kept:
    """Sum up promises, each with its amount and its follow-up; open ones have not matured."""
    matured = [(amount, found) for amount, found in promised_and_found if found.status != "open"]
    return Kept(
        matured=len(matured),
        kept=sum(found.status == "kept" for _, found in matured),
        promised=sum(amount for amount, _ in matured),
        paid=sum(found.counted for _, found in matured),
    )


def last_date(client: Client, account: Account, today: date, p: ContactParameters) -> date:
    """The last day that a promise on an account may name.

    A number of days that depends on the bucket; for a premium, not after its cover ends
    (while that lies ahead).
    """
    early = bucket(account_days(account, today)) in EARLY_BUCKETS
    last = today + timedelta(days=p.promise_days_early if early else p.promise_days)
    ends = grace_end(client, account.id, today)
    return last if ends is None else min(last, ends)


def grace_end(client: Client, account_id: int, today: date) -> date | None:
    """The day on which the cover behind an account ends for want of payment, if it lies ahead."""
    zone = client.zones[0] if client.zones else "UTC"
    ends = (
        local_day(policy.grace_ends, zone)
        for policy in client.policies
        if policy.account_id == account_id and policy.grace_ends is not None
    )
    return min((day for day in ends if day >= today), default=None)


def open_promise(client: Client, account_id: int) -> Promise | None:
    """The open promise on an account that falls due first."""
    found = [
        promise
        for promise in client.promises
        if promise.status == "open" and promise.account_id == account_id
    ]
    return min(found, key=lambda promise: promise.due, default=None)


def superseded(client: Client, promise: Promise) -> bool:
    """Whether something was promised anew on the account since."""
    return any(
        later.account_id == promise.account_id and later.made > promise.made and later.status != "cancelled"
        for later in client.promises
    )


def reminder_day(due: date, p: ContactParameters) -> date:
    """The last calling day before a due date: Friday or Saturday for a Monday."""
    day = due - timedelta(days=1)
    while day.weekday() not in p.weekdays or (
        p.rest_days_block and (day in p.extra_rest_days or is_rest_day(day, p.country))
    ):
        day -= timedelta(days=1)
    return day


def call_from(
    promise: Promise, attempts: Iterable[Attempt], now: datetime, zone: str, p: ContactParameters
) -> datetime | None:
    """When a client may be called about an open promise, None = now.

    Nobody calls before the promise is looked at (parameter ``promise.call_while_open``),
    except, with ``promise.reminder`` at "call", once from the last calling day before it
    falls due on.
    """
    check = checked_at(promise, zone, p.promise_grace_days)
    if p.promise_call_while_open:
        return None
    if p.promise_reminder != "call":
        return check
    begins = max(midnight(reminder_day(promise.due, p), zone), promise.made)
    if now < begins:
        return begins
    reminded = any(attempt.at > begins for attempt in attempts)
    return check if reminded or now >= midnight(promise.due, zone) else None


def is_reminder(promise: Promise, now: datetime, zone: str, p: ContactParameters) -> bool:
    """Whether the client is to be reminded now of an open promise that is about to fall due."""
    ahead = reminder_day(promise.due, p) <= local_day(now, zone) < promise.due
    return promise.status == "open" and p.promise_reminder != "none" and ahead


def checked_at(promise: Promise, zone: str, grace_days: int) -> datetime:
    """When a promise is looked at: local midnight after its due date and grace days."""
    return midnight(promise.due + timedelta(days=grace_days + 1), zone)
