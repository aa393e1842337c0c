"""Many desks at once on PostgreSQL, as several hubs would serve them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from rules.assigning import AssignmentAsk
from rules.directives import DirectiveOrder
from rules.facts import Event
from rules.protocol import EventBatch, LeaseRequest
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.facts import events
from storage.central.leading import assigning, directives
from storage.central.queue import leases, queueing
from storage.central.upkeep import schema

AGENTS = 8


def together(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in threads; the first failure is raised."""
    failures: list[BaseException] = []
    ready = threading.Barrier(count)

    def run(k: int) -> None:
        try:
            ready.wait()
            work(k)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.fixture
def hubs(postgres_store: Store, postgres_url: str, open_store) -> list[Store]:
    return [postgres_store, open_store(postgres_url)]


def test_no_client_is_given_twice_and_none_is_lost(town_in, hubs: list[Store]) -> None:
    town = town_in(hubs[0])
    loans = town.portfolio("Loans")
    clients = town.clients(90) + town.clients(60, portfolio=loans)
    crew = [town.agent(f"agent{k}") for k in range(AGENTS)]
    given: list[list[int]] = [[] for _ in crew]

    def fill(k: int) -> None:
        for n in range(1, 200):
            request = LeaseRequest(want=min(n * 3, 50), request_id=f"{k}-{n}", device=crew[k].device)
            answer = leases.lease(hubs[k % 2], crew[k], request)
            given[k] = [one.client.id for one in answer.leases]
            if len(given[k]) == 50 or answer.waiting == "empty":
                return

    together(AGENTS, fill)
    taken = Counter(client for mine in given for client in mine)
    assert set(taken.values()) == {1}
    assert set(taken) == set(clients)
    assert schema.check(hubs[0]) == []


def test_each_desk_gets_worse_and_worse_clients_over_all_lanes(town_in, hubs: list[Store]) -> None:
    """As long as nobody enters the queue, whoever takes one by one goes down it, whatever others take."""
    town = town_in(hubs[0])
    loans = town.portfolio("Loans")
    chance = random.Random(1)  # noqa: S311 - repeatable
    for portfolio in (town.cards, loans) * 40:
        town.clients(1, portfolio=portfolio, overdue=chance.randrange(10_000, 90_000_000))
    crew = [town.agent(f"agent{k}") for k in range(AGENTS)]
    scores: list[list[int]] = [[] for _ in crew]

    def fill(k: int) -> None:
        for n in range(1, 11):
            request = LeaseRequest(want=n, request_id=f"{k}-{n}", device=crew[k].device)
            answer = leases.lease(hubs[k % 2], crew[k], request)
            scores[k] = [one.client.score for one in answer.leases]

    together(AGENTS, fill)
    assert [len(one) for one in scores] == [10] * AGENTS
    assert scores == [sorted(one, reverse=True) for one in scores]
    assert schema.check(hubs[0]) == []


def test_work_sweeps_and_folds_at_once_keep_the_store_sound(town_in, hubs: list[Store]) -> None:
    town = town_in(hubs[0])
    town.clients(60)
    crew = [town.agent(f"agent{k}") for k in range(AGENTS)]
    kept: Counter[str] = Counter()

    def work(k: int) -> None:
        chance, store, who = random.Random(k), hubs[k % 2], crew[k]  # noqa: S311 - repeatable
        for n in range(12):
            request = LeaseRequest(want=3, request_id=f"{k}-{n}", device=who.device)
            batch = tuple(
                event(who, n, m, one, chance)
                for m, one in enumerate(leases.lease(store, who, request).leases)
            )
            for _ in range(2):  # the answer was lost, so it is sent again
                answer = events.record(store, who, EventBatch(device=who.device, events=batch))
                kept.update(one.status for one in answer.results)
            queueing.sweep(store)
            stats.fold(store)

    def event(who: Who, n: int, m: int, lease, chance: random.Random) -> Event:
        return Event(
            id=f"{who.name}-{n}-{m}",
            seq=n * 10 + m + 1,
            kind="result",
            at=hubs[0].now(),
            body={"client_id": lease.client.id, "code": chance.choice(("NOCO", "OCUP", "BUZN"))},
            lease_id=lease.lease_id,
            lease_token=lease.token,
        )

    together(AGENTS, work)
    assert kept["applied"] == kept["duplicate"] == 60
    assert set(kept) == {"applied", "duplicate"}
    assert schema.check(hubs[0]) == []


