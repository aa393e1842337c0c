"""When it is in the demo: now, or the last working morning if nobody may be called now."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.calendars import is_business_day

HOME_ZONE = ZoneInfo("America/Mexico_City")
OPENS, CLOSES = time(9), time(19)
MORNING = time(9, 30)
"""Half an hour into the day in Mexico, when the eastern and the Pacific zones are open too."""


def demo_start(now: datetime, last_seen: datetime | None = None) -> datetime | None:
    """Where the demo's clock starts; None = it runs on the real time.

    Args:
        now: the real time.
        last_seen: the latest instant that the demo's data know of; a demo that was left
            in the middle of its morning goes on from there.
    """
    local = now.astimezone(HOME_ZONE)
    if is_business_day(local.date(), "MX") and OPENS <= local.time() < CLOSES:
        return None
    morning = _last_working_morning(local)
    if last_seen and morning < last_seen < datetime.combine(morning.date(), CLOSES, HOME_ZONE):
        return last_seen + timedelta(seconds=1)
    return morning


def _last_working_morning(local: datetime) -> datetime:
    day = local.date()
    if local.time() < CLOSES:
        day -= timedelta(days=1)
    while not is_business_day(day, "MX"):
        day -= timedelta(days=1)
    return datetime.combine(day, MORNING, HOME_ZONE)
