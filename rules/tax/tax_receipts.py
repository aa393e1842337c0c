"""What tax receipts (CFDI 4.0, complement 2.0) a premium receipt needs, by when, and what they say.

A need comes with money: the first that pays a receipt calls for its invoice. PUE when the receipt
is paid whole by the limit of its month of issue, else PPD and one complement for each payment.
Sources: CFF 29-A VII; RMF 2026 rules 2.7.1.32 and 2.7.1.39; LIVA 15 IX (life insurance is exempt).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from rules.rates import Rate
from rules.ready import ready
from rules.tax.cfdi import complement_deadline, complement_lines, payment_method
from rules.wire import Wire

INVOICE, COMPLEMENT = "invoice", "complement"
STATUSES = ("needed", "requested", "stamped", "sent", "cancelled")
OPEN = ("needed", "requested", "stamped")
"""Statuses in which somebody still has something to do."""

PUE, PPD = "PUE", "PPD"
TO_BE_DEFINED = "99"
"""Form of payment of an invoice whose payments are still to come."""

OFFSET = "17"
"""Form of payment of a premium that was set off against a claim (compensación)."""

FORMS = {
    "efectivo": "01", "oxxo": "01", "tienda": "01",
    "cheque": "02",
    "spei": "03", "transf": "03", "clabe": "03", "domi": "03", "nomina": "03",
    "tdc": "04",
    "offset": OFFSET,
    "tdd": "28",
}  # fmt: skip
"""Channel of a payment to the tax authority's form of payment (c_FormaPago); others may be several."""

RATES = (0, 800, 1600)
"""Rates of value added tax on a premium: exempt, northern border, general; hundredths of a percent."""

SOON = timedelta(days=2)
"""A deadline so near is an alarm already."""

ALARMS = ("late", "soon", "ok")


class Premium(msgspec.Struct, frozen=True, kw_only=True):
    """A premium receipt as its invoice sees it.

    opens: the day on which its period begins, the day of issue unless it was paid before. total =
    subtotal + tax; adjusted: let go within the tolerance; minor units.
    """

    id: int
    opens: date
    subtotal: int
    tax: int
    total: int
    adjusted: int = 0


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What a payment pays of a receipt, minor units above 0; payment_id None = a history without payments."""

    payment_id: int | None
    on: date
    amount: int
    channel: str = ""


class Figures(Wire, frozen=True):
    """What a tax receipt has to say.

    total: of the invoice, or what the payment pays of it, minor units. form: c_FormaPago, "" = not
    known. rate: of the tax, 0 = exempt. base, tax: two decimals on an invoice, six on a complement.
    paid_on, number (parcialidad), before, after (balances, minor units): of a complement.
    """

    total: int
    method: str = ""
    form: str = ""
    rate: Rate = 0
    base: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    paid_on: date | None = None
    number: int = 0
    before: int = 0
    after: int = 0


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A tax receipt that is needed: of a receipt (invoice), or of a payment on it (complement)."""

    kind: str
    payment_id: int | None = None
    due: date
    figures: Figures


def rate(subtotal: int, tax: int) -> Rate:
    """The rate of a receipt's tax: that of `RATES` which comes nearest to its amounts."""
    if subtotal <= 0:
        return 0
    return min(RATES, key=lambda one: abs(tax * 10_000 - subtotal * one))


def needs(
    premium: Premium, applied: Iterable[Applied], *, in_parts: bool = False, financial_sector: bool = False
) -> tuple[Need, ...]:
    """The tax receipts that a premium receipt needs for what was paid of it, the invoice first.

    in_parts: its invoice was asked for as PPD already, which a payment of the rest changes no more.
    financial_sector: its option for the limit of a single payment is used.
    """
    parts = _fitting(premium, applied)
    if not parts:
        return ()
    first = parts[0].on
    settled = _settled_on(premium, parts)
    decided = payment_method(min(premium.opens, first), settled, financial_sector=financial_sector)
    method = PPD if in_parts else decided.method
    invoice = Need(
        kind=INVOICE,
        due=decided.limit if method == PUE else complement_deadline(first),
        figures=_invoice(premium, parts, method),
    )
    return (invoice,) if method == PUE else (invoice, *_complements(premium, parts))


def _fitting(premium: Premium, applied: Iterable[Applied]) -> list[Applied]:
    """What was applied, in the order of its days; no complement can state more than the invoice."""
    parts, left = [], premium.total
    for one in sorted(applied, key=lambda one: (one.on, one.payment_id is None, one.payment_id or 0)):
        amount = min(one.amount, left)
        if amount > 0:
            parts.append(msgspec.structs.replace(one, amount=amount))
            left -= amount
    return parts


def _settled_on(premium: Premium, parts: Sequence[Applied]) -> date | None:
    """The day on which the receipt was paid whole, None = it is not."""
    paid = premium.adjusted
    for one in parts:
        paid += one.amount
        if paid >= premium.total:
            return one.on
    return None


def _invoice(premium: Premium, parts: Sequence[Applied], method: str) -> Figures:
    largest = max(parts, key=lambda one: one.amount)
    return Figures(
        total=premium.total,
        method=method,
        form=FORMS.get(largest.channel, "") if method == PUE else TO_BE_DEFINED,
        rate=rate(premium.subtotal, premium.tax),
        base=Decimal(premium.subtotal).scaleb(-2),
        tax=Decimal(premium.tax).scaleb(-2),
    )


def _complements(premium: Premium, parts: Sequence[Applied]) -> Iterable[Need]:
    tax_rate = rate(premium.subtotal, premium.tax)
    lines = complement_lines(premium.total, [(one.on, one.amount) for one in parts], tax_rate)
    for one, line in zip(parts, lines, strict=True):
        yield Need(
            kind=COMPLEMENT,
            payment_id=one.payment_id,
            due=complement_deadline(one.on),
            figures=Figures(
                total=line.paid,
                form=FORMS.get(one.channel, ""),
                rate=tax_rate,
                base=line.base,
                tax=line.tax,
                paid_on=line.paid_on,
                number=line.number,
                before=line.before,
                after=line.after,
            ),
        )


def alarm(due: date | None, status: str, today: date, *, differs: bool = False) -> str:
    """How near the last day is: late, soon, ok; "" once it was stamped as it has to be.

    What was stamped and does not fit has to be stamped again: its day counts on.
    """
    if due is None or status == "cancelled" or (status in ("stamped", "sent") and not differs):
        return ""
    return "late" if due < today else "soon" if due <= today + SOON else "ok"


ready(Figures)
