"""What a result's fields are when nobody typed them, by the rules of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.calendars import next_business_day, next_pay_day
from rules.capture.amounts import figure
from rules.capture.limits import last_day
from rules.capture.plans import plan
from rules.capture.receipts import by_receipt, whole
from rules.capture.scope import Scope
from rules.capture.values import PlanReading
from rules.catalogue import Result
from rules.companies import RIGHT
from rules.speaking import RIGHT_PARTY


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
    spoke = None if "contact" in taken else _spokesperson(result, scope.context.contacts)
    return filled if spoke is None else filled | {"contact": spoke}


def _spokesperson(result: Result, contacts: Sequence[str]) -> str | None:
    """Who of a company is taken to have spoken, where the result says that the right party did."""
    if not result.has(RIGHT_PARTY):
        return None
    roles = [contact.partition(":")[0] for contact in contacts]
    places = (roles.index(role) + 1 for role in RIGHT if role in roles)
    return next((str(place) for place in places), None)


def hour_of(result: Result | None) -> time:
    """The hour that a callback has when only its day is named."""
    rule = result.defaults.get("callback") if result else None
    return time.fromisoformat(rule.split()[1]) if rule else time(10)


def _value(name: str, rule: str, known: dict[str, Any], scope: Scope) -> Any:
    if name == "amount":
        named = known["plan"].amounts if "plan" in known else ()
        if named or "receipts" not in known:
            return sum(named) or figure(rule, scope)
        return whole(known["receipts"], scope.context) or None
    if name == "date":
        return _date(rule, known.get("plan"), scope)
    if name == "callback":
        return _callback(rule, scope)
    if name == "plan":
        return _plan(rule, known, scope)
    if name == "note":
        spanish, english = scope.catalogue.notes[rule]
        return english if scope.language == "en" else spanish
    return rule


def _plan(rule: str, known: dict[str, Any], scope: Scope) -> PlanReading | None:
    """The catalogue's plan; over several receipts one payment for each, unless an amount is typed."""
    usual = plan(rule)
    if usual is None or "amount" in known:
        return usual
    return by_receipt(known.get("receipts"), scope.context, usual.rhythm) or usual


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
