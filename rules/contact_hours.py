"""Best time to call: the hour in which most attempts reach somebody, if there were enough of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import msgspec

from rules.rates import Ratio

FEW = 30
"""Attempts; a share of fewer says little."""


class BestHour(msgspec.Struct, frozen=True):
    """An hour of the client's day and its contacts of attempts. enough: as many attempts as say something."""

    hour: int
    rate: Ratio
    enough: bool


def best_hour(hours: Mapping[int, Ratio], least: int = FEW) -> BestHour | None:
    """The hour with the best contact rate among those with enough attempts; None without any attempt.

    Where no hour has enough, each is taken as if `least` more attempts had gone as all of them did
    together: one lucky call makes no best hour. Of equal ones the one with more attempts, then the earlier.
    """
    tried = {hour: rate for hour, rate in hours.items() if rate.denominator}
    if not tried:
        return None
    enough = {hour: rate for hour, rate in tried.items() if rate.denominator >= least}
    reached = sum(rate.numerator for rate in tried.values())
    attempts = sum(rate.denominator for rate in tried.values())

    def worth(hour: int) -> Fraction:
        rate = tried[hour]
        if enough:
            return Fraction(rate.numerator, rate.denominator)
        return (rate.numerator + least * Fraction(reached, attempts)) / (rate.denominator + least)

    hour = max(enough or tried, key=lambda one: (worth(one), tried[one].denominator, -one))
    return BestHour(hour, tried[hour], bool(enough))
