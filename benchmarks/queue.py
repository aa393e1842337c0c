"""Taking the next client in PostgreSQL, beside the plainest update that the same server can do.

The measured text is the product's own (`taking_postgres.NEXT`), run by pgbench. Floor and measure take
turns, and the figures are medians over the rounds. Beside each aim stands a control: the way that
is known to be bad, which must miss it.

    AGENT_TUI_BENCH_CLIENTS=5000000 python -m benchmarks queue
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.pgbench import Run, pgbench
from benchmarks.postgres import database, server
from benchmarks.report import Row, median
from rules.protocol import LeaseRequest
from storage.central.connection import Store
from storage.central.lanes import OpenLane
from storage.central.schema import upgrade
from storage.central.taking import lane_arrays, next_in_lanes, plan_once, terms
from storage.central.taking_postgres import NEXT
from storage.central.watermarks import Watermarks
from storage.central.who import Who

CLIENTS = int(os.environ.get("AGENT_TUI_BENCH_CLIENTS", "500000"))
FEW = 10_000
LANES = 15
ROUNDS = 5
SECONDS = 1
TAKEN_MEANWHILE = 9_000
"""What a lane with dead rows at its best end gave in 20 s to four desks in a hurry, or a shift to its own."""

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
    "SELECT client_id FROM ready WHERE lane = 1 ORDER BY prio DESC, client_id DESC LIMIT 1 FOR UPDATE"
)
BAREST = BLOCKING.replace("FOR UPDATE", "FOR UPDATE SKIP LOCKED")
ANY_LANE = _MOVE.format(
    f"SELECT client_id FROM ready WHERE lane = ANY(ARRAY(SELECT generate_series(1, {LANES})))"
    " ORDER BY prio DESC, client_id DESC LIMIT 1 FOR UPDATE SKIP LOCKED"
)
ROW_FILTER = _MOVE.format(
    "SELECT client_id FROM ready WHERE lane = 1 AND worked_on IS NULL"
    " ORDER BY prio DESC, client_id DESC LIMIT 1 FOR UPDATE SKIP LOCKED"
)


def run(tell: Callable[[str, list[Row]], None]) -> None:
    """Measure and print the table."""
    with ExitStack() as stack:
        postgres = stack.enter_context(server())
        few = stack.enter_context(_queue(postgres, FEW))
        many = stack.enter_context(_queue(postgres, CLIENTS))
        rows = [
            *_held_snapshot(many),
            *_beside_the_floor(many),
            *_by_size(few, many),
            *_out_of_hours(many),
            *_one_lane_for_all(many),
        ]
    tell(f"Next client, of {CLIENTS:,} in {LANES} lanes", rows)


@contextmanager
def _queue(postgres: str, clients: int) -> Iterator[str]:
    """A store with clients that are ready, spread over the lanes with scores as they come."""
    with database(postgres) as url:
        with closing(Store(url)) as store:
            upgrade(store)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("SET session_replication_role = replica")  # what refers to what is known to fit
            for statement in _FILL:
                admin.execute(statement, {"clients": clients, "lanes": LANES})
            admin.execute("VACUUM ANALYZE")
            admin.execute("CHECKPOINT")
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
    VALUES (1, 'ana', 'Ana', 'agent', '', '', false, 'es', 0, 0, 0, now())
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
    SELECT n, 1 + n %% %(lanes)s, n %% 997, 'B' || n %% 6, NULL FROM generate_series(1, %(clients)s) n
    """,
    """
    INSERT INTO waiting (client_id, lane, kind, due_at, user_id, prio, bucket)
    SELECT %(clients)s + n, 1 + n %% %(lanes)s, 'callback', now() + interval '1 day', NULL, 0, 'B0'
    FROM generate_series(1, 1000) n
    """,
)


def _asked(lanes: range, marks: Watermarks | None = None) -> dict[str, object]:
    """Values of `NEXT` for an agent of these lanes, as the hub gives them."""
    now = datetime.now(UTC)
    who = Who(user_id=1, name="ana", display_name="Ana", role="agent", device="")
    request = LeaseRequest(want=1, request_id="r", device="")
    sources = [OpenLane(lane, 1 + lane % 5, now + timedelta(minutes=20)) for lane in lanes]
    view = marks.view(lanes, now) if marks is not None else None
    found = terms(now, who, request) | lane_arrays(sources, view)
    del found["device"], found["today"]
    return {name: _written(value) for name, value in found.items()}


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


_TAKEN_MEANWHILE = """
    DELETE FROM ready
    WHERE client_id IN (
        SELECT client_id FROM ready WHERE lane = %(lane)s ORDER BY prio DESC, client_id DESC LIMIT %(taken)s
    )
"""
ALL_LANES = range(1, LANES + 1)
ONE_LANE = range(1, 2)


def _rounds(*measures: Callable[[], Run]) -> list[list[Run]]:
    """The measures by turns; of each, its runs."""
    runs: list[list[Run]] = [[] for _ in measures]
    for _ in range(ROUNDS):
        for kept, measure in zip(runs, measures, strict=True):
            kept.append(measure())
    return runs


def _p50(runs: list[Run]) -> float:
    return median([one.p50 for one in runs])


def _rate(runs: list[Run]) -> float:
    return median([one.rate for one in runs])


