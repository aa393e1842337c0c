"""What a lead types to hold a part of the queue or to put it first: until when, and why.

``14:30 the bank calls``, ``2h visita``, ``hasta 18:00 cierre``, or the reason alone. Both languages are read.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from rules.text import fold

_WORDS = r"(?:(?:until|till|hasta(?: las)?|a las|por|for)\s+)?"
_CLOCK = re.compile(_WORDS + r"([01]?\d|2[0-3]):([0-5]\d)\b\s*")
_SPAN = re.compile(_WORDS + r"(\d{1,3})\s?(min|m|h|d)\b\s*")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}


class WhyNeeded(ValueError):
    """The line gives no reason."""


def read(text: str, now: datetime) -> tuple[datetime | None, str]:
    """When it ends, None = when somebody ends it; and why.

    A clock that has passed today is tomorrow's.

    Args:
        text: the line.
        now: the present instant, in the zone that clocks are of.

    Raises:
        WhyNeeded: nothing is left for the reason.
    """
    until, why = _until(text.strip(), now)
    if not why:
        raise WhyNeeded
    return until, why


def _until(text: str, now: datetime) -> tuple[datetime | None, str]:
    folded = fold(text)
    if len(folded) != len(text):  # an accent written as a sign of its own: read it as it is
        folded = text.lower()
    if clock := _CLOCK.match(folded):
        at = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        return (at if at > now else at + timedelta(days=1)), text[clock.end() :].strip()
    if span := _SPAN.match(folded):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])}), text[span.end() :].strip()
    return None, text
