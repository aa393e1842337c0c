"""Shifts: when a person works, as a line that is typed, and the connection time that a day requires.

A line names weekdays and hours, and the minutes of them in which no connection is required:
``lun-vie 9-18 60m, sab 9-14``. Both languages are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from rules.capture.scope import Refused
from rules.capture.vocabulary import WEEKDAYS
from rules.text import fold
from rules.wording import WEEKDAYS as NAMES

DAY = 24 * 60
"""Minutes."""

NOTHING = frozenset({"nada", "ninguno", "sin", "none", "nothing", "-"})
"""Words for no shift at all."""

_REST_WORDS = frozenset({"comida", "descanso", "meal", "rest", "break"})
_APART = re.compile(r"[\s,;]+")
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?(am|pm)?h?-(\d{1,2})(?::(\d{2}))?(am|pm)?h?")
_REST = re.compile(r"(\d{1,3})(?:m|min)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


class Shift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The hours of a weekday (0 = Monday), "HH:MM" in the person's own zone, "24:00" = its end.

    rest: minutes of them in which no connection is required, a meal for one.
    """

    weekday: int
    starts: str
    ends: str
    rest: int = 0

    @property
    def required(self) -> int:
        """Minutes of connection."""
        return _minutes(self.ends) - _minutes(self.starts) - self.rest


def sound(shifts: Iterable[Shift]) -> bool:
    """Whether these can be the shifts of one week: each weekday once, hours in order, rest within them."""
    given = tuple(shifts)
    return len({one.weekday for one in given}) == len(given) and all(
        0 <= one.weekday <= 6
        and _CLOCK.fullmatch(one.starts) is not None
        and _CLOCK.fullmatch(one.ends) is not None
        and one.rest >= 0
        and one.required > 0
        for one in given
    )


def required_minutes(shift: Shift | None, *, by_shifts: bool, absent: bool, fallback: int) -> int:
    """The connection time that a day requires.

    None of somebody who is absent or has a day off.

    Args:
        shift: of that day, None = there is none.
        by_shifts: the person works by shifts.
        absent: the person is away that day.
        fallback: what is required of those who have no shifts.
    """
    if absent:
        return 0
    if by_shifts:
        return shift.required if shift else 0
    return fallback


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# As lines.


def read_shifts(line: str) -> tuple[Shift, ...]:
    """The shifts of a week; () = none any more.

    Raises:
        Refused: shift_unknown (a word), shift_no_hours, shift_no_days, shift_order, shift_twice,
            shift_rest, shift_missing.
    """
    words = [word for word in _APART.split(fold(line)) if word]
    if not words:
        raise Refused("shift_missing", line)
    if len(words) == 1 and words[0] in NOTHING:
        return ()
    found: dict[int, Shift] = {}
    days: list[int] = []
    latest: list[int] = []
    for word in words:
        if (numbers := _weekdays(word)) is not None:
            days += numbers
        elif hours := _HOURS.fullmatch(word):
            if not days:
                raise Refused("shift_no_days", word)
            for day in days:
                if day in found:
                    raise Refused("shift_twice", word)
                found[day] = _shift(word, day, hours)
            latest, days = days, []
        elif (rest := _REST.fullmatch(word)) and latest:
            for day in latest:
                found[day] = msgspec.structs.replace(found[day], rest=int(rest[1]))
                if found[day].required <= 0:
                    raise Refused("shift_rest", word)
        elif word not in _REST_WORDS:
            raise Refused("shift_unknown", word)
    if days:
        raise Refused("shift_no_hours", words[-1])
    return tuple(found[day] for day in sorted(found))


def _weekdays(word: str) -> list[int] | None:
    """The weekdays that a word names, one or from one to another; None if it names none."""
    first, dash, last = word.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        return None
    low, high = WEEKDAYS[first], WEEKDAYS[last or first]
    return [day % 7 for day in range(low, high + 1 + (7 if high < low else 0))]


def _shift(word: str, day: int, hours: re.Match[str]) -> Shift:
    starts, ends = _moment(word, *hours.groups()[:3]), _moment(word, *hours.groups()[3:])
    if ends <= starts:
        raise Refused("shift_order", word)
    return Shift(weekday=day, starts=_clock(starts), ends=_clock(ends))


def _moment(word: str, hour: str, minute: str | None, half: str | None) -> int:
    number, past = int(hour), int(minute or 0)
    if half and not 1 <= number <= 12:
        raise Refused("shift_unknown", word)
    if half:
        number = number % 12 + (12 if half == "pm" else 0)
    found = number * 60 + past
    if past > 59 or found > DAY:
        raise Refused("shift_unknown", word)
    return found


def write_shifts(shifts: Iterable[Shift], language: str) -> str:
    """The line that says them: ``lun-vie 9-18 60m, sab 9-14``; "" for none."""
    return ", ".join(_said(list(run), language) for run in _runs(shifts))


def _runs(shifts: Iterable[Shift]) -> Iterator[list[Shift]]:
    """Weekdays in a row that have the same hours."""
    run: list[Shift] = []
    for shift in sorted(shifts, key=lambda one: one.weekday):
        before = msgspec.structs.replace(run[-1], weekday=run[-1].weekday + 1) if run else None
        if run and shift != before:
            yield run
            run = []
        run.append(shift)
    if run:
        yield run


def _said(run: list[Shift], language: str) -> str:
    first, last = (fold(NAMES[language][one.weekday])[:3] for one in (run[0], run[-1]))
    days = first if len(run) == 1 else f"{first}-{last}"
    hours = f"{_short(run[0].starts)}-{_short(run[0].ends)}"
    return f"{days} {hours} {run[0].rest}m" if run[0].rest else f"{days} {hours}"


def _short(clock: str) -> str:
    hour, _, minute = clock.partition(":")
    return str(int(hour)) if minute == "00" else f"{int(hour)}:{minute}"
