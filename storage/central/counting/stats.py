"""Live figures for those who lead: folded totals and what was appended since, as one snapshot.

Whatever is the same for all who watch is read once for all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from rules.facts import UNPRODUCTIVE
from rules.live_figures import in_order
from rules.protocol import AgentRow, Stats
from rules.worktime import Connection
from storage.central.connection import Store, Tx, day, instant, maybe_instant
from storage.central.counting import figures
from storage.central.counting.day import connections
from storage.central.counting.presence import SILENCE
from storage.central.counting.queue_rows import queue_rows
from storage.central.counting.timetable import Timetable
from storage.central.doors.people import Who
from storage.central.portfolios import Book, books, home_book
from storage.central.queue.lanes import directives
from storage.central.records.decisions import decisions, masked

FOLDED = "stats_folded"

_FOLD_LOCK = 0x6167_7475  # any number of our own: one hub folds at a time
_FOLD_PG = """
    WITH gone AS (
        DELETE FROM stat_delta
        RETURNING day, hour, portfolio_id, bucket, user_id, measure, n
    ), folded AS (
        INSERT INTO stat_total (day, hour, portfolio_id, bucket, user_id, measure, n)
        SELECT day, hour, portfolio_id, bucket, user_id, measure, sum(n)
        FROM gone
        GROUP BY day, hour, portfolio_id, bucket, user_id, measure
        ON CONFLICT (day, hour, portfolio_id, bucket, user_id, measure)
            DO UPDATE SET n = stat_total.n + excluded.n
    )
    SELECT count(*) FROM gone
"""
_FOLD_SQLITE = """
    INSERT INTO stat_total (day, hour, portfolio_id, bucket, user_id, measure, n)
    SELECT day, hour, portfolio_id, bucket, user_id, measure, sum(n)
    FROM stat_delta
    WHERE true
    GROUP BY day, hour, portfolio_id, bucket, user_id, measure
    ON CONFLICT (day, hour, portfolio_id, bucket, user_id, measure)
        DO UPDATE SET n = n + excluded.n
"""
_STEPS = """
    WITH step AS (
        SELECT day, hour, portfolio_id, bucket, user_id, measure, n FROM stat_total
        WHERE day = :timeless OR day >= :since
        UNION ALL
        SELECT day, hour, portfolio_id, bucket, user_id, measure, n FROM stat_delta
        WHERE day = :timeless OR day >= :since
    )
"""
_OF_TEAM = """
    (CAST(:team AS TEXT) IS NULL OR user_id = 0 OR user_id IN (SELECT id FROM app_user WHERE team = :team))
"""
_BY_BUCKET = """{steps}
    SELECT day, portfolio_id, bucket, measure, sum(n)
    FROM step
    WHERE measure NOT LIKE 'result:%' AND {team}
    GROUP BY day, portfolio_id, bucket, measure
""".replace("{steps}", _STEPS).replace("{team}", _OF_TEAM)
_BY_USER = """{steps}
    SELECT day, portfolio_id, user_id, measure, sum(n)
    FROM step
    WHERE user_id <> 0 AND measure NOT LIKE 'result:%'
    GROUP BY day, portfolio_id, user_id, measure
""".replace("{steps}", _STEPS)
_BY_HOUR = """{steps}
    SELECT day, portfolio_id, bucket, hour, measure, sum(n)
    FROM step
    WHERE measure IN ('touch', 'contact', 'promise') AND {team}
    GROUP BY day, portfolio_id, bucket, hour, measure
""".replace("{steps}", _STEPS).replace("{team}", _OF_TEAM)
_KEPT = """
    SELECT day, portfolio_id, user_id, measure, sum(n)
    FROM (
        SELECT day, hour, portfolio_id, bucket, user_id, measure, n FROM stat_total
        WHERE day IN (:first, :last) AND hour = 0 AND measure IN ('kept', 'matured')
        UNION ALL
        SELECT day, hour, portfolio_id, bucket, user_id, measure, n FROM stat_delta
        WHERE day IN (:first, :last) AND hour = 0 AND measure IN ('kept', 'matured')
    ) steps
    GROUP BY day, portfolio_id, user_id, measure
