"""Calendars: rest days, business days, pay days and months without drift.

The rest days are computed here, since the desk needs them before its first frame and
importing a library of all countries costs 100 ms; the tests hold them equal to it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import MO, TH, relativedelta

_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=64)
def rest_days(country: str, year: int) -> frozenset[date]:
    """The legal rest days of a year.

    MX: art. 74 of the labour law, with the change of government (1 October, every six
    years from 2024) and without election days; bank holidays are more and are loaded as
    data. US: the federal holidays of 5 U.S.C. 6103(a) on their own date, not the observed
    one.

    Raises:
        ValueError: the country is neither MX nor US.
    """
    if country == "MX":
        return frozenset(_mexico(year))
    if country == "US":
        return frozenset(_united_states(year))
    raise ValueError(f"no calendar of rest days for country {country!r}; known: MX, US")


def _weekday(year: int, month: int, weekday: relativedelta) -> date:
    return date(year, month, 1) + weekday


def _mexico(year: int) -> list[date]:
    days = [
        date(year, 1, 1),
        _weekday(year, 2, relativedelta(weekday=MO(1))),
        _weekday(year, 3, relativedelta(weekday=MO(3))),
        date(year, 5, 1),
        date(year, 9, 16),
        _weekday(year, 11, relativedelta(weekday=MO(3))),
        date(year, 12, 25),
    ]
    if year >= 2024 and (year - 2024) % 6 == 0:
        days.append(date(year, 10, 1))
    return days


def _united_states(year: int) -> list[date]:
    return [
        date(year, 1, 1),
        _weekday(year, 1, relativedelta(weekday=MO(3))),
        _weekday(year, 2, relativedelta(weekday=MO(3))),
        _weekday(year, 5, relativedelta(day=31, weekday=MO(-1))),
        date(year, 6, 19),
        date(year, 7, 4),
        _weekday(year, 9, relativedelta(weekday=MO(1))),
        _weekday(year, 10, relativedelta(weekday=MO(2))),
        date(year, 11, 11),
        _weekday(year, 11, relativedelta(weekday=TH(4))),
        date(year, 12, 25),
    ]


def is_rest_day(day: date, country: str) -> bool:
    """Whether a day is a legal rest day."""
    return day in rest_days(country, day.year)


def is_business_day(day: date, country: str) -> bool:
    """Whether a day is Monday to Friday and no rest day."""
    return day.weekday() < 5 and not is_rest_day(day, country)


def next_business_day(day: date, country: str) -> date:
    """The day itself if it is a business day, else the next one (LTOSF 18 Bis 4 for due dates)."""
    while not is_business_day(day, country):
        day += _DAY
    return day


def add_business_days(day: date, count: int, country: str) -> date:
    """The `count`-th business day after a day; the day itself does not count."""
    for _ in range(count):
        day = next_business_day(day + _DAY, country)
    return day


def next_pay_day(day: date) -> date:
    """The next Mexican pay day strictly after a day: the 15th or the last of the month."""
    after = day + _DAY
    return after.replace(day=15) if after.day <= 15 else month_end(after)


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day + relativedelta(day=31)


def add_months(anchor: date, n: int) -> date:
    """`n` months after an anchor, clipped to the month's end: 31 Jan, 28 Feb, 31 Mar.

    Count from the same anchor each time; adding to the last result would drift.
    """
    return anchor + relativedelta(months=n)


def working_days(first: date, last: date, country: str, weekdays: Collection[int] = range(5)) -> int:
    """Days from `first` to `last`, both counted, on the given weekdays (0 = Monday) and no rest day."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() in weekdays and not is_rest_day(day, country) for day in days)


def read_weekdays(text: str) -> frozenset[int]:
    """Read weekdays such as ``Mon-Sat`` or ``Mon,Wed,Fri`` as numbers, 0 = Monday.

    Raises:
        ValueError: a part is no English weekday.
    """
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        low, high = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        found.update(range(low, high + 1))
    return frozenset(found)
