"""Live figures: what they cost those who write, and what they save those who read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from benchmarks.house import CLIENTS, House
from benchmarks.postgres import database, server
from benchmarks.recording import Script, tps
from benchmarks.report import Row, beside, median
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.counting.recount import recount
from storage.central.doors import people

MILLION, DAY = 1_000_000, 10_000
"""Facts of a hundred days, and of one."""

CONNECTIONS = 32
ROUNDS = 5
SECONDS = 2.0

_PICK = rf"\set client random(1, {CLIENTS})"
_FACT = """
    INSERT INTO interaction (id, client_id, at, code, flags, currency, agent, late, counted, note, identity,
        missed, breach)
    VALUES (gen_random_uuid()::text, CAST(:client AS BIGINT), now(), 'NOCO', 'A', '', 'desk', false, true,
        '', '', '[]', '')
"""
_STEP = "(DATE '2026-11-25', 11, 1, 'B1', CAST(:client_id AS INTEGER), '{}', 1)"
_STEPS = ", ".join(_STEP.format(measure) for measure in ("touch", "contact", "worked", "waiting"))
_DELTAS = f"INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n) VALUES {_STEPS}"
_HOT = """
    UPDATE stat_total SET n = n + 1
    WHERE day = DATE '2026-11-25' AND hour = 11 AND portfolio_id = 1 AND bucket = 'B1' AND user_id = 0
        AND measure = 'touch'
"""
_HOT_ROW = """
    INSERT INTO stat_total (day, hour, portfolio_id, bucket, user_id, measure, n)
    VALUES (DATE '2026-11-25', 11, 1, 'B1', 0, 'touch', 0)
"""
_FACTS = """
    INSERT INTO interaction (id, client_id, user_id, at, code, flags, currency, agent, late, counted, note,
        identity, missed, breach, day, hour, bucket)
    SELECT 'fact' || n, 1 + n % :clients, :user + (n * 7919) % 200, :now,
        (ARRAY['NOCO', 'BUZN', 'PPT'])[1 + n % 3], CASE WHEN n % 3 = 2 THEN 'ACRP' ELSE 'A' END, '', 'desk',
        false, true, '', '', '[]', '', CAST(:today AS date) - CAST((n - 1) / :day AS integer),
        8 + (n / 7) % 12, 'B' || 1 + (n / 11) % 6
    FROM generate_series(CAST(:first AS bigint), :last) n
"""
_COUNTED = """
    INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
    SELECT day, hour, 1, bucket, user_id, measure, count(*)
    FROM interaction, unnest(CASE flags WHEN 'A' THEN ARRAY['touch'] ELSE
        ARRAY['touch', 'contact', 'rpc', 'promise'] END || ARRAY['result:' || code]) measure
    WHERE day IS NOT NULL AND id IN (SELECT 'fact' || n FROM generate_series(CAST(:first AS bigint), :last) n)
    GROUP BY day, hour, bucket, user_id, measure
"""


def run(tell: Callable[[str, Sequence[Row]], None]) -> None:
    """Measure and tell the table."""
    with server() as postgres, database(postgres) as url:
        house = House(url)
        tell("Live figures", [*writing(house), *reading(house)])
        house.store.close()


def writing(house: House) -> Iterable[Row]:
    """A fact a transaction: without figures, with its steps appended while a hub folds, with a counter."""
    with house.store.begin() as tx:
        tx.run(_HOT_ROW)
    rates: dict[str, list[float]] = {"off": [], "on": [], "hot": []}
    ways = {"off": [_FACT], "on": [_FACT, _DELTAS], "hot": [_FACT, _HOT]}
    with _folding(house.store):
        for _ in range(ROUNDS):
            for name, parts in ways.items():
                text = [_PICK, "BEGIN;", *(" ".join(part.split()) + ";" for part in parts), "COMMIT;"]
                rates[name].append(tps(house.url, Script("\n".join(text)), CONNECTIONS, SECONDS))
    for name, label, aim in (
        ("on", f"facts/s with live figures, {CONNECTIONS} connections", ">= 0.6"),
        ("hot", "control: one hot counter", "< 0.6"),
    ):
        row = beside(label, median(rates[name]), "/s", median(rates["off"]), "without", aim)
        pairs = zip(rates[name], rates["off"], strict=True)
        yield msgspec.structs.replace(row, ratio=median([one / other for one, other in pairs]))


@contextmanager
def _folding(store: Store) -> Iterator[None]:
    """A hub's folding, meanwhile."""
    over = threading.Event()

    def fold() -> None:
        while not over.wait(0.5):
            stats.fold(store)

    thread = threading.Thread(target=fold)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def reading(house: House) -> Iterable[Row]:
    """A snapshot after one day's facts and after a million; the same figures counted from them."""
    store = house.store
    who = people.who(store, house.lead)
    _gather(house, 1, DAY)
    young = _taken(lambda: stats.snapshot(store, who), 15)
    _gather(house, DAY + 1, MILLION)
    counting = _taken(lambda: _recount(store), 3)
    whole = _taken(lambda: stats.snapshot(store, who), 15)
    asking = _taken(lambda: stats.number(store), 9)
    yield beside("a look whether anything changed", asking, "ms", counting, "counted anew", "<= 0.01")
    yield beside("a snapshot, 200 agents at work", whole, "ms", counting, "counted anew", "<= 0.01")
    yield beside(f"a snapshot with {MILLION:,} facts", whole, "ms", young, f"with {DAY:,}", "<= 1.5")


def _gather(house: House, first: int, last: int) -> None:
    """Facts of 200 agents, a day's number a day, with their figures folded."""
    with house.store.begin() as tx:
        user, today = house.desks[0].who.user_id, tx.now.date()
        numbers = {"first": first, "last": last}
        tx.run(_FACTS, clients=CLIENTS, user=user, now=tx.now, today=today, day=DAY, **numbers)
        tx.run(_COUNTED, **numbers)
    stats.fold(house.store)
    # In life steps come and go all day long, and what they leave is cleared away by and by.
    with house.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _recount(store: Store) -> None:
    with store.read() as tx:
        recount(tx)


def _taken(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)
