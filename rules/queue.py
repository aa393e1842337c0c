"""Where a client stands in the queue, and how urgent it is: plain points that can be read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from rules.arrears import arrears
from rules.buckets import COLLECTED, bucket, segment
from rules.clients import Client, Promise
from rules.contact import callable_phones, for_client, hard_stop, next_open, suits_until, waits
from rules.contact_parameters import ContactParameters
from rules.promises import call_from, checked_at, is_reminder, superseded
from rules.strategies.assigning import Assigned, assign
from rules.strategies.conditions import Scene
from rules.strategies.limits import closes, not_now
from rules.strategies.plans import Plan, Strategy
from rules.zones import local_day, midnight

PARTS = ("money", "days", "broken_promise", "last_contact", "lapses", "rolls", "reminder", "strategy")
"""Names of the parts of a score."""

LAPSES_TODAY = 4000
"""More than all other parts can reach together: cover that ends today at noon is first of all."""

BROKEN_FIRST = 2000
"""More than all other parts but cover that ends today can reach together: a promise broken of late."""

BROKEN_DAYS = 7
"""How many days after its due day a broken promise is of late."""

REMINDER = 60

_NEVER_CALLED_DAYS = 30


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a client stands.

    kind: ready (may be handed out whenever the hours allow), waiting (comes back at
    `due_at`), callback (asked for at `due_at`, by `agent` if one is named), unlocatable (owes,
    but there is no number to call: a queue of its own, that no clock ends), out (not in the
    queue). prio, parts: the score and what it is made of. why: what keeps the client from
    being ready, "" when ready. until: when one who is ready has to be placed again, because the
    hours end that suit. bucket: the segment (`rules.buckets.segment`): bucket, and the strategy's rule.
    strategy: the rule as facts keep it ("early@3"), "" = none holds.
    """

    kind: str
    prio: int
    parts: dict[str, int]
    bucket: str
    due_at: datetime | None = None
    why: str = ""
    agent: str | None = None
    until: datetime | None = None
    strategy: str = ""


def score(client: Client, today: date, strategy: Strategy | None = None) -> tuple[int, dict[str, int]]:
    """How urgent a client is, and the parts that sum to it (those that are not 0).

    money: overdue and not disputed, 16 points for each doubling. days: days past due up to
    180. broken_promise: 150 for a broken promise, 75 for one kept in part; `BROKEN_FIRST`
    for one broken within `BROKEN_DAYS` of its due day, unless something was promised anew
    since. reminder: `REMINDER` on the days on which the client is to be reminded of an open
    promise by a call (parameter ``promise.reminder``). last_contact: 3
    for each day since the last attempt, up to 30 days. lapses: `LAPSES_TODAY` when a cover
    ends today, fewer for each day ahead, none after a week. rolls: up to 100 when an account
    crosses into a worse bucket within 5 days. strategy: what the rule in force adds or takes
    off, at most `rules.strategies.plans.MOST_POINTS`; no score falls below 0.
    """
    money, days, rolls = arrears(client, today)
    total, parts = _score(client, today, money, days, rolls)
    if strategy is None:
        return total, parts
    assigned = assign(strategy, Scene(client, today, days, bucket(days)))
    return _ordered(assigned.plan, total, parts)


def strategy_of(client: Client, now: datetime, p: ContactParameters, strategy: Strategy) -> Assigned:
    """What a strategy says of a client now."""
    today = local_day(now, (client.zones or p.default_zones)[0])
    days = arrears(client, today)[1]
    return assign(strategy, Scene(client, today, days, bucket(days)))


def _ordered(plan: Plan, total: int, parts: dict[str, int]) -> tuple[int, dict[str, int]]:
    """A score with what a plan adds to it."""
    added = max(plan.worth(parts), -total)
    if added == 0:
        return total, parts
    return total + added, dict(sorted((parts | {"strategy": added}).items(), key=_weight))


def _score(client: Client, today: date, money: int, days: int, rolls: int) -> tuple[int, dict[str, int]]:
    parts: dict[str, int] = {}
    if money > 0:
        units = money // 100 + 1
        doublings = units.bit_length()
        # Straight between the powers of two: whole numbers, and never falling.
        parts["money"] = min(640, 16 * doublings + ((units << 4) >> doublings) - 8)
    if days > 0:
        parts["days"] = min(days, 180)
    if client.promises:
        broken = max(_broken(client, promise, today) for promise in client.promises)
        if broken:
            parts["broken_promise"] = broken
        if _reminder(client, today):
            parts["reminder"] = REMINDER
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


def _broken(client: Client, promise: Promise, today: date) -> int:
    late = promise.status == "broken" and (today - promise.due).days <= BROKEN_DAYS
    return BROKEN_FIRST if late and not superseded(client, promise) else _BROKEN.get(promise.status, 0)


