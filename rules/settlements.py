"""Settlements (quitas): what is paid, what is waived, and who may grant it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from rules.rates import WHOLE, Rate, share

AUTHORITY: dict[str, int] = {
    "agent": 500,
    "senior": 1000,
    "supervisor": 2000,
    "remedial": 5000,
    "committee": 10_000,
}
"""Largest share of the payoff that each level may waive; house values, lowest level first."""


class Settlement(msgspec.Struct, frozen=True):
    """An offer to settle a debt, minor units.

    discount: share of the payoff that is waived, in hundredths of a percent, unrounded.
    """

    to_pay: int
    waived: int
    discount: Decimal

    @property
    def percent(self) -> Decimal:
        """The discount as a percentage with two decimals, to be shown."""
        return (self.discount / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def offer(payoff: int, offer_share: Rate) -> Settlement:
    """Settle for a share of the payoff in one payment."""
    to_pay = share(payoff, offer_share)
    return Settlement(to_pay, payoff - to_pay, Decimal(WHOLE - offer_share))


def waive(components: Mapping[str, int], waivers: Mapping[str, Rate]) -> Settlement:
    """Settle by waiving a share of each component (component to share; the rest is paid in full)."""
    whole = sum(components.values())
    waived = sum(share(components.get(name, 0), rate) for name, rate in waivers.items())
    discount = Decimal(waived) * WHOLE / whole if whole else Decimal(0)
    return Settlement(whole - waived, waived, discount)


def authority(settlement: Settlement, limits: Mapping[str, Rate] | None = None) -> str | None:
    """The lowest level that may grant a settlement, by the unrounded discount; None = nobody."""
    levels = sorted((limits or AUTHORITY).items(), key=lambda level: level[1])
    return next((name for name, limit in levels if settlement.discount <= limit), None)
