"""How often a client may be called about a debt: counting days, without hours.

All limits count local calendar days that end today, so they lapse at a local midnight. They
hold for each debt; a client may be called while one of the debts is free.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta

import msgspec

from rules.buckets import COLLECTED
from rules.clients import Account, Attempt, Client, Phone
from rules.contact_parameters import ContactParameters
from rules.stops import callable_phones
from rules.zones import local_day

CONSENT_CODES = ("RLLA",)
"""Results in which the person asks to be called: direct prior consent (12 CFR 1006.14(b)(3)(i))."""

_MOST_CALLS = 100
"""More than any limit of a day: whoever may be called so often has none."""

OTHER = "other"
"""The label that stands for every number which a state's limits do not name."""


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


def reached(
    client: Client,
    day: date,
    zone: str,
    p: ContactParameters,
    *,
    account_id: int | None = None,
    phone: Phone | None = None,
) -> Reached | None:
    """The limit that forbids a call on a local day, None if there is none.

    Args:
        client: with the attempts of the last 31 days.
        day: local day in `zone`.
        zone: in which days are counted.
        p: the parameters in force.
        account_id: the debt that the call is to be about; None = any that may be asked for.
        phone: the number that is to be called; None = any of the client's.

    Returns:
        Where several debts or numbers are at hand and none is free, the limit that lapses first.
    """
    if not client.attempts:
        return None
    found: list[Reached] = []
    labels = _labels(client, phone, p)
    for debt in _debts(client, account_id):
        attempts = [one for one in client.attempts if _counts_for(one, debt, client, p)]
        for label in labels:
            limit = _limit(client, attempts, debt, label, day, zone, p)
            if limit is None:
                return None
            found.append(limit)
    return min(found, key=_lapses)


def calls_left(client: Client, now: datetime, zone: str, p: ContactParameters) -> int | None:
    """How many more calls on this local day use up the limits on calls; None = there are none.

    Each is held to count for every debt and number, and none to become a conversation.
    """
    day = local_day(now, zone)
    tried = client.attempts
    for calls in range(_MOST_CALLS):
        if reached(client, day, zone, p) is not None:
            return calls
        tried = (*tried, Attempt(at=now))
        client = msgspec.structs.replace(client, attempts=tried)
    return None


def free_debts(client: Client, day: date, zone: str, p: ContactParameters) -> frozenset[int]:
    """The accounts about which the client may be called on a local day, by the limits alone."""
    return frozenset(
        account.id
        for account in client.accounts
        if reached(client, day, zone, p, account_id=account.id) is None
    )


def _lapses(limit: Reached) -> date:
    return limit.free_on


def _debts(client: Client, account_id: int | None) -> list[Account | None]:
    """The debts that a call may be about; a single None = the client as a whole."""
    if account_id is not None:
        named = [account for account in client.accounts if account.id == account_id]
    else:
        named = [one for one in client.accounts if one.status in COLLECTED and one.overdue > one.disputed]
    return [*named] or [None]


def _counts_for(attempt: Attempt, debt: Account | None, client: Client, p: ContactParameters) -> bool:
    """Whether an attempt counts for a debt; one about a debt that is not known counts for each."""
    if debt is None or attempt.account_id in (None, debt.id):
        return True
    other = next((account for account in client.accounts if account.id == attempt.account_id), None)
    if other is None:
        return True
    return p.by_servicing and other.servicing != "" and other.servicing == debt.servicing


def _labels(client: Client, phone: Phone | None, p: ContactParameters) -> list[str]:
    """The kinds of number that the state's limits tell apart and that may be called."""
    caps = p.state_caps.get(client.state)
    if not caps:
        return [OTHER]
    phones = [phone] if phone is not None else callable_phones(client, p)
    return sorted({_kind(one.label, caps) for one in phones}) or sorted(caps)


def _kind(label: str, caps: Collection[str]) -> str:
    return label if label in caps else OTHER


def _limit(
    client: Client,
    attempts: list[Attempt],
    debt: Account | None,
    label: str,
    day: date,
    zone: str,
    p: ContactParameters,
) -> Reached | None:
    calls = [local_day(one.at, zone) for one in attempts if one.counted]
    if p.country == "MX":
        return _cap("mx.attempts.per_day", calls, day, p.per_day, 1) or _cap(
            "mx.attempts.per_week", calls, day, p.per_week, 7
        )
    state = _state(client, attempts, label, day, zone, p)
    if state is not None:
        return state
    talks = [local_day(one.at, zone) for one in attempts if one.conversation]
    return _seven_in_seven(calls, talks, _consent(client, debt, day, zone), day, p)


def _state(
    client: Client, attempts: list[Attempt], label: str, day: date, zone: str, p: ContactParameters
) -> Reached | None:
    """The state's own limit on calls to numbers of one kind; a call to an unknown number counts."""
    caps = p.state_caps.get(client.state, {})
    limit, days = caps.get(label, (None, 0))
    known = {phone.id: _kind(phone.label, caps) for phone in client.phones}
    calls = [
        local_day(one.at, zone)
        for one in attempts
        if one.counted and known.get(one.phone or "", label) == label
    ]
    return _cap("us.state_overrides", calls, day, limit, days)


def _cap(rule: str, calls: list[date], day: date, limit: int | None, days: int) -> Reached | None:
    """The plain limit of so many calls in consecutive days; None = none set, or not reached."""
    if limit is None or (count := _within(calls, day, days)) < limit:
        return None
    return Reached(rule, count, limit, _first(day, lambda other: _within(calls, other, days) < limit))


def _seven_in_seven(
    calls: list[date], talks: list[date], consent: date | None, day: date, p: ContactParameters
) -> Reached | None:
    if p.calls_max is None:
        return None
    most = p.calls_max

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


def _consent(client: Client, debt: Account | None, day: date, zone: str) -> date | None:
    return max((given for given in _consents(client, debt, zone) if given <= day), default=None)


def _consents(client: Client, debt: Account | None, zone: str) -> Iterator[date]:
    """Days on which the person asked to be called about a debt."""
    for entry in client.history:
        about = debt is None or entry.account_id in (None, debt.id)
        if about and entry.code in CONSENT_CODES and entry.status != "retracted":
            yield local_day(entry.at, zone)


def _within(calls: Collection[date], day: date, days: int) -> int:
    return sum(0 <= (day - call).days < days for call in calls)


def _first(day: date, allowed: Callable[[date], bool]) -> date:
    """The first later day that is allowed; past calls lapse, so there is one."""
    while not allowed(day):
        day += timedelta(days=1)
    return day
