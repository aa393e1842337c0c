"""Where a client stands in the queue, and how urgent it is: plain points that can be read."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.buckets import COLLECTED, FLOORS, bucket, days_to_roll
from rules.clients import Client
from rules.contact import callable_phones, frequency_until, hard_stop, next_open
from rules.contact_parameters import ContactParameters
from rules.promises import checked_at
from rules.zones import local_day

PARTS = ("money", "days", "broken_promise", "last_contact", "lapses", "rolls")
"""Names of the parts of a score."""

LAPSES_TODAY = 2000
"""More than all other parts can reach together: cover that ends today is first."""

_NEVER_CALLED_DAYS = 30


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a client stands.

    kind: ready (may be handed out whenever the hours allow), waiting (comes back at
    `due_at`), callback (asked for at `due_at`, by `agent` if one is named), unlocatable (owes,
    but there is no number to call: a queue of its own, that no clock ends), out (not in the
    queue). prio, parts: the score and what it is made of. why: what keeps the client from
    being ready, "" when ready.
    """

    kind: str
    prio: int
    parts: dict[str, int]
    bucket: str
    due_at: datetime | None = None
    why: str = ""
    agent: str | None = None


def score(client: Client, today: date) -> tuple[int, dict[str, int]]:
    """How urgent a client is, and the parts that sum to it (those that are not 0).

    money: overdue and not disputed, 16 points for each doubling. days: days past due up to
    180. broken_promise: 150 for a broken promise, 75 for one kept in part. last_contact: 3
    for each day since the last attempt, up to 30 days. lapses: `LAPSES_TODAY` when a cover
    ends today, fewer for each day ahead, none after a week. rolls: up to 100 when an account
    crosses into a worse bucket within 5 days.
    """
    return _score(client, today, *_arrears(client, today))


def _arrears(client: Client, today: date) -> tuple[int, int, int]:
    """Minor units that may be asked for, days past due of the oldest, points for rolling."""
    money = oldest = rolls = 0
    for account in client.accounts:
        asked = account.overdue - account.disputed
        if asked <= 0 or account.status not in COLLECTED:
            continue
        money += asked
        due = account.oldest_due
        days = account.days if due is None else (today - due).days
        if days > oldest:
            oldest = days
        left = days_to_roll(days) if 0 < days < FLOORS[-1] else None
        if left is not None and left <= 5:
            rolls = max(rolls, 120 - 20 * left)
    return money, oldest, rolls


def _score(client: Client, today: date, money: int, days: int, rolls: int) -> tuple[int, dict[str, int]]:
    parts: dict[str, int] = {}
    if money > 0:
        units = money // 100 + 1
        doublings = units.bit_length()
        # Straight between the powers of two: whole numbers, and never falling.
        parts["money"] = min(640, 16 * doublings + ((units << 4) >> doublings) - 8)
    if days > 0:
        parts["days"] = min(days, 180)
    broken = max((_BROKEN.get(promise.status, 0) for promise in client.promises), default=0)
    if broken:
        parts["broken_promise"] = broken
    idle = _idle_days(client, today)
    if idle:
        parts["last_contact"] = 3 * idle
    lapses = _lapses(client, today)
    if lapses:
        parts["lapses"] = lapses
    if rolls:
        parts["rolls"] = rolls
    return sum(parts.values()), dict(sorted(parts.items(), key=_weight))


def _weight(part: tuple[str, int]) -> int:
    return -part[1]


_BROKEN = {"broken": 150, "partial": 75}


def _idle_days(client: Client, today: date) -> int:
    if not client.attempts:
        return _NEVER_CALLED_DAYS
    last = max(attempt.at for attempt in client.attempts)
    return min(max((today - last.date()).days, 0), _NEVER_CALLED_DAYS)


def _lapses(client: Client, today: date) -> int:
    """Points for cover that ends; at noon in Mexico it is the same day in UTC."""
    soonest = 8
    for policy in client.policies:
        if policy.grace_ends is not None and policy.status in ("in_force", "grace"):
            left = (policy.grace_ends.date() - today).days
            if 0 <= left < soonest:
                soonest = left
    if soonest > 7:
        return 0
    return LAPSES_TODAY if soonest == 0 else 450 - 50 * soonest


def placement(
    client: Client, now: datetime, p: ContactParameters, not_before: datetime | None = None
) -> Placement:
    """Say where a client stands in the queue now.

    The hours of the day are no part of it: a client that is ready is handed out when its
    lane is open. `not_before` is the earliest next try that the last result asked for.
    """
    zone = (client.zones or p.default_zones)[0]
    today = local_day(now, zone)
    money, days, rolls = _arrears(client, today)
    prio, parts = _score(client, today, money, days, rolls)
    place = Placement(kind="ready", prio=prio, parts=parts, bucket=bucket(days))
    out = _out(client, p, money)
    if out:
        return msgspec.structs.replace(place, kind="out", why=out)
    if not callable_phones(client, p):
        return msgspec.structs.replace(place, kind="unlocatable", why="unlocatable")
    if client.callbacks:
        asked = min(client.callbacks, key=lambda callback: callback.due_at)
        due = max(asked.due_at, client.hold_until or asked.due_at)
        return msgspec.structs.replace(place, kind="callback", due_at=due, why="callback", agent=asked.agent)
    due_at, why = _waits(client, zone, now, p, not_before)
    if due_at is None:
        return place
    return msgspec.structs.replace(place, kind="waiting", due_at=due_at, why=why)


def _out(client: Client, p: ContactParameters, money: int) -> str:
    """Why the client leaves the queue, "" if it does not."""
    if money <= 0:
        disputed = any(account.overdue > 0 for account in client.accounts if account.status in COLLECTED)
        return "disputed" if disputed else "nothing_overdue"
    if client.do_not_contact:
        return "do_not_contact"
    return client.hold_reason if hard_stop(client, p) is not None else ""


def _waits(
    client: Client, zone: str, now: datetime, p: ContactParameters, not_before: datetime | None
) -> tuple[datetime | None, str]:
    """The latest of all that the client waits for, and its name."""
    reasons: list[tuple[datetime, str]] = []
    if not_before is not None:
        reasons.append((not_before, "retry"))
    if client.hold_until is not None:
        reasons.append((client.hold_until, client.hold_reason or "hold"))
    checks = [
        checked_at(promise, zone, p.promise_grace_days)
        for promise in client.promises
        if promise.status == "open"
    ]
    ahead = [check for check in checks if check > now]
    if ahead:
        first = min(ahead)
        reasons.append((next_open(first, client.zones, p) or first, "promise"))
    if client.attempts:
        limit = frequency_until(client, client.zones, now, p)
        if limit.until is not None:
            reasons.append((limit.until, limit.rule))
    due_at, why = max(reasons, default=(now, ""))
    return (due_at, why) if due_at > now else (None, "")
