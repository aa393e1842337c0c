"""The rules of a strategy as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rules.strategies.plans import WHOLE, Plan, Strategy
from rules.tables import Cell, Column, Row, Table
from rules.words import mark

COLUMNS = (
    Column(key="rule", title=mark("rule"), opens=True),
    Column(key="arm", title=mark("arm")),
    Column(key="share", title=mark("share %"), kind="count"),
    Column(key="when", title=mark("whom it takes")),
    Column(key="channels", title=mark("channels")),
    Column(key="hours", title=mark("hours")),
    Column(key="attempts", title=mark("calls day/week")),
    Column(key="script", title=mark("script")),
    Column(key="offers", title=mark("offers")),
    Column(key="points", title=mark("order")),
)


def table(strategy: Strategy | None, at: datetime) -> Table:
    """A row for each rule, or for each of its arms, in their order."""
    rows: list[Row] = []
    for rule in strategy.rules if strategy else ():
        when = " · ".join(f"{field} {_written(wanted)}" for field, wanted in rule.when.items()) or "*"
        arms = [(arm.name, arm.share, arm.plan) for arm in rule.arms] or [("", WHOLE, rule.plan)]
        for name, share, plan in arms:
            cells: tuple[Cell, ...] = (rule.name, name, share, when, *_plan(plan))
            rows.append(Row(key=f"{rule.name}:{name}", cells=cells))
    return Table(name="strategy", title=mark("Strategy"), columns=COLUMNS, rows=tuple(rows), at=at)


def _plan(plan: Plan) -> tuple[str, ...]:
    attempts = f"{plan.per_day or '-'}/{plan.per_week or '-'}" if plan.per_day or plan.per_week else ""
    boosts = [f"{name} {share:+d}%" for name, share in plan.boost.items()]
    order = [f"{plan.points:+d}"] if plan.points else []
    return (
        ", ".join(plan.channels),
        plan.hours,
        attempts,
        plan.script,
        ", ".join(plan.offers),
        ", ".join([*order, *boosts]),
    )


def _written(wanted: Any) -> str:
    return ", ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
