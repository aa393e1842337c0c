"""Timeshare contracts: what was bought, for how much, and what is owed of it."""

from __future__ import annotations

from datetime import date

from rules.wire import Wire


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