def test_the_same_batch_sent_twice_at_once_is_kept_once(town_in, hubs: list[Store]) -> None:
    town = town_in(hubs[0])
    client = town.clients(1)[0]
    who = town.agent("ana")
    lease = town.lease(who).leases[0]
    event = town.event(who, "result", {"client_id": client, "code": "NOCO"}, lease)
    batch = EventBatch(device=who.device, events=(event,))
    found: list[str] = []

    def send(k: int) -> None:
        found.append(events.record(hubs[k % 2], who, batch).results[0].status)

    together(4, send)
    assert sorted(found) == ["applied", "duplicate", "duplicate", "duplicate"]


def test_sqlite_serves_its_threads_one_after_the_other(town_in, sqlite_store: Store) -> None:
    town = town_in(sqlite_store)
    clients = town.clients(40)
    crew = [town.agent(f"agent{k}") for k in range(4)]
    given: list[int] = []

    def fill(k: int) -> None:
        request = LeaseRequest(want=10, request_id="one", device=crew[k].device)
        given.extend(one.client.id for one in leases.lease(sqlite_store, crew[k], request).leases)

    together(4, fill)
    assert sorted(given) == clients
    assert schema.check(sqlite_store) == []


def test_owners_and_directives_hold_while_everybody_takes(town_in, hubs: list[Store]) -> None:
    """Orders are given while eight desks fill: what a desk gets is common or its own, and never on hold."""
    town = town_in(hubs[0])
    loans = town.portfolio("Loans")
    clients = town.clients(120) + town.clients(60, portfolio=loans)
    held = set(town.clients(40, days=45))
    crew = [town.agent(f"agent{k}") for k in range(AGENTS)]
    lead = town.lead()
    directives.give(hubs[0], lead, DirectiveOrder(portfolio="Cards", bucket="B2", kind="hold", why="x"))
    given: list[set[int]] = [set() for _ in crew]
    owner: dict[int, int | None] = {}
    settled = threading.Event()

    def work(k: int) -> None:
        if k == AGENTS:
            for n, method in enumerate(("round_robin", "balance", "recall", "round_robin")):
                to_agents = () if method == "recall" else tuple(who.name for who in crew[n:])
                ask = AssignmentAsk(portfolio="Cards", method=method, to_agents=to_agents, why="x")
                digest = assigning.preview(hubs[0], lead, ask).digest
                assigning.assign(hubs[0], lead, msgspec.structs.replace(ask, digest=digest))
            with hubs[0].read() as tx:
                owner.update(tx.all("SELECT client_id, worked_by FROM assignment"))
                on_desks = {row[0] for row in tx.all("SELECT client_id FROM lease")}
            for client in on_desks:
                owner.pop(client, None)
            settled.set()
            return
        for n in range(400):
            late = settled.is_set()
            request = LeaseRequest(want=min(n + 1, 30), request_id=f"{k}-{n}", device=crew[k].device)
            for one in leases.lease(hubs[k % 2], crew[k], request).leases:
                if one.client.id not in given[k]:
                    given[k].add(one.client.id)
                    assert one.client.id not in held
                    assert not late or owner.get(one.client.id) in (None, crew[k].user_id)
            if late:
                return

    together(AGENTS + 1, work)
    taken = Counter(client for mine in given for client in mine)
    assert set(taken.values()) == {1}
    assert set(taken) <= set(clients)
    assert schema.check(hubs[0]) == []
