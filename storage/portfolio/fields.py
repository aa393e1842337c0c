"""Readers of single fields: a cell's value as text, one of a list, an amount or a date.

Each maker returns a function of a row. They run for every field of a million rows, so the
common form of a value is tried first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from rules.money import to_minor
from rules.text import clean
from rules.words import tr
from storage.portfolio.expressions import CellError, Compiled, number

Reader = Callable[[Sequence[str]], Any]

LARGEST = 10**15
"""Units of money; more is a slip of the file."""

LONGEST = 500
"""Characters of a text that are kept."""

_CENTS = re.compile(r"(\d{1,15})(?:\.(\d\d?))?", re.ASCII)
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?:[ T].*)?", re.ASCII)


def text(field: Compiled, default: str = "", *, needed: bool = False) -> Reader:
    """Clean text; `default` for an empty cell, or a refusal when the field is needed."""
    run = field.run

    def read(row: Sequence[str]) -> str:
        value = run(row)
        found = ""
        if value:
            found = clean(value if isinstance(value, str) else str(value), limit=LONGEST).strip()
        if not found and needed:
            raise CellError(tr("is empty"))
        return found or default

    return read


def choice(field: Compiled, default: str, known: Sequence[str]) -> Reader:
    """One of a closed list."""
    plain = text(field, default)

    def read(row: Sequence[str]) -> str:
        found: str = plain(row)
        if found not in known:
            raise CellError(tr("{value} is none of {known}", value=found, known=", ".join(known)))
        return found

    return read


def pattern(field: Compiled, default: str, wanted: re.Pattern[str], reason: str) -> Reader:
    """Text of a given form; `reason` says which when it is not."""
    plain = text(field, default)

    def read(row: Sequence[str]) -> str:
        found: str = plain(row)
        if not wanted.fullmatch(found):
            raise CellError(reason)
        return found

    return read


def amount(field: Compiled, decimal: str) -> Reader:
    """Minor units of money, not negative; None for an empty cell."""
    run = field.run

    def read(row: Sequence[str]) -> int | None:
        value = run(row)
        if decimal == "." and isinstance(value, str) and (match := _CENTS.fullmatch(value)):
            cents = match[2]
            return int(match[1]) * 100 + (int(cents) * (10 if len(cents) == 1 else 1) if cents else 0)
        found = number(value, decimal)
        if found is None:
            return None
        if found < 0:
            raise CellError(tr("an amount below 0"))
        if found >= LARGEST:
            raise CellError(tr("an amount out of all reason"))
        return to_minor(found)

    return read


def day(field: Compiled, order: str) -> Reader:
    """A date; None for an empty cell."""
    run = field.run

    def read(row: Sequence[str]) -> date | None:
        value = run(row)
        if not value:
            return None
        if isinstance(value, date):
            return value
        written = str(value).strip()
        if not written:
            return None
        found = read_date(written, order)
        if found is None:
            raise CellError(tr("not a date written {order} or YYYY-MM-DD", order=order.upper()))
        return found

    return read


@lru_cache(maxsize=65_536)
def read_date(written: str, order: str) -> date | None:
    """A date written ISO, or as three numbers in the given order (dmy, mdy, ymd); None if it is neither."""
    match = _DATE.fullmatch(written)
    if match is None:
        return None
    if len(match[1]) == 4:
        order = "ymd"
    named = dict(zip(order, (int(part) for part in match.groups()), strict=True))
    year = named["y"]
    try:
        return date(year + 2000 if year < 100 else year, named["m"], named["d"])
    except ValueError:
        return None
