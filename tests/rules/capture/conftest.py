"""The catalogue in force, and the client that lines are read against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.capture.read import read
from rules.capture.values import CaptureContext, Reading
from rules.catalogue import Catalogue
from storage import reference

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
        }
        return CaptureContext(**(known | changes))

    return make


@pytest.fixture(scope="session")
def reads(catalogue: Catalogue, context: Callable[..., CaptureContext]) -> Callable[..., Reading]:
    """Reads a line in a language ("es" unless said), with changes of the context."""

    def reading(line: str, language: str = "es", **changes: Any) -> Reading:
        return read(line, catalogue, context(language=language, **changes))

    return reading
