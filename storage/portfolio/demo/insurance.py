"""Invented insurance policies: receipts by the rules' breakdown, grace, endorsements, claims.

What became of a policy, and what its account owes, is what the rules make of its receipts.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.books.application import Premium, premium_debt
from rules.calendars import add_months
from rules.insurance.policies import Policy as Cover
from rules.insurance.policies import PolicyTerms, Receipt
from rules.insurance.policy_states import Move, moved, moves_due, why_never, with_receipts
from rules.insurance.receipts import INSTALMENTS, REHABILITATION_DAYS, breakdown, grace_end
from storage.portfolio.demo.books import Book
from storage.portfolio.demo.debts import Debt, age, full_name, spread
from storage.portfolio.demo.policy_sheets import policy_sheet, terms
from storage.portfolio.demo.tax_states import cfdi, paid_on

SURCHARGES = {"annual": 0, "semiannual": 370, "quarterly": 550, "monthly": 650}
"""Surcharge for paying in parts, in hundredths of a percent of the net premium."""

FEE = 550_00
FRESH = timedelta(days=20)
"""Within so many days of a payment its tax receipt is still under way."""
AGES = (
    ((0, 0), 6),
    ((1, 7), 26),
    ((8, 13), 18),
    ((14, 28), 27),
    ((29, 29), 5),  # a grace of 30 days ends tomorrow at noon
    ((30, 30), 6),  # ... today at noon
    ((31, 55), 12),
)
_KINDS = (("car", 50), ("life", 20), ("medical", 19), ("damage", 7), ("surety", 4))
_CHANNELS = (("agente", 20), ("tdc", 25), ("domi", 20), ("banco", 20), ("spei", 15))
_NAMES = {
    "car": "Seguro de auto",
    "life": "Seguro de vida",
    "medical": "Gastos médicos mayores",
    "damage": "Seguro de daños",
    "surety": "Seguro de caución",
}
_PREFIX = {"car": "AUT", "life": "VID", "medical": "GMM", "damage": "DAN", "surety": "CAU"}
_MEDIAN = {
    "car": 13_500_00,
    "life": 9_200_00,
    "medical": 34_000_00,
    "damage": 7_800_00,
    "surety": 21_000_00,
}
_INSURED = {
    "car": 285_000_00,
    "life": 1_500_000_00,
    "medical": 30_000_000_00,
    "damage": 2_400_000_00,
    "surety": 900_000_00,
}


class Policy(msgspec.Struct, frozen=True):
    """Columns of a policy and of what hangs on it, without keys."""

    columns: dict[str, Any]
    receipts: tuple[dict[str, Any], ...]
    endorsements: tuple[dict[str, Any], ...]
    claims: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]


def insured(
    rng: Random, book: Book, now: datetime, zone: str, today: date, holder: str
) -> tuple[Debt, Policy]:
    """A policy of a holder with an open receipt, and the account that collects its premium."""
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
    net, tax_rate = spread(rng, median=_MEDIAN[kind], step=10_00), 0 if kind == "life" else 1600
    parts = breakdown(net, frequency, surcharge_rate=SURCHARGES[frequency], fee=FEE, tax_rate=tax_rate)
    receipts = []
    for number, amounts in enumerate(parts, start=1):
        due_on = due if number == unpaid else add_months(starts, months * (number - 1))
        paid = number < unpaid
        receipts.append(
            Receipt(
                id=number,
                number=number,
                of=count,
                due=due_on,
                **amounts,
                status="paid" if paid else "pending",
                grace_ends=None if paid else grace_end(due_on, grace_days, zone),
                paid_on=(settled := paid_on(rng, due_on, today) if paid else None),
                cfdi=cfdi(rng, today - settled) if settled else "",
                since=due_on,
                until=add_months(starts, months * number),
            )
        )
    name = f"{_PREFIX[kind]}-{rng.randint(10_000, 99_999)}"
    channel = rng.choices([c for c, _ in _CHANNELS], weights=[w for _, w in _CHANNELS])[0]
    sum_insured = spread(rng, median=_INSURED[kind], step=1_000_00)
    aside = Random(f"{name}/{starts}")  # noqa: S311 - invented data, the same for the same seed
    endorsements = _endorsements(rng, aside, starts, today)
    claims = _claims(rng, kind, starts, today)
    agent = full_name(rng)
    sold = Cover(
        id=0,
        account_id=0,
        number=name,
        kind=kind,
        insurer=book.creditor,
        starts=starts,
        ends=add_months(starts, 12),
        status="issued",
        channel=channel,
        currency=book.currency,
        frequency=frequency,
        sum_insured=sum_insured,
        grace_days=grace_days,
        receipts=tuple(receipts),
        sheet=policy_sheet(aside, kind, frequency, holder, agent, _terms(kind, net, tax_rate, grace_days)),
    )
    cover, moves = _lived(sold, now.astimezone(ZoneInfo(zone)))
    policy = Policy(
        _columns(cover), tuple(_receipt(one) for one in cover.receipts), endorsements, claims, _events(moves)
    )
    return _account(book, cover, agent, today), policy


def _terms(kind: str, net: int, tax_rate: int, grace_days: int | None) -> PolicyTerms:
    """Whoever has less time to pay has more to bring the cover back."""
    back = REHABILITATION_DAYS if grace_days is None else 2 * REHABILITATION_DAYS
    return terms(kind, net, FEE, tax_rate, SURCHARGES, back)


def _lived(sold: Cover, now: datetime) -> tuple[Cover, tuple[Move, ...]]:
    """A policy as it was sold, as it is now, and how it came to that."""
    if why_never(sold):
        open_ended = tuple(msgspec.structs.replace(one, grace_ends=None) for one in sold.receipts)
        sold = msgspec.structs.replace(sold, receipts=open_ended)
    moves = moves_due(sold, now)
    for one in moves:
        sold = moved(sold, one.became, one.at)
    return with_receipts(sold, now), moves


def _columns(cover: Cover) -> dict[str, Any]:
    names = (
        "number", "kind", "insurer", "starts", "ends", "status", "channel", "frequency", "grace_days",
        "sum_insured", "lapsed_at",
    )  # fmt: skip
    return {name: getattr(cover, name) for name in names} | {"sheet": msgspec.to_builtins(cover.sheet)}


def _receipt(one: Receipt) -> dict[str, Any]:
    row = msgspec.structs.asdict(one)
    del row["id"]
    return row


def _events(moves: tuple[Move, ...]) -> tuple[dict[str, Any], ...]:
    befores = ("issued", *(one.became for one in moves))
    return tuple(
        {"at": one.at, "kind": "status", "was": was, "became": one.became, "why": one.why}
        for was, one in zip(befores, moves, strict=False)
    )


def _account(book: Book, cover: Cover, agent: str, today: date) -> Debt:
    """What its receipts make of the account: once cover has ceased, what can bring it back."""
    asked = ("lapsed",) if cover.status == "lapsed" else ("pending", "overdue")
    premiums = [
        Premium(due=one.due, net=one.net, surcharge=one.surcharge, fee=one.fee, tax=one.tax, open=one.total)
        for one in cover.receipts
        if one.status in asked
    ]
    owed = premium_debt(premiums, today, "open")
    return Debt(
        product="insurance",
        name=_NAMES[cover.kind],
        currency=book.currency,
        status=owed.status,
        oldest_due=owed.oldest_due,
        overdue=owed.overdue,
        total=owed.total,
        minimum=owed.minimum,
        components=dict(owed.components),
        details={"policy_number": cover.number, "insurance_agent": agent},
        instalment=owed.minimum,
    )


def _endorsements(rng: Random, aside: Random, starts: date, today: date) -> tuple[dict[str, Any], ...]:
    """Now and then a change since the start: A more premium, B none, D less."""
    span = (today - starts).days
    if span < 10 or rng.random() > 0.2:
        return ()
    kind = rng.choice("AABBBD")
    on = starts + timedelta(days=rng.randint(1, span))
    folio = f"E-{aside.randint(10_000, 99_999)}"
    if kind == "B":
        note = rng.choice(("Cambio de conducto de cobro", "Cambio de domicilio"))
        return ({"kind": kind, "on": on, "note": note, "folio": folio},)
    delta = rng.randint(5, 120) * 10_00
    note = "Se agrega cobertura" if kind == "A" else "Baja de cobertura"
    delta = delta if kind == "A" else -delta
    return ({"kind": kind, "on": on, "delta": delta, "note": note, "folio": folio},)


def _claims(rng: Random, kind: str, starts: date, today: date) -> tuple[dict[str, Any], ...]:
    """One policy in fourteen has had a claim; nobody claims on a life insurance or a surety here."""
    span = (today - starts).days
    if kind in ("life", "surety") or span < 10 or rng.random() > 1 / 14:
        return ()
    claim: dict[str, Any] = {
        "number": f"S-{rng.randint(100_000, 999_999)}",
        "on": starts + timedelta(days=rng.randint(1, span)),
        "status": rng.choice(("open", "open", "paid", "rejected")),
        "amount": rng.randint(30, 900) * 100_00,
    }
    return (claim | {"deductible": claim["amount"] // 20},)
