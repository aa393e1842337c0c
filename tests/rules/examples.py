"""What the tests of the rules start from: an instant, a client, and instants at random."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from rules.clients import Account, Client, Phone

FRIDAY_10_IN_MEXICO = datetime(2026, 11, 20, 16, tzinfo=UTC)

INSTANTS = st.integers(0, 8 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def client(**changes: Any) -> Client:
    """A client in Mexico City with one card, 20 days past due, and two numbers."""
    fields: dict[str, Any] = {
        "id": 7,
        "name": "María Ruiz",
        "country": "MX",
        "zones": ("America/Mexico_City",),
        "as_of": FRIDAY_10_IN_MEXICO,
        "phones": (Phone(id="1", number="+525555550101"), Phone(id="2", number="+525555550102")),
        "accounts": (
            Account(
                id=70,
                product="card",
                number="4111",
                currency="MXN",
                overdue=1_500_00,
                total=9_000_00,
                minimum=300_00,
                oldest_due=date(2026, 10, 31),
            ),
        ),
    }
    return Client(**(fields | changes))
