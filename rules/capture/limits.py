"""What a reading may not say although each of its fields reads well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rules.capture.receipts import differing
from rules.capture.scope import Scope
from rules.capture.values import CaptureError, Reading
from rules.money import show_minor

_OWED = frozenset({"promise", "partial_promise", "plan", "settlement", "paid"})
"""Effects whose amount is taken from what the account owes."""

_PROMISES = frozenset({"promise", "partial_promise"})


def last_day(scope: Scope) -> date | None:
    """The last day that the result may name: of a promise, where the context has limits."""
    if scope.result is None or scope.result.effect not in _PROMISES or not scope.context.limits:
        return None
    return scope.context.last_promise_date


def beyond(reading: Reading, scope: Scope, typed: Mapping[str, str]) -> list[CaptureError]:
    """Fields of a reading that exceed the plan itself or, if the context has limits, the account.

    typed: what stands in the line for each field, so that the fault names it.
    """
    errors = _plan(reading, typed, limits=scope.context.limits)
    if scope.result is not None and scope.result.effect != "claims_paid":  # what was paid is what they say
        named = typed.get("amount") or typed.get("plan", "")
        errors += differing(reading.receipts, reading.amount, named, scope.context)
    if scope.result is not None and scope.context.limits:
        errors += _account(reading, scope, scope.result.effect, typed)
    return errors


def _plan(reading: Reading, typed: Mapping[str, str], *, limits: bool) -> list[CaptureError]:
    plan, amount = reading.plan, reading.amount
    if plan is None:
        return []
    if amount is None:
        return [CaptureError(code="missing", params={"field": "amount"})] if limits else []
    if plan.amounts:
        return _sum(plan.amounts, amount, typed)
    if amount - (plan.down or 0) >= plan.count:
        return []
    code = "plan_down" if plan.down else "plan_too_small"
    return [CaptureError(code=code, token=typed.get("plan", ""), params={"amount": show_minor(amount)})]


def _sum(amounts: tuple[int, ...], amount: int, typed: Mapping[str, str]) -> list[CaptureError]:
    """An amount beside payments that are named one by one must be their sum."""
    if sum(amounts) == amount:
        return []
    params = {"sum": show_minor(sum(amounts)), "amount": show_minor(amount)}
    return [
        CaptureError(
            code="plan_sum", token=typed.get("plan", ""), params=params, offers=(show_minor(sum(amounts)),)
        )
    ]


def _account(reading: Reading, scope: Scope, effect: str, typed: Mapping[str, str]) -> list[CaptureError]:
    total, last = scope.context.total, last_day(scope)
    errors = []
    if effect in _OWED and total is not None and reading.amount is not None and reading.amount > total:
        errors.append(
            CaptureError(
                code="amount_over_total",
                token=typed.get("amount") or typed.get("plan", ""),
                params={"total": show_minor(total)},
                offers=("full" if scope.language == "en" else "todo",) if total > 0 else (),
            )
        )
    if last is not None and reading.due is not None and reading.due > last:
        errors.append(
            CaptureError(
                code="date_too_far",
                token=typed.get("date", ""),
                params={"last": last.isoformat()},
                offers=(last.isoformat(),),
            )
        )
    return errors
