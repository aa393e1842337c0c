"""May this client be called now, and if not, when: the contact rules of Mexico and the US.

Order: the firm, hard stops and medium, the number's own permission, holds, the time window,
the hours that suit, frequency. The first that refuses names itself; `until` is the instant at
which all of them would agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from heapq import merge

import msgspec

from rules.calendars import is_rest_day
from rules.cautions import cautions
from rules.clients import Client, Phone
from rules.contact_parameters import ContactParameters, for_client, parameters
from rules.frequency import calls_left, reached
from rules.stops import Stop, callable_phones, firm_stop, hard_stop, number_stop
from rules.zones import instant, local_day, local_time, midnight

__all__ = [
    "ContactParameters",
    "Permission",
    "attempts_left",
    "callable_phones",
    "care",
    "closing",
    "for_client",
    "hard_stop",
    "may_call",
    "may_contact",
    "may_reach",
    "next_open",
    "parameters",
    "suits_until",
    "waits",
    "window",
]

_HORIZON_DAYS = 40
_STEPS = 100
"""How often the first instant is moved on before no instant is held to be found."""


class Permission(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of the contact rules.

    rule: name of the parameter that decides ("mx.window", "us.calls.max"...), "" when
    allowed with nothing to say. until: when it would be allowed, None = not by waiting.
    params: what its words need. action: block, warn, or "" when there is nothing to say.
    version: of the parameters, those of the house and of the portfolio. inputs: all that was
    compared, as text, for the record.
    """

    allowed: bool
    rule: str = ""
    until: datetime | None = None
    params: dict[str, str] = {}
    action: str = ""
    version: str = ""
    inputs: dict[str, str] = {}


_YES = Permission(allowed=True)


def version(client: Client, p: ContactParameters) -> str:
    """The version of the parameters in force for a client: the house's, then its portfolio's."""
    return f"{p.version} {client.rules_version}".strip()


def window(now: datetime, zones: Sequence[str], p: ContactParameters) -> Permission:
    """Whether the clock allows a call: hours, weekdays and rest days in all zones at once.

    Args:
        now: aware instant.
        zones: IANA zones in which the client may be; none = the widest of the country.
        p: the parameters in force.
    """
    refusal = _closed(now, zones, p)
    if refusal is None:
        return _YES
    rule, params = refusal
    return Permission(allowed=False, rule=rule, until=next_open(now, zones, p), params=params)


def next_open(now: datetime, zones: Sequence[str], p: ContactParameters) -> datetime | None:
    """The first instant from `now` on at which the clock allows a call; None = not within 40 days."""
    if _closed(now, zones, p) is None:
        return now
    openings = merge(*(_openings(now, zone, p.start) for zone in zones or p.default_zones))
    return next((opening for opening in openings if _closed(opening, zones, p) is None), None)


def closing(now: datetime, zones: Sequence[str], p: ContactParameters) -> datetime:
    """When today's hours end in the first of the zones; `now` is within them in all."""
    return min(instant(local_day(now, zone), p.end, zone) for zone in zones or p.default_zones)


def _openings(now: datetime, zone: str, start: time) -> Iterator[datetime]:
    """When a clock in a zone shows an hour after `now`, day by day."""
    today = local_day(now, zone)
    for days in range(_HORIZON_DAYS):
        opening = instant(today + timedelta(days=days), start, zone)
        if opening > now:
            yield opening


def _closed(now: datetime, zones: Sequence[str], p: ContactParameters) -> Stop | None:
    country = p.country.lower()
    for zone in zones or p.default_zones:
        local = local_time(now, zone)
        day = local.date()
        params = {"zone": zone, "local": local.strftime("%H:%M"), "day": day.isoformat()}
        if not p.start <= local.time() < p.end:
            hours = {"start": p.start.strftime("%H:%M"), "end": p.end.strftime("%H:%M")}
            return f"{country}.window", params | hours
        if day.weekday() not in p.weekdays:
            return p.weekdays_rule, params
        if p.rest_days_block and (day in p.extra_rest_days or is_rest_day(day, p.country)):
            return f"{country}.holidays", params
    return None


