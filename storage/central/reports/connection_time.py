"""Connection time by agent: logged in, pauses by state, against what was required and against shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rules.facts import UNPRODUCTIVE
from rules.rates import Ratio
from rules.reports import ReportName
from rules.tables import TOTAL, Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.counting.attendance import Attendance, Worker, attendance
from storage.central.reports import agents, behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="connection", title=mark("Connection time and adherence"), group="activity")

_TIMES = (
    Column(key="logged", title=mark("signed in"), kind="seconds", opens=True),
    Column(key="break", title=mark("on a break"), kind="seconds", opens=True),
    Column(key="meal", title=mark("at a meal"), kind="seconds", opens=True),
    Column(key="offline", title=mark("off the line"), kind="seconds", opens=True),
    Column(key="connected", title=mark("connected"), kind="seconds", opens=True),
    Column(key="required", title=mark("required"), kind="seconds", opens=True),
    Column(key="adherence", title=mark("adherence"), kind="percent", of="seconds"),
    Column(key="shift", title=mark("shift"), kind="seconds", opens=True),
    Column(key="kept", title=mark("kept of the shift"), kind="seconds", opens=True),
    Column(key="shift_adherence", title=mark("adherence to the shift"), kind="percent", of="seconds"),
)

COLUMNS = (
    *agents.COLUMNS,
    Column(key="planned", title=mark("working days"), kind="count", opens=True),
    Column(key="missed", title=mark("days missed"), kind="count", opens=True),
    *_TIMES,
    Column(key="late", title=mark("late"), kind="count", opens=True),
    Column(key="late_time", title=mark("time late"), kind="seconds", opens=True),
    Column(key="early", title=mark("left early"), kind="count", opens=True),
    Column(key="early_time", title=mark("time left early"), kind="seconds", opens=True),
)

DAYS = (
    Column(key="day", title=mark("day"), kind="date"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="first", title=mark("from"), kind="code"),
    Column(key="last", title=mark("to"), kind="code"),
    *(Column(key=one.key, title=one.title, kind=one.kind, of=one.of) for one in _TIMES),
    Column(key="late_time", title=mark("time late"), kind="seconds"),
    Column(key="early_time", title=mark("time left early"), kind="seconds"),
)

LATE = 60
"""Seconds: somebody who comes or goes within so many of the shift's hour is on time."""

_COUNTED: dict[str, Callable[[Attendance], bool]] = {
    "planned": lambda one: one.planned,
    "missed": lambda one: one.planned and one.first is None,
    "late": lambda one: _late(one) > 0,
    "early": lambda one: _early(one) > 0,
}
"""Columns that count days, and which they count."""


def table(asked: Asked) -> Table:
    """A row for each agent who worked or was to work."""
    found = _attended(asked, asked.people)
    rows = tuple(
        _row(asked, key, [one for one in found if one.user_id == key])
        for key in agents.in_order(asked, (one.user_id for one in found))
    )
    return agents.made(asked, NAME, COLUMNS, rows)


def _attended(asked: Asked, wanted: Iterable[int]) -> list[Attendance]:
    minutes = dict(
        asked.tx.all("SELECT id, required_minutes FROM app_user WHERE id IN :users", **asked.terms)
    )
    workers = {
        key: Worker(home=asked.people[key].home, minutes=minutes[key])
        for key in wanted
        if key in asked.people
    }
    return attendance(asked.tx, workers, asked.since, asked.until)


def _row(asked: Asked, key: int, days: list[Attendance]) -> Row:
    counts = {name: sum(map(counted, days)) for name, counted in _COUNTED.items()}
    cells = agents.cells(asked, key)
    return Row(
        key=str(cells[0]),
        cells=(
            *cells,
            counts["planned"],
            counts["missed"],
            *_times(days),
            counts["late"],
            sum(map(_late, days)),
            counts["early"],
            sum(map(_early, days)),
        ),
    )


def _times(days: list[Attendance]) -> tuple[Cell, ...]:
    """The cells of `_TIMES`."""
    connected = sum(one.connection.connected for one in days)
    required = sum(one.connection.required for one in days)
    shifts = [one.punctuality for one in days if one.punctuality is not None]
    shift, kept = sum(one.shift for one in shifts), sum(one.kept for one in shifts)
    return (
        sum(one.connection.logged for one in days),
        *(sum(one.paused.get(state, 0) for one in days) for state in UNPRODUCTIVE),
        connected,
        required,
        pair(Ratio(connected if required else 0, required)),
        shift,
        kept,
        pair(Ratio(kept, shift)),
    )


def _counts(one: Attendance) -> bool:
    return one.planned or one.first is not None


def _late(one: Attendance) -> int:
    late = one.punctuality.late if one.punctuality else 0
    return late if late > LATE else 0


def _early(one: Attendance) -> int:
    early = one.punctuality.early if one.punctuality else 0
    return early if early > LATE else 0


def rows(asked: Asked, row: str, column: str) -> Table:
    """The days behind a number."""
    if not any(one.key == column and one.opens for one in COLUMNS):
        raise KeyError(column)
    whose = asked.people if row.startswith(TOTAL) else agents.of_row(asked, row)
    counted = _COUNTED.get(column, _counts)
    days = [one for one in _attended(asked, whose) if counted(one)]
    days.sort(key=lambda one: one.day, reverse=True)
    lines = tuple(_day(asked, one) for one in days[: behind.MOST_ROWS + 1])
    return behind.table(asked, NAME.title, DAYS, lines)


def _day(asked: Asked, one: Attendance) -> Row:
    name = asked.people[one.user_id].name
    hours = (_clock(one.first), _clock(one.last))
    return Row(
        key=f"{one.day}/{name}",
        cells=(one.day.isoformat(), name, *hours, *_times([one]), _late(one), _early(one)),
    )


def _clock(seconds: int | None) -> str:
    """Seconds since midnight as a clock shows them; on days of 23 or 25 hours an hour off at most."""
    return "" if seconds is None else f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
