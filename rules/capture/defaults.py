"""What a result's fields are when nobody typed them, by the rules of the catalogue."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from rules.calendars import next_business_day, next_pay_day
from rules.capture.amounts import figure
from rules.capture.limits import last_day
from rules.capture.plans import plan
from rules.capture.scope import Scope
from rules.capture.values import PlanReading
from rules.catalogue import Result


def fill(taken: dict[str, Any], result: Result, scope: Scope) -> dict[str, Any]:
    """The fields that are not typed and have a default that is known, in the catalogue's order."""
    filled: dict[str, Any] = {}
    for name in result.required + result.optional:
        rule = result.defaults.get(name)
        if rule is None or name in taken:
            continue
        value = _value(name, rule, {**taken, **filled}, scope)
        if value is not None:
            filled[name] = value
    return filled


def hour_of(result: Result | None) -> time:
    """The hour that a callback has when only its day is named."""
    rule = result.defaults.get("callback") if result else None
    return time.fromisoformat(rule.split()[1]) if rule else time(10)


def _value(name: str, rule: str, known: dict[str, Any], scope: Scope) -> Any:
    if name == "amount":
        named = known["plan"].amounts if "plan" in known else ()
        return sum(named) or figure(rule, scope)
    if name == "date":
        return _date(rule, known.get("plan"), scope)
    if name == "callback":
        return _callback(rule, scope)
    if name == "plan":
        return plan(rule)
    if name == "note":
        spanish, english = scope.catalogue.notes[rule]
        return english if scope.language == "en" else spanish
    return rule


def _date(rule: str, planned: PlanReading | None, scope: Scope) -> date:
    if rule == "today":
        return scope.today
    if rule == "q" or (planned is not None and planned.rhythm == "q"):
        return next_pay_day(scope.today)
    rolled = next_business_day(scope.today + timedelta(days=int(rule)), scope.context.country)
    last = last_day(scope)
    return rolled if last is None else min(rolled, max(last, scope.today))


def _callback(rule: str, scope: Scope) -> datetime:
    tomorrow = next_business_day(scope.today + timedelta(days=1), scope.context.country)
    return datetime.combine(tomorrow, time.fromisoformat(rule.split()[1]), scope.context.now.tzinfo)
