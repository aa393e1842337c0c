"""Assigned against recovered balance: by agent, by product, by both, in total."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rules.rates import Ratio


class Recovery(msgspec.Struct, frozen=True):
    """Balance assigned to an agent for a product and what was recovered of it, minor units."""

    agent: str
    product: str
    assigned: int
    recovered: int

    @property
    def rate(self) -> Ratio:
        """Recovered of assigned."""
        return Ratio(self.recovered, self.assigned)


class RecoveryTable(msgspec.Struct, frozen=True):
    """The two-way table with its totals; each rate is recovered of assigned, minor units."""

    rows: tuple[Recovery, ...]
    by_agent: dict[str, Ratio]
    by_product: dict[str, Ratio]
    total: Ratio


def recovery_table(rows: Iterable[Recovery]) -> RecoveryTable:
    """Sum up recoveries; agents and products in the order in which they first appear."""
    given = tuple(rows)
    return RecoveryTable(
        given,
        {
            name: _sum(row for row in given if row.agent == name)
            for name in _names(row.agent for row in given)
        },
        {
            name: _sum(row for row in given if row.product == name)
            for name in _names(row.product for row in given)
        },
        _sum(given),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _sum(rows: Iterable[Recovery]) -> Ratio:
    given = list(rows)
    return Ratio(sum(row.recovered for row in given), sum(row.assigned for row in given))
