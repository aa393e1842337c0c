"""The catalogue in force, and the client that lines are read against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.capture.read import read
from rules.capture.values import CaptureContext, Claimable, Reading
from rules.catalogue import Catalogue
from storage import reference

RECEIPTS = tuple(
    Claimable(
        id=100 + number,
        policy="AUT-48213",
        number=number,
        due=date(2026, 7 + number, 5),
        open=amount,
        status=status,
    )
    for number, (amount, status) in enumerate(
        [(0, "paid"), (1_887_33, "overdue"), (1_187_34, "pending"), (1_187_33, "pending"), (0, "cancelled")],
        start=1,
    )
)
"""Receipt 1 is paid, 2 past due, 3 and 4 to come, 5 cancelled."""

TUESDAY_1142 = datetime(2026, 11, 24, 11, 42, tzinfo=ZoneInfo("America/Hermosillo"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return reference.catalogue()


@pytest.fixture(scope="session")
def context() -> Callable[..., CaptureContext]:
    """Makes a context: 3,550.00 brings the account current, 10,650.00 is owed in all."""

    def make(**changes: Any) -> CaptureContext:
        known: dict[str, Any] = {
            "now": TUESDAY_1142,
            "client_id": 7,
            "account_id": 70,
            "due": 3_550_00,
            "total": 10_650_00,
            "minimum": 500_00,
            "phones": ("ph-1", "ph-2"),
            "selected_phone": "ph-1",
            "receipts": RECEIPTS,
        }
        return CaptureContext(**(known | changes))

    return make


@pytest.fixture(scope="session")
def reads(catalogue: Catalogue, context: Callable[..., CaptureContext]) -> Callable[..., Reading]:
    """Reads a line in a language ("es" unless said), with changes of the context."""

    def reading(line: str, language: str = "es", **changes: Any) -> Reading:
        return read(line, catalogue, context(language=language, **changes))

    return reading