"""


def fold(store: Store) -> int:
    """Fold the appended steps into the totals; how many there were.

    Only one hub folds at a time; another one finds nothing to do.
    """
    with store.glance() as tx:
        if tx.one("SELECT 1 FROM stat_delta LIMIT 1") is None:
            return 0
    with store.begin() as tx:
        if tx.dialect == "postgresql":
            if not tx.value("SELECT pg_try_advisory_xact_lock(:key)", key=_FOLD_LOCK):
                return 0
            number: int = tx.value(_FOLD_PG)
        else:
            tx.run(_FOLD_SQLITE)
            number = tx.run("DELETE FROM stat_delta")
        tx.run(
            """
            INSERT INTO store_mark (name, value) VALUES (:name, CAST(:number AS TEXT))
            ON CONFLICT (name) DO UPDATE
            SET value = CAST(CAST(store_mark.value AS BIGINT) + CAST(excluded.value AS BIGINT) AS TEXT)
            """,
            name=FOLDED,
            number=number,
        )
        return number


def scope(who: Who) -> Who:
    """Who asks without the person: equal for those who may see the same, so that they share one snapshot."""
    return msgspec.structs.replace(
        who,
        user_id=0,
        name="",
        display_name="",
        device="",
        team=who.only_team or "",
        portfolio_names=(),
    )


def number(store: Store) -> int:
    """Grows with every step ever appended, and as a new day begins somewhere; equal = equal figures."""
    with store.read() as tx:
        return _number(tx, _days(books(tx), tx))


def snapshot(store: Store, who: Who) -> Stats:
    """All live figures of a person's portfolios, as of one moment.

    A figure counts for the day on which it happened in its portfolio's own zone.
    """
    return snapshots(store, [who])[0]


def seen(tx: Tx, who: Who) -> Stats:
    """The same within a transaction, beside whatever else is read in it."""
    return _Read(tx).seen_by(who)


def snapshots(store: Store, viewers: Iterable[Who]) -> list[Stats]:
    """The same moment as each of these may see it."""
    with store.read() as tx:
        read = _Read(tx)
        return [read.seen_by(who) for who in viewers]


class _Read:
    """What one snapshot takes from the store, whoever it is for."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.books = books(tx)
        self.today = _days(self.books, tx)
        self.number = _number(tx, self.today)
        since = min(self.today.values(), default=tx.now.date())
        self._terms: dict[str, Any] = {"timeless": figures.TIMELESS, "since": since}
        self._of_team: dict[str | None, tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]] = {}
        self.by_user = tx.all(_BY_USER, **self._terms)
        months = {one.replace(day=1) for one in self.today.values()} or {since.replace(day=1)}
        self.kept = tx.all(_KEPT, first=min(months), last=max(months))
        self.agents = tx.all(_AGENTS, now=tx.now, silent=tx.now - SILENCE)
        self.desks = _desks(tx)
        self.directives = directives(tx)
        self.scopes: defaultdict[int, set[int]] = defaultdict(set)
        for user_id, portfolio_id in tx.all("SELECT user_id, portfolio_id FROM user_portfolio"):
            self.scopes[user_id].add(portfolio_id)
        self._timetable = Timetable(tx, self.today.values())
        self._worked: dict[tuple[int, str], Connection] = {}

    def of_team(self, team: str | None) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Steps by bucket and by hour: everybody's (None), or the queue's and those of one team."""
        if team not in self._of_team:
            terms = self._terms | {"team": team}
            self._of_team[team] = self.tx.all(_BY_BUCKET, **terms), self.tx.all(_BY_HOUR, **terms)
        return self._of_team[team]

    def seen_by(self, who: Who) -> Stats:
        """The figures of the portfolios and the team that somebody may see."""
        by_bucket, by_hour = self.of_team(who.only_team)
        known = {key: book for key, book in self.books.items() if who.may_see(key)}
        today = {key: self.today[key] for key in known}
        hours = _hours(by_hour, today)
        return in_order(
            Stats(
                number=self.number,
                at=self.tx.now,
                queue=queue_rows(by_bucket, _trends(by_hour, today), known, today, self.directives),
                agents=_agents(self, known, today, who),
                decisions=decisions(self.tx, who),
                touches_by_hour=hours[figures.TOUCH],
                contacts_by_hour=hours[figures.CONTACT],
                promises_by_hour=hours[figures.PROMISE],
            )
        )

    def worked(self, homes: dict[int, Book]) -> dict[int, Connection]:
        """The connection time of some agents today, by the days of their home portfolio."""
        keys = {user_id: (user_id, home.zone.key) for user_id, home in homes.items()}
        missing = {user_id: homes[user_id] for user_id, key in keys.items() if key not in self._worked}
        required = {
            row[0]: self._timetable.required(row[0], homes[row[0]].moment(self.tx.now)[0], row[11])
            for row in self.agents
            if row[0] in missing
        }
        for user_id, found in connections(self.tx, missing, required).items():
            self._worked[keys[user_id]] = found
        return {user_id: self._worked[key] for user_id, key in keys.items()}


def _days(known: dict[int, Book], tx: Tx) -> dict[int, date]:
    return {key: book.moment(tx.now)[0] for key, book in known.items()}


def _number(tx: Tx, today: dict[int, date]) -> int:
    folded = tx.value("SELECT value FROM store_mark WHERE name = :name", name=FOLDED)
    unfolded: int = tx.value("SELECT count(*) FROM stat_delta")
    return int(folded or 0) + unfolded + sum(one.toordinal() for one in today.values())


def _hours(rows: list[tuple[Any, ...]], today: dict[int, date]) -> dict[str, tuple[int, ...]]:
    found = {measure: [0] * 24 for measure in (figures.TOUCH, figures.CONTACT, figures.PROMISE)}
    for when, portfolio_id, _, hour, measure, n in rows:
        if figures.counts(when, portfolio_id, today):
            found[measure][hour] += int(n)
    return {measure: tuple(by_hour) for measure, by_hour in found.items()}


def _trends(
    rows: list[tuple[Any, ...]], today: dict[int, date]
) -> defaultdict[tuple[int, str], tuple[int, ...]]:
    """Touches by hour of each portfolio and segment."""
    found: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 24)
    for when, portfolio_id, segment, hour, measure, n in rows:
        if measure == figures.TOUCH and figures.counts(when, portfolio_id, today):
            found[(portfolio_id, segment)][hour] += int(n)
    return defaultdict(tuple, {key: tuple(by_hour) for key, by_hour in found.items()})


def _agents(read: _Read, known: dict[int, Book], today: dict[int, date], who: Who) -> tuple[AgentRow, ...]:
    """A row for each agent of the scope; amounts in the currency of the agent's own goal."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for when, portfolio_id, user_id, measure, n in read.by_user:
        if figures.counts(when, portfolio_id, today):
            counts[user_id][measure] += int(n)
    kept: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for when, portfolio_id, user_id, measure, n in read.kept:
        if portfolio_id in today and day(when) == today[portfolio_id].replace(day=1):
            kept[user_id][measure] += int(n)
    homes: dict[int, Book] = {}
    agents = []
    for row in read.agents:
        own = read.scopes.get(row[0])
        home = home_book(known, None if own is None else tuple(own))
        if home is not None and who.leads(row[3]):
            homes[row[0]] = home
            agents.append(row)
    worked = read.worked(homes)
    found: list[AgentRow] = []
    for row in agents:
        user_id, home = row[0], homes[row[0]]
        measured = counts[user_id]
        portfolio_id, name = read.desks.get(user_id, (0, ""))
        found.append(
            AgentRow(
                name=row[1],
                display_name=row[2],
                team=row[3],
                goal=row[4],
                state=row[5] or "offline",
                since=instant(row[6] or row[7]),
                last_code=row[8] or "",
                last_at=maybe_instant(row[9]),
                connected=bool(row[10]),
                currency=home.currency,
                client=name if portfolio_id in known else "",
                touches=measured[figures.TOUCH],
                contacts=measured[figures.CONTACT],
                rpc=measured[figures.RIGHT_PARTY],
                promises=measured[figures.PROMISE],
                promised_amount=measured[figures.PROMISED + home.currency],
                recovered_amount=measured[figures.RECOVERED + home.currency],
                connected_seconds=worked[user_id].connected,
                required_seconds=worked[user_id].required,
                working=bool(row[12]) and row[5] not in UNPRODUCTIVE,
                kept=kept[user_id][figures.KEPT],
                matured=kept[user_id][figures.MATURED],
            )
        )
    return tuple(found)


_AGENTS = """
    SELECT u.id, u.name, u.display_name, u.team, u.daily_goal, s.state, s.since, u.created_at,
        s.last_code, s.last_at, EXISTS (
            SELECT 1
            FROM sign_in_session open
            WHERE open.user_id = u.id AND NOT open.revoked AND open.access_expires > :now
        ), u.required_minutes, EXISTS (
            SELECT 1
            FROM sign_in_session heard
            WHERE heard.user_id = u.id AND heard.seen_at > :silent
        )
    FROM app_user u
    LEFT JOIN agent_state s ON s.user_id = u.id
    WHERE u.role = 'agent' AND NOT u.disabled
"""


def _desks(tx: Tx) -> dict[int, tuple[int, str]]:
    """The client on each desk, portfolio and masked name: of those held there, the one given first."""
    rows = tx.all(
        """
        SELECT l.user_id, c.portfolio_id, c.name
        FROM lease l
        JOIN client c ON c.id = l.client_id
        WHERE l.until > :now
        ORDER BY l.token DESC
        """,
        now=tx.now,
    )
    return {user_id: (portfolio_id, masked(name)) for user_id, portfolio_id, name in rows}