def may_contact(
    client: Client, now: datetime, p: ContactParameters, account_id: int | None = None
) -> Permission:
    """Whether the client may be called now about a debt (None = about any): all but the number."""
    stop = firm_stop(p) or hard_stop(client, p)
    answer = _never(stop) if stop else _first_clear(now, lambda at: _now(client, None, at, p, account_id))
    return _recorded(answer, client, None, now, p, account_id)


def may_call(
    client: Client,
    phone: Phone,
    now: datetime,
    p: ContactParameters,
    account_id: int | None = None,
    *,
    neutral: bool = False,
) -> Permission:
    """Whether this number of the client may be called now; its own zone must allow it, too.

    neutral: nothing of the debt is said: numbers that may not be collected on may be validated.
    Allowed with rule ``us.calls.pattern`` is a warning: calls on this number stand so close
    together that they may count as harassment.
    """
    stop = firm_stop(p) or hard_stop(client, p) or number_stop(client, phone, p, neutral=neutral)
    answer = _never(stop) if stop else _first_clear(now, lambda at: _now(client, phone, at, p, account_id))
    if answer.allowed:
        answer = _pattern(client, phone, now, p)
    return _recorded(answer, client, phone, now, p, account_id)


def may_reach(client: Client, now: datetime, p: ContactParameters) -> Permission:
    """Whether the client may be called now on one number at least; without any, as `may_contact`.

    The refusal is that of the number which is free first.
    """
    whole = may_contact(client, now, p)
    if not whole.allowed or not client.phones:
        return whole
    answers = [may_call(client, phone, now, p) for phone in client.phones]
    return next((answer for answer in answers if answer.allowed), min(answers, key=_soonest))


def _soonest(answer: Permission) -> tuple[bool, datetime]:
    return answer.until is None, answer.until or datetime.max.replace(tzinfo=UTC)


def waits(
    client: Client,
    now: datetime,
    p: ContactParameters,
    besides: Callable[[datetime], Permission | None] = lambda _: None,
) -> Permission:
    """Whether the client has to wait, whatever the hours of the country: suiting hours and frequency.

    A hold has its own day and is no part of it. besides: a further refusal at an instant, as a
    strategy's.
    """

    def ask(at: datetime) -> Permission:
        return _suits(client, at, p) or _often(client, None, at, p, None) or besides(at) or _YES

    return _first_clear(now, ask)


def attempts_left(client: Client, now: datetime, p: ContactParameters) -> int | None:
    """How many calls the limits allow by the end of the client's day; None = they set no number."""
    return calls_left(client, now, _home(client, p), p)


def care(client: Client, now: datetime, p: ContactParameters) -> tuple[Permission, ...]:
    """Warnings that hold for the client as a whole: it may be called, with care."""
    found = (Permission(allowed=True, rule=rule, params=params) for rule, params in cautions(client, now, p))
    return tuple(_recorded(one, client, None, now, p, None) for one in found)


def _never(stop: Stop) -> Permission:
    rule, params = stop
    return Permission(allowed=False, rule=rule, params=params)


def _first_clear(now: datetime, ask: Callable[[datetime], Permission]) -> Permission:
    """The first refusal, with the first instant at which none is left."""
    refusal = answer = ask(now)
    at: datetime | None = None
    for _ in range(_STEPS):
        if answer.allowed or answer.until is None:
            break
        at = answer.until
        answer = ask(at)
    if refusal.allowed:
        return refusal
    return msgspec.structs.replace(refusal, until=at if answer.allowed else None)


def _now(
    client: Client, phone: Phone | None, now: datetime, p: ContactParameters, account_id: int | None
) -> Permission:
    if client.hold_until is not None and now < client.hold_until:
        rule = f"{p.country.lower()}.{client.hold_reason or 'hold'}"
        params = {"found": "hold", "hold_until": client.hold_until.isoformat()}
        return Permission(allowed=False, rule=rule, until=client.hold_until, params=params)
    clock = window(now, zones(client, phone), p)
    if not clock.allowed:
        return clock
    return _suits(client, now, p) or _often(client, phone, now, p, account_id) or _YES


