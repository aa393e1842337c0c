"""Settlements (quitas): what is paid, what is waived of which component, and who may grant it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from rules.credit import PRINCIPAL, TAXED, apply_payment
from rules.rates import WHOLE, Rate, floor_share, share


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


def authority(settlement: Settlement, limits: Mapping[str, Rate]) -> str | None:
    """The lowest level that may grant a settlement, by the unrounded discount; None = nobody.

    limits: largest share of the payoff that each level may waive.
    """
    levels = sorted(limits.items(), key=lambda level: level[1])
    return next((name for name, limit in levels if settlement.discount <= limit), None)


def waivable(components: Mapping[str, int], principal_limit: Rate) -> dict[str, int]:
    """What of each component may be waived: costs and interest whole, of principal a share."""
    principal = sum(components.get(name, 0) for name in PRINCIPAL)
    applied, _ = apply_payment(floor_share(principal, principal_limit), _only(components, PRINCIPAL))
    charges = {name: components.get(name, 0) for pair in TAXED for name in pair}
    return {name: amount for name, amount in (applied | charges).items() if amount > 0}


def by_component(amount: int, components: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Spread a waiver over components in the order in which a payment would cover them.

    Costs and interest go first, each with its tax; principal comes last.

    Returns:
        What is waived of each component, and what is left of the amount; minor units.
    """
    applied, left = apply_payment(amount, components)
    return {name: waived for name, waived in applied.items() if waived > 0}, left


def _only(components: Mapping[str, int], names: Collection[str]) -> dict[str, int]:
    return {name: components.get(name, 0) for name in names}
