from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendars import (
    add_business_days,
    add_months,
    is_business_day,
    month_end,
    next_business_day,
    next_pay_day,
    read_weekdays,
    rest_days,
    working_days,
)
from rules.plans import monthly_dates, pay_dates

DAYS = st.dates(date(2007, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize("year", range(2022, 2061))
def test_rest_days_of_mexico_are_those_of_the_library(year: int) -> None:
    assert rest_days("MX", year) == set(holidays.country_holidays("MX", years=year))


@pytest.mark.parametrize("year", range(2022, 2061))
def test_rest_days_of_the_us_are_those_of_the_library_without_observed_days(year: int) -> None:
    assert rest_days("US", year) == set(holidays.country_holidays("US", years=year, observed=False))


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(ValueError, match="'FR'"):
        rest_days("FR", 2026)


@given(DAYS, st.sampled_from(["MX", "US"]))
def test_the_next_business_day_is_the_nearest(day: date, country: str) -> None:
    following = next_business_day(day, country)
    assert following >= day
    assert is_business_day(following, country)
    between = ((day + timedelta(days=n)) for n in range((following - day).days))
    assert not any(is_business_day(one, country) for one in between)


@given(DAYS, st.integers(1, 30))
def test_business_days_are_counted_one_by_one(day: date, count: int) -> None:
    reached = add_business_days(day, count, "MX")
    assert working_days(day + timedelta(days=1), reached, "MX") == count
    assert is_business_day(reached, "MX")


@given(DAYS)
def test_the_next_pay_day_is_the_first_15th_or_month_end_after(day: date) -> None:
    following = next_pay_day(day)
    expected = day + timedelta(days=1)
    while expected.day != 15 and expected != month_end(expected):
        expected += timedelta(days=1)
    assert following == expected


@given(DAYS, st.integers(1, 48))
def test_monthly_dates_do_not_drift(first: date, count: int) -> None:
    for number, day in enumerate(monthly_dates(first, count)):
        assert day == add_months(first, number)
        assert day.day == min(first.day, month_end(day).day)
        assert (day.year * 12 + day.month) - (first.year * 12 + first.month) == number


@given(DAYS, st.integers(1, 48))
def test_pay_dates_come_twice_a_month_from_the_day_on(day: date, count: int) -> None:
    dates = pay_dates(day, count)
    assert len(dates) == count
    assert dates[0] >= day
    assert all(one.day == 15 or one == month_end(one) for one in dates)
    assert all(13 <= (later - earlier).days <= 16 for earlier, later in pairwise(dates))


@pytest.mark.parametrize(
    ("text", "days"), [("Mon-Sat", {0, 1, 2, 3, 4, 5}), ("mon, wed,Fri", {0, 2, 4}), ("Sun", {6})]
)
def test_weekdays(text: str, days: set[int]) -> None:
    assert read_weekdays(text) == days