def zones(client: Client, phone: Phone | None = None) -> tuple[str, ...]:
    """Every zone in which the client may be: declared, of the number called, of usable addresses.

    All of them have to allow a call (mx.window.zone_policy; comment 6(b)(1)(i)-2).
    """
    more = [phone.zone if phone is not None else None]
    more += [address.zone for address in client.addresses if address.use == "collect"]
    return tuple(dict.fromkeys([*client.zones, *(zone for zone in more if zone is not None)]))


def _home(client: Client, p: ContactParameters) -> str:
    """The zone in which the client's own days are counted."""
    return (client.zones or p.default_zones)[0]


def _suits(client: Client, now: datetime, p: ContactParameters) -> Permission | None:
    """The refusal outside the hours that the client said suit, in the client's own zone."""
    hours = _hours(client.suits) if client.suits else None
    if hours is None:
        return None
    start, end = hours
    zone = _home(client, p)
    local = local_time(now, zone)
    if start <= local.time() < end:
        return None
    params = {"zone": zone, "local": local.strftime("%H:%M"), "suits": client.suits}
    until = next(_openings(now, zone, start))
    return Permission(allowed=False, rule=f"{p.country.lower()}.inconvenient", until=until, params=params)


def suits_until(client: Client, now: datetime, p: ContactParameters) -> datetime | None:
    """When today's hours end that the client said suit, in the client's own zone; None = any hour suits."""
    hours = _hours(client.suits) if client.suits else None
    zone = _home(client, p)
    return instant(local_day(now, zone), hours[1], zone) if hours is not None else None


def _hours(text: str) -> tuple[time, time] | None:
    """Hours such as ``09:00-12:00``; None when there are none, or what is written can't be read."""
    start, _, end = text.partition("-")
    try:
        hours = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        return None
    return hours if hours[0] < hours[1] else None


def _often(
    client: Client, phone: Phone | None, now: datetime, p: ContactParameters, account_id: int | None
) -> Permission | None:
    """The refusal of the limits on calls; `until` is the local midnight at which one lapses."""
    zone = _home(client, p)
    limit = reached(client, local_day(now, zone), zone, p, account_id=account_id, phone=phone)
    if limit is None:
        return None
    params = {"count": str(limit.count), "limit": str(limit.limit), "day": limit.free_on.isoformat()}
    return Permission(allowed=False, rule=limit.rule, until=midnight(limit.free_on, zone), params=params)


def _pattern(client: Client, phone: Phone, now: datetime, p: ContactParameters) -> Permission:
    if p.number_per_day is None:
        return _YES
    zone = _home(client, p)
    calls = [attempt.at for attempt in client.attempts if attempt.phone == phone.id]
    today = sum(local_day(at, zone) == local_day(now, zone) for at in calls)
    close = any(timedelta(0) <= now - at < timedelta(minutes=p.min_gap_minutes) for at in calls)
    if close or today >= p.number_per_day:
        return Permission(allowed=True, rule="us.calls.pattern", params={"count": str(today)})
    return _YES


def _recorded(
    answer: Permission,
    client: Client,
    phone: Phone | None,
    now: datetime,
    p: ContactParameters,
    account_id: int | None,
) -> Permission:
    """An answer that has something to say, with what it was compared with and by which version."""
    if not answer.rule:
        return answer
    inputs = answer.params | {"at": now.astimezone(UTC).isoformat(timespec="seconds")}
    inputs |= {"zones": " ".join(zones(client, phone))} if client.zones or phone else {}
    inputs |= {"phone": phone.id} if phone else {}
    inputs |= {"account": str(account_id)} if account_id is not None else {}
    return msgspec.structs.replace(
        answer, action="warn" if answer.allowed else "block", version=version(client, p), inputs=inputs
    )
