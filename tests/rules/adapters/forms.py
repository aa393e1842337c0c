"""How the examples write money, rates and dates, and how the rules take them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rules.money import parse_minor, show_minor
from rules.rates import Ratio

minor = parse_minor
money = show_minor
day = date.fromisoformat


def rate(text: str) -> Decimal:
    """``"0.16"`` as the rules take it: hundredths of a percent."""
    return Decimal(text) * 10_000


def percent_rate(text: str) -> Decimal:
    """``"45.00"`` percent as hundredths of a percent."""
    return Decimal(text) * 100


def percent(ratio: Ratio | None) -> str | None:
    return None if ratio is None or ratio.percent is None else str(ratio.percent)


def quotient(ratio: Ratio) -> str | None:
    return None if ratio.rounded is None else str(ratio.rounded)


def moneys(amounts: Mapping[str, int]) -> dict[str, str]:
    return {name: money(amount) for name, amount in amounts.items()}


def minors(amounts: Mapping[str, Any]) -> dict[str, int]:
    return {name: minor(amount) for name, amount in amounts.items()}


FREQUENCIES = {"anual": "annual", "semestral": "semiannual", "trimestral": "quarterly", "mensual": "monthly"}

INSURANCE_KINDS = {
    "voluntario": "voluntary",
    "obligatorio": "mandatory",
    "caucion": "surety",
    "caución": "surety",
}
