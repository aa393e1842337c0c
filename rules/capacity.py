"""Capacity to pay: what a household can set aside in a month."""

from __future__ import annotations

import msgspec

from rules.rates import Rate, Ratio, floor_share

PTI_LIMIT: Rate = 4000
"""Largest share of the income that all debts together may take (house value)."""


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """A capacity sheet, minor units a month.

    income, fixed: what comes in and what the basics cost. debts: payments on other debts.
    monthly: what can be set aside for this one.
    """

    income: int
    fixed: int
    debts: int
    monthly: int

    def pti(self, payment: int = 0) -> Ratio:
        """All debts with a payment on this one, as a share of the income."""
        return Ratio(self.debts + payment, self.income)


def capacity(income: int, fixed: int, debts: int = 0, *, limit: Rate = PTI_LIMIT) -> Capacity:
    """What is left of an income after the basics and other debts, within the limit for debts.

    Raises:
        ValueError: a negative amount.
    """
    if min(income, fixed, debts) < 0:
        raise ValueError("a capacity sheet has no negative amounts")
    free = min(income - fixed - debts, floor_share(income, limit) - debts)
    return Capacity(income=income, fixed=fixed, debts=debts, monthly=max(free, 0))
