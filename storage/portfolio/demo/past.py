"""Invented history: calls, promises with their fate, payments, callbacks and holds.

Nothing here happened today: the figures of the day begin at zero. Calls respect the hours
and the caps of the contact rules, so that most clients may be called at once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from rules.buckets import bucket, days_past_due
from rules.calendars import is_rest_day
from rules.catalogue import Catalogue
from storage.portfolio.demo.cancelling import Wish
from storage.portfolio.demo.debts import Debt, part

AGENTS = {"es": ("ana", "beto", "carla", "diego"), "en": ("emma",)}
REASONS = ("OLVIDO", "FLUJO", "DESEMP", "REDUC", "ENFERM", "SOBREEND", "GASTO", "NOEDO", "DESCON")
CHANNELS = ("spei", "oxxo", "tpv", "liga", "banco", "domi")

# How calls end, with their share: most ring out, one in five reaches somebody.
ENDINGS = (
    ("NOCO", 38),
    ("BUZN", 20),
    ("OCUP", 9),
    ("COLG", 3),
    ("MSJT", 8),
    ("TERC", 7),
    ("INFO", 8),
    ("NEGP", 4),
    ("SINC", 3),
)
FATES = (("kept", 46), ("broken", 38), ("partial", 16))
NOTES = {
    "es": {
        "INFO": "Se informa saldo y fecha; no se compromete",
        "NEGP": "Dice que no va a pagar por ahora",
        "SINC": "Perdió ingresos, pide tiempo",
        "MSJT": "Contesta familiar, se deja recado",
        "broken": "Prometió y no llegó el pago",
    },
    "en": {
        "INFO": "Told balance and date; no commitment",
        "NEGP": "Says will not pay for now",
        "SINC": "Lost income, asks for time",
        "MSJT": "Relative answered, message left",
        "broken": "Promised, payment did not arrive",
    },
}
RECENT_DAYS = 8
SUNDAY = 6


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Whose past it is: keys in the store and what the past is made from."""

    client_id: int
    account_id: int
    debt: Debt
    zone: str
    language: str
    country: str
    phones: tuple[str, ...]


class Past(msgspec.Struct, kw_only=True):
    """Rows of a client's past, as columns by table."""

    interactions: list[dict[str, Any]] = []
    promises: list[dict[str, Any]] = []
    payments: list[dict[str, Any]] = []
    callbacks: list[dict[str, Any]] = []
    cases: list[dict[str, Any]] = []


def fact_id(rng: Random, at: datetime) -> str:
    """A UUIDv7 for an instant, drawn from `rng` so that the same seed gives the same."""
    milliseconds = int(at.timestamp() * 1000)
    bits = milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    return str(UUID(int=bits))


def past(rng: Random, subject: Subject, catalogue: Catalogue, now: datetime) -> Past:
    """A plausible past: the later the debt, the more of it."""
    made = Past()
    days = (now.date() - subject.debt.oldest_due).days if subject.debt.oldest_due else 0
    if days == 0:
        return made
    for day in _call_days(rng, subject, now, days):
        _call(rng, subject, catalogue, made, day, rng.choices(ENDINGS, weights=[w for _, w in ENDINGS])[0][0])
    for _ in range(rng.choices((0, 1, 2, 3), weights=(45, 33, 15, 7))[0] if days > 12 else 0):
        _old_promise(rng, subject, catalogue, made, now, days)
    draw = rng.random()
    if draw < 0.06:
        _open_promise(rng, subject, catalogue, made, now)
    elif draw < 0.10:
        _callback(rng, subject, catalogue, made, now)
    return made


def _call_days(rng: Random, subject: Subject, now: datetime, days: int) -> list[date]:
    """Days of past calls, at most one a day and four in the last week (the caps are seven)."""
    count = min(rng.choices((0, 1, 2, 4, 7, 12), weights=(14, 22, 24, 22, 12, 6))[0], days)
    today = now.astimezone(ZoneInfo(subject.zone)).date()
    drawn = sorted(rng.sample(range(1, max(days, 1) + 1), min(count, days)))
    recent = [back for back in drawn if back <= RECENT_DAYS][:4]
    later = [back for back in drawn if back > RECENT_DAYS]
    return [today - timedelta(days=back) for back in recent + later]


def _calling_day(day: date, country: str) -> date:
    """The day, or the last one before it on which the house calls in that country."""
    while country == "MX" and (day.weekday() == SUNDAY or is_rest_day(day, country)):
        day -= timedelta(days=1)
    return day


