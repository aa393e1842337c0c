"""Periods by name, and saved reports that move with the calendar."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import periods
from rules.saved_reports import SavedReport

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        ("today", "2026-11-25", "2026-11-25"),
        ("yesterday", "2026-11-24", "2026-11-24"),
        ("week", "2026-11-23", "2026-11-25"),
        ("last_week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-25"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("1d", "2026-11-25", "2026-11-25"),
        ("30d", "2026-10-27", "2026-11-25"),
    ],
)
def test_periods_are_counted_from_the_day(period: str, since: str, until: str) -> None:
    assert periods.days(period, WEDNESDAY) == (date.fromisoformat(since), date.fromisoformat(until))


@given(today=st.dates(date(2000, 1, 1), date(2100, 1, 1)), period=st.sampled_from(periods.PERIODS))
def test_no_period_goes_beyond_the_day(today: date, period: str) -> None:
    since, until = periods.days(period, today)
    assert since <= until <= today
    assert until - since < timedelta(days=31)


@pytest.mark.parametrize("period", ["", "tomorrow", "0d", "-1d", "1000d", "Today"])
def test_other_names_are_refused(period: str) -> None:
    with pytest.raises(periods.UnknownPeriod):
        periods.days(period, WEDNESDAY)


def test_a_saved_report_asks_for_other_days_on_another_day() -> None:
    saved = SavedReport(report="activity", period="last_week", team="Norte")
    first, later = saved.query(WEDNESDAY), saved.query(WEDNESDAY + timedelta(days=7))
    assert (first.since, later.since) == (date(2026, 11, 16), date(2026, 11, 23))
    assert (first.name, first.team) == (later.name, later.team) == ("activity", "Norte")


TEXTS = st.text(max_size=12) | st.just('\x7f\\"\n')


@settings(max_examples=40)
@given(
    st.builds(
        SavedReport,
        report=TEXTS,
        period=st.sampled_from(("", "month")),
        since=st.none() | st.dates(date(1000, 1, 1)),
        portfolio=TEXTS,
        team=TEXTS,
        agent=TEXTS,
    )
)
def test_what_is_saved_is_read_again(saved: SavedReport) -> None:
    assert msgspec.convert(tomllib.loads(saved.toml()), SavedReport) == saved
