"""Shares with their numerator and denominator, ages to the second, and trends with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from textual.content import Content

from rules.words import tr
from widgets.formats import spark
from widgets.shown import row, shown


def percent(part: int, whole: int) -> str:
    """``46.1 %``; a dash when there is nothing to take a share of."""
    if not whole:
        return "–"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def share(part: int, whole: int) -> str:
    """``37/62 59.7 %``: a share never stands without what it is a share of."""
    return f"{part:,}/{whole:,} {percent(part, whole)}"


def age(span: timedelta) -> str:
    """How long: ``0:42``, ``12:05``, ``3 h 07`` or ``2 d 4 h``; never negative."""
    seconds = max(0, int(span.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return tr("{days} d {hours} h", days=days, hours=hours % 24)
    if hours:
        return tr("{hours} h {minutes}", hours=hours, minutes=f"{minutes % 60:02d}")
    return f"{minutes}:{seconds % 60:02d}"


def trend(label: str, by_hour: Sequence[int], first: int, last: int, style: str) -> Content:
    """A line of one kind of figure by hour of the day: bars, sum, and the best hour.

    first, last: the hours that the bars run from and to (0 to 23).
    """
    hours = tuple(by_hour[first : last + 1])
    most = max(hours, default=0)
    best = tr("most {count} at {hour} h", count=most, hour=first + hours.index(most)) if most else ""
    return row(
        shown(label, "$text-muted").pad_right(max(0, 11 - len(label))),
        (spark(hours), style),
        (f" {sum(by_hour):>5,}", "bold"),
        (f"  {best}", "$text-muted"),
    )
