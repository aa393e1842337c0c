"""The parameters of the contact rules for one portfolio, ready to be used.

The names, defaults and sources are data (`rules.compliance`); a portfolio's settings override
the defaults by the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

import msgspec

from rules import compliance
from rules.calendars import read_weekdays
from rules.clients import Client

REMINDERS = ("agenda", "call", "none")
"""What happens on the last calling day before a promise falls due: it stands in the agenda and
nobody calls, it stands there and the client comes into the queue, or nothing."""

COUNTRIES = ("MX", "US")
PREFIXES = ("mx.", "us.", "promise.", "script.")
"""What the names of parameters begin with that a portfolio's settings may hold."""

SOURCES = ("entidad", "titular", "aval", "tercero", "buro", "publico")
"""Who may have given a contact point: lender, debtor, guarantor, third party, bureau, public."""

COMMERCIAL_PRODUCTS = ("timeshare",)
"""Products of creditors under Profeco rather than the financial authorities."""


class ContactParameters(msgspec.Struct, frozen=True, kw_only=True):
    """The contact rules' parameters for one portfolio, ready to be used.

    start, end: local calling hours, ``start <= t < end``. weekdays: 0 = Monday;
    weekdays_rule: the parameter's name. default_zones: where a client without any zone
    may be. per_day, per_week: attempts on a debt in Mexico, None (setting 0) = no
    limit. calls_max, calls_days: placed calls on a debt in consecutive days in the US;
    after_conversation and consent_days in days, the first counted as day 1. by_servicing: debts
    serviced under one account are one. state_caps: US state to a phone's label ("other" = any
    that is not named) to (calls, days). barred_sources: who must not have given a number that
    is collected on. third_parties: numbers of third parties may be collected on. firm_stop: the
    parameter by which the whole portfolio may not be called, "" = it may. checked: the last
    look at the firm register, None = not kept here, good for check_months. adult: years from
    which a person may be called. prescription: product (MX) or state (US) to years. version: of
    the parameters that the defaults come from. Promise limits in days, money in minor units.
    cfdi_financial_sector: the limit of a single payment is that sector's; cfdi_issuer: RFC of who
    issues the tax receipts, "" = not said.
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
    by_servicing: bool = True
    state_caps: dict[str, dict[str, tuple[int, int]]] = {}
    third_parties: bool = True
    firm_stop: str = ""
    checked: date | None = None
    check_months: int = 1
    adult: int = 18
    prescription: dict[str, int] = {}
    version: str = ""
    promise_days_early: int = 5
    promise_days: int = 10
    promise_grace_days: int = 1
    promise_minimum: int = 0
    promise_tolerance: int = 100
    promise_reminder: str = "agenda"
    promise_call_while_open: bool = False
    cfdi_financial_sector: bool = False
    cfdi_issuer: str = ""


def parameters(country: str, settings: Mapping[str, Any] | None = None) -> ContactParameters:
    """The parameters of a country, with a portfolio's settings over the defaults.

    Settings go by the names of `rules.compliance`; ``product`` (timeshare is commercial) or
    ``mx.creditor`` ("financial" or "commercial") picks the weekdays. Names of other matters are
    left alone.

    Raises:
        ValueError: unknown country, a misspelt parameter, or a value that does not fit.
    """
    if country not in COUNTRIES:
        raise ValueError(f"no contact rules for country {country!r}; known: {', '.join(COUNTRIES)}")
    rules = compliance.in_force()
    given = dict(settings or {})
    for name, value in given.items():
        rule = rules.rules.get(name)
        if rule is None and name.startswith(PREFIXES) and not _is_known(name):
            raise ValueError(f"unknown parameter {name!r}; known: {', '.join(sorted(rules.rules))}")
        if rule is not None and rule.fixed and value != rule.default:
            raise ValueError(f"{name} is {value!r}; it can't be changed")
    values = compliance.defaults(country) | given
    found = _mexico(values) if country == "MX" else _united_states(values)
    return msgspec.structs.replace(found, version=rules.version)


def _is_known(name: str) -> bool:
    return name == "mx.creditor" or name in compliance.in_force().rules


def overrides(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a portfolio's settings that override contact parameters."""
    return {name: value for name, value in settings.items() if _is_known(name)}


