"""Taking the next client in PostgreSQL, beside the plainest update that the same server can do.

The measured text is what the product sends, run by pgbench; where its watermarks matter, the
product's own call. Floor and measure take turns, and the figures are medians over the
rounds. Between the groups everybody is put back, and no run may empty a lane: from an empty one
everybody "takes" very fast. Beside each aim stands a control: the way that is known to be bad, which must
miss it.

    AGENT_TUI_BENCH_CLIENTS=5000000 AGENT_TUI_BENCH_HELD=60 python -m benchmarks queue
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import psycopg
from sqlmodel import Session, col, select

from benchmarks.pgbench import AGENTS, ROUNDS, Run, by_threads, in_turns, pgbench
from benchmarks.postgres import database, server
from benchmarks.report import Row
from rules.protocol import LeaseRequest
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.queue.lanes import OpenLane
from storage.central.queue.taking import next_in_lanes, plan_once, terms
from storage.central.queue.watermarks import Watermarks
from storage.central.upkeep.schema import upgrade
from storage.models.queue import LeaseRow, Ready

CLIENTS = int(os.environ.get("AGENT_TUI_BENCH_CLIENTS", "500000"))
HELD_SECONDS = float(os.environ.get("AGENT_TUI_BENCH_HELD", "20"))
FEW = 10_000
LANES = 15
ALL_LANES = range(1, LANES + 1)
SECONDS = 1
IN_A_ROW = 1_000
"""Takings of a warmed turn where sizes are compared: all together take six tenths of the few."""

TRIP = 2
"""Milliseconds between a statement's answer and the commit: what a program needs that is not here."""

FLOOR = "UPDATE client SET version = version + 1 WHERE id = :client RETURNING id, version"

# What is known to be bad, around the barest move of one client.
_MOVE = """
    WITH taken AS (
        DELETE FROM ready WHERE client_id = ({}) RETURNING client_id, lane, prio, bucket
    )
    INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until, lane, prio,
        bucket)
    SELECT client_id, gen_random_uuid(), nextval('lease_token'), :user, :device, :request, :now, :now, lane,
        prio, bucket
    FROM taken
    RETURNING client_id, token
"""
BLOCKING = _MOVE.format(
    "SELECT client_id FROM ready WHERE lane = :lane ORDER BY prio DESC, client_id DESC LIMIT 1 FOR UPDATE"
)
BAREST = BLOCKING.replace("FOR UPDATE", "FOR UPDATE SKIP LOCKED")
ROW_FILTER = BAREST.replace("WHERE lane = :lane", "WHERE lane = :lane AND worked_on IS NULL")
ANY_LANE = BAREST.replace("lane = :lane", f"lane = ANY(ARRAY(SELECT generate_series(1, {LANES})))")


def run(tell: Callable[[str, list[Row]], None]) -> None:
    """Measure and print the table."""
    with ExitStack() as stack:
        postgres = stack.enter_context(server())
        few = stack.enter_context(_queue(postgres, FEW))
        many = stack.enter_context(_queue(postgres, CLIENTS))
        rows = [
            *_by_size(few, many),
            *_beside_the_floor(many),
            *_held_snapshot(many),
            *_out_of_hours(many),
            *_one_lane_for_all(many),
        ]
    tell(f"Next client, of {CLIENTS:,} in {LANES} lanes", rows)


@contextmanager
def _queue(postgres: str, clients: int) -> Iterator[str]:
    """A store with clients that are ready, spread over the lanes by chance, and five on every desk."""
    with database(postgres) as url:
        with closing(Store(url)) as store:
            upgrade(store)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("SET session_replication_role = replica")  # what refers to what is known to fit
            for statement in _FILL:
                admin.execute(statement, {"clients": clients, "lanes": LANES, "agents": AGENTS})
            admin.execute("VACUUM ANALYZE")
        yield url


