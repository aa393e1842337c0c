"""Invented debts: cards, loans, company credits and timeshare contracts.

Every payoff is the sum of its components, in the order of the payment hierarchy, and what
brings the account current is that sum without the principal that is not yet due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec

from rules.identifiers import read_clabe
from storage.portfolio.demo.books import Book
from storage.portfolio.demo.invented import MEN, SURNAMES, WOMEN

IVA = 16
DAYS_OF_YEAR = 360
CHARGE_OFF_DAYS = 180

# Most debts are young: days past due (from, to) with the share of accounts between them.
AGES = (
    ((0, 0), 5),
    ((1, 7), 16),
    ((8, 29), 29),
    ((30, 59), 18),
    ((60, 89), 11),
    ((90, 119), 7),
    ((120, 149), 5),
    ((150, 179), 4),
    ((180, 720), 5),
)

_CARD_NAMES = {
    "MX": ("Tarjeta Clásica", "Tarjeta Oro", "Tarjeta Platino"),
    "US": ("Everyday Card", "Travel Card"),
}
_SALES_ROOMS = ("Cancún Centro", "Playa Norte", "Los Cabos", "Nuevo Vallarta")
_CLUB_PLANS = ("Bienal estudio", "Anual una recámara", "Anual dos recámaras", "Puntos 5,000")


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """An account before it has a number in the store; `instalment` is its usual payment.

    terms: amounts of the contract behind it that its sheet is made of, minor units.
    """

    product: str
    name: str
    currency: str
    status: str
    oldest_due: date | None
    overdue: int
    total: int
    minimum: int
    components: dict[str, int]
    details: dict[str, str]
    instalment: int
    terms: dict[str, int] = {}

    def columns(self) -> dict[str, Any]:
        """What the account's row says, without its keys."""
        row = msgspec.structs.asdict(self)
        del row["instalment"], row["terms"]
        return row


def age(rng: Random, ages: Sequence[tuple[tuple[int, int], int]] = AGES) -> int:
    """Days past due, drawn as they are spread in life."""
    (low, high), _ = rng.choices(ages, weights=[share for _, share in ages])[0]
    return rng.randint(low, high)


