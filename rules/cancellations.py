"""Timeshare cancellations: the legal tier of a request, and how many contracts are saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from rules.calendars import add_business_days
from rules.rates import Ratio
from rules.words import mark

REVOCATION_BUSINESS_DAYS = 5
"""From signature; within them the consumer may revoke without reason or cost (LFPC 56)."""

ALL = "*"
"""Name of the group that holds every request."""


def revocation_limit(signed_on: date, days: int = REVOCATION_BUSINESS_DAYS) -> date:
    """Last day on which a contract may be revoked."""
    return add_business_days(signed_on, days, "MX")


def tier(signed_on: date, requested_on: date, days: int = REVOCATION_BUSINESS_DAYS) -> str:
    """T1 inside the revocation period, T2 after it."""
    return "T1" if requested_on <= revocation_limit(signed_on, days) else "T2"


class Request(msgspec.Struct, frozen=True):
    """A request to cancel. status: saved, cancelled or open; amount in minor units."""

    tier: str
    room: str
    amount: int
    status: str


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """The requests of a group: counts, and amounts in minor units."""

    requests: int
    requested: int
    closed: int
    closed_amount: int
    saved: int
    saved_amount: int

    @property
    def open(self) -> int:
        """Requests that are still in process."""
        return self.requests - self.closed

    @property
    def save_rate(self) -> Ratio:
        """Saved of closed requests."""
        return Ratio(self.saved, self.closed)

    @property
    def save_amount_rate(self) -> Ratio:
        """Saved of closed amount."""
        return Ratio(self.saved_amount, self.closed_amount)


def pipeline(requests: Iterable[Request]) -> dict[str, Pipeline]:
    """The pipeline of each tier, of each sales room, and of all requests (`ALL`)."""
    rows = list(requests)
    groups = {name: [row for row in rows if row.tier == name] for name in sorted({row.tier for row in rows})}
    groups |= {name: [row for row in rows if row.room == name] for name in sorted({row.room for row in rows})}
    groups[ALL] = rows
    return {name: _pipeline(group) for name, group in groups.items()}


def _pipeline(rows: list[Request]) -> Pipeline:
    closed = [row for row in rows if row.status != "open"]
    saved = [row for row in closed if row.status == "saved"]
    return Pipeline(
        requests=len(rows),
        requested=sum(row.amount for row in rows),
        closed=len(closed),
        closed_amount=sum(row.amount for row in closed),
        saved=len(saved),
        saved_amount=sum(row.amount for row in saved),
    )


SAVED, CANCELLED, OPEN = "saved", "cancelled", "open"
"""How a request stands."""

STATES = {OPEN: mark("in process"), SAVED: mark("saved"), CANCELLED: mark("cancelled")}

STEPS = {
    "process": mark("process the cancellation and refund"),
    "retain": mark("offer to stay"),
    "confirm": mark("confirm the new terms in writing"),
    "refund": mark("pay the refund back"),
    "settle": mark("settle by the contract"),
}
"""What is to be done next, for those who sold the contract."""


def state(status: str, outcome: str) -> str:
    """How a request stands, by its case: one that was withdrawn is saved."""
    if status == "open":
        return OPEN
    return SAVED if outcome == "withdrawn" else CANCELLED


def next_step(tier: str, state: str) -> str:
    """A name of `STEPS`: inside the revocation period nobody is held back (LFPC 56)."""
    if state == OPEN:
        return "process" if tier == "T1" else "retain"
    if state == SAVED:
        return "confirm"
    return "refund" if tier == "T1" else "settle"
