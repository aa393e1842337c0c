"""Money as integer minor units with a currency; never a float.

Rounding follows the trade: two decimals, half away from zero; shares of a split
are rounded down and the rule that splits says where the residual cents go.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import msgspec

MINOR_PER_UNIT = 100


class Money(msgspec.Struct, frozen=True, order=True):
    """An amount in minor units (cents) of one currency.

    Adding or comparing different currencies is an error, never a conversion.
    """

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other

    @property
    def decimal(self) -> Decimal:
        """The amount in units, exact, with two decimals."""
        return Decimal(self.minor).scaleb(-2)


def to_minor(amount: Decimal) -> int:
    """Round a decimal amount half away from zero to minor units."""
    return int((amount * MINOR_PER_UNIT).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def floor_minor(amount: Decimal) -> int:
    """Round a non-negative decimal amount down to minor units."""
    return int(amount * MINOR_PER_UNIT)


def parse_minor(text: str) -> int:
    """Read plain decimal text such as ``"1500.50"`` into minor units.

    Raises:
        ValueError: the text is not a decimal number with at most two decimals.
    """
    try:
        amount = Decimal(text)
        minor = amount * MINOR_PER_UNIT
        if not amount.is_finite() or minor != minor.to_integral_value():
            raise ValueError(f"not an amount with at most two decimals: {text!r}")
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {text!r}") from error
    return int(minor)


def show_minor(minor: int) -> str:
    """Plain decimal text of minor units, ``"1500.00"``; the inverse of `parse_minor`."""
    return f"{Decimal(minor).scaleb(-2):f}"
