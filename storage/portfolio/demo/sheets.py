"""Invented sheets behind accounts: the timeshare contract, the company and who stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec

from rules.companies import Collateral, Company, Contact, Exposure
from rules.contracts import PRINCIPAL, Adjustment, Contract
from storage.portfolio.demo.debts import Debt, full_name, part, spread
from storage.portfolio.demo.invented import Person

_USAGES = {"Bienal estudio": ("biennial", 1), "Puntos 5,000": ("points", 2)}
_YEARLY = ("annual", 1)
_LINES = {
    "Capital de trabajo": "working_capital",
    "Arrendamiento": "leasing",
    "Crédito simple": "simple_credit",
}
_ACTIVITIES = ("Comercio al por menor", "Transporte de carga", "Alimentos", "Construcción", "Servicios")
_GROUPS = ("Grupo Sierra", "Grupo Cardón", "Grupo Bahía")


def sheet(
    rng: Random, debt: Debt, reference: str, who: Person, guarantor: str, today: date
) -> dict[str, Any]:
    """The sheet of a debt, {} where it has none.

    Args:
        rng: a draw of its own, so that the rest of the portfolio stays as it is.
        debt: the account.
        reference: its number.
        who: the client.
        guarantor: E.164 of the guarantor's phone.
        today: the client's own day.
    """
    if debt.product == "timeshare" and "price" in debt.terms:
        return {"contract": msgspec.to_builtins(_contract(rng, debt, reference, who, today))}
    if debt.product == "sme":
        return {"company": msgspec.to_builtins(_company(rng, debt, who, guarantor, today))}
    return {}


def _contract(rng: Random, debt: Debt, reference: str, who: Person, today: date) -> Contract:
    """A contract whose price, payments and adjustments come to what the account owes of it."""
    price, down = debt.terms["price"], debt.terms["down_payment"]
    owed = sum(debt.components.get(name, 0) for name in PRINCIPAL)
    adjustments: tuple[Adjustment, ...] = ()
    if rng.random() < 0.15:
        courtesy = -part(price, 1, 100)
        on = today - timedelta(days=rng.randint(20, 200))
        adjustments = (Adjustment(on=on, amount=courtesy, why="Bonificación de bienvenida"),)
    usage, weeks = _USAGES.get(debt.details["club_plan"], _YEARLY)
    spouse = (full_name(rng),) if rng.random() < 0.6 else ()
    return Contract(
        number=reference,
        members=(who.name, *spouse),
        plan=debt.details["club_plan"],
        price=price,
        down_payment=down,
        paid=price - down - owed + sum(one.amount for one in adjustments),
        signed_on=date.fromisoformat(debt.details["signed_on"]),
        room=debt.details["sales_room"],
        usage=usage,
        weeks=weeks,
        used=rng.randint(0, weeks),
        banked=rng.choice((0, 0, 1)),
        fees=spread(rng, median=9_800_00 if debt.currency == "MXN" else 560_00, step=100_00),
        instalments=int(debt.details["term_months"]),
        adjustments=adjustments,
        terms=debt.details["cancellation_terms"],
    )


def _company(rng: Random, debt: Debt, who: Person, guarantor: str, today: date) -> Company:
    details: Mapping[str, str] = debt.details
    fund = details["guarantee_fund"]
    worth = part(debt.total, int(fund.split()[1]), 100) if fund.startswith("NAFIN") else 0
    collateral = [Collateral(kind="fund" if worth else "none", what=fund, value=worth)]
    if rng.random() < 0.35:
        collateral.append(
            Collateral(
                kind="pledge",
                what="Maquinaria",
                value=spread(rng, median=400_000_00, step=1_000_00),
                valued_on=today - timedelta(days=rng.randint(60, 900)),
            )
        )
    group = rng.choice(_GROUPS) if rng.random() < 0.3 else ""
    contacts = [
        Contact(
            name=details["legal_representative"],
            role="legal_representative",
            right=f"Poder notarial {rng.randint(1_000, 99_999)}",
        ),
        Contact(name=details["guarantor"], role="guarantor", phone=guarantor, right="Aval en pagaré"),
    ]
    if rng.random() < 0.5:
        contacts.insert(1, Contact(name=full_name(rng), role="authorised", right="Carta de la empresa"))
    return Company(
        legal_name=who.name,
        tax_id=who.tax_id,
        line=_LINES.get(details["credit_line"], details["credit_line"]),
        limit=debt.terms["limit"],
        drawn=min(debt.terms["limit"], sum(debt.components.get(name, 0) for name in PRINCIPAL)),
        contacts=tuple(contacts),
        collateral=tuple(collateral),
        group=group,
        exposure=_exposure(rng, group),
        incorporated_on=who.born,
        activity=rng.choice(_ACTIVITIES),
    )


def _exposure(rng: Random, group: str) -> tuple[Exposure, ...]:
    if not group:
        return ()
    found = []
    for number in range(rng.randint(1, 2)):
        total = spread(rng, median=800_000_00, step=1_000_00)
        days = rng.choice((0, 0, 12, 45))
        found.append(
            Exposure(
                company=f"{group.removeprefix('Grupo ')} {('Logística', 'Comercial')[number]}, S.A. de C.V.",
                account=f"PYM-G{rng.randint(10_000, 99_999)}",
                total=total,
                overdue=part(total, 15, 100) if days else 0,
                days=days,
            )
        )
    return tuple(found)
