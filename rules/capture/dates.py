"""Dates on a capture line: ``hoy`` ``vie`` ``+3`` ``15/12`` ``15dic`` ``d15`` ``q`` ``2026-12-15``.

A typed date is taken as typed, never rolled. A bare number is never a date. Without a year
the next such day is meant (the last one, where the result looks back).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from rules.calendars import next_pay_day
from rules.capture.scope import Refused
from rules.capture.vocabulary import (
    MONTHS,
    PAY_DAY,
    TODAY,
    TOMORROW,
    WEEKDAYS,
    YESTERDAY,
)
from rules.wording import short_month

_ISO = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?")
_SLASH_SHAPE = re.compile(r"[0-9]+/[0-9/]*.*")
_DAY_MONTH = re.compile(r"([0-9]{1,2})-?([a-z]+)(?:-?([0-9]{4}))?")
_MONTH_DAY = re.compile(r"([a-z]+)-?([0-9]{1,2})(?:-?([0-9]{4}))?")
_DAY_OF_MONTH = re.compile(r"d([0-9]{1,2})")
_OFFSET = re.compile(r"\+([0-9]{1,3})")
_MONTHS_AHEAD = 12
_CENTURY = 2000


class Calendar(Protocol):
    """What dates are read against: the day that it is, the language, and whether they lie behind."""

    @property
    def today(self) -> date:
        """The present day."""

    @property
    def language(self) -> str:
        """Decides how 3/4 is read: es or en."""

    @property
    def looks_back(self) -> bool:
        """Whether dates lie in the past."""


def day(word: str, scope: Calendar) -> date | None:
    """Read a date; None if the word is not one.

    Raises:
        Refused: no such day, a day on the wrong side of today, or a day and month that
            can be read both ways.
    """
    found = _relative(word, scope)
    if found is None:
        found = _slashes(word, scope)
    if found is None:
        found = _named_month(word, scope)
    return None if found is None else _right_side(word, found, scope)


def _relative(word: str, scope: Calendar) -> date | None:
    today = scope.today
    if word in TODAY:
        return today
    if word in TOMORROW:
        return today + timedelta(days=1)
    if word in YESTERDAY:
        return today - timedelta(days=1)
    if word == PAY_DAY:
        return next_pay_day(today)
    if word in WEEKDAYS:
        return _weekday(WEEKDAYS[word], scope)
    if offset := _OFFSET.fullmatch(word):
        return today + timedelta(days=int(offset.group(1)))
    if found := _DAY_OF_MONTH.fullmatch(word):
        return _day_of_month(word, int(found.group(1)), scope)
    return None


def _weekday(number: int, scope: Calendar) -> date:
    """The nearest such weekday that is not today: today has a word of its own."""
    step = -1 if scope.looks_back else 1
    away = (number - scope.today.weekday()) * step % 7 or 7
    return scope.today + timedelta(days=away * step)


def _day_of_month(word: str, number: int, scope: Calendar) -> date:
    step = -1 if scope.looks_back else 1
    first = scope.today.year * 12 + scope.today.month - 1
    months = (divmod(first + step * n, 12) for n in range(_MONTHS_AHEAD))
    return _nearest(word, (_exact(year, month + 1, number) for year, month in months), scope)


def _slashes(word: str, scope: Calendar) -> date | None:
    if iso := _ISO.fullmatch(word):
        year, month, number = (int(iso.group(n)) for n in (1, 3, 4))
        return _existing(word, _exact(year, month, number))
    found = _SLASHES.fullmatch(word)
    if found is None:
        if _SLASH_SHAPE.fullmatch(word):
            raise Refused("date_invalid", word)
        return None
    first, second = int(found.group(1)), int(found.group(2))
    readings = [(first, second)]
    if scope.language == "en" and first != second:
        readings.append((second, first))
    possible = [(number, month) for number, month in readings if _exact(2024, month, number)]
    if len(possible) > 1:
        raise Refused("date_ambiguous", word, *(_offer(number, month, scope) for number, month in possible))
    if not possible:
        other = _exact(2024, first, second)
        raise Refused("date_invalid", word, *([_offer(second, first, scope)] if other else []))
    number, month = possible[0]
    return _in_year(word, number, month, found.group(3), scope)


def _named_month(word: str, scope: Calendar) -> date | None:
    if found := _DAY_MONTH.fullmatch(word):
        number, name, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(word):
        name, number, year = found.groups()
    else:
        return None
    return None if name not in MONTHS else _in_year(word, int(number), MONTHS[name], year, scope)


def _in_year(word: str, number: int, month: int, year: str | None, scope: Calendar) -> date:
    if year:
        whole = int(year) + (_CENTURY if len(year) == 2 else 0)
        return _existing(word, _exact(whole, month, number))
    this = scope.today.year
    years = (this, this - 1) if scope.looks_back else (this, this + 1)
    return _nearest(word, (_exact(candidate, month, number) for candidate in years), scope)


def _nearest(word: str, candidates: Iterable[date | None], scope: Calendar) -> date:
    for candidate in candidates:
        if candidate and (candidate <= scope.today if scope.looks_back else candidate >= scope.today):
            return candidate
    raise Refused("date_invalid", word)


def _existing(word: str, found: date | None) -> date:
    if found is None:
        raise Refused("date_invalid", word)
    return found


def _exact(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _offer(number: int, month: int, scope: Calendar) -> str:
    return f"{number}{short_month(month, scope.language)}"


def _right_side(word: str, found: date, scope: Calendar) -> date:
    today = "today" if scope.language == "en" else "hoy"
    if scope.looks_back and found > scope.today:
        raise Refused("date_future", word, today)
    if not scope.looks_back and found < scope.today:
        raise Refused("date_past", word, today)
    return found