def read_overrides(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides of a file's table ``[parameters]``, by name.

    Raises:
        ValueError: an unknown parameter, or a value that does not fit.
    """
    given = dict(raw.get("parameters", {}))
    for name in given:
        if not _is_known(name):
            raise ValueError(f"unknown parameter {name!r}")
    for country, other in zip(COUNTRIES, reversed(COUNTRIES), strict=True):
        parameters(country, {name: given[name] for name in given if not name.startswith(f"{other.lower()}.")})
    return given


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
        third_parties=_switch(values, "mx.third_party.collection"),
        firm_stop=_firm_stop(values),
        checked=_maybe_date(values, "mx.firm.redeco_registered.checked"),
        check_months=_count(values, "mx.firm.redeco_registered.months"),
        prescription=_years("mx.prescription.years", values["mx.prescription.years"]),
        cfdi_financial_sector=_switch(values, "mx.cfdi.financial_sector"),
        cfdi_issuer=_rfc(values, "mx.cfdi.issuer"),
        **_shared("mx", values),
    )


def _united_states(values: Mapping[str, Any]) -> ContactParameters:
    bound = _switch(values, "us.apply_regf_to_first_party")
    return ContactParameters(
        country="US",
        weekdays=_weekdays("us.weekdays", values["us.weekdays"]),
        weekdays_rule="us.weekdays",
        default_zones=("America/New_York", "Pacific/Honolulu"),
        calls_max=(_count(values, "us.calls.max") or None) if bound else None,
        calls_days=_count(values, "us.calls.days"),
        after_conversation=_count(values, "us.calls.after_conversation"),
        consent_days=_count(values, "us.calls.consent_exclusion"),
        min_gap_minutes=_count(values, "us.calls.pattern.min_gap_minutes"),
        number_per_day=_count(values, "us.calls.pattern.per_day") or None,
        by_servicing=_switch(values, "us.calls.student_loans"),
        state_caps=_caps("us.state_overrides", values["us.state_overrides"]),
        prescription=_years("us.timebarred.years", values["us.timebarred.years"]),
        **_shared("us", values),
    )


def _firm_stop(values: Mapping[str, Any]) -> str:
    """The parameter by which nobody of the portfolio may be called, "" if there is none."""
    if not _switch(values, "mx.firm.redeco_registered"):
        return "mx.firm.redeco_registered"
    return "mx.caller_id.hidden" if _switch(values, "mx.caller_id.hidden") else ""


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
        "barred_sources": frozenset(SOURCES) - frozenset(values[f"{prefix}.contact_point.sources"]),
        "adult": _count(values, f"{prefix}.minor_or_elder"),
        "promise_days_early": _count(values, "promise.max_days.early"),
        "promise_days": _count(values, "promise.max_days"),
        "promise_grace_days": _count(values, "promise.grace_days"),
        "promise_minimum": _count(values, "promise.minimum"),
        "promise_tolerance": _count(values, "promise.tolerance"),
        "promise_reminder": _choice(values, "promise.reminder", REMINDERS),
        "promise_call_while_open": _switch(values, "promise.call_while_open"),
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


def _choice(values: Mapping[str, Any], name: str, choices: Sequence[str]) -> str:
    value = values[name]
    if value not in choices:
        raise ValueError(f"{name} is {value!r}; it can be {', '.join(choices)}")
    return str(value)


def _switch(values: Mapping[str, Any], name: str) -> bool:
    value = values[name]
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}; write true or false")
    return value


def _rfc(values: Mapping[str, Any], name: str) -> str:
    value = str(values[name]).upper()
    if len(value) not in (0, 12, 13):
        raise ValueError(f"{name} is {value!r}; write an RFC of 12 or 13 characters")
    return value


def _maybe_date(values: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(str(values[name])) if values[name] else None
    except ValueError as error:
        raise ValueError(f"{name} is {values[name]!r}; write a day such as 2026-11-20") from error


def _years(name: str, given: Mapping[str, Any]) -> dict[str, int]:
    return {key: _count({f"{name} of {key}": years}, f"{name} of {key}") for key, years in given.items()}


def _caps(name: str, given: Mapping[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    """Limits of the states; calls and days alone hold for every number."""
    caps: dict[str, dict[str, tuple[int, int]]] = {}
    for state, limits in given.items():
        by_label = limits if isinstance(limits, Mapping) else {"other": limits}
        for label, limit in by_label.items():
            if len(limit) != 2 or not all(isinstance(n, int) and n > 0 for n in limit):
                raise ValueError(
                    f"{name}: {state} {label} is {limit!r}; write calls and days, such as [2, 7]"
                )
        caps[state] = {label: (limit[0], limit[1]) for label, limit in by_label.items()}
    return caps


def _weekdays(name: str, text: str) -> frozenset[int]:
    try:
        return read_weekdays(text)
    except (AttributeError, ValueError) as error:
        raise ValueError(f"{name} is {text!r}; write weekdays such as Mon-Sat or Mon,Wed,Fri") from error
