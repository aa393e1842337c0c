"""Parts of the day in which a client may be tried: if one fails, another may do."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from rules.zones import instant, local_time

SLOTS = (("morning", 7), ("midday", 12), ("afternoon", 15), ("evening", 18))
"""Slots by their first local hour; each ends where the next begins, the last at midnight."""


def slot(at: datetime, zone: str) -> str:
    """The part of the day that an instant falls in; before the first one it is the evening."""
    hour = local_time(at, zone).hour
    return next((name for name, first in reversed(SLOTS) if hour >= first), SLOTS[-1][0])


def other_slot(tried_at: datetime, earliest: datetime, zone: str) -> datetime:
    """The first instant from `earliest` on in another part of the day than the try was in."""
    if slot(earliest, zone) != slot(tried_at, zone):
        return earliest
    local = local_time(earliest, zone)
    starts = [hour for _, hour in SLOTS if hour > local.hour]
    day = local.date() if starts else local.date() + timedelta(days=1)
    hour = starts[0] if starts else SLOTS[0][1]
    if len(starts) == len(SLOTS):  # after midnight it is still the evening slot
        hour = SLOTS[0][1]
    return instant(day, time(hour), zone)
