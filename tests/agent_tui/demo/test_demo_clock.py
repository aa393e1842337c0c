from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent_tui.demo.clock import demo_start

MEXICO = ZoneInfo("America/Mexico_City")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MEXICO)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-11-20T10:00", None),  # Friday, at work
        ("2026-11-20T19:00", "2026-11-20T09:30"),  # Friday evening: this morning
        ("2026-11-22T12:00", "2026-11-20T09:30"),  # Sunday: Friday
        ("2026-11-16T12:00", "2026-11-13T09:30"),  # a rest day, Monday: Friday
        ("2026-11-20T03:00", "2026-11-19T09:30"),  # before dawn: yesterday
    ],
)
def test_the_demo_runs_now_or_on_the_last_working_morning(now: str, start: str | None) -> None:
    assert demo_start(at(now)) == (at(start) if start else None)


def test_a_demo_goes_on_where_its_morning_was_left() -> None:
    left = at("2026-11-20T11:15")
    assert demo_start(at("2026-11-22T12:00"), left) == at("2026-11-20T11:15:01")
    assert demo_start(at("2026-11-22T12:00"), at("2026-11-19T11:15")) == at("2026-11-20T09:30")
