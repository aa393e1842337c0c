"""May this client be called now, and if not, when: the contact rules of Mexico and the US.

Order: hard stops, the number's own permission, holds, the time window, frequency. The
first that refuses names itself; `until` is the instant at which all of them would agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import merge

import msgspec

from rules.calendars import is_rest_day
from rules.clients import Client, Phone
from rules.contact_parameters import ContactParameters, for_client, parameters
from rules.frequency import reached
from rules.zones import instant, local_day, local_time, midnight

__all__ = [
    "ContactParameters",
    "Permission",
    "for_client",
    "may_call",
    "may_contact",
    "next_open",
    "parameters",
    "window",
]

RETIRED = frozenset(
    {"equivocado", "fuera_servicio", "reasignado", "ya_no_labora", "restringido", "dado_de_baja"}
)
"""Phone statuses on which nobody is called."""

_HORIZON_DAYS = 40


class Permission(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer of the contact rules.

    rule: name of the parameter that decides ("mx.window", "us.calls.max"...), "" when
    allowed with nothing to say. until: when it would be allowed, None = not by waiting.
    """

    allowed: bool
    rule: str = ""
    until: datetime | None = None
    params: dict[str, str] = {}


_YES = Permission(allowed=True)


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
    openings = merge(*(_openings(now, zone, p) for zone in zones or p.default_zones))
    return next((opening for opening in openings if _closed(opening, zones, p) is None), None)


def _openings(now: datetime, zone: str, p: ContactParameters) -> Iterator[datetime]:
    """When calling hours begin in a zone after `now`, day by day."""
    today = local_day(now, zone)
    for days in range(_HORIZON_DAYS):
        opening = instant(today + timedelta(days=days), p.start, zone)
        if opening > now:
            yield opening


def _closed(now: datetime, zones: Sequence[str], p: ContactParameters) -> tuple[str, dict[str, str]] | None:
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


def may_contact(client: Client, now: datetime, p: ContactParameters) -> Permission:
    """Whether the client may be called now: hard stops, holds, window, frequency."""
    return hard_stop(client, p) or _in_time(client, client.zones, now, p)


def may_call(client: Client, phone: Phone, now: datetime, p: ContactParameters) -> Permission:
    """Whether this number of the client may be called now; its own zone must allow it, too.

    Allowed with rule ``us.calls.pattern`` is a warning: calls on this number stand so close
    together that they may count as harassment.
    """
    refusal = hard_stop(client, p) or number_stop(phone, p)
    if refusal is not None:
        return refusal
    zones = client.zones
    if phone.zone is not None and phone.zone not in zones:
        zones = (*zones, phone.zone)
    answer = _in_time(client, zones, now, p)
    return _pattern(client, phone, zones, now, p) if answer.allowed else answer


def hard_stop(client: Client, p: ContactParameters) -> Permission | None:
    """What forbids contact without end: cease, or a hold without a date (deceased, attorney)."""
    if client.do_not_contact:
        return Permission(allowed=False, rule=f"{p.country.lower()}.cease")
    if client.hold_reason and client.hold_until is None:
        return Permission(allowed=False, rule=f"{p.country.lower()}.{client.hold_reason}")
    return None


def number_stop(phone: Phone, p: ContactParameters) -> Permission | None:
    """What forbids collecting on a number: its use, a retired status, or where it came from."""
    point = f"{p.country.lower()}.contact_point"
    if phone.use != "collect":
        return Permission(allowed=False, rule=f"{point}.use", params={"use": phone.use})
    if phone.status in RETIRED:
        return Permission(allowed=False, rule=f"{point}.status", params={"status": phone.status})
    if phone.source in p.barred_sources:
        return Permission(allowed=False, rule=f"{point}.sources", params={"source": phone.source})
    return None


def callable_phones(client: Client, p: ContactParameters) -> tuple[Phone, ...]:
    """The numbers on which the client may be called at some time."""
    return tuple(phone for phone in client.phones if number_stop(phone, p) is None)


def frequency_until(client: Client, zones: Sequence[str], now: datetime, p: ContactParameters) -> Permission:
    """The frequency part alone; `until` is the local midnight at which the limit lapses."""
    zone = (zones or p.default_zones)[0]
    limit = reached(client, local_day(now, zone), zone, p)
    if limit is None:
        return _YES
    params = {"count": str(limit.count), "limit": str(limit.limit), "day": limit.free_on.isoformat()}
    return Permission(allowed=False, rule=limit.rule, until=midnight(limit.free_on, zone), params=params)


def _in_time(client: Client, zones: Sequence[str], now: datetime, p: ContactParameters) -> Permission:
    """Holds, window and frequency, with the first instant at which all three agree."""
    refusal: Permission | None = None
    at: datetime | None = now
    while at is not None:
        answer = _now(client, zones, at, p)
        if answer.allowed:
            break
        refusal = refusal or answer
        at = answer.until
    if refusal is None:
        return _YES
    return Permission(allowed=False, rule=refusal.rule, until=at, params=refusal.params)


def _now(client: Client, zones: Sequence[str], now: datetime, p: ContactParameters) -> Permission:
    if client.hold_until is not None and now < client.hold_until:
        rule = f"{p.country.lower()}.{client.hold_reason or 'hold'}"
        return Permission(allowed=False, rule=rule, until=client.hold_until)
    clock = window(now, zones, p)
    return clock if not clock.allowed else frequency_until(client, zones, now, p)


def _pattern(
    client: Client, phone: Phone, zones: Sequence[str], now: datetime, p: ContactParameters
) -> Permission:
    if p.number_per_day is None:
        return _YES
    zone = (zones or p.default_zones)[0]
    calls = [attempt.at for attempt in client.attempts if attempt.phone == phone.id]
    today = sum(local_day(at, zone) == local_day(now, zone) for at in calls)
    close = any(timedelta(0) <= now - at < timedelta(minutes=p.min_gap_minutes) for at in calls)
    if close or today >= p.number_per_day:
        return Permission(allowed=True, rule="us.calls.pattern", params={"count": str(today)})
    return _YES