def _reminder(client: Client, today: date) -> bool:
    if all(promise.status != "open" for promise in client.promises):
        return False
    p = for_client(client)
    zone = (client.zones or p.default_zones)[0]
    now = midnight(today, zone)
    return p.promise_reminder == "call" and any(is_reminder(one, now, zone, p) for one in client.promises)


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
    client: Client,
    now: datetime,
    p: ContactParameters,
    not_before: datetime | None = None,
    strategy: Strategy | None = None,
) -> Placement:
    """Say where a client stands in the queue now.

    The hours of the day are no part of it: a client that is ready is handed out when its
    lane is open. `not_before` is the earliest next try that the last result asked for. strategy:
    the one in force: its rule gives points, hours and a number of calls; whoever it does not
    call waits for the next day, which may bring another rule. A call that the client asked for is
    made when it was asked for.
    """
    zone = (client.zones or p.default_zones)[0]
    today = local_day(now, zone)
    money, days, rolls = arrears(client, today)
    prio, parts = _score(client, today, money, days, rolls)
    place, plan = Placement(kind="ready", prio=prio, parts=parts, bucket=bucket(days)), None
    if strategy is not None:
        place, plan = _by_strategy(place, assign(strategy, Scene(client, today, days, place.bucket)))
    out = _out(client, p, money)
    if out:
        return msgspec.structs.replace(place, kind="out", why=out)
    if not callable_phones(client, p):
        return msgspec.structs.replace(place, kind="unlocatable", why="unlocatable")
    if client.callbacks:
        asked = min(client.callbacks, key=lambda callback: callback.due_at)
        due, _ = _clear(client, max(asked.due_at, client.hold_until or asked.due_at), now, p)
        return msgspec.structs.replace(place, kind="callback", due_at=due, why="callback", agent=asked.agent)
    if plan is not None and not plan.calls:
        tomorrow = midnight(today + timedelta(days=1), zone)
        return msgspec.structs.replace(place, kind="waiting", due_at=tomorrow, why="strategy.channel")
    due_at, why = _waits(client, zone, now, p, not_before, plan)
    if due_at is None:
        suited = suits_until(client, now, p) if client.suits else None
        ends = (suited, closes(plan, now, zone) if plan is not None else None)
        until = min((end for end in ends if end is not None), default=None)
        return msgspec.structs.replace(place, until=until) if until is not None else place
    return msgspec.structs.replace(place, kind="waiting", due_at=due_at, why=why)


def _by_strategy(place: Placement, assigned: Assigned) -> tuple[Placement, Plan]:
    """A place with its segment and the points of the rule that takes the client, and its plan."""
    prio, parts = _ordered(assigned.plan, place.prio, place.parts)
    found = msgspec.structs.replace(
        place,
        prio=prio,
        parts=parts,
        bucket=segment(place.bucket, assigned.rule),
        strategy=assigned.written,
    )
    return found, assigned.plan


def _out(client: Client, p: ContactParameters, money: int) -> str:
    """Why the client leaves the queue, "" if it does not."""
    if money <= 0:
        disputed = any(account.overdue > 0 for account in client.accounts if account.status in COLLECTED)
        return "disputed" if disputed else "nothing_overdue"
    if client.do_not_contact:
        return "do_not_contact"
    stop = hard_stop(client, p)
    return stop[0].partition(".")[2] if stop is not None else ""


def _clear(
    client: Client, due: datetime, now: datetime, p: ContactParameters, plan: Plan | None = None
) -> tuple[datetime, str]:
    """The first instant from `due` on, none before now, at which suiting hours and limits allow a call.

    With the name of the parameter that puts it off, "" for `due` itself. plan: a strategy's, whose
    hours and number of calls hold as well.
    """
    if plan is None:
        answer = waits(client, max(due, now), p)
    else:
        zone = (client.zones or p.default_zones)[0]
        answer = waits(client, max(due, now), p, lambda at: not_now(plan, client, at, zone))
    return (due, "") if answer.allowed or answer.until is None else (answer.until, answer.rule)


def _waits(
    client: Client,
    zone: str,
    now: datetime,
    p: ContactParameters,
    not_before: datetime | None,
    plan: Plan | None = None,
) -> tuple[datetime | None, str]:
    """The latest of all that the client waits for, and its name."""
    reasons: list[tuple[datetime, str]] = []
    if not_before is not None:
        reasons.append((not_before, "retry"))
    if client.hold_until is not None:
        reasons.append((client.hold_until, client.hold_reason or "hold"))
    opened = (
        promise
        for promise in client.promises
        if promise.status == "open" and checked_at(promise, zone, p.promise_grace_days) > now
    )
    calls = [call_from(promise, client.attempts, now, zone, p) for promise in opened]
    ahead = [at for at in calls if at is not None]
    if ahead and len(ahead) == len(calls):
        first = min(ahead)
        reasons.append((next_open(first, client.zones, p) or first, "promise"))
    due_at, why = max(reasons, default=(now, ""))
    due_at, put_off = _clear(client, due_at, now, p, plan)
    why = put_off or why
    return (due_at, why) if due_at > now else (None, "")
