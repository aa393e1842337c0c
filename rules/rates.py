"""Shares of money and ratios of counts: exact, rounded once, half away from zero.

Rates are in hundredths of a percent: 1600 is 16 %. A rate finer than that is a Decimal.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

Rate = int | Decimal
"""A share in hundredths of a percent."""

WHOLE = 10_000
"""The rate of 100 %."""

_CENT = Decimal("0.01")


def nearest(amount: Decimal) -> int:
    """The nearest whole number of minor units, half away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(minor: int, rate: Rate) -> int:
    """A rate of an amount, in minor units: ``share(12_550_00, 1600)`` is 2,008.00."""
    return nearest(Decimal(minor) * rate / WHOLE)


def floor_share(minor: int, rate: Rate) -> int:
    """A rate of an amount rounded down, for limits: not a cent above them."""
    return int(Decimal(minor) * rate // WHOLE)


def portion(minor: int, numerator: int, denominator: int) -> int:
    """An amount times a fraction, in minor units, for shares by days and the like."""
    return nearest(Decimal(minor) * numerator / denominator)


def without(minor: int, rate: Rate) -> int:
    """The base of an amount that includes a tax at a rate: ``without(1160_00, 1600)`` is 1,000.00."""
    return nearest(Decimal(minor) * WHOLE / (WHOLE + rate))


def split(minor: int, parts: int, *, residual: str = "last") -> tuple[int, ...]:
    """An amount in equal parts rounded down; the residual cents go to the "first" or "last".

    Raises:
        ValueError: fewer than one part, or a negative amount.
    """
    if parts < 1 or minor < 0:
        raise ValueError(f"cannot split {minor} minor units into {parts} parts")
    part, rest = divmod(minor, parts)
    shares = [part] * parts
    shares[0 if residual == "first" else -1] += rest
    return tuple(shares)


class Ratio(msgspec.Struct, frozen=True):
    """A ratio with what it was made of, so that a screen can show both beside the percentage."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The percentage with two decimals, to be shown; None when nothing divides it."""
        value = self.value
        return None if value is None else (value * 100).quantize(_CENT, rounding=ROUND_HALF_UP)

    @property
    def value(self) -> Decimal | None:
        """The plain quotient, unrounded: thresholds compare this or `reaches`."""
        return Decimal(self.numerator) / self.denominator if self.denominator else None

    @property
    def rounded(self) -> Decimal | None:
        """The plain quotient with two decimals, to be shown (touches per account, seconds a call)."""
        return None if self.value is None else self.value.quantize(_CENT, rounding=ROUND_HALF_UP)

    def reaches(self, rate: Rate) -> bool:
        """Whether the ratio is at least a rate, without any rounding."""
        return bool(self.denominator) and self.numerator * WHOLE >= rate * self.denominator

    def exceeds(self, rate: Rate) -> bool:
        """Whether the ratio is above a rate, without any rounding."""
        return bool(self.denominator) and self.numerator * WHOLE > rate * self.denominator
