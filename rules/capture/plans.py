"""Plans on a capture line: ``3x`` ``3xq`` ``500+3x`` ``1000+500+500q``, and their instalments."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rules.calendars import next_business_day
from rules.capture.amounts import number
from rules.capture.scope import Refused
from rules.capture.values import PlanReading
from rules.capture.vocabulary import RHYTHMS
from rules.facts import Instalment
from rules.plans import monthly_dates, pay_dates
from rules.rates import split

MAX_INSTALMENTS = 60
"""Five years of monthly payments; longer is a new credit, not a plan."""

_PLAN = re.compile(r"(?:(\$?[0-9.,]+)\+)?([0-9]{1,3})x([a-z]?)")
_EACH = re.compile(r"(\$?[0-9.,]+(?:\+\$?[0-9.,]+)+)([a-z]?)")
_MIXED = re.compile(r"\$?[0-9.,]+(?:\+\$?[0-9.,]+)+x[a-z]?")
_LETTERS = ("q", "m", "w")
_MAYBE_DAYS = re.compile(r".*\+[0-9]{1,2}")


def plan(word: str) -> PlanReading | None:
    """Read a plan, monthly unless its rhythm is typed; None if the word is not a plan.

    Raises:
        Refused: too few or too many payments, an unknown rhythm, a bad down payment, or a
            last payment that may be a number of days (``1500+3``).
    """
    found = _PLAN.fullmatch(word)
    if found is None:
        return _each(word)
    down, count, letter = found.groups()
    if letter and letter not in RHYTHMS:
        raise Refused("plan_rhythm", word, *(f"{count}x{rhythm}" for rhythm in _LETTERS))
    if not (1 if down else 2) <= int(count) <= MAX_INSTALMENTS:
        raise Refused("plan_count", word, "2x", "3x")
    return PlanReading(count=int(count), rhythm=RHYTHMS.get(letter, "m"), down=number(down) if down else None)


def _each(word: str) -> PlanReading | None:
    """Each payment by its own amount, monthly unless the rhythm is typed."""
    if _MIXED.fullmatch(word):
        raise Refused("plan_mixed", word, "500+3x", "1000+500+500")
    found = _EACH.fullmatch(word)
    if found is None:
        return None
    payments, letter = found.group(1), found.group(2)
    if letter and letter not in RHYTHMS:
        raise Refused("plan_rhythm", word, *(f"{payments}{rhythm}" for rhythm in _LETTERS))
    parts = payments.split("+")
    if not letter and _MAYBE_DAYS.fullmatch(word):
        first = payments.rpartition("+")[0]
        raise Refused("plan_or_days", word, f"{first} +{parts[-1]}", f"{word}.00")
    amounts = tuple(minor for part in parts if (minor := number(part)) is not None)
    if not len(amounts) == len(parts) <= MAX_INSTALMENTS:
        raise Refused("plan_count", word, "2x", "3x")
    return PlanReading(count=len(amounts), rhythm=RHYTHMS.get(letter, "m"), amounts=amounts)


def lacks_rhythm(word: str) -> bool:
    """Whether the word is a plan whose rhythm may follow as a word of its own."""
    found = _PLAN.fullmatch(word)
    if found is not None:
        return not found.group(3)
    each = _EACH.fullmatch(word)
    return each is not None and not each.group(2)


def instalments(plan: PlanReading, total: int, first: date, country: str = "") -> tuple[Instalment, ...]:
    """The payments of a plan: they sum to `total` (minor units) to the cent.

    Amounts that the plan names are kept as they are (`total` is then their sum).

    The down payment, if any, is due on `first` and the rest follow at the plan's rhythm;
    equal shares are rounded down and the last one takes the residual cents. Pay days are
    the 15th and the last of the month; months count from `first`, clipped to their end. In a
    country, every day after the first is rolled to a business day (LTOSF 18 Bis 4).

    Raises:
        ValueError: less than a cent is left for each instalment after the down payment.
    """
    if plan.amounts:
        return _dated(plan, plan.amounts, first, country)
    shares = split(total - (plan.down or 0), plan.count)
    if min(shares) == 0:
        raise ValueError("the down payment leaves nothing for the instalments")
    return _dated(plan, ((plan.down,) if plan.down else ()) + shares, first, country)


def _dated(plan: PlanReading, amounts: tuple[int, ...], first: date, country: str) -> tuple[Instalment, ...]:
    dates = _dates(plan.rhythm, first, len(amounts))
    if country:
        dates = (first, *(next_business_day(due, country) for due in dates[1:]))
    return tuple(Instalment(due=due, amount=amount) for due, amount in zip(dates, amounts, strict=True))


def _dates(rhythm: str, first: date, count: int) -> tuple[date, ...]:
    if rhythm == "m":
        return monthly_dates(first, count)
    if rhythm == "w":
        return tuple(first + timedelta(weeks=number) for number in range(count))
    return (first, *pay_dates(first + timedelta(days=1), count - 1))
