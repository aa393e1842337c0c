"""Live figures for those who lead: folded totals and what was appended since, as one snapshot."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from rules.protocol import AgentRow, QueueRow, Stats
from storage.central import figures
from storage.central.connection import Store, Tx, day, instant, maybe_instant
from storage.central.day import connections
from storage.central.decisions import decisions, masked
from storage.central.people import Who
from storage.central.portfolios import Book, books, home_book

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
_BY_BUCKET = """{steps}
    SELECT day, portfolio_id, bucket, measure, sum(n)
    FROM step
    WHERE measure NOT LIKE 'result:%'
    GROUP BY day, portfolio_id, bucket, measure
""".replace("{steps}", _STEPS)
_BY_USER = """{steps}
    SELECT day, portfolio_id, user_id, measure, sum(n)
    FROM step
    WHERE user_id <> 0 AND measure NOT LIKE 'result:%'
    GROUP BY day, portfolio_id, user_id, measure
""".replace("{steps}", _STEPS)
_BY_HOUR = """{steps}
    SELECT day, portfolio_id, hour, measure, sum(n)
    FROM step
    WHERE measure IN ('touch', 'contact', 'promise')
    GROUP BY day, portfolio_id, hour, measure
""".replace("{steps}", _STEPS)


def fold(store: Store) -> int:
    """Fold the appended steps into the totals; how many there were.

    Only one hub folds at a time; another one finds nothing to do.
    """
    with store.read() as tx:
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


def snapshot(store: Store, who: Who) -> Stats:
    """All live figures of a person's portfolios, as of one moment.

    A figure counts for the day on which it happened in its portfolio's own zone.
    """
    with store.read() as tx:
        known = {key: book for key, book in books(tx).items() if who.may_see(key)}
        today = {key: book.moment(tx.now)[0] for key, book in known.items()}
        terms = {
            "timeless": figures.TIMELESS,
            "since": min(today.values(), default=tx.now.date()),
        }
        hours = _hours(tx.all(_BY_HOUR, **terms), today)
        return Stats(
            number=_number(tx, today),
            at=tx.now,
            queue=_queue(tx.all(_BY_BUCKET, **terms), known, today),
            agents=_agents(tx, tx.all(_BY_USER, **terms), known, today, who),
            decisions=decisions(tx, who),
            touches_by_hour=hours[figures.TOUCH],
            contacts_by_hour=hours[figures.CONTACT],
            promises_by_hour=hours[figures.PROMISE],
        )


def _number(tx: Tx, today: dict[int, date]) -> int:
    """Grows with every step ever appended, and as a new day begins somewhere."""
    folded = tx.value("SELECT value FROM store_mark WHERE name = :name", name=FOLDED)
    unfolded: int = tx.value("SELECT count(*) FROM stat_delta")
    return int(folded or 0) + unfolded + sum(one.toordinal() for one in today.values())


def _counts(when: Any, portfolio_id: int, today: dict[int, date]) -> bool:
    if portfolio_id not in today:
        return False
    return day(when) in (figures.TIMELESS, today[portfolio_id])


def _hours(rows: list[tuple[Any, ...]], today: dict[int, date]) -> dict[str, tuple[int, ...]]:
    found = {measure: [0] * 24 for measure in (figures.TOUCH, figures.CONTACT, figures.PROMISE)}
    for when, portfolio_id, hour, measure, n in rows:
        if _counts(when, portfolio_id, today):
            found[measure][hour] += int(n)
    return {measure: tuple(by_hour) for measure, by_hour in found.items()}


def _queue(
    rows: list[tuple[Any, ...]], known: dict[int, Book], today: dict[int, date]
) -> tuple[QueueRow, ...]:
    """A row for each portfolio and bucket; amounts in another currency get a row of their own."""
    counts: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for when, portfolio_id, bucket, measure, n in rows:
        if bucket and _counts(when, portfolio_id, today):
            counts[(portfolio_id, bucket)][measure] += int(n)
    goals = _goals(counts, known)
    found: list[QueueRow] = []
    for (portfolio_id, bucket), measured in sorted(counts.items()):
        book = known[portfolio_id]
        found.append(
            QueueRow(
                portfolio=book.name,
                bucket=bucket,
                currency=book.currency,
                pending=measured[figures.READY],
                leased=measured[figures.LEASED],
                waiting=measured[figures.WAITING],
                untouched=measured[figures.READY] + measured[figures.WAITING] - measured[figures.REQUEUED],
                unlocatable=measured[figures.UNLOCATABLE],
                worked=measured[figures.WORKED],
                contacted=measured[figures.CONTACT],
                rpc=measured[figures.RIGHT_PARTY],
                promised=measured[figures.PROMISE],
                promised_amount=measured[figures.PROMISED + book.currency],
                recovered_amount=measured[figures.RECOVERED + book.currency],
                goal=goals[(portfolio_id, bucket)],
            )
        )
        found += [
            QueueRow(
                portfolio=book.name,
                bucket=bucket,
                currency=currency,
                promised_amount=measured[figures.PROMISED + currency],
                recovered_amount=measured[figures.RECOVERED + currency],
            )
            for currency in _other_currencies(measured, book.currency)
        ]
    return tuple(found)


def _other_currencies(measured: Counter[str], own: str) -> list[str]:
    prefixes = (figures.PROMISED, figures.RECOVERED)
    found = {name.partition(":")[2] for name, n in measured.items() if n and name.startswith(prefixes)}
    return sorted(found - {own})


def _goals(counts: dict[tuple[int, str], Counter[str]], known: dict[int, Book]) -> dict[tuple[int, str], int]:
    """A portfolio's goal shared among its buckets by the clients in them; to the cent."""
    clients = {
        key: sum(measured[place] for place in (figures.READY, figures.LEASED, figures.WAITING))
        for key, measured in counts.items()
    }
    goals: dict[tuple[int, str], int] = {}
    for portfolio_id, book in known.items():
        keys = sorted(key for key in clients if key[0] == portfolio_id)
        total = sum(clients[key] for key in keys)
        given = seen = 0
        for key in keys:
            seen += clients[key]
            share = book.goal * seen // total - given if total else 0
            goals[key] = share
            given += share
    return goals


