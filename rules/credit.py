"""Credit: minimum payment, arrears interest, payoff, and the order in which a payment applies."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from rules.rates import WHOLE, Rate, nearest, portion, share, without

MINIMUM_OF_BALANCE = 150
"""Share of the revolving balance in the minimum payment (Banxico, circular 34/2010)."""

MINIMUM_OF_LIMIT = 125
"""Share of the credit limit below which the minimum payment may not lie."""

TAXED = (
    ("gastos_cobranza", "iva_gastos"),
    ("moratorios", "iva_moratorios"),
    ("interes_ordinario", "iva_interes"),
)
"""Components with their tax, in the order in which a payment covers them (CCom 364)."""

PRINCIPAL = ("capital_vencido", "capital_vigente")
"""Principal, covered after all else: what is overdue first."""


class Minimum(msgspec.Struct, frozen=True):
    """The two floors of a minimum payment and the payment itself, minor units."""

    by_balance: int
    by_limit: int
    payment: int


def minimum_payment(revolving: int, interest: int, tax: int, limit: int, balance: int) -> Minimum:
    """The minimum payment of a Mexican card, minor units.

    The larger of 1.5 % of the revolving balance (without the period's interest and tax) plus
    both, and 1.25 % of the limit; never more than the balance. The bank may ask more.
    """
    by_balance = share(revolving, MINIMUM_OF_BALANCE) + interest + tax
    by_limit = share(limit, MINIMUM_OF_LIMIT)
    return Minimum(by_balance, by_limit, min(balance, max(by_balance, by_limit)))


class Interest(msgspec.Struct, frozen=True):
    """Interest and the tax on it, minor units."""

    interest: int
    tax: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.interest + self.tax


def arrears_interest(
    overdue_principal: int, annual_rate: Rate, days: int, *, basis: int = 360, tax_rate: Rate = 1600
) -> Interest:
    """Arrears interest on overdue principal for some days; the tax is on the rounded interest.

    Only on unpaid principal, no interest on interest (CCom 362-363, LTOSF 18 Bis 6).
    """
    interest = nearest(overdue_principal * Decimal(annual_rate) * days / (basis * WHOLE))
    return Interest(interest, share(interest, tax_rate))


def payoff(components: Mapping[str, int]) -> int:
    """What pays the debt off on the day of the components: their sum."""
    return sum(components.values())


def regularisation(components: Mapping[str, int]) -> int:
    """What brings the account current: the payoff without the principal that is not yet due."""
    return payoff(components) - components.get("capital_vigente", 0)


def apply_payment(
    amount: int, components: Mapping[str, int], tax_rate: Rate = 1600
) -> tuple[dict[str, int], int]:
    """Apply a payment by the Mexican hierarchy; the contract may say otherwise.

    Collection costs, arrears interest, ordinary interest, each with its tax, then overdue and
    current principal. A part payment of a taxed component is split into base and tax.

    Returns:
        What each component gets, and what is left over (a credit balance); minor units.
    """
    applied: dict[str, int] = {}
    left = amount
    for name, tax_name in TAXED:
        base, tax = components.get(name, 0), components.get(tax_name, 0)
        paid = min(left, base + tax)
        applied[name], applied[tax_name] = _split_tax(paid, base, tax, tax_rate)
        left -= paid
    for name in PRINCIPAL:
        applied[name] = min(left, components.get(name, 0))
        left -= applied[name]
    return applied, left


def _split_tax(paid: int, base: int, tax: int, tax_rate: Rate) -> tuple[int, int]:
    """Split a payment into base and tax, neither above what is owed of it."""
    if paid == base + tax:
        return base, tax
    paid_tax = min(paid - without(paid, tax_rate), tax)
    paid_base = min(paid - paid_tax, base)
    return paid_base, paid - paid_base


class Balance(msgspec.Struct, frozen=True):
    """A balance of a US card with its own yearly rate, minor units."""

    name: str
    annual_rate: Rate
    amount: int


def allocate_above_minimum(payment: int, minimum: int, balances: tuple[Balance, ...]) -> dict[str, int]:
    """Allocate what a payment has above the minimum: highest rate first (12 CFR 1026.53).

    The minimum itself is at the issuer's option and is not part of the answer.
    """
    left = max(payment - minimum, 0)
    allocated = {}
    for balance in sorted(balances, key=lambda one: one.annual_rate, reverse=True):
        allocated[balance.name] = min(left, balance.amount)
        left -= allocated[balance.name]
    return allocated


class Installed(msgspec.Struct, frozen=True):
    """One payment of a restructured credit, minor units; payment = principal + interest + tax."""

    number: int
    interest: int
    tax: int
    principal: int
    payment: int
    balance: int


def restructure(
    principal: int, monthly_rate: Rate, instalments: int, tax_rate: Rate = 1600
) -> tuple[int, tuple[Installed, ...]]:
    """A credit on new terms with level payments: ``P r / (1 - (1 + r)^-n)``, r with the tax.

    Interest and its tax are rounded each period; the last payment closes the balance.

    Returns:
        The level payment and the schedule, minor units.

    Raises:
        ValueError: fewer than one instalment.
    """
    if instalments < 1:
        raise ValueError("a credit needs at least one payment")
    level = _level_payment(principal, monthly_rate, instalments, tax_rate)
    schedule = []
    balance = principal
    for number in range(1, instalments + 1):
        interest = share(balance, monthly_rate)
        tax = share(interest, tax_rate)
        part = balance if number == instalments else min(level - interest - tax, balance)
        balance -= part
        schedule.append(Installed(number, interest, tax, part, part + interest + tax, balance))
    return level, tuple(schedule)


def _level_payment(principal: int, monthly_rate: Rate, instalments: int, tax_rate: Rate) -> int:
    if not monthly_rate:
        return portion(principal, 1, instalments)
    rate = Decimal(monthly_rate) / WHOLE * (WHOLE + Decimal(tax_rate)) / WHOLE
    return nearest(Decimal(principal) * rate / (1 - (1 + rate) ** -instalments))
