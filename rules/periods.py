"""Periods by name: the days that a report asks for, counted from the day on which it is run."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

PERIODS = ("today", "yesterday", "week", "last_week", "month", "last_month")
"""Weeks begin on Monday; this week and month end today. Also "7d": the last seven days, with today."""

_DAYS = re.compile(r"([1-9][0-9]{0,2})d")


class UnknownPeriod(ValueError):
    """A period has no such name."""


def days(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period.

    Raises:
        UnknownPeriod: it is none of `PERIODS`, and no number of days.
    """
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    match period:
        case "today":
            return today, today
        case "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        case "week":
            return monday, today
        case "last_week":
            return monday - timedelta(days=7), monday - timedelta(days=1)
        case "month":
            return first, today
        case "last_month":
            return month(first - timedelta(days=1))
    if found := _DAYS.fullmatch(period):
        return today - timedelta(days=int(found[1]) - 1), today
    raise UnknownPeriod(period)


def month(day: date) -> tuple[date, date]:
    """The first and the last day of the month that a day is in."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
