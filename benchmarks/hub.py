"""One hub process on PostgreSQL: leases, facts and live figures over HTTP, each beside its floor.

The load comes from processes of their own (`benchmarks.load`); house, hub, database and load share the
machine, so read the ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from http.client import HTTPConnection
from typing import Any

import msgspec

from benchmarks.house import AGENTS, CLIENTS, Desk, House, Hub
from benchmarks.load import Arrival, Caller, Outcome, Task, finish, load, start
from benchmarks.postgres import database, server
from benchmarks.recording import Script, as_script, recorded, tps
from benchmarks.report import Row, beside, median
from rules.facts import Event
from rules.protocol import EventBatch, LeaseRequest
from storage.central.doors import people
from storage.central.facts import events
from storage.central.queue import leases

CONNECTIONS = 8
MANY = 200
ROUNDS = 5
SECONDS = 3.0
FACTS_OF_DESK = 320
SINGLE = 20
"""Of a desk's facts, so many are sent one by one; the others in hundreds."""

STREAMED = 40
"""Facts whose way to 200 screens is timed."""


def run(tell: Callable[[str, Sequence[Row]], None]) -> None:
    """Measure and tell the tables."""
    with server() as postgres, database(postgres) as url:
        house = House(url)
        with house.hub() as hub:
            tell("Facts through one hub", list(facts(house, hub)))
            tell(f"Live stream to {MANY} leads, {AGENTS} agents", list(streams(house, hub)))
            tell("Leases through one hub", list(lease_rows(house, hub)))
        house.store.close()


# Facts.


def facts(house: House, hub: Hub) -> Iterable[Row]:
    """Batches of 1 and of 100; the same again; and, as control, the same under other ids."""
    desks = house.desks[:CONNECTIONS]
    made = [house.facts(desk, FACTS_OF_DESK) for desk in desks]
    single = _send(hub, desks, [some[:SINGLE] for some in made], 1)
    hundreds = _send(hub, desks, [some[SINGLE:] for some in made], 100)
    again = _send(hub, desks, [some[SINGLE:] for some in made], 100)
    renamed = _send(hub, desks, [_renamed(some[SINGLE:]) for some in made], 100)
    one, hundred = single.rate, hundreds.rate * 100
    yield beside("facts/s, batches of 100 / of 1", hundred, "facts/s", one, "of 1", ">= 5")
    yield beside("the same batches again", again.rate * 100, "facts/s", hundred, "first time", ">= 2")
    for name, outcome, aim in (
        ("of them applied", again, "0"),
        ("control: the same under other ids, applied", renamed, "> 0"),
    ):
        yield Row(name=name, value=outcome.words.get("applied", 0), unit="facts", aim=aim)


def _send(hub: Hub, desks: Sequence[Desk], made: Sequence[list[dict[str, Any]]], size: int) -> Outcome:
    callers = []
    for desk, some in zip(desks, made, strict=True):
        batches = [some[first : first + size] for first in range(0, len(some), size)]
        bodies = [{"device": desk.device, "events": batch} for batch in batches]
        callers.append(Caller(desk.token, [("POST", "/v1/events", body) for body in bodies]))
    return load(Task(port=hub.port, callers=callers, rounds=1))


