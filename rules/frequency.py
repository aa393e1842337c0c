"""How often a client may be called: counting days, without hours.

All limits count local calendar days that end today, so they lapse at a local midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

import msgspec

from rules.clients import Client
from rules.contact_parameters import ContactParameters
from rules.zones import local_day

CONSENT_CODES = ("RLLA",)
"""Results in which the person asks to be called: direct prior consent (12 CFR 1006.14(b)(3)(i))."""


class Reached(msgspec.Struct, frozen=True):
    """A limit that is reached: its parameter, how many count, and the day on which it lapses."""

    rule: str
    count: int
    limit: int
    free_on: date


def us_call_frequency(
    counted_calls: Collection[date],
    conversations: Collection[date],
    day: date,
    consent_on: date | None = None,
    *,
    calls_max: int = 7,
    calls_days: int = 7,
    after_conversation: int = 7,
    consent_days: int = 7,
) -> bool:
    """Whether a US collector may place a call on a day: the 7-in-7 rule of Regulation F.

    Blocked when `calls_max` counted calls fall in the consecutive days that end today, or a
    conversation does (its date is day 1). Direct prior consent lifts both for
    `consent_days` days (its date is day 1) or until the next conversation.
    12 CFR 1006.14(b)(2) and (b)(3)(i).
    """
    if consent_on is not None and 0 <= (day - consent_on).days < consent_days:
        ended = any(consent_on < talked <= day for talked in conversations)
        if not ended:
            return True
    if any(0 <= (day - talked).days < after_conversation for talked in conversations):
        return False
    return _within(counted_calls, day, calls_days) < calls_max


def reached(client: Client, day: date, zone: str, p: ContactParameters) -> Reached | None:
    """The limit that forbids a call on a local day, None if there is none."""
    if not client.attempts:
        return None
    calls = [local_day(attempt.at, zone) for attempt in client.attempts if attempt.counted]
    if p.country == "MX":
        return _mexico(calls, day, p)
    talks = [local_day(attempt.at, zone) for attempt in client.attempts if attempt.conversation]
    return _united_states(client, calls, talks, day, zone, p)


def _mexico(calls: list[date], day: date, p: ContactParameters) -> Reached | None:
    return _cap("mx.attempts.per_day", calls, day, p.per_day, 1) or _cap(
        "mx.attempts.per_week", calls, day, p.per_week, 7
    )


def _cap(rule: str, calls: list[date], day: date, limit: int | None, days: int) -> Reached | None:
    """The plain limit of so many calls in consecutive days; None = none set, or not reached."""
    if limit is None or (count := _within(calls, day, days)) < limit:
        return None
    return Reached(rule, count, limit, _first(day, lambda other: _within(calls, other, days) < limit))


def _united_states(
    client: Client, calls: list[date], talks: list[date], day: date, zone: str, p: ContactParameters
) -> Reached | None:
    limit, days = p.state_caps.get(client.state, (None, 0))
    state = _cap("us.state_overrides", calls, day, limit, days)
    if state is not None:
        return state
    if p.calls_max is None:
        return None
    most, consent = p.calls_max, _consent(client, day, zone)

    def may_call(other: date) -> bool:
        return us_call_frequency(
            calls,
            talks,
            other,
            consent,
            calls_max=most,
            calls_days=p.calls_days,
            after_conversation=p.after_conversation,
            consent_days=p.consent_days,
        )

    if may_call(day):
        return None
    talked = any(0 <= (day - talk).days < p.after_conversation for talk in talks)
    rule = "us.calls.after_conversation" if talked else "us.calls.max"
    return Reached(rule, _within(calls, day, p.calls_days), most, _first(day, may_call))


def _consent(client: Client, day: date, zone: str) -> date | None:
    days = (
        local_day(entry.at, zone)
        for entry in client.history
        if entry.code in CONSENT_CODES and entry.status != "retracted"
    )
    return max((given for given in days if given <= day), default=None)


def _within(calls: Collection[date], day: date, days: int) -> int:
    return sum(0 <= (day - call).days < days for call in calls)


def _first(day: date, allowed: Callable[[date], bool]) -> date:
    """The first later day that is allowed; past calls lapse, so there is one."""
    while not allowed(day):
        day += timedelta(days=1)
    return day