def _beside_the_floor(url: str) -> list[Row]:
    asked, lane = _asked(ALL_LANES), _asked(ONE_LANE)
    floor, whole = _rounds(
        lambda: pgbench(url, FLOOR, SECONDS), lambda: pgbench(url, NEXT, SECONDS, values=asked)
    )
    slow = pgbench(url, ANY_LANE, SECONDS, values=asked, transactions=5)
    floor8, lane8, bare8 = _rounds(
        lambda: pgbench(url, FLOOR, SECONDS, clients=8),
        lambda: pgbench(url, NEXT, SECONDS, clients=8, values=lane),
        lambda: pgbench(url, BAREST, SECONDS, clients=8, values=lane),
    )
    return [
        _row("whole statement, 1 connection, p50", _p50(whole), "ms", _p50(floor), "update", "<= 5"),
        _row("control: lane = ANY, ORDER BY prio", slow.p50, "ms", _p50(floor), "update", "(> 5)"),
        _row("one lane, 8 connections", _rate(lane8), "/s", _rate(floor8), "update", ">= 0.5"),
        _row("of it the barest move, no rules kept", _rate(bare8), "/s", _rate(floor8), "update"),
    ]


def _by_size(few: str, many: str) -> list[Row]:
    asked = _asked(ALL_LANES)
    small, large = _rounds(
        lambda: pgbench(few, NEXT, SECONDS, values=asked, transactions=300),
        lambda: pgbench(many, NEXT, SECONDS, values=asked, transactions=300),
    )
    slow = pgbench(few, ANY_LANE, SECONDS, values=asked, transactions=20)
    slower = pgbench(many, ANY_LANE, SECONDS, values=asked, transactions=3)
    return [
        _row(f"of {CLIENTS:,}, p50", _p50(large), "ms", _p50(small), f"of {FEW:,}", "<= 1.5"),
        _row("control: lane = ANY, ORDER BY prio", slower.p50, "ms", slow.p50, f"of {FEW:,}", "(> 1.5)"),
    ]


def _out_of_hours(url: str) -> list[Row]:
    """80 % of the best rows may not be called: they stand in lanes that are closed, or carry a mark."""
    every, open_now = _asked(ALL_LANES), _asked(range(1, 1 + LANES // 5))
    none, most = _rounds(
        lambda: pgbench(url, NEXT, SECONDS, values=every),
        lambda: pgbench(url, NEXT, SECONDS, values=open_now),
    )
    with psycopg.connect(url, autocommit=True) as admin:
        before = pgbench(url, ROW_FILTER, SECONDS, values=every, transactions=50)
        admin.execute(
            """
            UPDATE ready SET worked_on = now()
            WHERE lane = 1 AND prio > (SELECT percentile_disc(0.2) WITHIN GROUP (ORDER BY prio) FROM ready)
            """
        )
        filtered = pgbench(url, ROW_FILTER, SECONDS, values=every, transactions=20)
        admin.execute("UPDATE ready SET worked_on = NULL WHERE worked_on IS NOT NULL")
        admin.execute("VACUUM ready")
    return [
        _row("80 % out of their hours, p50", _p50(most), "ms", _p50(none), "none", "<= 1.5"),
        _row("control: hours as a filter on rows", filtered.p50, "ms", before.p50, "none", "(> 1.5)"),
    ]


def _one_lane_for_all(url: str) -> list[Row]:
    lane = _asked(ONE_LANE)
    ours = [pgbench(url, NEXT, SECONDS, clients=32, values=lane, transactions=20) for _ in range(ROUNDS)]
    held = pgbench(url, BLOCKING, SECONDS, clients=32, values=lane, transactions=100)
    return [
        _row("longest wait, 32 clients on a lane", median([one.longest for one in ours]), "ms", aim="<= 250"),
        _row("control: FOR UPDATE that waits", held.longest, "ms", aim="(> 250)"),
    ]


def _held_snapshot(url: str) -> list[Row]:
    """A hub's own calls, with its watermarks and without, while somebody keeps a snapshot open."""
    found = {}
    for lane, (name, marks) in enumerate(
        (("control: from the top", None), ("with watermarks", Watermarks())), 2
    ):
        with psycopg.connect(url) as reader, psycopg.connect(url, autocommit=True) as admin:
            before = _as_a_hub(url, lane, marks)
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            reader.execute("SELECT count(*) FROM lane")
            admin.execute(_TAKEN_MEANWHILE, {"lane": lane, "taken": TAKEN_MEANWHILE})
            found[name] = (before, _as_a_hub(url, lane, marks))
    return [
        _row(f"snapshot held, {name}, p50", after, "ms", before, "before", aim)
        for (name, (before, after)), aim in zip(found.items(), ("(> 2)", "<= 2"), strict=True)
    ]


def _as_a_hub(url: str, lane: int, marks: Watermarks | None) -> float:
    """p50 in ms of one lease after the other from a lane, by one connection of a hub, without the commit."""
    took: list[float] = []
    who = Who(user_id=1, name="ana", display_name="Ana", role="agent", device="")
    with closing(Store(url)) as store:
        for number in range(200):
            with store.begin() as tx:
                plan_once(tx)
                tx.watermarks = marks or Watermarks()
                request = LeaseRequest(want=1, request_id="r", device=f"{time.monotonic()} {number}")
                sources = [OpenLane(lane, 1 + lane % 5, tx.now + timedelta(minutes=20))]
                began = time.perf_counter()
                next_in_lanes(tx, sources, terms(tx.now, who, request))
                took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _row(
    name: str, value: float, unit: str, floor: float | None = None, floor_name: str = "", aim: str = ""
) -> Row:
    return Row(name=name, value=value, unit=unit, floor=floor, floor_name=floor_name, aim=aim)
