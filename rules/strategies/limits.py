"""What a strategy may not do in a portfolio, and when its plan lets a client be called.

A plan narrows what the contact rules allow and never widens it: one that would is refused, and the
queue asks both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from rules.clients import Client
from rules.contact import Permission
from rules.contact_parameters import ContactParameters
from rules.scripts import Script
from rules.strategies.plans import Path, Plan, Strategy
from rules.zones import instant, local_day, local_time, midnight

WEEK_DAYS = 7
"""Consecutive local days, today the last, in which a week's calls are counted."""


def unlawful(strategy: Strategy, p: ContactParameters) -> Iterator[tuple[Path, str]]:
    """Hours and attempts beyond what the contact parameters allow, with where they stand."""
    country = p.country.lower()
    for path, plan in _plans(strategy):
        slot = plan.slot
        if slot and (slot[0] < p.start or slot[1] > p.end):
            allowed = f"{p.start:%H:%M}-{p.end:%H:%M}"
            reason = f"hours {plan.hours} reach beyond {allowed}: {country}.window allows no calls there"
            yield (*path, "hours"), reason
        for name, limit in (("per_day", p.per_day), ("per_week", p.per_week)):
            wanted = getattr(plan, name)
            if limit is not None and wanted > limit:
                reason = f"{name} is {wanted}; {country}.attempts.{name} allows {limit}"
                yield (*path, name), reason
        if p.calls_max is not None and p.calls_days <= WEEK_DAYS and plan.per_week > p.calls_max:
            yield (*path, "per_week"), f"per_week is {plan.per_week}; us.calls.max allows {p.calls_max}"


def unknown_names(
    strategy: Strategy, scripts: Sequence[Script], steps: Collection[str], regular: str
) -> Iterator[tuple[Path, str]]:
    """Scripts and offers that a portfolio has not, and scripts that leave out what it must say.

    regular: id of the script that its product and country have without a strategy.
    """
    known = {script.id: script for script in scripts}
    for path, plan in _plans(strategy):
        if plan.script and plan.script not in known:
            reason = f"there is no script {plan.script!r}; known: {', '.join(known)}"
            yield (*path, "script"), reason
        elif plan.script and (left_out := _unsaid(known[plan.script], known[regular])):
            reason = f"script {plan.script!r} leaves out what {regular!r} must say: {', '.join(left_out)}"
            yield (*path, "script"), reason
        if unknown := [name for name in plan.offers if name not in steps]:
            reason = f"unknown offers: {', '.join(unknown)}; known: {', '.join(steps)}"
            yield (*path, "offers"), reason


def _unsaid(script: Script, regular: Script) -> list[str]:
    """Forced nodes of the regular script that are none of the other's."""
    forced = {name for name, node in script.nodes.items() if node.forced}
    return [
        f"{name} ({node.name_en})"
        for name, node in regular.nodes.items()
        if node.forced and name not in forced
    ]


def _plans(strategy: Strategy) -> Iterator[tuple[Path, Plan]]:
    for rule in strategy.rules:
        yield ("rules", rule.name), rule.plan
        for arm in rule.arms:
            if arm.plan != rule.plan:
                yield ("rules", rule.name, "arms", arm.name), arm.plan


def not_now(plan: Plan, client: Client, now: datetime, zone: str) -> Permission | None:
    """Why the plan lets nobody call the client now, and from when it does; None = it does.

    strategy.hours: out of its hours. strategy.per_day, strategy.per_week: that many calls were
    made. A plan that calls nobody is no part of it.
    """
    often = _often(plan, client, now, zone)
    if often is not None:
        return often
    slot = plan.slot
    if slot is None or slot[0] <= local_time(now, zone).time() < slot[1]:
        return None
    today = local_day(now, zone)
    openings = (instant(today + timedelta(days=days), slot[0], zone) for days in range(3))
    return Permission(allowed=False, rule="strategy.hours", until=next(at for at in openings if at > now))


def attempts(client: Client, now: datetime, zone: str, days: int) -> int:
    """Calls that count on the last local days, today the last of them."""
    today = local_day(now, zone)
    made = (local_day(one.at, zone) for one in client.attempts if one.counted)
    return sum(0 <= (today - day).days < days for day in made)


def _often(plan: Plan, client: Client, now: datetime, zone: str) -> Permission | None:
    if not client.attempts or not (plan.per_day or plan.per_week):
        return None
    today = local_day(now, zone)
    for name, limit, days in (("per_week", plan.per_week, WEEK_DAYS), ("per_day", plan.per_day, 1)):
        if limit and attempts(client, now, zone, days) >= limit:
            ahead = (midnight(today + timedelta(days=step), zone) for step in range(1, days + 1))
            until = next(at for at in ahead if attempts(client, at, zone, days) < limit)
            return Permission(allowed=False, rule=f"strategy.{name}", until=until)
    return None


def closes(plan: Plan, now: datetime, zone: str) -> datetime | None:
    """When today's hours of the plan end; None = it sets none."""
    slot = plan.slot
    return instant(local_day(now, zone), slot[1], zone) if slot else None