def _renamed(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [fact | {"id": f"{fact['id']}-again", "seq": fact["seq"] + 10**6} for fact in made]


# Leases.


LET_GO = (
    """
    CREATE FUNCTION let_go() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM lease WHERE device = NEW.id; RETURN NEW; END $$
    """,
    "CREATE TRIGGER let_go BEFORE UPDATE ON device FOR EACH ROW EXECUTE FUNCTION let_go()",
)
"""So that each request of a device has to take a client: the one before is off its desk, on both sides."""


def lease_rows(house: House, hub: Hub) -> Iterable[Row]:
    """A lease through the hub beside the very statements of the request by pgbench, interleaved."""
    with house.store.begin() as tx:
        for statement in LET_GO:
            tx.run(statement)
    script = _same_sql(house)
    through: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        through.append(_lease_load(house, hub, CONNECTIONS).rate)
        floor.append(tps(house.url, script, CONNECTIONS, SECONDS))
    name = f"leases/s, {CONNECTIONS} connections"
    row = beside(name, median(through), "/s", median(floor), "pgbench", ">= 0.25")
    ratio = median([one / other for one, other in zip(through, floor, strict=True)])
    yield msgspec.structs.replace(row, ratio=ratio, note=f"{script.statements} statements, BEGIN to COMMIT")
    # Paced to two fifths of what it can do; a connection that is silent for 5 s is closed.
    paced = _lease_load(house, hub, MANY, pace=min(4.0, MANY / (0.4 * median(through))))
    yield Row(
        name=f"p99 with {MANY} open connections",
        value=paced.percentile(0.99) * 1000,
        unit="ms",
        aim="<= 250",
        note=f"{paced.rate:.0f} leases/s, p50 {paced.percentile(0.5) * 1000:.0f} ms",
    )
    rush = _lease_load(house, hub, MANY)
    yield Row(
        name="control: all of them at once, no pause",
        value=rush.percentile(0.99) * 1000,
        unit="ms",
        aim="> 250",
        note=f"{rush.rate:.0f} leases/s",
    )


def _same_sql(house: House) -> Script:
    """The statements of one lease request, as the hub sends them: each device its own, any client read."""
    desk = house.desks[0]
    request = LeaseRequest(want=1, request_id=desk.device, device=desk.device)
    taken: list[int] = []

    def work() -> None:
        given = leases.lease(house.store, people.who(house.store, desk.token), request)
        taken[:] = [one.client.id for one in given.leases]

    def word(value: Any) -> str | None:
        if value == desk.device:
            return "CAST(:client_id AS TEXT)"
        if taken and value == taken:
            return "ARRAY[CAST(:client AS BIGINT)]"
        return None

    for _ in range(3):
        work()
    return as_script(recorded(work), word, [f"\\set client random(1, {CLIENTS})"])


def _lease_load(house: House, hub: Hub, connections: int, pace: float = 0.0) -> Outcome:
    callers = []
    for number in range(connections):
        desk = house.desks[number % len(house.desks)]
        body = {"want": 1, "request_id": desk.device, "device": desk.device}
        callers.append(Caller(desk.token, [("POST", "/v1/leases", body)]))
    outcome = load(Task(port=hub.port, callers=callers, seconds=2 * pace or SECONDS, pace=pace))
    assert {word for word in outcome.words if word.isdecimal()} == {"200"}, outcome.words
    return outcome


# The stream.


def streams(house: House, hub: Hub) -> Iterable[Row]:
    """From a fact's commit to each of 200 open streams: sent to this hub, and committed by another."""
    for name, send in (("this hub", _by_hub), ("another hub", _by_another)):
        desk = house.desks[-1]
        made = [fact for fact in house.facts(desk, 3 * STREAMED) if fact["kind"] == "result"][:STREAMED]
        watching = start(
            Task(
                port=hub.port,
                watchers=[house.lead] * MANY,
                agent=desk.who.name,
                touches=len(made),
                seconds=60,
            )
        )
        time.sleep(3)  # until all are open
        cpu, began = hub.cpu(), time.perf_counter()
        committed = [_commit(send, house, hub, desk, fact) for fact in made]
        cpu, wall = hub.cpu() - cpu, time.perf_counter() - began
        arrivals = finish(watching).arrivals
        delays = sorted(_delays(arrivals, committed))
        yield Row(
            name=f"commit on {name} to screen, p99",
            value=1000 * delays[int(len(delays) * 0.99)],
            unit="ms",
            aim="< 1000",
            note=f"p50 {1000 * median(delays):.0f} ms, {len(delays)} of {MANY * len(made)} arrived",
        )
        yield Row(
            name="  hub's share of a core for 100 leads",
            value=100 * cpu / wall * 100 / MANY,
            unit="%",
            note=f"{len(made) / wall:.1f} facts/s; {1000 * cpu / len(made):.1f} ms a fact, {MANY} leads",
        )
    sizes = {kind: [size for *_, size, of in arrivals if of == kind] for kind in ("change", "stats")}
    yield beside(
        "bytes of a change / snapshot", median(sizes["change"]), "B", median(sizes["stats"]), "", "< 0.1"
    )
    yield _polled(house, hub)


Send = Callable[[House, Hub, Desk, dict[str, Any]], None]


def _by_hub(house: House, hub: Hub, desk: Desk, fact: dict[str, Any]) -> None:
    connection = HTTPConnection("127.0.0.1", hub.port)
    headers = {"authorization": f"Bearer {desk.token}", "content-type": "application/json"}
    body = msgspec.json.encode({"device": desk.device, "events": [fact]})
    connection.request("POST", "/v1/events", body, headers)
    assert connection.getresponse().status == 200
    connection.close()


def _by_another(house: House, hub: Hub, desk: Desk, fact: dict[str, Any]) -> None:
    event = msgspec.convert(fact, Event)
    events.record(house.store, desk.who, EventBatch(device=desk.device, events=(event,)))


def _commit(send: Send, house: House, hub: Hub, desk: Desk, fact: dict[str, Any]) -> float:
    """When the answer came: it is committed just before."""
    time.sleep(0.2)
    send(house, hub, desk, fact)
    return time.monotonic()


def _delays(arrivals: Sequence[Arrival], committed: Sequence[float]) -> Iterable[float]:
    """Seconds from each fact to the first message of each stream that counts it."""
    base = next(touches for _, _, touches, _, kind in arrivals if kind == "stats")
    seen: dict[int, int] = {}
    for stream, at, touches, _, _ in arrivals:
        for number in range(seen.get(stream, 0), touches - base):
            yield max(0.0, at - committed[number])
        seen[stream] = max(seen.get(stream, 0), touches - base)


def _polled(house: House, hub: Hub) -> Row:
    """Control: the same leads ask for the whole snapshot, each once a second."""
    asking = [Caller(house.lead, [("GET", "/v1/stats", None)]) for _ in range(MANY)]
    cpu, began = hub.cpu(), time.perf_counter()
    outcome = load(Task(port=hub.port, callers=asking, seconds=SECONDS, pace=1.0))
    cpu, wall = hub.cpu() - cpu, time.perf_counter() - began
    return Row(
        name=f"control: {MANY} ask once a second instead, p99",
        value=1000 * outcome.percentile(0.99),
        unit="ms",
        aim="> 1000",
        note=f"hub's share of a core {100 * cpu / wall:.0f} %",
    )
