"""Payment plans: equal instalments that sum to the cent, on dates that do not drift."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from rules.calendars import add_months, next_pay_day
from rules.rates import Rate, share, split


class Plan(msgspec.Struct, frozen=True):
    """A down payment and the instalments after it, minor units."""

    down: int
    instalments: tuple[int, ...]

    @property
    def total(self) -> int:
        """All payments together."""
        return self.down + sum(self.instalments)


def payment_plan(total: int, instalments: int, down_share: Rate = 0) -> Plan:
    """Plan a debt: the down payment rounded, equal instalments rounded down, the rest in the last."""
    down = share(total, down_share)
    return Plan(down, split(total - down, instalments))


def monthly_dates(first: date, instalments: int) -> tuple[date, ...]:
    """The same day each month from the first, clipped to the month's end, counted from the first."""
    return tuple(add_months(first, number) for number in range(instalments))


def pay_dates(not_before: date, instalments: int) -> tuple[date, ...]:
    """Mexican pay days (15th and last of the month) from a day on, that day included."""
    dates: list[date] = []
    day = not_before - timedelta(days=1)
    for _ in range(instalments):
        day = next_pay_day(day)
        dates.append(day)
    return tuple(dates)
