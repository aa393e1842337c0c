"""The parameters of the contact rules: one name each, with a default that compliance owns.

A portfolio's settings override them by the same names. None of this is legal advice: the
defaults are the house's reading of the sources named beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import msgspec

from rules.calendars import read_weekdays
from rules.clients import Client

DEFAULTS: dict[str, dict[str, Any]] = {
    "MX": {
        "mx.window.start": "07:00",  # general provisions for collection firms, DOF 07-10-2014
        "mx.window.end": "22:00",
        "mx.weekdays.financial": "Mon-Sat",  # the law names no weekday; house value
        "mx.weekdays.commercial": "Mon-Fri",  # Profeco's guide (timeshare and other commerce)
        "mx.holidays": "block",  # house value
        "mx.holidays.extra": (),  # bank calendar, as ISO dates
        "mx.attempts.per_day": 3,  # no legal cap found; house values
        "mx.attempts.per_week": 7,
        "mx.contact_point.sources": ("tercero", "buro", "publico"),  # may be validated, not collected on
    },
    "US": {
        "us.window.start": "08:00",  # 12 CFR 1006.6(b)(1)(i)
        "us.window.end": "21:00",
        "us.weekdays": "Mon-Sun",
        "us.holidays": "allow",
        "us.holidays.extra": (),
        "us.calls.max": 7,  # 12 CFR 1006.14(b)(2)(i)(A)
        "us.calls.days": 7,
        "us.calls.after_conversation": 7,  # 12 CFR 1006.14(b)(2)(i)(B)
        "us.calls.consent_exclusion": 7,  # 12 CFR 1006.14(b)(3)(i)
        "us.calls.pattern.min_gap_minutes": 5,  # house; comment 14(b)(2)(i)-2
        "us.calls.pattern.per_day": 3,
        "us.state_overrides": {"MA": (2, 7)},  # calls, days; the stricter limit wins
    },
}
"""Parameters of each country by name."""

HOUSE: dict[str, Any] = {
    "promise.max_days.early": 5,  # buckets B1 and B2
    "promise.max_days": 10,
    "promise.grace_days": 1,
    "promise.minimum": 0,  # minor units
    "promise.tolerance": 100,  # minor units
}
"""Parameters that hold in every country."""

KNOWN = frozenset({*DEFAULTS["MX"], *DEFAULTS["US"], *HOUSE, "mx.creditor"})
"""Every name by which a portfolio's settings override a contact parameter."""

COMMERCIAL_PRODUCTS = ("timeshare",)
"""Products of creditors under Profeco rather than the financial authorities."""


class ContactParameters(msgspec.Struct, frozen=True, kw_only=True):
    """The contact rules' parameters for one portfolio, ready to be used.

    start, end: local calling hours, ``start <= t < end``. weekdays: 0 = Monday;
    weekdays_rule: the parameter's name. default_zones: where a client without any zone
    may be. per_day, per_week: attempts in Mexico, None (setting 0) = no
    limit. calls_max, calls_days: placed calls in
    consecutive days in the US; after_conversation and consent_days in days, the first
    counted as day 1. state_caps: US state to (calls, days). Promise limits in days, money
    in minor units.
    """

    country: str
    start: time
    end: time
    weekdays: frozenset[int]
    weekdays_rule: str
    rest_days_block: bool
    default_zones: tuple[str, ...]
    extra_rest_days: frozenset[date] = frozenset()
    per_day: int | None = None
    per_week: int | None = None
    barred_sources: frozenset[str] = frozenset()
    calls_max: int | None = None
    calls_days: int = 7
    after_conversation: int = 7
    consent_days: int = 7
    min_gap_minutes: int = 0
    number_per_day: int | None = None
    state_caps: dict[str, tuple[int, int]] = {}
    promise_days_early: int = 5
    promise_days: int = 10
    promise_grace_days: int = 1
    promise_minimum: int = 0
    promise_tolerance: int = 100


def parameters(country: str, settings: Mapping[str, Any] | None = None) -> ContactParameters:
    """The parameters of a country, with a portfolio's settings over the defaults.

    Settings go by the names in `DEFAULTS` and `HOUSE`; ``product`` (timeshare is
    commercial) or ``mx.creditor`` ("financial" or "commercial") picks the weekdays. Names
    of other matters are left alone.

    Raises:
        ValueError: unknown country, a misspelt parameter, or a value that does not fit.
    """
    if country not in DEFAULTS:
        raise ValueError(f"no contact rules for country {country!r}; known: {', '.join(DEFAULTS)}")
    given = dict(settings or {})
    for name in given:
        if name.startswith(("mx.", "us.", "promise.")) and name not in KNOWN:
            raise ValueError(f"unknown parameter {name!r}; known: {', '.join(sorted(KNOWN))}")
    values = DEFAULTS[country] | HOUSE | given
    return _mexico(values) if country == "MX" else _united_states(values)


