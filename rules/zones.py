"""Local time at the edge: instants are aware UTC inside, days and hours belong to a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def local_time(at: datetime, zone: str) -> datetime:
    """An instant as the clock in a zone shows it.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no zone of that name.
    """
    return at.astimezone(ZoneInfo(zone))


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return local_time(at, zone).date()


def instant(day: date, hour: time, zone: str) -> datetime:
    """The instant, aware UTC, at which a zone's clock shows a day and hour (the first of two)."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins in a zone, aware UTC."""
    return instant(day, time(0), zone)
