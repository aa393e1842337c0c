"""Goals: what is still needed each working day, and where the month is heading."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import msgspec

from rules.calendars import month_end, working_days
from rules.rates import portion

MONDAY_TO_SATURDAY = range(6)


class DailyGoal(msgspec.Struct, frozen=True, kw_only=True):
    """A month's goal on a day of it.

    elapsed: working days so far, the day itself included. required: minor units for each
    remaining working day, None when none remains. projection: what the month would reach at
    the present pace, None before its first working day.
    """

    working_days: int
    elapsed: int
    remaining: int
    required: int | None
    projection: int | None


def day_projection(achieved: int, minute: int, opens: int, closes: int) -> int | None:
    """What a day would reach at its present pace, minor units; None before its hours begin.

    Args:
        achieved: minor units so far.
        minute: of the day, now.
        opens: minute at which the day's hours begin.
        closes: minute at which they end; no later than `opens` = a day of rest.
    """
    if closes <= opens or minute <= opens:
        return None
    return portion(achieved, closes - opens, min(minute, closes) - opens)


def daily_goal(
    goal: int,
    achieved: int,
    as_of: date,
    *,
    country: str = "MX",
    weekdays: Collection[int] = MONDAY_TO_SATURDAY,
) -> DailyGoal:
    """What a month's goal (minor units) asks for each remaining working day."""
    first = as_of.replace(day=1)
    whole = working_days(first, month_end(as_of), country, weekdays)
    elapsed = working_days(first, as_of, country, weekdays)
    remaining = whole - elapsed
    missing = max(goal - achieved, 0)
    return DailyGoal(
        working_days=whole,
        elapsed=elapsed,
        remaining=remaining,
        required=portion(missing, 1, remaining) if remaining else None,
        projection=portion(achieved, whole, elapsed) if elapsed else None,
    )
