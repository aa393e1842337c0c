"""The demo's portfolios: whose debts they are, where, and how many clients each has."""

from __future__ import annotations

from typing import Any

import msgspec

FIRM = "Despacho de Cobranza Ejemplo, S.C."
FIRM_US = "Example Recovery Services LLC"
SHEET = {
    "firm_address": "Calle Ejemplo 100, Col. Centro, Ciudad de México",
    "firm_phone": "55 5550 0100",
    "complaints_phone": "55 5550 0101",
    "complaints_email": "une@example.com",
}


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """One demo portfolio. weight: its share of the clients; goal: a day's recovery, minor units.

    sheet: lines that every account of it has, for the statements that the scripts must read.
    strategy: worked by the house's model of one.
    """

    name: str
    product: str
    country: str = "MX"
    currency: str = "MXN"
    language: str = "es"
    creditor: str
    firm: str = FIRM
    weight: int
    goal: int
    settings: dict[str, Any] = {}
    sheet: dict[str, str] = msgspec.field(default_factory=lambda: SHEET)
    strategy: bool = True


BOOKS = (
    Book(name="Tarjetas", product="card", creditor="Banco Ejemplo", weight=32, goal=40_000_000),
    Book(name="Préstamos", product="loan", creditor="Financiera Ejemplo", weight=18, goal=25_000_000),
    Book(name="Seguros", product="insurance", creditor="Aseguradora Ejemplo", weight=24, goal=20_000_000),
    Book(
        name="PyME",
        product="sme",
        creditor="Banco Ejemplo Empresas",
        weight=6,
        goal=60_000_000,
        strategy=False,
    ),
    Book(
        name="Tiempo compartido",
        product="timeshare",
        creditor="Club Vacacional Ejemplo",
        weight=8,
        goal=18_000_000,
        settings={"mx.creditor": "commercial"},
        strategy=False,
    ),
    Book(
        name="US Cards",
        product="card",
        country="US",
        currency="USD",
        language="en",
        creditor="Example Bank, N.A.",
        firm=FIRM_US,
        weight=12,
        goal=2_500_000,
        sheet={
            "firm_address": "100 Example St, Albany, NY",
            "firm_phone": "518-555-0100",
            "complaints_phone": "518-555-0101",
            "complaints_email": "complaints@example.com",
        },
    ),
)  # fmt: skip
