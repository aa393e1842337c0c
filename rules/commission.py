"""Commission on recovered money: tiers of the goal, quality, breaches and a cap."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from rules.rates import WHOLE, Rate, Ratio, nearest

QUALITY_FLOOR = 85
"""Quality score below which half of the commission is paid."""


class Tier(msgspec.Struct, frozen=True):
    """A tier of attainment, in hundredths of a percent of the goal: ``floor <= attained < ceiling``."""

    floor: Rate
    ceiling: Rate | None
    rate: Rate


class Commission(msgspec.Struct, frozen=True):
    """What an agent earns, minor units, by both ways of reading the tiers.

    whole: the rate of the tier reached on all that was recovered. marginal: each slice at
    its own rate.
    """

    attainment: Ratio
    rate: Rate
    whole: int
    marginal: int


def commission(
    goal: int,
    recovered: int,
    tiers: Sequence[Tier],
    *,
    quality: int = 100,
    breach: bool = False,
    cap: int | None = None,
) -> Commission:
    """The commission of a period.

    Tiers compare the unrounded attainment. Half is paid for a quality score under 85,
    nothing after a compliance breach; then the cap. Money in minor units.
    """
    attainment = Ratio(recovered, goal)
    reached = next((tier for tier in reversed(tiers) if attainment.reaches(tier.floor)), None)
    rate = reached.rate if reached else 0
    factor = Decimal(0) if breach else Decimal("0.5") if quality < QUALITY_FLOOR else Decimal(1)
    slices = sum((_slice(tier, goal, recovered) * tier.rate for tier in tiers), Decimal(0))
    whole = recovered * Decimal(rate)
    return Commission(attainment, rate, _paid(whole, factor, cap), _paid(slices, factor, cap))


def _slice(tier: Tier, goal: int, recovered: int) -> Decimal:
    """Minor units of what was recovered that fall into a tier."""
    low = Decimal(goal) * tier.floor / WHOLE
    high = Decimal(recovered) if tier.ceiling is None else Decimal(goal) * tier.ceiling / WHOLE
    return max(min(Decimal(recovered), high) - low, Decimal(0))


def _paid(earned: Decimal, factor: Decimal, cap: int | None) -> int:
    """Minor units of an amount times a rate, with the factor, rounded once, held under the cap."""
    paid = nearest(earned * factor / WHOLE)
    return paid if cap is None else min(paid, cap)
