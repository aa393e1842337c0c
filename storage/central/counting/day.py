"""An agent's day as the centre counts it: the figures that agent and lead both see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import msgspec

from rules.facts import BUSY, UNPRODUCTIVE
from rules.protocol import DayFigures
from rules.worktime import Connection, Span, connection
from rules.zones import local_day, midnight
from storage.central.connection import Store, Tx, day, instant, maybe_instant
from storage.central.counting import figures
from storage.central.counting.presence import SEEN_EVERY, SILENCE
from storage.central.counting.timetable import Timetable
from storage.central.doors.people import Who
from storage.central.doors.sessions import ACCESS_LIFE
from storage.central.portfolios import Book, books, home_book

_OWN_SESSION = """
    user_id = :user AND device = :device AND NOT revoked AND rotated_at IS NULL AND access_expires > :now
"""
_LAST_SEEN = f"SELECT max(seen_at) FROM sign_in_session WHERE {_OWN_SESSION}"  # noqa: S608 - our own words
_SILENT = """
    INSERT INTO pause (user_id, since, until, state)
    SELECT :user, :since, :now, 'offline'
    WHERE NOT EXISTS (SELECT 1 FROM sign_in_session WHERE user_id = :user AND seen_at > :last)
        AND NOT EXISTS (
            SELECT 1 FROM event
            WHERE user_id = :user AND received_at >= :recent AND at > :last AND kind = 'result'
        )
    ON CONFLICT (user_id, since) DO NOTHING
"""

COUNTS = (figures.TOUCH, figures.CONTACT, figures.RIGHT_PARTY, figures.PROMISE)

_STEPS = """
    SELECT day, hour, portfolio_id, measure, sum(n)
    FROM (
        SELECT day, hour, portfolio_id, measure, n FROM stat_total
        WHERE user_id = :user AND measure IN :measures AND day >= :since
        UNION ALL
        SELECT day, hour, portfolio_id, measure, n FROM stat_delta
        WHERE user_id = :user AND measure IN :measures AND day >= :since
    ) steps
    GROUP BY day, hour, portfolio_id, measure
"""


class _Goals(msgspec.Struct, frozen=True):
    day: int
    month: int
    required: int


def day_figures(tx: Tx, who: Who) -> DayFigures | None:
    """The day of the one who asks, None when no portfolio is theirs.

    A figure counts for the day on which it happened in its portfolio's own zone, as on the
    lead's board; month: from its first day on. What was done in a portfolio that is no more
    the reader's counts as well.
    """
    known = books(tx)
    home = home_book({key: book for key, book in known.items() if who.may_see(key)}, None)
    if home is None:
        return None
    counts, hours, month = _counted(tx, who.user_id, known, home.currency)
    goals = _goals(tx, who.user_id, local_day(tx.now, home.zone.key))
    seq = tx.value("SELECT last_seq FROM device WHERE id = :device", device=who.device)
    found = connections(tx, {who.user_id: home}, {who.user_id: goals.required})[who.user_id]
    return DayFigures(
        day=local_day(tx.now, home.zone.key),
        at=tx.now,
        currency=home.currency,
        seq=seq or 0,
        touches=counts[figures.TOUCH],
        contacts=counts[figures.CONTACT],
        rpc=counts[figures.RIGHT_PARTY],
        promises=counts[figures.PROMISE],
        promised=counts[figures.PROMISED + home.currency],
        recovered=counts[figures.RECOVERED + home.currency],
        recovered_month=month,
        goal=goals.day,
        goal_month=goals.month,
        connected=found.connected,
        required=goals.required,
        working=not _pausing(tx, who.user_id),
        hours=hours,
    )


def _counted(
    tx: Tx, user_id: int, known: Mapping[int, Book], currency: str
) -> tuple[Counter[str], tuple[int, ...], int]:
    """Today's figures by measure, today's touches by hour, what was recovered in the month."""
    today = {key: book.moment(tx.now)[0] for key, book in known.items()}
    recovered = figures.RECOVERED + currency
    rows = tx.all(
        _STEPS,
        user=user_id,
        measures=[*COUNTS, figures.PROMISED + currency],
        since=min(today.values()),
    )
    rows += tx.all(
        _STEPS, user=user_id, measures=[recovered], since=min(one.replace(day=1) for one in today.values())
    )
    counts: Counter[str] = Counter()
    hours = [0] * 24
    month = 0
    for when, hour, portfolio_id, measure, n in rows:
        on, own = day(when), today.get(portfolio_id)
        if own is None or on > own:
            continue
        if measure == recovered and on >= own.replace(day=1):
            month += int(n)
        if on == own:
            counts[measure] += int(n)
            hours[hour] += int(n) if measure == figures.TOUCH else 0
    return counts, tuple(hours) if any(hours) else (), month


def _goals(tx: Tx, user_id: int, today: date) -> _Goals:
    row = tx.one("SELECT daily_goal, monthly_goal, required_minutes FROM app_user WHERE id = :id", id=user_id)
    if row is None:
        return _Goals(0, 0, 0)
    return _Goals(row[0], row[1], Timetable(tx, [today], [user_id]).required(user_id, today, row[2]))


# Connection time.


def connections(tx: Tx, homes: Mapping[int, Book], required: Mapping[int, int]) -> dict[int, Connection]:
    """Today's connection time of some agents: sessions (overlaps once) less unproductive states.

    A session lasts from its first token as long as its workstation is heard. Today is the
    day of the agent's home portfolio.
    """
    if not homes:
        return {}
    since = {user: midnight(local_day(tx.now, home.zone.key), home.zone.key) for user, home in homes.items()}
    terms = {"users": list(homes), "since": min(since.values())}
    logged = _spans(tx, since, _sessions(tx, terms))
    paused = _spans(tx, since, _pauses(tx, terms))
    return {user: connection(logged[user], paused[user], required.get(user, 0)) for user in homes}


def _sessions(tx: Tx, terms: Mapping[str, Any]) -> Iterable[tuple[int, datetime, datetime]]:
    rows = tx.all(
        """
        SELECT user_id, access_expires, seen_at
        FROM sign_in_session
        WHERE user_id IN :users AND seen_at >= :since
        """,
        **terms,
    )
    return ((user, instant(expires) - ACCESS_LIFE, instant(seen) + SILENCE) for user, expires, seen in rows)


def _pauses(tx: Tx, terms: Mapping[str, Any]) -> Iterable[tuple[int, datetime, datetime]]:
    rows = tx.all(
        """
        SELECT user_id, since, until
        FROM pause
        WHERE user_id IN :users AND (until IS NULL OR until >= :since)
        """,
        **terms,
    )
    return ((user, instant(since), instant(until or tx.now)) for user, since, until in rows)


def _spans(
    tx: Tx, since: Mapping[int, datetime], found: Iterable[tuple[int, datetime, datetime]]
) -> defaultdict[int, list[Span]]:
    """What lies between each agent's midnight and now, in seconds from midnight."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for user, begin, end in found:
        first, last = max(begin, since[user]), min(end, tx.now)
        if first < last:
            spans[user].append((_seconds(first, since[user]), _seconds(last, since[user])))
    return spans


