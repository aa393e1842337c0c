"""Hours that suit a client, on a capture line: ``9-12`` ``9:30-12h`` ``16h-19h`` ``4-7pm``."""

from __future__ import annotations

import re
from datetime import time

from rules.capture.hours import hour
from rules.capture.scope import Refused, Scope

_SHAPE = re.compile(r"([0-9][0-9:hamp]*)-([0-9][0-9:hamp]*)")
_HALVES = ("am", "pm")
_FORMS = ("9-12", "9:30-12:00", "4-7pm")
HOURS = 24
_FIRST_PLAIN_HOUR = 7
"""A plain hour before it may mean the afternoon: nobody is called so early (DOF 07-10-2014)."""


def window(word: str, scope: Scope) -> str | None:
    """Read hours as "HH:MM-HH:MM" of the client's day; None if the word is none.

    Only for a result that has the field, so that ``9-12`` is never taken for anything else.

    Raises:
        Refused: no such hours, an end before the start, or hours that may be of the
            morning or of the afternoon.
    """
    if scope.result is None or "window" not in scope.fields:
        return None
    found = _SHAPE.fullmatch(word)
    if found is None:
        return None
    first, last = found.groups()
    start, end = _pair(word, first, last)
    if start >= end:
        raise Refused("window_order", word, *_FORMS)
    return f"{start:%H:%M}-{end:%H:%M}"


def _pair(word: str, first: str, last: str) -> tuple[time, time]:
    if first.isdecimal() and last.endswith(_HALVES):
        return _same_half(word, first, last)
    if any(text.isdecimal() and int(text) < _FIRST_PLAIN_HOUR for text in (first, last)):
        raise Refused("window_half", word, *(_halves(first, last) or _FORMS))
    return _hour(word, first), _hour(word, last)


def _same_half(word: str, first: str, last: str) -> tuple[time, time]:
    """``4-7pm`` is all afternoon, ``11-1pm`` begins before noon."""
    end = _hour(word, last)
    starts = [_hour(word, first + half) for half in (last[-2:], "am")]
    return next((start for start in starts if start < end), starts[0]), end


def _halves(first: str, last: str) -> list[str]:
    """What two hours may mean of which one is early: in the afternoon, or in the morning."""
    if not (first.isdecimal() and last.isdecimal()):
        return []
    start, end, half = int(first), int(last), HOURS // 2
    later = (start + half if start < _FIRST_PLAIN_HOUR else start, end + half if end < half else end)
    return [f"{one}:00-{other}:00" for one, other in (later, (start, end)) if one < other < HOURS]


def _hour(word: str, text: str) -> time:
    try:
        found = hour(f"{text}h" if text.isdecimal() else text)
    except Refused:
        found = None
    if found is None:
        raise Refused("window_form", word, *_FORMS)
    return found
