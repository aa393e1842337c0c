"""When promised money comes in: by day since the promise was made, and by day before and after it was due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate

import msgspec

from rules.promises import allot
from rules.rates import Ratio


class Promised(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that has matured; amount in minor units."""

    account: int
    made: date
    due: date
    amount: int
    grace_days: int


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Money received by day, all of `promised`: since_made from day 0 on, by_due from before the due date."""

    promised: int
    since_made: dict[int, int]
    by_due: dict[int, int]

    @property
    def days(self) -> range:
        """From the first day before the due date to the last day since a promise was made."""
        offsets = [*self.since_made, *self.by_due, 0]
        return range(min(offsets), max(offsets) + 1)

    def made_by(self) -> dict[int, Ratio]:
        """Share of the promised money received up to each day since it was promised."""
        return self._shares(self.since_made, [day for day in self.days if day >= 0])

    def due_by(self) -> dict[int, Ratio]:
        """Share of the promised money received up to each day before (negative) or after it was due."""
        return self._shares(self.by_due, list(self.days))

    def _shares(self, received: Mapping[int, int], days: list[int]) -> dict[int, Ratio]:
        sums = accumulate(received.get(day, 0) for day in days)
        return {day: Ratio(sum_, self.promised) for day, sum_ in zip(days, sums, strict=True)}


def curve(promises: Iterable[Promised], payments: Mapping[int, Sequence[tuple[date, int]]]) -> Curve:
    """Follow promises of one currency by the payments of their accounts; a payment counts once.

    Args:
        promises: those that matured.
        payments: day and minor units of the payments on each account, in order of their day.
    """
    since_made: Counter[int] = Counter()
    by_due: Counter[int] = Counter()
    promised = 0
    pools = {account: [list(payment) for payment in received] for account, received in payments.items()}
    for one in sorted(promises, key=lambda one: one.due):
        promised += one.amount
        for day, part in allot(pools.get(one.account, []), one.made, one.due, one.amount, one.grace_days):
            since_made[(day - one.made).days] += part
            by_due[(day - one.due).days] += part
    return Curve(promised=promised, since_made=dict(since_made), by_due=dict(by_due))