def part(amount: int, numerator: int, denominator: int) -> int:
    """Share of an amount: amount × numerator ÷ denominator in minor units, half rounded up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)


def money(minor: int, currency: str) -> str:
    """An amount as a line of a product sheet shows it."""
    return f"${minor // 100:,}.{minor % 100:02d} {currency}"


def clabe(rng: Random) -> str:
    """An 18-digit CLABE of the creditor where a debtor may pay."""
    stem = "646180" + "".join(rng.choices("0123456789", k=11))
    return stem + read_clabe(stem).check_digit


def credit(rng: Random, book: Book, today: date, days: int) -> Debt:
    """A card, loan or company credit of the book, `days` past due."""
    if book.product == "card":
        return _card(rng, book, today, days)
    return _loan(rng, book, today, days)


def _card(rng: Random, book: Book, today: date, days: int) -> Debt:
    limit = spread(rng, median=42_000_00 if book.country == "MX" else 5_200_00, step=500_00)
    balance = part(limit, rng.randint(300, 1000), 1000)
    details = {
        "credit_limit": money(limit, book.currency),
        "card_ending": f"{rng.randint(0, 9999):04d}",
        "cut_off_day": str(rng.randint(1, 28)),
    }
    if book.country == "MX":
        details["clabe"] = clabe(rng)
    rate = 4200 if book.country == "MX" else 2499
    return _revolving(
        book,
        today,
        days,
        rng.choice(_CARD_NAMES[book.country]),
        balance,
        part(balance, 4, 100),
        rate,
        details,
    )


def _loan(rng: Random, book: Book, today: date, days: int) -> Debt:
    sme = book.product == "sme"
    amount = spread(rng, median=1_450_000_00 if sme else 65_000_00, step=1_000_00)
    term = rng.choice((12, 18, 24, 36, 48))
    monthly = amount // term
    open_principal = monthly * rng.randint(2, term)
    details = {
        "original_amount": money(amount, book.currency),
        "term_months": str(term),
        "clabe": clabe(rng),
    }
    if sme:
        details |= {
            "legal_representative": full_name(rng),
            "guarantor": full_name(rng),
            "credit_line": rng.choice(("Capital de trabajo", "Arrendamiento", "Crédito simple")),
            "guarantee_fund": rng.choice(("NAFIN 50 %", "Sin garantía", "NAFIN 70 %")),
        }
    name = "Crédito PyME" if sme else rng.choice(("Préstamo personal", "Crédito de nómina"))
    debt = _revolving(book, today, days, name, open_principal, monthly, 2400 if sme else 3600, details)
    return msgspec.structs.replace(debt, terms={"limit": amount})


def timeshare(rng: Random, book: Book, today: date, days: int) -> Debt:
    """A timeshare contract, in pesos or dollars."""
    currency = rng.choice(("MXN", "MXN", "USD"))
    price = spread(rng, median=310_000_00 if currency == "MXN" else 17_500_00, step=1_000_00)
    down = part(price, rng.choice((10, 20, 30)), 100)
    term = rng.choice((24, 36, 48, 60))
    monthly = (price - down) // term
    details = {
        "club_plan": rng.choice(_CLUB_PLANS),
        "sales_room": rng.choice(_SALES_ROOMS),
        "signed_on": (today - timedelta(days=days + rng.randint(60, 1500))).isoformat(),
        "price": money(price, currency),
        "down_payment": money(down, currency),
        "term_months": str(term),
        "cancellation_terms": "Cinco días hábiles desde la firma, sin costo; después, según contrato",
    }
    book = msgspec.structs.replace(book, currency=currency)
    principal = monthly * rng.randint(2, term)
    debt = _revolving(book, today, days, "Contrato de membresía", principal, monthly, 1400, details)
    return msgspec.structs.replace(debt, terms={"price": price, "down_payment": down})


def maintenance_fee(rng: Random, today: date) -> Debt:
    """The yearly maintenance fee that hangs on a timeshare contract."""
    fee = spread(rng, median=9_800_00, step=100_00)
    days = age(rng)
    return Debt(
        product="timeshare",
        name="Cuota de mantenimiento",
        currency="MXN",
        status="open",
        oldest_due=today - timedelta(days=days) if days else None,
        overdue=fee if days else 0,
        total=fee,
        minimum=fee,
        components={"capital_vencido": fee} if days else {"capital_vigente": fee},
        details={"year": str(today.year)},
        instalment=fee,
    )


def _revolving(
    book: Book,
    today: date,
    days: int,
    name: str,
    principal: int,
    monthly: int,
    rate: int,
    details: dict[str, str],
) -> Debt:
    """A debt whose missed months are due with interest; `rate` in hundredths of a percent a year."""
    missed = -(-days // 30)
    charged_off = days >= CHARGE_OFF_DAYS
    overdue_principal = principal if charged_off else min(principal, monthly * missed)
    tax = IVA if book.country == "MX" and book.product in ("card", "loan") else 0
    fee = 350_00 if days >= 30 and book.country == "MX" else 29_00 if days >= 30 else 0
    arrears = part(overdue_principal, rate * days, 10_000 * DAYS_OF_YEAR)
    interest = part(principal, rate * min(missed, 6), 10_000 * 12)
    components = {
        "gastos_cobranza": fee,
        "iva_gastos": part(fee, IVA, 100) if book.country == "MX" else 0,
        "moratorios": arrears,
        "iva_moratorios": part(arrears, tax, 100),
        "interes_ordinario": interest,
        "iva_interes": part(interest, tax, 100),
        "capital_vencido": overdue_principal,
        "capital_vigente": principal - overdue_principal,
    }
    total = sum(components.values())
    return Debt(
        product=book.product,
        name=name,
        currency=book.currency,
        status="charged_off" if charged_off else "open",
        oldest_due=today - timedelta(days=days) if days else None,
        overdue=total - components["capital_vigente"] if days else 0,
        total=total,
        minimum=min(total, monthly + part(principal, rate, 10_000 * 12)),
        components={name: amount for name, amount in components.items() if amount},
        details=details,
        instalment=monthly,
    )


def spread(rng: Random, *, median: int, step: int) -> int:
    """An amount around a median with a long tail, as balances have, in whole steps."""
    thousandths = round(1000 * rng.lognormvariate(0, 0.75))
    return max(1, median * thousandths // (1000 * step)) * step


def full_name(rng: Random) -> str:
    """The name of somebody beside the client: a guarantor, an insurance agent."""
    return f"{rng.choice(WOMEN + MEN)} {rng.choice(SURNAMES)} {rng.choice(SURNAMES)}"
