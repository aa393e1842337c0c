"""Digital tax receipts (CFDI 4.0) and their payment complement (2.0): dates and figures.

The workstation does not stamp; it asks for receipts, follows their deadlines and checks
their sums. Sources: CFF 29-A VII; RMF 2026 rules 2.7.1.32 and 2.7.1.39.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from rules.calendars import add_months, month_end
from rules.rates import WHOLE, Rate

COMPLEMENT_DAY = 5
"""Day of the month after a payment by which its complement is due; weekends do not move it."""

FINANCIAL_SECTOR_DAY = 17
"""Day of the next month until which the financial sector may receive a single payment."""

_SIX = Decimal("0.000001")
_TWO = Decimal("0.01")


def complement_deadline(paid_on: date) -> date:
    """Last day for the payment complement of a payment."""
    return add_months(paid_on, 1).replace(day=COMPLEMENT_DAY)


class Method(msgspec.Struct, frozen=True):
    """How an invoice is to be issued: PUE (one payment) or PPD (deferred), and the limit of PUE."""

    method: str
    limit: date


def payment_method(issued_on: date, paid_on: date | None, *, financial_sector: bool = False) -> Method:
    """PUE when the total is received by the end of the month of issue, else PPD.

    With the financial sector's option the limit is day 17 of the next month.
    """
    limit = month_end(issued_on)
    if financial_sector:
        limit = add_months(issued_on, 1).replace(day=FINANCIAL_SECTOR_DAY)
    return Method("PUE" if paid_on is not None and paid_on <= limit else "PPD", limit)


class ComplementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One payment on an invoice as its complement states it.

    before, paid, after: minor units. base, tax: six decimals, as DoctoRelacionado wants them;
    base_total, tax_total: two decimals, as Totales wants them.
    """

    number: int
    paid_on: date
    before: int
    paid: int
    after: int
    base: Decimal
    tax: Decimal

    @property
    def base_total(self) -> Decimal:
        """TotalTrasladosBaseIVA16."""
        return self.base.quantize(_TWO, rounding=ROUND_HALF_UP)

    @property
    def tax_total(self) -> Decimal:
        """TotalTrasladosImpuestoIVA16."""
        return self.tax.quantize(_TWO, rounding=ROUND_HALF_UP)


def complement_lines(
    invoice_total: int, payments: Iterable[tuple[date, int]], tax_rate: Rate = 1600
) -> tuple[ComplementLine, ...]:
    """The complement's lines for the payments of one invoice, in their order.

    Raises:
        ValueError: the payments exceed the invoice.
    """
    lines = []
    before = invoice_total
    for number, (paid_on, paid) in enumerate(payments, start=1):
        if not 0 < paid <= before:
            raise ValueError(
                f"payment {number} of {paid} does not fit the {before} minor units that are open"
            )
        base = (Decimal(paid).scaleb(-2) * WHOLE / (WHOLE + tax_rate)).quantize(_SIX, rounding=ROUND_HALF_UP)
        tax = (base * tax_rate / WHOLE).quantize(_SIX, rounding=ROUND_HALF_UP)
        line = ComplementLine(
            number=number, paid_on=paid_on, before=before, paid=paid, after=before - paid, base=base, tax=tax
        )
        lines.append(line)
        before = line.after
    return tuple(lines)
