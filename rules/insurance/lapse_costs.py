"""What it costs to let a policy lapse, and to bring its cover back, in both ways.

Sources: Ley sobre el Contrato de Seguro 40, 150 Bis and 154; the term and the two ways of
rehabilitation are the insurer's clause: the end moves by the days without cover, or it is kept and their
premium goes back. Money is integer minor units in the policy's currency; days are local.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from rules.insurance.policies import Policy, Receipt
from rules.insurance.policy_states import COVERED, ceases, rehabilitation_ends, why_never
from rules.insurance.receipts import Rehabilitation, extended_end, gap_premium, rehabilitation
from rules.rates import share

MODES = ("extend", "keep_end")
"""extend: the end moves by the gap. keep_end: the premium of the gap goes back."""

DAY = timedelta(days=1)


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """Cover brought back by paying on a day.

    ends: the policy's end then. pays: the premium that is owed. returns: premium of the days without
    cover that goes back, with its tax, 0 = none (`returned_net` of it without tax).
    """

    mode: str
    paid_on: date
    gap_days: int
    ends: date
    pays: int
    returned_net: int = 0
    returned_tax: int = 0

    @property
    def returns(self) -> int:
        """What goes back in all."""
        return self.returned_net + self.returned_tax


class LapseCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What lapses when, and what bringing it back costs.

    why: why there is nothing to say, as a code: those of `rules.insurance.receipts.NO_CESSATION`,
    nothing_open (all is paid) or over (the policy has ended); "" = there is. lapsed: cover has ceased.
    ceases_at: when it does or did, in the zone that was asked in. owed: what is unpaid of the receipts by
    whose want it ceases; receipts: those. last_day: the last one on which a payment brings it back. backs:
    both ways, by paying today where it has ceased, else the day after it would (one day's gap). worst:
    both ways on the last day. uncovered_a_day: premium of a day without cover, before tax, 0 = not known.
    """

    why: str = ""
    lapsed: bool = False
    ceases_at: datetime | None = None
    owed: int = 0
    receipts: tuple[Receipt, ...] = ()
    last_day: date | None = None
    backs: tuple[Back, ...] = ()
    worst: tuple[Back, ...] = ()
    uncovered_a_day: int = 0

    def back(self, mode: str) -> Back | None:
        """The way of a mode by paying on the day of `backs`; None = too late, or not known."""
        return next((one for one in self.backs if one.mode == mode), None)


def costs(policy: Policy, now: datetime) -> LapseCosts:
    """What lapses when, and what rehabilitation costs in both modes.

    now: aware, in the zone in which the policy's days and its noon are counted.
    """
    never = why_never(policy)
    if never:
        return LapseCosts(why=never)
    if policy.status not in (*COVERED, "lapsed"):
        return LapseCosts(why="over")
    ceased = policy.lapsed_at if policy.status == "lapsed" and policy.lapsed_at else ceases(policy)
    if ceased is None:
        return LapseCosts(why="nothing_open")
    ceased = ceased.astimezone(now.tzinfo)
    lapsed = ceased <= now
    unpaid = tuple(one for one in policy.receipts if _wanting(one, ceased))
    last = (rehabilitation_ends(msgspec.structs.replace(policy, lapsed_at=ceased), now) - DAY).date()
    paid_on = now.date() if lapsed else ceased.date() + DAY
    owed = sum(one.open for one in unpaid)
    return LapseCosts(
        lapsed=lapsed,
        ceases_at=ceased,
        owed=owed,
        receipts=unpaid,
        last_day=last,
        backs=_backs(policy, ceased.date(), paid_on, last, owed),
        worst=_backs(policy, ceased.date(), last, last, owed),
        uncovered_a_day=_returned(policy, 1)[0],
    )


def _wanting(receipt: Receipt, ceased: datetime) -> bool:
    """Whether cover ceases, or ceased, for want of a receipt."""
    if receipt.status not in ("pending", "overdue", "lapsed") or not receipt.open:
        return False
    return receipt.grace_ends <= ceased if receipt.grace_ends else receipt.due < ceased.date()


def _backs(policy: Policy, ceased: date, paid_on: date, last: date, owed: int) -> tuple[Back, ...]:
    gap = rehabilitation(ceased, paid_on, (last - ceased).days)
    if not gap.allowed:
        return ()
    extended = Back(
        mode="extend",
        paid_on=paid_on,
        gap_days=gap.gap_days,
        ends=extended_end(policy.ends, gap),
        pays=owed,
    )
    if policy.sheet.terms is None:
        return (extended,)
    net, tax = _returned(policy, gap.gap_days)
    kept = msgspec.structs.replace(
        extended, mode="keep_end", ends=policy.ends, returned_net=net, returned_tax=tax
    )
    return (extended, kept)


def _returned(policy: Policy, days: int) -> tuple[int, int]:
    """Net premium of some days without cover, and its tax; nothing where the terms are not known."""
    terms = policy.sheet.terms
    term_days = (policy.ends - policy.starts).days
    if terms is None or term_days <= 0:
        return 0, 0
    net = gap_premium(terms.net, term_days, Rehabilitation(allowed=True, gap_days=days))
    return net, share(net, terms.tax_rate)
