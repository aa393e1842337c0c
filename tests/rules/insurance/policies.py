"""Policies to be worked on by tests: receipts by the rules' own breakdown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rules.calendars import add_months
from rules.insurance.policies import Policy, PolicySheet, PolicyTerms, Receipt
from rules.insurance.receipts import INSTALMENTS, breakdown, grace_end

ZONE = ZoneInfo("America/Mexico_City")
SURCHARGES = {"semiannual": 370, "quarterly": 550, "monthly": 650}


def policy(
    *,
    net: int = 9_000_00,
    frequency: str = "monthly",
    paid: int = 0,
    fee: int = 0,
    tax_rate: int = 1600,
    starts: date = date(2026, 3, 1),
    today: date = date(2026, 3, 1),
    zone: str = ZONE.key,
    **changes: Any,
) -> Policy:
    """A policy of a year whose first `paid` receipts are paid; the others pending or overdue on a day."""
    count = INSTALMENTS[frequency]
    months = 12 // count
    rates = {"surcharge_rate": SURCHARGES.get(frequency, 0), "fee": fee, "tax_rate": tax_rate}
    receipts = tuple(
        Receipt(
            id=100 + number,
            number=number,
            of=count,
            due=(due := add_months(starts, months * (number - 1))),
            since=due,
            until=add_months(starts, months * number),
            status="paid" if number <= paid else "overdue" if due < today else "pending",
            paid=amounts["total"] if number <= paid else 0,
            grace_ends=grace_end(due, None, zone),
            **amounts,
        )
        for number, amounts in enumerate(breakdown(net, frequency, **rates), start=1)
    )
    known: dict[str, Any] = {
        "id": 9,
        "account_id": 70,
        "number": "AUT-48213",
        "kind": "car",
        "insurer": "Aseguradora Ejemplo",
        "starts": starts,
        "ends": add_months(starts, 12),
        "status": "in_force",
        "channel": "agente",
        "currency": "MXN",
        "frequency": frequency,
        "receipts": receipts,
        "sheet": PolicySheet(terms=PolicyTerms(net=net, fee=fee, tax_rate=tax_rate, surcharges=SURCHARGES)),
    }
    return Policy(**(known | changes))


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """An instant in the policy's own zone."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
