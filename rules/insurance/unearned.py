"""Unearned premium: what is given back, or still owed, when a policy ends early.

Which method applies is in the policy's conditions; the policy fee is not given back.
"""

from __future__ import annotations

from datetime import date

import msgspec

from rules.rates import WHOLE, Rate, portion, share, split


class Term(msgspec.Struct, frozen=True):
    """Days of a policy's term and how many of them had passed."""

    days: int
    elapsed: int

    @property
    def unearned(self) -> int:
        """Days of the term that are still ahead."""
        return self.days - self.elapsed


def term(starts: date, ends: date, cancelled_on: date) -> Term:
    """The term of a policy at its cancellation; a leap year's term has 366 days.

    Raises:
        ValueError: the policy ends before it starts.
    """
    days = (ends - starts).days
    if days <= 0:
        raise ValueError(f"a policy from {starts} to {ends} has no term")
    return Term(days, min(max((cancelled_on - starts).days, 0), days))


class Refund(msgspec.Struct, frozen=True):
    """What is given back, minor units; total = net + surcharge + tax."""

    net: int
    surcharge: int
    tax: int

    @property
    def total(self) -> int:
        """All that is paid out."""
        return self.net + self.surcharge + self.tax


def pro_rata(net: int, surcharge: int, span: Term, tax_rate: Rate = 1600) -> Refund:
    """The refund of a premium that was paid in full, by days; tax on what is refunded."""
    back_net = portion(net, span.unearned, span.days)
    back_surcharge = portion(surcharge, span.unearned, span.days)
    return Refund(back_net, back_surcharge, share(back_net + back_surcharge, tax_rate))


class Balance(msgspec.Struct, frozen=True):
    """Net premium paid against net premium earned, minor units."""

    paid: int
    earned: int

    @property
    def difference(self) -> int:
        """Positive: to be refunded. Negative: earned premium that is still owed."""
        return self.paid - self.earned

    @property
    def result(self) -> str:
        """What the difference means: "refund", "owed" or "even"."""
        if self.difference == 0:
            return "even"
        return "refund" if self.difference > 0 else "owed"


def by_instalments(net: int, receipts: int, receipts_paid: int, span: Term) -> Balance:
    """What a policy paid in instalments has paid and used up when it is cancelled."""
    paid = sum(split(net, receipts, residual="first")[:receipts_paid])
    return Balance(paid, portion(net, span.elapsed, span.days))


def short_rate(net: int, earned_rate: Rate, tax_rate: Rate = 1600) -> Refund:
    """The refund by a short-rate scale; `earned_rate` is the insurer's share for the time elapsed."""
    back = share(net, WHOLE - earned_rate)
    return Refund(back, 0, share(back, tax_rate))