_FILL = (
    """
    INSERT INTO portfolio (id, name, product, country, currency, language, creditor, firm, on_hold, goal,
        settings)
    SELECT n, 'P' || n, 'card', 'MX', 'MXN', 'es', 'Bank', 'Firm', false, 0, '{}' FROM generate_series(1, 5) n
    """,
    """
    INSERT INTO app_user (id, name, display_name, role, team, password_hash, disabled, language, daily_goal,
        monthly_goal, failed_sign_ins, created_at)
    SELECT n, 'agent' || n, 'Agent', 'agent', '', '', false, 'es', 0, 0, 0, now()
    FROM generate_series(1, %(agents)s) n
    """,
    """
    INSERT INTO lane (id, portfolio_id, country, zones)
    SELECT n, 1 + n %% 5, 'MX', 'zone ' || n FROM generate_series(1, %(lanes)s) n
    """,
    """
    INSERT INTO client (id, portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
        national_id, state, address, treatment, do_not_contact, hold_reason, version)
    SELECT n, 1 + n %% 5, 'bench', 'C' || n, 'person', 'Cliente ' || n, 'MX', '["America/Mexico_City"]', 'es',
        '', '', '', '', '', false, '', 1
    FROM generate_series(1, %(clients)s) n
    """,
    """
    INSERT INTO ready (client_id, lane, prio, bucket, worked_on)
    SELECT n, 1 + n %% %(lanes)s, abs(hashint4(n) %% 997), 'B' || n %% 6, NULL
    FROM generate_series(1, %(clients)s) n
    """,
    """
    INSERT INTO waiting (client_id, lane, kind, due_at, user_id, prio, bucket)
    SELECT %(clients)s + n, 1 + n %% %(lanes)s, 'callback', now() + interval '1 day', NULL, 0, 'B0'
    FROM generate_series(1, 1000) n
    """,
    """
    INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until, lane, prio,
        bucket)
    SELECT %(clients)s + 1000 + n, gen_random_uuid(), nextval('lease_token'), 1 + n %% %(agents)s,
        'desk ' || n %% %(agents)s, 'r', now(), now() + interval '1 day', 1 + n %% %(lanes)s, 0, 'B0'
    FROM generate_series(1, 5 * %(agents)s) n
    """,
)


def _put_back(*urls: str) -> None:
    """Everybody into the queue again, and no dead rows left."""
    for url in urls:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute(
                """
                WITH given AS (
                    DELETE FROM lease WHERE device NOT LIKE 'desk %' RETURNING client_id, lane, prio, bucket
                )
                INSERT INTO ready (client_id, lane, prio, bucket) SELECT * FROM given
                """
            )
            admin.execute("TRUNCATE stat_delta")
            admin.execute("VACUUM ready, lease")


