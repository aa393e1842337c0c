"""Premium receipts: how a premium is split, when cover ends, how it comes back.

Sources: Ley sobre el Contrato de Seguro 37-40, 150 Bis and 154; the insurer's conditions.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypedDict

import msgspec

from rules.calendars import add_months
from rules.rates import Rate, portion, share, split
from rules.zones import instant

INSTALMENTS = {"annual": 1, "semiannual": 2, "quarterly": 4, "monthly": 12}
"""Receipts a year for each way of paying."""

STATUTORY_GRACE_DAYS = 30
"""Calendar days after the due date when no term was agreed (LSCS 40)."""

REHABILITATION_DAYS = 30
"""Days after cover ceased within which payment brings it back (contract clause)."""

NOON = time(12)
"""The hour at which cover ceases on the last day of grace (LSCS 40)."""

NO_CESSATION = {
    "surety": "art_154_no_cessation_for_unpaid_premium",
    "mandatory": "art_150_bis_no_cessation_before_end_of_term",
}
"""Kinds of insurance whose cover an unpaid premium does not end, and why."""


class ReceiptAmounts(TypedDict):
    """One receipt's breakdown in minor units; total = net + surcharge + fee + tax."""

    net: int
    surcharge: int
    fee: int
    tax: int
    total: int


def breakdown(
    net: int, frequency: str, *, surcharge_rate: Rate = 0, fee: int = 0, tax_rate: Rate = 1600
) -> tuple[ReceiptAmounts, ...]:
    """Split a year's premium into its receipts.

    Net premium and surcharge in equal parts rounded down, residual cents in the first
    receipt; the fee whole in the first; tax on each receipt by itself, which may differ by
    cents from the tax on the sum.

    Args:
        net: yearly net premium, minor units.
        frequency: a key of `INSTALMENTS`.
        surcharge_rate: for paying in parts, hundredths of a percent of the net premium.
        fee: policy fee, minor units.
        tax_rate: hundredths of a percent; 0 for life and other exempt kinds.

    Raises:
        ValueError: unknown frequency.
    """
    if frequency not in INSTALMENTS:
        raise ValueError(f"unknown way of paying {frequency!r}; known: {', '.join(INSTALMENTS)}")
    return in_parts(net, share(net, surcharge_rate), fee, INSTALMENTS[frequency], tax_rate)


def in_parts(net: int, surcharge: int, fee: int, count: int, tax_rate: Rate) -> tuple[ReceiptAmounts, ...]:
    """Split a premium, of a year or of what is left of it, into `count` receipts as `breakdown` does.

    net, surcharge, fee: of all the receipts together, minor units.
    """
    nets = split(net, count, residual="first")
    surcharges = split(surcharge, count, residual="first")
    fees = (fee, *(0,) * (count - 1))
    return tuple(
        _receipt(*amounts, tax_rate=tax_rate) for amounts in zip(nets, surcharges, fees, strict=True)
    )


def _receipt(net: int, surcharge: int, fee: int, *, tax_rate: Rate) -> ReceiptAmounts:
    tax = share(net + surcharge + fee, tax_rate)
    return {
        "net": net,
        "surcharge": surcharge,
        "fee": fee,
        "tax": tax,
        "total": net + surcharge + fee + tax,
    }


def due_dates(starts: date, frequency: str) -> tuple[date, ...]:
    """Each receipt falls due at the start of its period; the periods are equal (LSCS 37, 38)."""
    count = INSTALMENTS[frequency]
    return tuple(add_months(starts, 12 // count * number) for number in range(count))


class Grace(msgspec.Struct, frozen=True):
    """The term for paying a receipt without losing cover.

    last_day: cover ceases at noon of it, local time. rehabilitation_until: last day on
    which a late payment may bring it back. All None when cover does not cease; reason says
    why, as a code.
    """

    days: int | None
    last_day: date | None
    rehabilitation_until: date | None
    reason: str = ""


def grace(due: date, agreed_days: int | None = None, kind: str = "voluntary") -> Grace:
    """The grace of a receipt: the agreed term, else 30 calendar days after the due date.

    kind: voluntary, mandatory (its cover ceases only by an agreed term) or surety (never).
    LSCS 40, 150 Bis, 154.
    """
    if kind == "surety" or (kind == "mandatory" and agreed_days is None):
        return Grace(None, None, None, NO_CESSATION[kind])
    days = STATUTORY_GRACE_DAYS if agreed_days is None else agreed_days
    last_day = due + timedelta(days=days)
    return Grace(days, last_day, last_day + timedelta(days=REHABILITATION_DAYS))


def grace_end(due: date, agreed_days: int | None, zone: str) -> datetime:
    """The instant, aware UTC, at which a voluntary cover ceases for want of this receipt."""
    days = STATUTORY_GRACE_DAYS if agreed_days is None else agreed_days
    return instant(due + timedelta(days=days), NOON, zone)


def cover_after_payment(ceases_at: datetime | None, paid_at: datetime) -> str:
    """State of the cover after a payment: "in_force" strictly before the cut-off, else "lapsed".

    Both instants aware, or both local to the same place. None = cover that does not cease.
    """
    return "in_force" if ceases_at is None or paid_at < ceases_at else "lapsed"


class Rehabilitation(msgspec.Struct, frozen=True):
    """Whether a late payment brings cover back. gap_days: days that stay without cover."""

    allowed: bool
    gap_days: int


def rehabilitation(ceased_on: date, paid_on: date, days: int = REHABILITATION_DAYS) -> Rehabilitation:
    """Whether cover that ceased can be brought back by paying on a day; later it is new business."""
    gap = (paid_on - ceased_on).days
    return Rehabilitation(0 <= gap <= days, gap)


def extended_end(ends: date, back: Rehabilitation) -> date:
    """The policy's new end when the days without cover are added to it."""
    return ends + timedelta(days=back.gap_days)


def gap_premium(net: int, term_days: int, back: Rehabilitation) -> int:
    """The net premium of the days without cover, given back when the end date is kept."""
    return portion(net, back.gap_days, term_days)
