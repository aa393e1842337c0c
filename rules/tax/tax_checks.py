"""A stamped tax receipt as it was read, and what in it does not fit what it has to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from rules.ready import ready
from rules.tax.tax_receipts import COMPLEMENT, INVOICE, Figures
from rules.wire import Wire

CENT = Decimal("0.01")
"""By so much base and tax may differ: issuers round line by line."""

NO_CURRENCY = "XXX"
PAYMENT_USE = "CP01"
"""Currency and use of a payment CFDI, whose own total is 0."""

CODES = (
    "kind", "issuer", "receiver", "currency", "total", "method", "form", "base", "tax", "shell", "invoice",
    "paid_on", "number", "before", "paid", "after", "chain", "sum", "reversed",
)  # fmt: skip
"""What may not fit. shell: a payment CFDI's own fields. chain: the balance after is not the one before less
what was paid. sum: its lines pay more than the payment. reversed: the payment behind it was taken back."""


class StampedLine(Wire, frozen=True):
    """What a payment pays of one invoice (DoctoRelacionado); balances in minor units of `currency`."""

    invoice: str
    number: int
    before: int
    paid: int
    after: int
    currency: str
    base: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


class StampedPayment(Wire, frozen=True):
    """A payment of a complement (Pago); amount in minor units."""

    on: date
    form: str
    currency: str
    amount: int
    lines: tuple[StampedLine, ...] = ()


class Stamped(Wire, frozen=True):
    """A stamped CFDI.

    uuid: of its stamp, in capitals. issued, stamped: local, ISO without zone.
    total: minor units. base, tax: of value added tax. words: what it says in its own words (series,
    folio, conditions, concepts), by which a policy's number may be found.
    """

    uuid: str
    kind: str
    issuer: str
    receiver: str
    issued: str
    stamped: str
    currency: str
    total: int
    use: str = ""
    method: str = ""
    form: str = ""
    base: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    words: str = ""
    payments: tuple[StampedPayment, ...] = ()


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a tax receipt has to say, and of whom; "" = not known here, so not compared.

    invoice: uuid of the invoice that a complement is for.
    """

    kind: str
    figures: Figures
    currency: str
    issuer: str = ""
    receiver: str = ""
    invoice: str = ""


class Difference(Wire, frozen=True):
    """Something that does not fit: a code of `CODES`, what it has to be and what was found."""

    code: str
    expected: str = ""
    found: str = ""


def line_of(expected: Expected, found: Stamped) -> tuple[StampedPayment, StampedLine] | None:
    """The payment and line that a complement has for an expected one: by invoice, number, day, amount."""
    lines = [
        (payment, line)
        for payment in found.payments
        for line in payment.lines
        if not expected.invoice or line.invoice == expected.invoice
    ]
    figures = expected.figures
    return max(
        lines,
        key=lambda pair: (
            (pair[1].number == figures.number)
            + (pair[1].paid == figures.total)
            + (pair[0].on == figures.paid_on)
        ),
        default=None,
    )


def differences(expected: Expected, found: Stamped) -> tuple[Difference, ...]:
    """What does not fit, () = it says what it has to say."""
    if found.kind != expected.kind:
        return (Difference(code="kind", expected=expected.kind, found=found.kind),)
    own = _invoice if expected.kind == INVOICE else _complement
    return (
        *_unlike("issuer", expected.issuer, found.issuer),
        *_unlike("receiver", expected.receiver, found.receiver),
        *own(expected, found),
    )


def _invoice(expected: Expected, found: Stamped) -> Iterator[Difference]:
    figures = expected.figures
    yield from _unlike("currency", expected.currency, found.currency)
    yield from _other_amount("total", figures.total, found.total)
    yield from _unlike("method", figures.method, found.method)
    yield from _unlike("form", figures.form, found.form)
    yield from _apart("base", figures.base, found.base)
    yield from _apart("tax", figures.tax, found.tax)


def _complement(expected: Expected, found: Stamped) -> Iterator[Difference]:
    if (found.currency, found.total, found.use) != (NO_CURRENCY, 0, PAYMENT_USE):
        yield Difference(
            code="shell",
            expected=f"{NO_CURRENCY} 0.00 {PAYMENT_USE}",
            found=f"{found.currency} {_text(found.total)} {found.use}",
        )
    pair = line_of(expected, found)
    if pair is None:
        named = {line.invoice for payment in found.payments for line in payment.lines}
        yield Difference(code="invoice", expected=expected.invoice, found=" ".join(sorted(named)))
        return
    payment, line = pair
    figures = expected.figures
    yield from _unlike("currency", expected.currency, line.currency)
    yield from _unlike("paid_on", str(figures.paid_on or ""), str(payment.on))
    yield from _unlike("form", figures.form, payment.form)
    yield from _unlike("number", str(figures.number), str(line.number))
    yield from _other_amount("before", figures.before, line.before)
    yield from _other_amount("paid", figures.total, line.paid)
    yield from _other_amount("after", figures.after, line.after)
    yield from _apart("base", figures.base, line.base)
    yield from _apart("tax", figures.tax, line.tax)
    yield from _other_amount("chain", line.before - line.paid, line.after)
    paid = sum(one.paid for one in payment.lines if one.currency == payment.currency)
    if paid > payment.amount:
        yield Difference(code="sum", expected=_text(payment.amount), found=_text(paid))


def _unlike(code: str, expected: str, found: str) -> Iterator[Difference]:
    if expected and expected != found:
        yield Difference(code=code, expected=expected, found=found)


def _other_amount(code: str, expected: int, found: int) -> Iterator[Difference]:
    if expected != found:
        yield Difference(code=code, expected=_text(expected), found=_text(found))


def _apart(code: str, expected: Decimal, found: Decimal) -> Iterator[Difference]:
    if abs(expected - found) > CENT:
        yield Difference(code=code, expected=str(expected), found=str(found))


def _text(minor: int) -> str:
    return f"{Decimal(minor).scaleb(-2):.2f}"


def is_for(expected: Expected, found: Stamped) -> bool:
    """Whether a complement has a line for the invoice, or an invoice the receiver and total, of another."""
    if expected.kind != found.kind:
        return False
    if expected.kind == COMPLEMENT:
        return bool(expected.invoice) and line_of(expected, found) is not None
    return expected.figures.total == found.total and expected.receiver in ("", found.receiver)


ready(Stamped, Difference)