def _at(rng: Random, subject: Subject, day: date) -> datetime:
    """An instant of the day at an hour when this client may be called."""
    local = datetime.combine(day, time(rng.randint(9, 19), rng.randint(0, 59), rng.randint(0, 59)))
    return local.replace(tzinfo=ZoneInfo(subject.zone)).astimezone(UTC)


def _call(
    rng: Random, subject: Subject, catalogue: Catalogue, made: Past, day: date, code: str, **fields: Any
) -> dict[str, Any]:
    result = catalogue.results[code]
    at = _at(rng, subject, _calling_day(day, subject.country))
    days = days_past_due(at.date(), subject.debt.oldest_due)
    note = NOTES[subject.language].get(code, "")
    row = {
        "id": fact_id(rng, at),
        "client_id": subject.client_id,
        "account_id": subject.account_id,
        "at": at,
        "code": code,
        "flags": result.flags,
        "currency": subject.debt.currency,
        "reason": rng.choice(REASONS) if "reason" in result.required else None,
        "phone": rng.choice(subject.phones) if subject.phones else None,
        "note": note if rng.random() < 0.7 else "",
        "agent": rng.choice(AGENTS[subject.language]),
        "bucket": bucket(days),
    } | fields
    made.interactions.append(row)
    return row


def _promise(
    rng: Random, subject: Subject, catalogue: Catalogue, made: Past, day: date, due: date
) -> dict[str, Any]:
    share = rng.randint(30, 100)
    amount = max(1_00, part(min(subject.debt.overdue, 3 * subject.debt.instalment), share, 100))
    if _premium(subject):
        amount = subject.debt.overdue
    channel = rng.choice(CHANNELS)
    call = _call(rng, subject, catalogue, made, day, "PPT", amount=amount, due=due, channel=channel)
    row = {
        "id": call["id"],
        "event_id": call["id"],
        "client_id": subject.client_id,
        "account_id": subject.account_id,
        "made": call["at"],
        "due": due,
        "amount": amount,
        "currency": subject.debt.currency,
        "channel": channel,
        "agent": call["agent"],
    }
    made.promises.append(row)
    return row


def _premium(subject: Subject) -> bool:
    """Premium is promised in whole receipts; as these are still open, no such promise was kept."""
    return subject.debt.product == "insurance"


def _old_promise(
    rng: Random, subject: Subject, catalogue: Catalogue, made: Past, now: datetime, days: int
) -> None:
    """A promise whose day is past: kept, broken, or paid in part."""
    today = now.astimezone(ZoneInfo(subject.zone)).date()
    due = today - timedelta(days=rng.randint(3, max(3, min(days - 7, 90))))
    row = _promise(rng, subject, catalogue, made, due - timedelta(days=rng.randint(1, 5)), due)
    fate = rng.choices([f for f, _ in FATES], weights=[w for _, w in FATES])[0]
    row["status"] = "broken" if _premium(subject) else fate
    if row["status"] == "broken":
        return
    row["paid"] = (
        row["amount"] if row["status"] == "kept" else max(1, part(row["amount"], rng.randint(20, 80), 100))
    )
    paid_at = _at(rng, subject, due)
    made.payments.append(
        {
            "account_id": subject.account_id,
            "at": paid_at,
            "amount": row["paid"],
            "currency": row["currency"],
            "channel": row["channel"],
            "reference": f"DEMO-{fact_id(rng, paid_at)[-12:]}",
        }
    )


def _open_promise(rng: Random, subject: Subject, catalogue: Catalogue, made: Past, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(subject.zone)).date()
    _promise(
        rng, subject, catalogue, made, today - timedelta(days=1), today + timedelta(days=rng.randint(0, 3))
    )


def asked_to_cancel(rng: Random, subject: Subject, catalogue: Catalogue, made: Past, wished: Wish) -> None:
    """The call in which a contract was asked to be cancelled, and the case that it opened."""
    call = _call(rng, subject, catalogue, made, wished.asked_on, "CANC", due=wished.asked_on)
    made.cases.append(wished.case(call, subject.zone))


def _callback(rng: Random, subject: Subject, catalogue: Catalogue, made: Past, now: datetime) -> None:
    """A call asked for yesterday, for some hour of today or tomorrow."""
    today = now.astimezone(ZoneInfo(subject.zone)).date()
    call = _call(rng, subject, catalogue, made, today - timedelta(days=1), "RLLA")
    made.callbacks.append(
        {
            "id": call["id"],
            "client_id": subject.client_id,
            "due_at": _at(rng, subject, today + timedelta(days=rng.randint(0, 1))).replace(second=0),
            "phone": call["phone"],
            "note": call["note"],
        }
    )
