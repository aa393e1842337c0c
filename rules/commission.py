"""Commission on recovered money: tiers of the goal, quality, breaches and a cap.

The terms are data (`data/commission.toml`), and a portfolio can have its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

import msgspec

from rules.rates import WHOLE, Ratio, nearest
from rules.ready import ready


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tier of attainment: from a share of the goal on, up to the next tier's, a rate of what was recovered.

    Both in hundredths of a percent.
    """

    floor: int
    rate: int


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is paid for a month's work in a portfolio; shares in hundredths of a percent.

    mode: whole = the rate of the tier reached on all that was recovered; marginal = each
    slice at its own rate. quality_floor: an average score below it pays `quality_factor` of
    the commission; who was not evaluated is paid in full. breach_factor: what is paid after a
    call against a rule. goals: a month's goal in this portfolio by currency, in minor units; where there
    is none, the agent's own. caps: the most that is paid by currency, no entry = no cap.
    """

    mode: Literal["whole", "marginal"]
    tiers: tuple[Tier, ...]
    quality_floor: int
    quality_factor: int
    breach_factor: int = 0
    goals: dict[str, int] = {}
    caps: dict[str, int] = {}


class Earned(msgspec.Struct, frozen=True):
    """What an agent earns: attainment of the goal, rate of the tier reached, and minor units to be paid."""

    attainment: Ratio
    rate: int
    amount: int


def read(raw: dict[str, Any]) -> Terms:
    """Read the terms from the table ``[commission]`` of a TOML text.

    Raises:
        ValueError: not of this shape, tiers that do not begin at 0 and rise, or a share or amount that
            can't be one.
    """
    try:
        terms = msgspec.convert(raw["commission"], Terms)
    except msgspec.ValidationError as error:
        raise ValueError(f"the terms of commission can't be read: {error}") from error
    floors = [tier.floor for tier in terms.tiers]
    if not floors or floors[0] != 0 or any(high <= low for low, high in pairwise(floors)):
        raise ValueError("tiers: the first begins at floor 0, and each later one above the one before")
    if any(not 0 <= tier.rate <= WHOLE for tier in terms.tiers):
        raise ValueError(f"tiers: a rate is between 0 and {WHOLE}, in hundredths of a percent")
    for name in ("quality_floor", "quality_factor", "breach_factor"):
        if not 0 <= getattr(terms, name) <= WHOLE:
            raise ValueError(f"{name}: between 0 and {WHOLE}, in hundredths of a percent")
    for name in ("goals", "caps"):
        for currency, amount in getattr(terms, name).items():
            if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
                raise ValueError(f"{name}: {currency!r} is no currency, such as MXN")
            if amount <= 0:
                raise ValueError(f"{name}: {currency} has to be above 0, in minor units")
    return terms


def earned(
    terms: Terms,
    goal: int,
    recovered: int,
    currency: str,
    *,
    quality: Ratio | None = None,
    breaches: int = 0,
) -> Earned:
    """The commission of a month.

    Tiers and quality compare unrounded ratios; the amount is rounded once. Without a goal no
    tier is reached.

    Args:
        terms: what is paid for what.
        goal: minor units.
        recovered: minor units.
        currency: of both.
        quality: average score, None = not evaluated.
        breaches: calls against a rule that nobody cleared.
    """
    attainment = Ratio(recovered, goal)
    reached = next((tier for tier in reversed(terms.tiers) if attainment.reaches(tier.floor)), None)
    rate = reached.rate if reached else 0
    if terms.mode == "whole":
        base = Decimal(recovered) * rate
    else:
        base = _slices(terms.tiers, goal, recovered) if reached else Decimal(0)
    amount = nearest(base * _factor(terms, quality, breaches) / WHOLE)
    return Earned(attainment, rate, min(amount, terms.caps.get(currency, amount)))


def _slices(tiers: Sequence[Tier], goal: int, recovered: int) -> Decimal:
    """What was recovered times the rates, each slice at its own, in hundredths of a percent."""
    ends = [Decimal(goal) * tier.floor / WHOLE for tier in tiers[1:]] + [Decimal(recovered)]
    total, low = Decimal(0), Decimal(0)
    for tier, end in zip(tiers, ends, strict=True):
        high = min(Decimal(recovered), end)
        total += max(high - low, Decimal(0)) * tier.rate
        low = end
    return total


def _factor(terms: Terms, quality: Ratio | None, breaches: int) -> Decimal:
    factor = Decimal(1)
    if quality is not None and not quality.reaches(terms.quality_floor):
        factor *= Decimal(terms.quality_factor) / WHOLE
    if breaches:
        factor *= Decimal(terms.breach_factor) / WHOLE
    return factor


ready(Terms)
