"""The connection time that a day requires: by shifts and absences, else the agent's own minimum."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from rules.shifts import Shift, required_minutes
from storage.central.connection import Tx, day

_SHIFTS = """
    SELECT user_id, weekday, starts, ends, rest
    FROM shift
    WHERE (:everybody OR user_id IN :users) AND weekday IN :weekdays
    UNION ALL
    SELECT DISTINCT user_id, -1, '', '', 0
    FROM shift
    WHERE :everybody OR user_id IN :users
"""
_ABSENCES = """
    SELECT user_id, since, until
    FROM absence
    WHERE (:everybody OR user_id IN :users) AND since <= :last AND until >= :first
"""


class Timetable:
    """Shifts and absences on some days.

    Args:
        tx: where they are read.
        days: those that will be asked about.
        users: whose; None = everybody's.
    """

    def __init__(self, tx: Tx, days: Iterable[date], users: Collection[int] | None = None) -> None:
        asked = sorted(set(days))
        self._with_shifts: set[int] = set()
        self._shifts: dict[tuple[int, int], Shift] = {}
        self._absences: dict[int, list[tuple[date, date]]] = {}
        if not asked:
            return
        whose = {"everybody": users is None, "users": list(users or ())}
        weekdays = sorted({one.weekday() for one in asked})
        for user, weekday, starts, ends, rest in tx.all(_SHIFTS, weekdays=weekdays, **whose):
            if weekday < 0:
                self._with_shifts.add(user)
            else:
                self._shifts[user, weekday] = Shift(weekday=weekday, starts=starts, ends=ends, rest=rest)
        for user, since, until in tx.all(_ABSENCES, first=asked[0], last=asked[-1], **whose):
            self._absences.setdefault(user, []).append((day(since), day(until)))

    def shift(self, user: int, on: date) -> Shift | None:
        """The shift of an agent's day, None = a day off, an absence, or no shifts at all."""
        return None if self.absent(user, on) else self._shifts.get((user, on.weekday()))

    def absent(self, user: int, on: date) -> bool:
        """Whether somebody is absent on a day."""
        return any(since <= on <= until for since, until in self._absences.get(user, ()))

    def required(self, user: int, on: date, fallback: int) -> int:
        """Seconds of connection that a day requires; fallback: minutes, of who has no shifts."""
        return 60 * required_minutes(
            self._shifts.get((user, on.weekday())),
            by_shifts=user in self._with_shifts,
            absent=self.absent(user, on),
            fallback=fallback,
        )
