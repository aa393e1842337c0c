"""The line that holds a part of the queue: until when and why, in both languages."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.directive_line import WhyNeeded, read

NOW = datetime(2026, 11, 25, 11, 42, tzinfo=ZoneInfo("America/Mexico_City"))


@pytest.mark.parametrize(
    ("text", "until", "why"),
    [
        ("the bank is down", None, "the bank is down"),
        ("14:30 the bank calls", NOW.replace(hour=14, minute=30), "the bank calls"),
        ("hasta las 14:30 visita", NOW.replace(hour=14, minute=30), "visita"),
        ("until 9:05 audit", NOW.replace(day=26, hour=9, minute=5), "audit"),
        ("2h Revisión", NOW + timedelta(hours=2), "Revisión"),
        ("por 30 min junta", NOW + timedelta(minutes=30), "junta"),
        ("3d cierre", NOW + timedelta(days=3), "cierre"),
        ("30 clientes reclaman", None, "30 clientes reclaman"),
    ],
)
def test_until_when_and_why(text: str, until: datetime | None, why: str) -> None:
    assert read(text, NOW) == (until, why)


@pytest.mark.parametrize("text", ["", "  ", "14:30", "2h "])
def test_a_reason_is_needed(text: str) -> None:
    with pytest.raises(WhyNeeded):
        read(text, NOW)
