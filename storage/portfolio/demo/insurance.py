"""Invented insurance policies: receipts by the rules' breakdown, grace, endorsements, claims."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from rules.calendars import add_months
from rules.receipts import INSTALMENTS, breakdown, grace_end
from storage.portfolio.demo.books import Book
from storage.portfolio.demo.debts import Debt, age, full_name, spread

SURCHARGES = {"annual": 0, "semiannual": 370, "quarterly": 550, "monthly": 650}
"""Surcharge for paying in parts, in hundredths of a percent of the net premium."""

FEE = 550_00
AGES = (
    ((0, 0), 6),
    ((1, 7), 26),
    ((8, 13), 18),
    ((14, 28), 27),
    ((29, 29), 5),  # a grace of 30 days ends tomorrow at noon
    ((30, 30), 6),  # ... today at noon
    ((31, 55), 12),
)
_KINDS = (("car", 55), ("life", 22), ("medical", 23))
_CHANNELS = (("agente", 20), ("tdc", 25), ("domi", 20), ("banco", 20), ("spei", 15))
_NAMES = {"car": "Seguro de auto", "life": "Seguro de vida", "medical": "Gastos médicos mayores"}
_PREFIX = {"car": "AUT", "life": "VID", "medical": "GMM"}
_MEDIAN = {"car": 13_500_00, "life": 9_200_00, "medical": 34_000_00}
_INSURED = {"car": 285_000_00, "life": 1_500_000_00, "medical": 30_000_000_00}


class Policy(msgspec.Struct, frozen=True):
    """Columns of a policy and of what hangs on it, without keys."""

    columns: dict[str, Any]
    receipts: tuple[dict[str, Any], ...]
    endorsements: tuple[dict[str, Any], ...]
    claims: tuple[dict[str, Any], ...]


def insured(rng: Random, book: Book, now: datetime, zone: str, today: date) -> tuple[Debt, Policy]:
    """A policy with an open receipt, and the account that collects its premium."""
    kind = rng.choices([k for k, _ in _KINDS], weights=[w for _, w in _KINDS])[0]
    frequency = rng.choices(tuple(SURCHARGES), weights=(12, 13, 25, 50))[0]
    grace_days = 14 if kind == "car" and rng.random() < 0.2 else None
    days = age(rng, AGES)
    count = INSTALMENTS[frequency]
    months = 12 // count
    unpaid = rng.randint(1, count)
    # With nothing due yet, the next receipt falls due in the coming month.
    due = today - timedelta(days=days) if days else today + timedelta(days=rng.randint(1, 28))
    starts = add_months(due, -months * (unpaid - 1))
    parts = breakdown(
        spread(rng, median=_MEDIAN[kind], step=10_00),
        frequency,
        surcharge_rate=SURCHARGES[frequency],
        fee=FEE,
        tax_rate=0 if kind == "life" else 1600,
    )
    receipts = []
    for number, amounts in enumerate(parts, start=1):
        due_on = due if number == unpaid else add_months(starts, months * (number - 1))
        ends = grace_end(due_on, grace_days, zone)
        paid = number < unpaid
        status = "paid" if paid else "pending" if due_on >= today else "overdue" if now < ends else "lapsed"
        receipts.append(
            {
                "number": number,
                "of": count,
                "due": due_on,
                **amounts,
                "status": status,
                "grace_ends": None if paid else ends,
                "paid_on": due_on + timedelta(days=rng.randint(0, 12)) if paid else None,
                "cfdi": "requested" if paid and rng.random() < 0.1 else "stamped" if paid else "",
            }
        )
    lapsed = any(receipt["status"] == "lapsed" for receipt in receipts)
    if lapsed:
        # Cover has ceased: only the receipts that were due can bring it back.
        for receipt in receipts:
            if receipt["status"] == "pending":
                receipt["status"] = "cancelled"
    columns: dict[str, Any] = {
        "number": f"{_PREFIX[kind]}-{rng.randint(10_000, 99_999)}",
        "kind": kind,
        "insurer": book.creditor,
        "starts": starts,
        "ends": add_months(starts, 12),
        "status": "lapsed" if lapsed else "grace" if days else "in_force",
        "channel": rng.choices([c for c, _ in _CHANNELS], weights=[w for _, w in _CHANNELS])[0],
        "frequency": frequency,
        "grace_days": grace_days,
        "sum_insured": spread(rng, median=_INSURED[kind], step=1_000_00),
    }
    policy = Policy(
        columns, tuple(receipts), _endorsements(rng, starts, today), _claims(rng, kind, starts, today)
    )
    return _account(book, kind, columns["number"], full_name(rng), today, receipts), policy


def _account(
    book: Book, kind: str, number: str, agent: str, today: date, receipts: list[dict[str, Any]]
) -> Debt:
    open_ones = [receipt for receipt in receipts if receipt["status"] not in ("paid", "cancelled")]
    due = [receipt for receipt in open_ones if receipt["due"] < today]
    names = {"net": "prima_neta", "surcharge": "recargo", "fee": "derecho", "tax": "iva"}
    components = {name: sum(receipt[key] for receipt in open_ones) for key, name in names.items()}
    return Debt(
        product="insurance",
        name=_NAMES[kind],
        currency=book.currency,
        status="open",
        oldest_due=due[0]["due"] if due else None,
        overdue=sum(receipt["total"] for receipt in due),
        total=sum(components.values()),
        minimum=open_ones[0]["total"],
        components={name: amount for name, amount in components.items() if amount},
        details={"policy_number": number, "insurance_agent": agent},
        instalment=open_ones[0]["total"],
    )


def _endorsements(rng: Random, starts: date, today: date) -> tuple[dict[str, Any], ...]:
    """Now and then a change since the start: A more premium, B none, D less."""
    span = (today - starts).days
    if span < 10 or rng.random() > 0.2:
        return ()
    kind = rng.choice("AABBBD")
    on = starts + timedelta(days=rng.randint(1, span))
    if kind == "B":
        return (
            {
                "kind": kind,
                "on": on,
                "note": rng.choice(("Cambio de conducto de cobro", "Cambio de domicilio")),
            },
        )
    delta = rng.randint(5, 120) * 10_00
    note = "Se agrega cobertura" if kind == "A" else "Baja de cobertura"
    return ({"kind": kind, "on": on, "delta": delta if kind == "A" else -delta, "note": note},)


def _claims(rng: Random, kind: str, starts: date, today: date) -> tuple[dict[str, Any], ...]:
    """One policy in fourteen has had a claim; nobody claims on a life insurance here."""
    span = (today - starts).days
    if kind == "life" or span < 10 or rng.random() > 1 / 14:
        return ()
    return (
        {
            "number": f"S-{rng.randint(100_000, 999_999)}",
            "on": starts + timedelta(days=rng.randint(1, span)),
            "status": rng.choice(("open", "open", "paid", "rejected")),
            "amount": rng.randint(30, 900) * 100_00,
        },
    )