def _seconds(at: datetime, since: datetime) -> int:
    return int((at - since).total_seconds())


def _pausing(tx: Tx, user_id: int) -> bool:
    return tx.one("SELECT 1 FROM pause WHERE user_id = :user AND until IS NULL", user=user_id) is not None


def note_presence(store: Store, who: Who) -> None:
    """Keep that a workstation was heard; written once a minute at most.

    A silence before it is no connection time, unless calls were captured meanwhile: then the
    agent worked, and only the line was down.
    """
    now = store.now()
    terms = {"user": who.user_id, "device": who.device, "now": now}
    with store.read() as tx:
        last = maybe_instant(tx.value(_LAST_SEEN, **terms))
    if last is None or now - last < SEEN_EVERY:
        return
    with store.begin() as tx:
        if now - last > SILENCE:
            tx.run(_SILENT, since=last + SILENCE, last=last, recent=now - SEEN_EVERY, **terms)
        tx.run(f"UPDATE sign_in_session SET seen_at = :now WHERE {_OWN_SESSION}", **terms)  # noqa: S608 - our own words


def change_states(tx: Tx, user_id: int, changes: Sequence[tuple[str, datetime]]) -> None:
    """Note an agent's states, each from its instant on, and the pauses that they begin and end.

    One that is older than the last known changes nothing.
    """
    last = maybe_instant(
        tx.value("SELECT since FROM agent_state WHERE user_id = :user FOR UPDATE", user=user_id)
    )
    kept: list[tuple[str, datetime]] = []
    for state, at in changes:
        if last is None or last <= at:
            kept.append((state, at))
            last = at
    if not kept:
        return
    tx.run(
        """
        INSERT INTO agent_state (user_id, state, since, last_code) VALUES (:user, :state, :at, '')
        ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, since = excluded.since
        WHERE agent_state.since <= excluded.since
        """,
        user=user_id,
        state=kept[-1][0],
        at=kept[-1][1],
    )
    first = kept[0][1]
    tx.run("UPDATE pause SET until = :at WHERE user_id = :user AND until IS NULL", user=user_id, at=first)
    ends = [at for _, at in kept[1:]]
    tx.many(
        """
        INSERT INTO pause (user_id, since, until, state) VALUES (:user, :at, :until, :state)
        ON CONFLICT (user_id, since) DO UPDATE SET until = excluded.until, state = excluded.state
        """,
        [
            {"user": user_id, "at": at, "until": until, "state": state}
            for (state, at), until in zip_longest(kept, ends)
            if state in UNPRODUCTIVE
        ],
    )


def note_result(tx: Tx, user_id: int, code: str, at: datetime) -> None:
    """Note an agent's last result; it ended the call, so whoever was in it is available."""
    tx.run(
        """
        INSERT INTO agent_state (user_id, state, since, last_code, last_at)
        VALUES (:user, 'available', :at, :code, :at)
        ON CONFLICT (user_id) DO UPDATE SET
            last_code = excluded.last_code,
            last_at = excluded.last_at,
            state = CASE WHEN agent_state.state IN :busy AND agent_state.since <= excluded.since
                THEN excluded.state ELSE agent_state.state END,
            since = CASE WHEN agent_state.state IN :busy AND agent_state.since <= excluded.since
                THEN excluded.since ELSE agent_state.since END
        """,
        user=user_id,
        at=at,
        code=code,
        busy=list(BUSY),
    )
