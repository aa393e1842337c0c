"""Timeshare contracts: what was bought, for how much, and what is owed of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rules.cancellations import revocation_limit, tier
from rules.wire import Wire
from rules.words import mark


class Adjustment(Wire, frozen=True):
    """A change of what is owed that is no payment: minor units, more or less; why in words."""

    on: date
    amount: int
    why: str = ""


class Contract(Wire, frozen=True):
    """A timeshare contract; money in minor units of its account's currency.

    members: who may use it, the first is the holder. plan: what was bought. usage: annual, biennial
    or points; weeks: a year's right to use, used: of this year's. room: sales room.
    price = down_payment + what was financed; paid: all payments on the price after the down payment.
    fees: yearly maintenance fee, fees_due: of it unpaid. signed_on: from which the time to revoke runs
    (LFPC 56). terms: what the contract says of cancelling after that.
    """

    number: str
    members: tuple[str, ...]
    plan: str
    price: int
    down_payment: int
    paid: int
    signed_on: date
    room: str
    usage: str = "annual"
    weeks: int = 1
    used: int = 0
    banked: int = 0
    fees: int = 0
    fees_due: int = 0
    instalments: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    terms: str = ""


PRINCIPAL = ("capital_vencido", "capital_vigente")
"""Components of an account that are the price not paid yet; the others are interest and fees."""

THIRD = 3
"""Once more than a third of the price is paid, the consumer may choose (LFPC 71)."""


def balance(contract: Contract) -> int:
    """What is owed of the price, minor units: price − down payment − payments ± adjustments."""
    adjusted = sum(one.amount for one in contract.adjustments)
    return contract.price - contract.down_payment - contract.paid + adjusted


def paid_in_all(contract: Contract) -> int:
    """What the member has paid of the price, minor units."""
    return contract.down_payment + contract.paid


def more_than_a_third(contract: Contract) -> bool:
    """Whether more than a third of the price is paid: rescission or paying the arrears is theirs to choose.

    LFPC 71, when the seller demands fulfilment or rescission for arrears.
    """
    return paid_in_all(contract) * THIRD > contract.price


def differs(contract: Contract, components: Mapping[str, int]) -> int:
    """By how much the account's principal is above the contract's balance, minor units; 0 = they agree.

    An account whose components name no principal says nothing of it.
    """
    if not any(name in components for name in PRINCIPAL):
        return 0
    return owed_of(components) - balance(contract)


def owed_of(components: Mapping[str, int]) -> int:
    """The principal among an account's components, minor units."""
    return sum(components.get(name, 0) for name in PRINCIPAL)


class Clock(Wire, frozen=True):
    """Where a cancellation stands by law.

    tier: T1 inside the time to revoke, T2 after it. limit: last day to revoke. left: days from today to
    the limit, below 0 once it is over. requested: day of an open request; refund_by: last day to pay the
    price back after it (T1). late: that day has passed.
    """

    tier: str
    limit: date
    left: int
    requested: date | None = None
    refund_by: date | None = None
    late: bool = False


def clock(contract: Contract, today: date, requested: date | None = None, due: date | None = None) -> Clock:
    """The legal clock of a contract, by the day of a request if there is one, else as of today.

    Args:
        contract: the contract; its signature begins the time to revoke (LFPC 56).
        today: the client's own day.
        requested: day of an open request to cancel.
        due: the day by which that request is to be answered, as its case says.
    """
    limit = revocation_limit(contract.signed_on)
    found = tier(contract.signed_on, requested or today)
    return Clock(
        tier=found,
        limit=limit,
        left=(limit - today).days,
        requested=requested,
        refund_by=due,
        late=due is not None and due < today,
    )


class Option(Wire, frozen=True):
    """What may be offered to a member who wants to cancel, in the order in which it is.

    name: of `OPTIONS`. code: the result that records it. asked: only if the member wants to hear it.
    """

    name: str
    code: str
    asked: bool = False


OPTIONS = {
    "process": mark("process the cancellation now: no cost, no reason asked"),
    "inform": mark("explain plan, price or dates; the right to cancel stays"),
    "use": mark("help to book, or bank the unused weeks"),
    "payments": mark("another date, a plan, or automatic charge for what is due"),
    "smaller": mark("a smaller plan with a smaller price"),
    "complaint": mark("write the complaint down for quality; nothing is decided today"),
    "choose": mark("more than a third is paid: rescission or paying what is due is theirs to choose"),
    "terms": mark("cancel by the terms of the contract"),
}
"""What may be offered, in words."""


def options(contract: Contract, found: Clock, overdue: int) -> tuple[Option, ...]:
    """What to offer: in T1 the cancellation stands first, and one piece of information only if it is wanted.

    Args:
        contract: the contract.
        found: its legal clock.
        overdue: what is past due, minor units.
    """
    if found.tier == "T1":
        return (Option(name="process", code="CANC"), Option(name="inform", code="RETN", asked=True))
    ways = []
    if contract.used < contract.weeks or contract.banked:
        ways.append(Option(name="use", code="RETN"))
    if overdue:
        ways.append(Option(name="payments", code="PLAN"))
    ways += [Option(name="smaller", code="RETN"), Option(name="complaint", code="REFI")]
    if overdue and more_than_a_third(contract):
        ways.append(Option(name="choose", code="CANC"))
    return (*ways, Option(name="terms", code="CANC"))
