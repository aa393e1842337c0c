"""Plans on a capture line: ``3x`` ``3xq`` ``500+3x``, and the instalments that they mean."""

from __future__ import annotations

import re
from datetime import date, timedelta

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


def plan(word: str) -> PlanReading | None:
    """Read a plan, monthly unless its rhythm is typed; None if the word is not a plan.

    Raises:
        Refused: too few or too many payments, an unknown rhythm, or a bad down payment.
    """
    found = _PLAN.fullmatch(word)
    if found is None:
        return None
    down, count, letter = found.groups()
    if letter and letter not in RHYTHMS:
        raise Refused("plan_rhythm", word, *(f"{count}x{rhythm}" for rhythm in ("q", "m", "w")))
    if not (1 if down else 2) <= int(count) <= MAX_INSTALMENTS:
        raise Refused("plan_count", word, "2x", "3x")
    return PlanReading(count=int(count), rhythm=RHYTHMS.get(letter, "m"), down=number(down) if down else None)


def lacks_rhythm(word: str) -> bool:
    """Whether the word is a plan whose rhythm may follow as a word of its own."""
    found = _PLAN.fullmatch(word)
    return found is not None and not found.group(3)


def instalments(plan: PlanReading, total: int, first: date) -> tuple[Instalment, ...]:
    """The payments of a plan: they sum to `total` (minor units) to the cent.

    The down payment, if any, is due on `first` and the rest follow at the plan's rhythm;
    equal shares are rounded down and the last one takes the residual cents. Pay days are
    the 15th and the last of the month; months count from `first`, clipped to their end.

    Raises:
        ValueError: less than a cent is left for each instalment after the down payment.
    """
    shares = split(total - (plan.down or 0), plan.count)
    if min(shares) == 0:
        raise ValueError("the down payment leaves nothing for the instalments")
    amounts = ((plan.down,) if plan.down else ()) + shares
    dates = _dates(plan.rhythm, first, len(amounts))
    return tuple(Instalment(due=due, amount=amount) for due, amount in zip(dates, amounts, strict=True))


def _dates(rhythm: str, first: date, count: int) -> tuple[date, ...]:
    if rhythm == "m":
        return monthly_dates(first, count)
    if rhythm == "w":
        return tuple(first + timedelta(weeks=number) for number in range(count))
    return (first, *pay_dates(first + timedelta(days=1), count - 1))