def _agents(
    tx: Tx, rows: list[tuple[Any, ...]], known: dict[int, Book], today: dict[int, date], who: Who
) -> tuple[AgentRow, ...]:
    """A row for each agent of the scope; amounts in the currency of the agent's own goal."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for when, portfolio_id, user_id, measure, n in rows:
        if _counts(when, portfolio_id, today):
            counts[user_id][measure] += int(n)
    scopes: defaultdict[int, set[int]] = defaultdict(set)
    for user_id, portfolio_id in tx.all("SELECT user_id, portfolio_id FROM user_portfolio"):
        scopes[user_id].add(portfolio_id)
    desks = _desks(tx)
    homes: dict[int, Book] = {}
    agents = []
    for row in tx.all(_AGENTS, now=tx.now):
        scope = scopes.get(row[0])
        home = home_book(known, None if scope is None else tuple(scope))
        if home is not None:
            homes[row[0]] = home
            agents.append(row)
    worked = connections(tx, homes, {row[0]: 60 * row[11] for row in agents})
    found: list[AgentRow] = []
    for row in agents:
        user_id, home = row[0], homes[row[0]]
        measured = counts[user_id]
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
                client=desks.get(user_id, ""),
                touches=measured[figures.TOUCH],
                contacts=measured[figures.CONTACT],
                rpc=measured[figures.RIGHT_PARTY],
                promises=measured[figures.PROMISE],
                promised_amount=measured[figures.PROMISED + home.currency],
                recovered_amount=measured[figures.RECOVERED + home.currency],
                connected_seconds=worked[user_id].connected,
                required_seconds=worked[user_id].required,
            )
        )
    return tuple(found)


_AGENTS = """
    SELECT u.id, u.name, u.display_name, u.team, u.daily_goal, s.state, s.since, u.created_at,
        s.last_code, s.last_at, EXISTS (
            SELECT 1
            FROM sign_in_session open
            WHERE open.user_id = u.id AND NOT open.revoked AND open.access_expires > :now
        ), u.required_minutes
    FROM app_user u
    LEFT JOIN agent_state s ON s.user_id = u.id
    WHERE u.role = 'agent' AND NOT u.disabled
    ORDER BY u.name
"""


def _desks(tx: Tx) -> dict[int, str]:
    """The client on each desk, masked: of those held there, the one that was given first."""
    rows = tx.all(
        """
        SELECT l.user_id, c.name
        FROM lease l
        JOIN client c ON c.id = l.client_id
        WHERE l.until > :now
        ORDER BY l.token DESC
        """,
        now=tx.now,
    )
    return {user_id: masked(name) for user_id, name in rows}