class _Heard(Tx):
    """A transaction that answers "nobody", and remembers what it was asked."""

    def all(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        """A row of nothing."""
        self.sql, self.params = sql, params
        return [(None,) * 10]


def _next(lanes: range) -> tuple[str, dict[str, object]]:
    """What the product sends for an agent of these lanes, from the top: the text and its values."""
    tx = _Heard(None, "postgresql", datetime.now(UTC))
    request = LeaseRequest(want=1, request_id="r", device="")
    next_in_lanes(tx, _open(lanes, tx.now), terms(tx.now, _agent(1), request))
    values = {name: tx.params[name] for name in tx.params.keys() - {"device", "user", "today"}}
    return tx.sql, {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def _agent(user_id: int) -> Who:
    return Who(user_id=user_id, name="ana", display_name="Ana", role="agent", device="")


def _open(lanes: range, now: datetime) -> list[OpenLane]:
    return [OpenLane(lane, 1 + lane % 5, now + timedelta(minutes=20)) for lane in lanes]


def _taking(
    url: str, lanes: range, sql: str = "", *, clients: int = 1, transactions: int = 0, hold: int = 0
) -> Run:
    """One run of a statement that gives one client, the product's own unless another is named.

    All but 1 % of its transactions must have given one; `missed` are the others.
    """
    before = _given(url)
    text, values = _next(lanes)
    values["lane"] = lanes[0]
    run = pgbench(
        url, sql or text, SECONDS, clients=clients, values=values, transactions=transactions, hold=hold
    )
    missed = run.count - (_given(url) - before)
    assert missed < run.count / 100, f"{missed} of {run.count} found nobody in {lanes}: too few clients?"
    return msgspec.structs.replace(run, missed=missed)


def _given(url: str) -> int:
    with psycopg.connect(url) as admin:
        row = admin.execute("SELECT count(*) FROM lease").fetchone()
    assert row is not None
    return int(row[0])


def _beside_the_floor(url: str) -> list[Row]:
    """Each turn of those who share one lane has a lane of its own, so that none runs empty."""
    floor, whole = in_turns(lambda _: pgbench(url, FLOOR, SECONDS), lambda _: _taking(url, ALL_LANES))
    slow = _taking(url, ALL_LANES, ANY_LANE, transactions=5)
    floor8, lane8, bare8 = in_turns(
        lambda _: pgbench(url, FLOOR, SECONDS, clients=8),
        lambda turn: _taking(url, range(turn, turn + 1), clients=8),
        lambda turn: _taking(url, range(ROUNDS + turn, ROUNDS + turn + 1), BAREST, clients=8),
    )
    by_orm = _by_orm(url, LANES)
    return [
        _row("whole statement, 1 connection, p50", whole.p50, "ms", floor.p50, "update", "<= 5"),
        _row("control: lane = ANY, ORDER BY prio", slow.p50, "ms", floor.p50, "update", "(> 5)"),
        _row("one lane, 8 connections", lane8.rate, "/s", floor8.rate, "update", ">= 0.5"),
        _row("of it the barest move, no rules kept", bare8.rate, "/s", floor8.rate, "update"),
        _row("control: objects of an ORM, 8 threads", by_orm.rate, "/s", floor8.rate, "update", "(< 0.5)"),
    ]


def _by_size(few: str, many: str) -> list[Row]:
    """On the stores as they were filled: who was put back stands together on few pages."""

    def turns(before: Callable[[str], None], transactions: int) -> list[float]:
        def turn(url: str) -> Run:
            before(url)
            return _taking(url, ALL_LANES, transactions=transactions)

        return [one.p50 for one in in_turns(lambda _: turn(few), lambda _: turn(many))]

    cold_few, cold_many = turns(_checkpoint, IN_A_ROW // 5)
    warm_few, warm_many = turns(_touch_the_best, IN_A_ROW)
    slow = _taking(few, ALL_LANES, ANY_LANE, transactions=20)
    slower = _taking(many, ALL_LANES, ANY_LANE, transactions=3)
    of_few = f"of {FEW:,}"
    warmed = "warmed, no checkpoint between: without the whole pages that the WAL gets after one"
    return [
        _row(f"of {CLIENTS:,}, p50", warm_many, "ms", warm_few, of_few, "<= 1.5", warmed),
        _row("right after a checkpoint", cold_many, "ms", cold_few, of_few, note="with them"),
        _row("control: lane = ANY, ORDER BY prio", slower.p50, "ms", slow.p50, of_few, "(> 1.5)"),
    ]


def _checkpoint(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("CHECKPOINT")


def _touch_the_best(url: str) -> None:
    """Lock, and let go, those who are next, as a lease does: the first change of their pages."""
    best = f"SELECT client_id FROM ready ORDER BY prio DESC, client_id DESC LIMIT {2 * IN_A_ROW} FOR UPDATE"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"SELECT FROM client WHERE id = ANY(ARRAY({best})) FOR KEY SHARE")


def _out_of_hours(url: str) -> list[Row]:
    """The best 80 % may not be called: they stand in lanes that are closed, or carry a mark on the row."""
    _put_back(url)
    lane, open_now = range(1, 2), range(1, 1 + LANES // 5)
    none, most = in_turns(lambda _: _taking(url, ALL_LANES), lambda _: _taking(url, open_now))
    before = _taking(url, lane, ROW_FILTER, transactions=500)
    with psycopg.connect(url, autocommit=True) as admin:
        marked = admin.execute(
            """
            UPDATE ready SET worked_on = now()
            WHERE client_id IN (
                SELECT client_id FROM ready WHERE lane = %(lane)s ORDER BY prio DESC, client_id DESC
                LIMIT least(40000, 0.8 * (SELECT count(*) FROM ready WHERE lane = %(lane)s))
            )
            """,
            {"lane": lane[0]},
        ).rowcount
        admin.execute("VACUUM ready")
        filtered = _taking(url, lane, ROW_FILTER, transactions=100)
        admin.execute("UPDATE ready SET worked_on = NULL WHERE worked_on IS NOT NULL")
    closed = f"the lane's best {marked:,} closed"
    return [
        _row("80 % out of their hours, p50", most.p50, "ms", none.p50, "none", "<= 1.5"),
        _row("control: hours as a filter on rows", filtered.p50, "ms", before.p50, "none", "(> 1.5)", closed),
    ]


def _one_lane_for_all(url: str) -> list[Row]:
    """A transaction stays open for a trip over the line and back after it has its client."""
    _put_back(url)
    ours, held = in_turns(
        lambda turn: _taking(url, range(turn, turn + 1), clients=32, hold=TRIP),
        lambda turn: _taking(url, range(ROUNDS + turn, ROUNDS + turn + 1), BLOCKING, clients=32, hold=TRIP),
    )
    missed = f"{ours.missed} of {ours.count:,} left with nothing"
    return [
        _row("longest wait, 32 clients on a lane", ours.longest, "ms", aim="<= 250", note=missed),
        _row("control: FOR UPDATE that waits", held.longest, "ms", aim="(> 250)"),
    ]


def _held_snapshot(url: str) -> list[Row]:
    """A hub's own calls, with its watermarks and without, while somebody keeps a snapshot open."""
    _put_back(url)
    rows = []
    for name, aim, lanes in (
        ("with watermarks", "<= 2", range(1, 3)),
        ("control: top", "(> 2)", range(3, 5)),
    ):
        before, after, taken = _while_held(url, lanes, kept=aim == "<= 2")
        whole = f"{HELD_SECONDS:.0f} s of a held snapshot, {name}, p50"
        rows.append(_row(whole, after, "ms", before, "before", aim, f"{taken:,} taken meanwhile"))
    return rows


def _while_held(url: str, lanes: range, *, kept: bool) -> tuple[float, float, int]:
    """p50 of one connection before and after four took from the lanes, and how many these took."""
    with closing(Store(url)) as store, psycopg.connect(url) as reader:
        taking, given = _as_a_hub(store, lanes, kept=kept), _given(url)
        (before,) = in_turns(lambda _: by_threads(taking, 1, SECONDS / 2))
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        reader.execute("SELECT count(*) FROM lane")
        meanwhile = by_threads(taking, 4, HELD_SECONDS)
        (after,) = in_turns(lambda _: by_threads(taking, 1, SECONDS / 2))
    given, asked = _given(url) - given, before.count + meanwhile.count + after.count
    assert given > asked * 0.99, f"{given} of {asked} found somebody in {lanes}: too few clients?"
    return before.p50, after.p50, meanwhile.count


def _as_a_hub(store: Store, lanes: range, *, kept: bool) -> Callable[[], None]:
    """One lease from the lanes as a hub gives it, with its watermarks or each time from the top."""
    numbers = count(1)

    def taking() -> None:
        number = next(numbers)
        with store.begin() as tx:
            if not kept:
                tx.watermarks = Watermarks()
            plan_once(tx)
            request = LeaseRequest(want=1, request_id="r", device=f"{lanes} {number}")
            sources = _open(lanes, tx.now)
            next_in_lanes(tx, sources, terms(tx.now, _agent(1 + number % AGENTS), request))

    return taking


def _by_orm(url: str, lane: int) -> Run:
    """The same move by loading, deleting and adding objects."""
    numbers = count(1)
    best = (
        select(Ready)
        .where(Ready.lane == lane)
        .order_by(col(Ready.prio).desc(), col(Ready.client_id).desc())
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with closing(Store(url)) as store:

        def taking() -> None:
            number, now = next(numbers), datetime.now(UTC)
            with Session(store.engine) as session:
                row = session.exec(best).one()
                session.add(
                    LeaseRow(
                        **row.model_dump(include={"client_id", "lane", "prio", "bucket"}),
                        lease_id=str(uuid.uuid4()),
                        token=number,
                        user_id=1 + number % AGENTS,
                        device=f"orm {number}",
                        request_id="r",
                        granted_at=now,
                        until=now,
                    )
                )
                session.delete(row)
                session.commit()

        return by_threads(taking, 8, SECONDS)


def _row(
    name: str,
    value: float,
    unit: str,
    floor: float | None = None,
    of: str = "",
    aim: str = "",
    note: str = "",
) -> Row:
    return Row(name=name, value=value, unit=unit, floor=floor, floor_name=of, aim=aim, note=note)
