"""What of a strategy was not followed, as a list of codes, and when that is worth a word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rules.catalogue import Result
from rules.clients import Client
from rules.facts import ResultBody
from rules.steps import Step
from rules.strategies.limits import not_now
from rules.strategies.plans import Plan

DEPARTURES = ("channel", "hours", "attempts", "script", "offer")
"""What may not have been followed: nobody is called there, the hours, the number of calls, the script,
the menu of offers."""

_KINDS = {
    "plan": ("plan", "two_payments", "deferral"),
    "settlement": ("waiver",),
    "restructure": ("restructure",),
}
"""Kinds of steps that a result's effect may come from."""


def departures(
    plan: Plan,
    result: Result,
    body: ResultBody,
    client: Client,
    now: datetime,
    zone: str,
    steps: Mapping[str, Step],
    *,
    asked_for: bool = False,
) -> tuple[str, ...]:
    """Codes of `DEPARTURES` for a result, none when the strategy was followed.

    Args:
        plan: what the strategy says.
        result: entry of the catalogue.
        body: the result, not yet kept.
        client: as before it, so that its own call is not among the attempts.
        now: when it is made.
        zone: the client's own.
        steps: of the negotiation, by name.
        asked_for: the client asked for this call: no hour and no number of calls is the strategy's then.
    """
    found = []
    if result.has("A") and not asked_for:
        if not plan.calls:
            found.append("channel")
        elif (refusal := not_now(plan, client, now, zone)) is not None:
            found.append("hours" if refusal.rule == "strategy.hours" else "attempts")
    if plan.script and body.script and body.script != plan.script:
        found.append("script")
    if plan.offers and body.request_id is None and result.effect in _KINDS:
        menu = {steps[name].kind for name in plan.offers if name in steps}
        if not menu & set(_KINDS[result.effect]):
            found.append("offer")
    return tuple(found)


def written(codes: tuple[str, ...]) -> str:
    """Codes as a fact's row keeps them."""
    return ",".join(code for code in codes if code in DEPARTURES)
