"""The agent's own day on one page: the hub's count, own facts, and the time spent here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import msgspec

from rules.day import Day, connected_at
from rules.facts import BUSY, UNPRODUCTIVE, Event, ResultBody
from rules.goals import daily_goal
from rules.protocol import User
from rules.worktime import Span, by_state, union
from rules.worktime import connection as connected
from rules.zones import local_day, midnight
from storage.local import figures
from storage.local.connection import as_instant
from storage.local.driver import Connection

_read = msgspec.json.Decoder(Event).decode


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """Time of one day at this workstation, in seconds.

    states: by state. handled, handling: calls, and how long they took without the pauses.
    """

    states: dict[str, int]
    handled: int = 0
    handling: int = 0

    @property
    def connected(self) -> int:
        """Seconds in productive states."""
        return sum(seconds for state, seconds in self.states.items() if state not in UNPRODUCTIVE)


def of_day(connection: Connection, user: User, now: datetime) -> Day:
    """All of the agent's present day; the connection time is this workstation's until the hub tells."""
    today = local_day(now, user.zone)
    told = figures.heard(connection, today)
    known = told or figures.untold(user, now, today)
    counted = figures.of_day(connection, user, now)
    worked = _worked(connection, today, user.zone, now)
    (waiting,) = connection.execute(
        "SELECT count(*) FROM fact WHERE day = ? AND seq > ? AND status != 'refused'",
        (today.isoformat(), known.seq),
    ).fetchone()
    return Day(
        date=today,
        currency=known.currency,
        states=worked.states,
        connected=connected_at(told, now) if told else worked.connected,
        required=known.required,
        touches=counted.touches,
        contacts=counted.contacts,
        rpc=counted.rpc,
        promises=counted.promises,
        promised=counted.promised,
        recovered=known.recovered,
        recovered_month=known.recovered_month,
        goal=known.goal,
        goal_month=known.goal_month,
        pace=daily_goal(known.goal_month, known.recovered_month, today, country=_country(known.currency)),
        handled=worked.handled,
        handling=worked.handling,
        hours=counted.hours,
        heard=told.at if told else None,
        waiting=waiting,
    )


def _country(currency: str) -> str:
    """Whose rest days the month's goal leaves out: those of the country of its money."""
    return "US" if currency == "USD" else "MX"


def _worked(connection: Connection, day: date, zone: str, now: datetime) -> Worked:
    """The agent's time since the day began in a zone."""
    start = midnight(day, zone)
    changes: list[tuple[int, str]] = []
    calls: list[Span] = []
    marks = [now]
    for event in _events(connection, day):
        at = _happened(event)
        marks.append(at)
        second = _seconds(at, start)
        if event.kind == "state":
            changes.append((second, event.body["state"]))
        elif event.kind == "result":
            if changes and changes[-1][1] in BUSY:
                changes.append((second, "available"))
            calls += _call(event, second, start)
    states = by_state(changes, _open(connection, start, now, marks))
    states.pop("offline", None)
    paused = list(_paused(changes, _seconds(now, start)))
    return Worked(
        states=states,
        handled=len(calls),
        handling=sum(connected([call], paused, 0).connected for call in calls),
    )


def _events(connection: Connection, day: date) -> Iterator[Event]:
    rows = connection.execute(
        "SELECT event FROM fact WHERE day = ? AND kind IN ('state', 'result') AND event != x'' ORDER BY seq",
        (day.isoformat(),),
    )
    return (_read(raw) for (raw,) in rows)


def _happened(event: Event) -> datetime:
    return event.at + timedelta(milliseconds=event.offset_ms or 0)


def _call(event: Event, end: int, start: datetime) -> Iterator[Span]:
    """From when the client came to the desk until it was saved, if that is known."""
    began = msgspec.convert(event.body, ResultBody).started_at
    if began is not None:
        offset = timedelta(milliseconds=event.offset_ms or 0)
        yield max(min(_seconds(began + offset, start), end), 0), end


def _open(connection: Connection, start: datetime, now: datetime, marks: list[datetime]) -> list[Span]:
    """When the workstation was open: a run lasts to its last sign, the present one to now."""
    runs = [
        (as_instant(began), as_instant(seen))
        for began, seen in connection.execute("SELECT began, seen FROM presence ORDER BY began")
    ]
    spans: list[Span] = []
    for (began, seen), following in zip(runs, [*(began for began, _ in runs[1:]), None], strict=True):
        last = max([seen, *(mark for mark in marks if began <= mark < (following or now)), began])
        end = now if following is None else last
        spans.append((max(_seconds(began, start), 0), _seconds(end, start)))
    return union(spans)


def _paused(changes: list[tuple[int, str]], now: int) -> Iterator[Span]:
    for (begin, state), (end, _) in pairwise([*changes, (now, "")]):
        if state in UNPRODUCTIVE:
            yield begin, end


def _seconds(at: datetime, start: datetime) -> int:
    return int((at - start).total_seconds())
