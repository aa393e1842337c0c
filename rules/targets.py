"""Targets of a portfolio, as data: bucket efficiency by bucket, and the indicators that a planner follows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from rules.buckets import BUCKETS
from rules.rates import WHOLE
from rules.words import mark

CONTAINED, TARGETS = "containment", "targets"
"""The tables of a file of targets."""

INDICATORS = {
    "contact_rate": mark("contacts of attempts"),
    "rpc_rate": mark("right-party contacts of attempts"),
    "promise_rate": mark("promises of right-party contacts"),
    "kept_rate": mark("promises kept of matured"),
    "kept_amount": mark("amount kept of matured promises"),
    "cure_rate": mark("balance cured of the opening"),
    "save_rate": mark("cancellations saved of closed"),
    "goal": mark("projected recovery of the goal"),
}
"""What can have a target, by name."""


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be reached, in hundredths of a percent; what is not named has no target."""

    containment: dict[str, int]
    indicators: dict[str, int]


def read(raw: Mapping[str, Any]) -> Targets:
    """The targets of a file, whose percentages have at most two decimals.

    Raises:
        ValueError: an unknown bucket or indicator, or no percentage.
    """
    return Targets(
        containment=_rates(raw, CONTAINED, BUCKETS[:-1]), indicators=_rates(raw, TARGETS, tuple(INDICATORS))
    )


def _rates(raw: Mapping[str, Any], table: str, known: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in raw.get(table, {}).items():
        if name not in known:
            raise ValueError(f"unknown name {name!r} in [{table}]; known: {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{table}.{name} is {value!r}; write a percentage such as 45 or 37.5")
        rate = Decimal(str(value)) * 100
        if not 0 <= rate <= 10 * WHOLE or rate != int(rate):
            raise ValueError(f"{table}.{name} is {value!r}; write 0 to 1000, with two decimals at most")
        found[name] = int(rate)
    return found
