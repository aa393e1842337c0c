"""Hours on a capture line: ``10:30`` ``10h`` ``4pm``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from rules.capture.scope import Refused, Scope

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:h]([0-9]{2}))?(am|pm|h)?")
_SHAPE = re.compile(r"[0-9]+(?:[:h][0-9:]*)?(?:am|pm|h)?")


def hour(word: str) -> time | None:
    """Read an hour; None if the word is not one (a bare number is an amount).

    Raises:
        Refused: the shape of an hour, but none that the clock shows.
    """
    if word.isdigit() or not _SHAPE.fullmatch(word):
        return None
    found = _CLOCK.fullmatch(word)
    if found is None:
        raise Refused("time_invalid", word, "10:30", "10h", "4pm")
    hours, minutes, half = int(found.group(1)), int(found.group(2) or 0), found.group(3)
    if half in ("am", "pm"):
        if not 1 <= hours <= 12:
            raise Refused("time_invalid", word, f"{hours}h" if hours < 24 else "10h")
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 23 or minutes > 59:
        raise Refused("time_invalid", word, "10:30", "10h", "4pm")
    return time(hours, minutes)


def moment(word: str, on: date | None, at: time, scope: Scope) -> datetime:
    """The instant of a day and hour in the client's zone; without a day, the hour's next occurrence.

    Raises:
        Refused: it is past, or the zone's clocks skip that hour on that day.
    """
    now = scope.context.now
    found = datetime.combine(on or now.date(), at, now.tzinfo)
    if on is None and found <= now:
        found = datetime.combine(now.date() + timedelta(days=1), at, now.tzinfo)
    if found <= now:
        later = [f"{now.hour + 1}h"] if on == now.date() and now.hour < 23 else []
        raise Refused("time_past", word, *later)
    if found.astimezone(UTC).astimezone(now.tzinfo).replace(fold=0) != found:
        raise Refused("time_skipped", word)
    return found
