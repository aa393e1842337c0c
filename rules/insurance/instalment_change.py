"""Change of payment frequency: which open receipts go, which come, and what it costs or saves.

What is open of the net premium is spread anew over equal periods up to the policy's end, each due
at its start (LSCS 37, 38), with the surcharge of the new frequency; receipts that are paid stay.
Money is integer minor units.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from rules.calendars import add_months
from rules.insurance.policies import Policy, PolicyTerms, Receipt
from rules.insurance.policy_states import COVERED, why_never
from rules.insurance.premiums import endorsement_kind
from rules.insurance.receipts import INSTALMENTS, STATUTORY_GRACE_DAYS, in_parts
from rules.rates import share

MONTHS = 12


class CannotChange(ValueError):
    """A policy can't be paid so; `code` says why.

    unknown_frequency, same_frequency, not_covered (lapsed, ended or not yet begun: there is nothing to
    spread), mandatory_whole (mandatory insurance is paid at once, LSCS 39), grace_over (the term for
    the oldest open receipt has passed), nothing_open, part_paid (money was applied to an open
    receipt), unknown_terms (tax or surcharge are not on the policy), unequal_periods (what is left of
    the term is no whole number of such periods, LSCS 38).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NewReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that the change brings; total = net + surcharge + fee + tax.

    It pays for the days from `since` (also the day on which it falls due) up to, not including, `until`.
    """

    number: int
    of: int
    due: date
    since: date
    until: date
    net: int
    surcharge: int
    fee: int
    tax: int
    total: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of frequency, worked out. goes: the open receipts, oldest first; new: those in their place."""

    to: str
    goes: tuple[Receipt, ...]
    new: tuple[NewReceipt, ...]

    @property
    def delta(self) -> int:
        """Change of what is open: positive is more to pay; only surcharge and tax move."""
        return sum(receipt.total for receipt in self.new) - sum(receipt.total for receipt in self.goes)

    @property
    def kind(self) -> str:
        """Type of the endorsement: A more, B the same, D less."""
        return endorsement_kind(self.delta)


def changed(policy: Policy, to: str, today: date) -> Change:
    """What paying a policy in other parts does to its open receipts.

    Args:
        policy: with its receipts and terms.
        to: a key of `rules.insurance.receipts.INSTALMENTS`.
        today: the client's own day.

    Raises:
        CannotChange: it can't be paid so.
    """
    goes, terms = _may_change(policy, to, today)
    starts, months = _rest(policy, goes[0])
    count = _periods(months, to)
    net, fee = sum(one.net for one in goes), sum(one.fee for one in goes)
    surcharge = share(net, terms.surcharges.get(to, 0))
    kept = max((one.number for one in policy.receipts if one.status == "paid"), default=0)
    ends = [add_months(starts[0], starts[1] + months * part // count) for part in range(count)]
    new = tuple(
        NewReceipt(number=kept + place, of=kept + count, due=since, since=since, until=until, **amounts)
        for place, (since, until, amounts) in enumerate(
            zip(
                ends,
                (*ends[1:], policy.ends),
                in_parts(net, surcharge, fee, count, terms.tax_rate),
                strict=True,
            ),
            start=1,
        )
    )
    return Change(to=to, goes=goes, new=new)


def possible(policy: Policy, today: date) -> dict[str, Change | str]:
    """Each frequency with what it would do, or the code of why the policy can't be paid so."""
    return {to: _tried(policy, to, today) for to in INSTALMENTS}


def _tried(policy: Policy, to: str, today: date) -> Change | str:
    try:
        return changed(policy, to, today)
    except CannotChange as error:
        return error.code


def _may_change(policy: Policy, to: str, today: date) -> tuple[tuple[Receipt, ...], PolicyTerms]:
    """The open receipts, oldest first, and the terms; refuses what can't be changed."""
    if to not in INSTALMENTS:
        raise CannotChange("unknown_frequency")
    if to == policy.frequency:
        raise CannotChange("same_frequency")
    if policy.status not in (*COVERED, "issued") or today >= policy.ends:
        raise CannotChange("not_covered")
    if policy.sheet.insurance == "mandatory" and to != "annual":
        raise CannotChange("mandatory_whole")
    goes = tuple(
        sorted(
            (one for one in policy.receipts if one.status in ("pending", "overdue")), key=lambda one: one.due
        )
    )
    if not goes:
        raise CannotChange("nothing_open")
    if any(one.paid for one in goes):
        raise CannotChange("part_paid")
    days = STATUTORY_GRACE_DAYS if policy.grace_days is None else policy.grace_days
    if not why_never(policy) and goes[0].due + timedelta(days=days) < today:
        raise CannotChange("grace_over")
    terms = policy.sheet.terms
    if terms is None or (to != "annual" and to not in terms.surcharges):
        raise CannotChange("unknown_terms")
    return goes, terms


def _rest(policy: Policy, oldest: Receipt) -> tuple[tuple[date, int], int]:
    """What is left of the term: its start as months after an anchor, and its whole months.

    The policy's start is the anchor where the oldest receipt falls due some months after it, so that
    months do not drift (31 January, 28 February, 31 March); else the receipt's own day is.
    """
    since, ends = oldest.since or oldest.due, policy.ends
    for anchor in (policy.starts, since):
        before, whole = _months(anchor, since), _months(anchor, ends)
        if add_months(anchor, before) == since and add_months(anchor, whole) == ends and whole > before:
            return (anchor, before), whole - before
    raise CannotChange("unequal_periods")


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * MONTHS + last.month - first.month


def _periods(months: int, to: str) -> int:
    """How many periods of a frequency what is left of the term has; yearly, at most one year is one."""
    each = MONTHS // INSTALMENTS[to]
    if to == "annual" and months <= MONTHS:
        return 1
    if months % each:
        raise CannotChange("unequal_periods")
    return months // each
