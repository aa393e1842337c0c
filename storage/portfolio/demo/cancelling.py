"""Invented requests to cancel a timeshare contract: fresh ones within the legal period, and later ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rules.calendars import add_business_days
from rules.cancellations import tier
from rules.cases import REFUND_BUSINESS_DAYS
from rules.signing import SIGNED
from storage.portfolio.demo.debts import Debt

SHARE, YOUNG_SHARE = 0.4, 0.8
"""So many contracts were asked to be cancelled of late: of the older ones, and of the young ones."""

YOUNG_DAYS = 7
"""A contract that is no more than this past due was signed a few days before."""

_ENDS = (("open", ""), ("closed", "withdrawn"), ("closed", "done"))
_SERVICE_DAYS = 10


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A request to cancel. status, outcome: as of its case."""

    signed_on: date
    asked_on: date
    status: str
    outcome: str
    closed_on: date | None

    def case(self, call: dict[str, Any], zone: str) -> dict[str, Any]:
        """The case that the call opened, as columns."""
        asked_tier = tier(self.signed_on, self.asked_on)
        days = REFUND_BUSINESS_DAYS if asked_tier == "T1" else _SERVICE_DAYS
        return {
            "id": call["id"],
            "client_id": call["client_id"],
            "account_id": call["account_id"],
            "kind": "cancellation",
            "opened": call["at"],
            "due": add_business_days(self.asked_on, days, "MX"),
            "clock": "mx.timeshare.revocation_days" if asked_tier == "T1" else "service_level",
            "currency": call["currency"],
            "tier": asked_tier,
            "destination": "RET",
            "reason": call["reason"] or "",
            "agent": call["agent"],
            "status": self.status,
            "outcome": self.outcome,
            "closed_at": None if self.closed_on is None else _evening(self.closed_on, zone),
        }


def wish(rng: Random, debt: Debt, today: date) -> Wish | None:
    """Whether a contract was asked to be cancelled, and how that went."""
    days = (today - debt.oldest_due).days if debt.oldest_due else 0
    young = days <= YOUNG_DAYS
    if rng.random() > (YOUNG_SHARE if young else SHARE):
        return None
    signed_on = date.fromisoformat(debt.details[SIGNED])
    asked_on = today - timedelta(days=rng.randint(1, 9))
    if young:
        signed_on = today - timedelta(days=days + rng.randint(1, 3))
        asked_on = min(today - timedelta(days=1), signed_on + timedelta(days=rng.randint(1, 5)))
    status, outcome = rng.choices(_ENDS, weights=(50, 30, 20))[0]
    closed_on = None if status == "open" else min(today - timedelta(days=1), asked_on + timedelta(days=3))
    return Wish(signed_on=signed_on, asked_on=asked_on, status=status, outcome=outcome, closed_on=closed_on)


def _evening(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(20), ZoneInfo(zone)).astimezone(UTC)