def overrides(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a portfolio's settings that override contact parameters."""
    return {name: value for name, value in settings.items() if name in KNOWN}


def for_client(client: Client, settings: Mapping[str, Any] | None = None) -> ContactParameters:
    """The parameters for one client: country, product (the stricter weekdays win) and own rules.

    `settings` go before the client's own rules. Rules that only a newer hub knows are left
    alone: a workstation that is not yet updated must still work.
    """
    commercial = any(account.product in COMMERCIAL_PRODUCTS for account in client.accounts)
    found = {"product": "timeshare"} if commercial else {}
    return parameters(client.country, found | overrides(client.rules) | dict(settings or {}))


def _mexico(values: Mapping[str, Any]) -> ContactParameters:
    product = values.get("product")
    kind = values.get("mx.creditor") or ("commercial" if product in COMMERCIAL_PRODUCTS else "financial")
    if kind not in ("financial", "commercial"):
        raise ValueError(f"mx.creditor is {kind!r}; it can be financial or commercial")
    rule = f"mx.weekdays.{kind}"
    return ContactParameters(
        country="MX",
        weekdays=_weekdays(rule, values[rule]),
        weekdays_rule=rule,
        default_zones=("America/Mexico_City", "America/Tijuana"),
        per_day=_count(values, "mx.attempts.per_day") or None,
        per_week=_count(values, "mx.attempts.per_week") or None,
        barred_sources=frozenset(values["mx.contact_point.sources"]),
        **_shared("mx", values),
    )


def _united_states(values: Mapping[str, Any]) -> ContactParameters:
    return ContactParameters(
        country="US",
        weekdays=_weekdays("us.weekdays", values["us.weekdays"]),
        weekdays_rule="us.weekdays",
        default_zones=("America/New_York", "Pacific/Honolulu"),
        calls_max=_count(values, "us.calls.max") or None,
        calls_days=_count(values, "us.calls.days"),
        after_conversation=_count(values, "us.calls.after_conversation"),
        consent_days=_count(values, "us.calls.consent_exclusion"),
        min_gap_minutes=_count(values, "us.calls.pattern.min_gap_minutes"),
        number_per_day=_count(values, "us.calls.pattern.per_day") or None,
        state_caps=_caps("us.state_overrides", values["us.state_overrides"]),
        **_shared("us", values),
    )


def _shared(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    start, end = (_hour(values, f"{prefix}.window.{edge}") for edge in ("start", "end"))
    if start >= end:
        raise ValueError(f"{prefix}.window: start {start:%H:%M} must come before end {end:%H:%M}")
    return {
        "start": start,
        "end": end,
        "rest_days_block": values[f"{prefix}.holidays"] == "block",
        "extra_rest_days": frozenset(
            date.fromisoformat(str(day)) for day in values[f"{prefix}.holidays.extra"]
        ),
        "promise_days_early": _count(values, "promise.max_days.early"),
        "promise_days": _count(values, "promise.max_days"),
        "promise_grace_days": _count(values, "promise.grace_days"),
        "promise_minimum": _count(values, "promise.minimum"),
        "promise_tolerance": _count(values, "promise.tolerance"),
    }


def _hour(values: Mapping[str, Any], name: str) -> time:
    try:
        return time.fromisoformat(values[name])
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {values[name]!r}; write an hour such as 07:00") from error


def _count(values: Mapping[str, Any], name: str) -> int:
    value = values[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is {value!r}; write a whole number, 0 or more")
    return value


def _caps(name: str, given: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    caps = {state: tuple(cap) for state, cap in given.items()}
    for state, cap in caps.items():
        if len(cap) != 2 or not all(isinstance(n, int) and n > 0 for n in cap):
            raise ValueError(f"{name}: {state} is {cap!r}; write calls and days, such as [2, 7]")
    return {state: (cap[0], cap[1]) for state, cap in caps.items()}


def _weekdays(name: str, text: str) -> frozenset[int]:
    try:
        return read_weekdays(text)
    except (AttributeError, ValueError) as error:
        raise ValueError(f"{name} is {text!r}; write weekdays such as Mon-Sat or Mon,Wed,Fri") from error
