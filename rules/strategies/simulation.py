"""Simulation: how many clients, and how much money, each rule and arm takes, beside the strategy in force.

Each client counts once in either column, in the row of its rule, arm and main currency; what a client
owes in another currency stands in that currency's row of the same rule. So both columns of clients add
up to the portfolio, and each currency's money to what is past due in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from rules.arrears import arrears
from rules.buckets import bucket
from rules.clients import Client
from rules.strategies.assigning import Assigned, assign
from rules.strategies.conditions import Scene
from rules.strategies.plans import Strategy
from rules.tables import Column, Row, Table, totals
from rules.words import mark

COLUMNS = (
    Column(key="rule", title=mark("rule")),
    Column(key="arm", title=mark("arm")),
    Column(key="clients", title=mark("clients"), kind="count", opens=True),
    Column(key="overdue", title=mark("past due"), kind="money"),
    Column(key="clients_now", title=mark("clients now"), kind="count"),
    Column(key="overdue_now", title=mark("past due now"), kind="money"),
    Column(key="moved", title=mark("come from another"), kind="count"),
)

Key = tuple[str, str, str]
"""Rule, arm, currency."""

NO_RULE = "-"
"""The rule of clients while no strategy is in force."""


class Simulation:
    """Counts clients one by one.

    Args:
        new: the strategy that is tried, None = none.
        now: the one in force, None = none.
        currency: of a client who owes nothing, the portfolio's own.
    """

    def __init__(self, new: Strategy | None, now: Strategy | None, currency: str) -> None:
        self._new, self._now, self._currency = new, now, currency
        self._clients: Counter[Key] = Counter()
        self._owed: Counter[Key] = Counter()
        self._clients_now: Counter[Key] = Counter()
        self._owed_now: Counter[Key] = Counter()
        self._moved: Counter[Key] = Counter()

    def add(self, client: Client, today: date) -> None:
        """Count a client on its own day."""
        scene = scene_of(client, today)
        owed = scene.owed
        main = max(owed, key=lambda currency: owed[currency], default=self._currency)
        new, now = (named(strategy, scene) for strategy in (self._new, self._now))
        self._clients[(*new, main)] += 1
        self._clients_now[(*now, main)] += 1
        self._moved[(*new, main)] += new != now
        for currency, amount in owed.items():
            self._owed[(*new, currency)] += amount
            self._owed_now[(*now, currency)] += amount

    def table(self, at: datetime) -> Table:
        """What was counted: rows in the order of the new strategy's rules, then of the one in force."""
        rows = tuple(
            Row(
                key=row_key(*key),
                currency=key[2],
                cells=(
                    key[0],
                    key[1],
                    self._clients[key],
                    self._owed[key],
                    self._clients_now[key],
                    self._owed_now[key],
                    self._moved[key],
                ),
            )
            for key in sorted(self._keys(), key=self._place)
        )
        return Table(
            name="simulation",
            title=mark("Simulation"),
            columns=COLUMNS,
            rows=rows,
            totals=totals(COLUMNS, rows),
            at=at,
        )

    def _keys(self) -> set[Key]:
        """What was counted, and rules that nobody fell to."""
        found = {*self._clients, *self._owed, *self._clients_now, *self._owed_now}
        taken = {key[:2] for key in found}
        empty = {one for one in parts(self._new) if one not in taken}
        return found | {(*one, self._currency) for one in empty}

    def _place(self, key: Key) -> tuple[int, str]:
        order = [*parts(self._new), *parts(self._now)]
        return (order.index(key[:2]) if key[:2] in order else len(order)), key[2]


def row_key(rule: str, arm: str, currency: str) -> str:
    """The key of a row: rule, arm and currency."""
    return f"{rule}:{arm}:{currency}"


def parts(strategy: Strategy | None) -> Iterator[tuple[str, str]]:
    """Every rule and arm of a strategy, in order."""
    for rule in strategy.rules if strategy else ():
        yield from ((rule.name, arm.name) for arm in rule.arms) if rule.arms else [(rule.name, "")]


def scene_of(client: Client, today: date) -> Scene:
    """What conditions look at, of a client on a day."""
    days = arrears(client, today)[1]
    return Scene(client, today, days, bucket(days))


def named(strategy: Strategy | None, scene: Scene) -> tuple[str, str]:
    """The rule and arm that take a client."""
    if strategy is None:
        return NO_RULE, ""
    found: Assigned = assign(strategy, scene)
    return found.rule, found.arm
