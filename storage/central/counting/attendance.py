"""Working time of any days: connection against what was required, and against the agent's shift.

Today's figures on desks and boards are those of `storage.central.counting.day`; this counts the same
from the same sessions and pauses, for each agent and day, and holds it against shifts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

import msgspec

from rules.calendars import is_rest_day
from rules.facts import UNPRODUCTIVE
from rules.shifts import Shift
from rules.worktime import Connection, Punctuality, Span, connection, punctuality, union
from rules.zones import instant as local_instant
from rules.zones import local_day, midnight
from storage.central.connection import Tx, instant
from storage.central.counting.presence import heard
from storage.central.counting.timetable import Timetable
from storage.central.portfolios import Book

_Days = dict[tuple[int, date], list[Span]]


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """Whose time is counted. home: whose days are theirs. minutes: required daily of who has no shifts."""

    home: Book
    minutes: int


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's day, in seconds.

    planned: a day on which the agent was to work: one of a shift, or without shifts one on
    which the home portfolio is called; never one of an absence. first, last: seconds since
    midnight of the first and last sign of a session, None = there was none. paused: by state.
    punctuality: None = there is no shift on that day.
    """

    user_id: int
    day: date
    planned: bool
    connection: Connection
    paused: dict[str, int]
    first: int | None
    last: int | None
    punctuality: Punctuality | None


def attendance(tx: Tx, workers: Mapping[int, Worker], since: date, until: date) -> list[Attendance]:
    """Each agent's days on which they worked or were to work, in order of person and day; none of the future.

    Args:
        tx: a transaction.
        workers: by id.
        since: the first day, in the zone of each one's home.
        until: the last day.
    """
    zones = {user: worker.home.zone.key for user, worker in workers.items()}
    if not zones:
        return []
    first = min(midnight(since, zone) for zone in zones.values())
    last = min(tx.now, max(midnight(until + timedelta(days=1), zone) for zone in zones.values()))
    users = list(workers)
    logged = _by_day(zones, tx.now, heard(tx, users, first, last))
    paused = {
        state: _by_day(zones, tx.now, found) for state, found in _pauses(tx, users, first, last).items()
    }
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    timetable = Timetable(tx, days, users)
    found: list[Attendance] = []
    for user, worker in workers.items():
        today = local_day(tx.now, zones[user])
        for on in days:
            if on > today:
                break
            required = _required(timetable, user, worker, on)
            spans = logged.get((user, on), [])
            if not spans and required is None:
                continue
            pauses = {state: kept[(user, on)] for state, kept in paused.items() if (user, on) in kept}
            shift = timetable.shift(user, on)
            found.append(_attended(tx, user, worker, on, required, spans, pauses, shift))
    return found


def _required(timetable: Timetable, user: int, worker: Worker, on: date) -> int | None:
    """Seconds of connection that a day requires, None = no working day."""
    works = timetable.required(user, on, fallback=1) > 0
    if not works or (timetable.shift(user, on) is None and not _called(worker.home, on)):
        return None
    return timetable.required(user, on, worker.minutes)


def _attended(
    tx: Tx,
    user: int,
    worker: Worker,
    on: date,
    required: int | None,
    logged: list[Span],
    paused: dict[str, list[Span]],
    shift: Shift | None,
) -> Attendance:
    zone = worker.home.zone.key
    start = midnight(on, zone)
    every = [span for spans in paused.values() for span in spans]
    kept = None
    if shift is not None:
        hours = (_since(start, moment(on, shift.starts, zone)), _since(start, moment(on, shift.ends, zone)))
        kept = punctuality(logged, every, hours, 60 * shift.rest, _since(start, tx.now))
    merged = union(logged)
    return Attendance(
        user_id=user,
        day=on,
        planned=required is not None,
        connection=connection(logged, every, required or 0),
        paused={state: connection(logged, spans, 0).unproductive for state, spans in paused.items()},
        first=merged[0][0] if merged else None,
        last=merged[-1][1] if merged else None,
        punctuality=kept,
    )


def moment(on: date, clock: str, zone: str) -> datetime:
    """The instant at which the clock shows an hour of a shift; "24:00" is the next midnight."""
    if clock == "24:00":
        return midnight(on + timedelta(days=1), zone)
    return local_instant(on, time.fromisoformat(clock), zone)


def _called(home: Book, on: date) -> bool:
    """Whether a portfolio may be called on a day at all."""
    rules = home.parameters
    rest = rules.rest_days_block and (on in rules.extra_rest_days or is_rest_day(on, home.country))
    return on.weekday() in rules.weekdays and not rest


def _by_day(
    zones: Mapping[int, str], now: datetime, found: Iterable[tuple[int, datetime, datetime]]
) -> _Days:
    """Spans parted at midnight where the agent works, in seconds from it; nothing after now."""
    spans: defaultdict[tuple[int, date], list[Span]] = defaultdict(list)
    for user, begin, finish in found:
        end = min(finish, now)
        on = local_day(begin, zones[user])
        while begin < end:
            start, following = midnight(on, zones[user]), midnight(on + timedelta(days=1), zones[user])
            spans[(user, on)].append((_since(start, begin), _since(start, min(end, following))))
            begin, on = following, on + timedelta(days=1)
    return dict(spans)


def _since(start: datetime, at: datetime) -> int:
    return int((at - start).total_seconds())


def _pauses(
    tx: Tx, users: list[int], since: datetime, until: datetime
) -> dict[str, list[tuple[int, datetime, datetime]]]:
    """Pauses by state; one that goes on lasts until now."""
    rows = tx.all(
        """
        SELECT user_id, since, until, state
        FROM pause
        WHERE user_id IN :users AND since < :end AND (until IS NULL OR until >= :begin)
        """,
        users=users,
        begin=since,
        end=until,
    )
    found: dict[str, list[tuple[int, datetime, datetime]]] = {state: [] for state in UNPRODUCTIVE}
    for user, begin, end, state in rows:
        found.setdefault(state, []).append((user, instant(begin), instant(end or tx.now)))
    return found
