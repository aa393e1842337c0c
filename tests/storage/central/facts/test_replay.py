"""A centre that was restored from yesterday's dump: the workstations send their day once more."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks.postgres import database
from rules.clients import Client
from rules.facts import Event
from rules.protocol import DayFigures
from storage.central.connection import Store
from storage.central.counting import figures
from storage.central.counting.day import day_figures
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.central.upkeep import schema

STEPS = 40
CLIENTS = 24
NOT_EQUAL = (figures.REVIEW, figures.STATE)
"""What comes late goes before a lead, and that is as it should be; a state is told again."""

TOTALS = """
    SELECT CAST(day AS TEXT), hour, portfolio_id, bucket, user_id, measure, sum(n)
    FROM (SELECT * FROM stat_total UNION ALL SELECT day, hour, portfolio_id, bucket, user_id, measure, n
        FROM stat_delta) steps
    GROUP BY day, hour, portfolio_id, bucket, user_id, measure
    HAVING sum(n) <> 0
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def twins(
    request: pytest.FixtureRequest, tmp_path: Path, open_store: Callable[[str], Store]
) -> Iterator[tuple[Store, Store]]:
    """Two new stores that number alike: the one that lives the day, and its copy of the evening before."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path / name}.db" for name in ("lived", "restored")]
        yield tuple(opened(open_store, url) for url in urls)  # type: ignore[misc]  # there are two
        return
    server = request.getfixturevalue("postgres_server")
    with database(server) as lived, database(server) as restored:
        one, other = opened(open_store, lived), opened(open_store, restored)
        yield one, other
        one.close()
        other.close()


def opened(open_store: Callable[[str], Store], url: str) -> Store:
    store = open_store(url)
    schema.upgrade(store)
    return store


class Day:
    """Agents at work, at random but the same each time; what each workstation sent, in its order."""

    def __init__(self, town: Any, clock: Any, agents: list[Who]) -> None:
        self._town, self._clock, self._agents = town, clock, agents
        self._chance = random.Random(7)  # noqa: S311 - the same each time
        self.sent: dict[str, list[Event]] = {who.device: [] for who in agents}

    def live(self) -> None:
        for _ in range(STEPS):
            who = self._chance.choice(self._agents)
            self._clock.move(minutes=self._chance.randint(1, 6))
            queueing.sweep(self._town.store)
            leases = self._town.lease(who, 2).leases
            if leases:
                self._work(who, self._chance.choice(leases))
            else:
                self._send(who, "state", {"state": self._chance.choice(["break", "available"])}, None)

    def _work(self, who: Who, lease: Any) -> None:
        client = lease.client
        choice = self._chance.randrange(8)
        if choice == 0:
            self._send(who, "skip", {"client_id": client.id, "reason": "busy_line"}, lease)
        elif choice == 1:
            body = {"client_id": client.id, "action": "add", "point": "email", "source": "titular"}
            self._send(who, "point", body | {"value": f"c{len(self.sent[who.device])}@example.com"}, lease)
        elif choice == 2:
            self._send(
                who, "result", {"client_id": client.id, "code": "DISP", "amount": 4_000, "note": "no"}, lease
            )
        elif choice < 5 and not any(one.status == "open" for one in client.promises):
            self._send(who, "result", self._town.promise_body(client.id, 70_000), lease)
        else:
            made = self._send(who, "result", {"client_id": client.id, "code": "NOCO"}, lease)
            if choice == 7:
                self._send(who, "retraction", {"client_id": client.id, "fact_id": made.id}, lease)
                self._send(who, "result", {"client_id": client.id, "code": "OCUP"}, lease)

    def _send(self, who: Who, kind: str, body: dict[str, Any], lease: Any) -> Event:
        event: Event = self._town.event(who, kind, body, lease)
        (result,) = self._town.record(who, event)
        assert result.status != "refused", (result, event)
        self.sent[who.device].append(event)
        return event


def state(town: Any, clients: list[int], agents: list[Who]) -> tuple[list[Client], list[str], Any, Any]:
    """What must be equal: the clients, where they stand, every figure, and each agent's day."""
    documents = [unnumbered(town.document(client)) for client in clients]
    with town.store.read() as tx:
        totals = {tuple(row) for row in tx.all(TOTALS) if row[5] not in NOT_EQUAL}
        days = [without_presence(day_figures(tx, who)) for who in agents]
    return documents, [town.standing(client) for client in clients], totals, days


def unnumbered(document: Client) -> Client:
    """Without what each store numbers by itself."""
    emails = (msgspec.structs.replace(email, id="") for email in document.emails)
    return msgspec.structs.replace(document, version=0, emails=tuple(sorted(emails, key=str)))


def without_presence(found: DayFigures | None) -> DayFigures | None:
    return found and msgspec.structs.replace(found, seq=0, connected=0, working=False)


def test_a_day_that_is_sent_again_to_a_restored_store_leaves_it_as_it_was(
    town_in: Any, twins: tuple[Store, Store], clock: Any
) -> None:
    lived, restored = (town_in(store) for store in twins)
    agents = [lived.agent("ana"), lived.agent("beto")]
    assert [restored.agent(who.name) for who in agents] == agents
    clients = lived.clients(CLIENTS)
    assert restored.clients(CLIENTS) == clients
    day = Day(lived, clock, agents)
    day.live()
    schema.new_epoch(restored.store)
    for who in agents:
        answers = restored.record(who, *day.sent[who.device])
        assert {one.status for one in answers} <= {"applied", "late", "conflict"}
    clock.move(hours=2)
    for town in (lived, restored):
        queueing.sweep(town.store)
        assert schema.check(town.store) == []
    assert state(restored, clients, agents) == state(lived, clients, agents)
    for who in agents:
        again = msgspec.structs.replace(
            who, device=f"{who.device}-2"
        )  # a copy of the workstation, renumbered
        renumbered = [msgspec.structs.replace(one, seq=one.seq + 500) for one in day.sent[who.device]]
        assert {one.status for one in restored.record(again, *renumbered)} == {"duplicate"}
    assert state(restored, clients, agents) == state(lived, clients, agents)


def test_two_workstations_of_one_user_work_side_by_side(town: Any, ana: Who) -> None:
    town.clients(4)
    other = msgspec.structs.replace(ana, device="ana-laptop")
    held = {who.device: town.lease(who, 2).leases for who in (ana, other)}
    assert len({one.client.id for leases in held.values() for one in leases}) == 4
    for who in (ana, other):
        batch = [
            town.event(who, "result", {"client_id": one.client.id, "code": "NOCO"}, one)
            for one in held[who.device]
        ]
        assert [one.status for one in town.record(who, *batch)] == ["applied", "applied"]
    with town.store.read() as tx:
        found = day_figures(tx, ana)
    assert found is not None
    assert (found.touches, found.seq) == (4, 2)


def test_a_workstation_under_a_new_name_ends_the_lease_of_the_old_one(town: Any, ana: Who) -> None:
    town.clients(1)
    lease = town.lease(ana).leases[0]
    done = town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease)
    town.record(ana, done)
    renamed = msgspec.structs.replace(ana, device="ana-new")
    back = town.event(renamed, "retraction", {"client_id": lease.client.id, "fact_id": done.id}, lease)
    right = town.event(renamed, "result", {"client_id": lease.client.id, "code": "OCUP"}, lease)
    first = msgspec.structs.replace(done, seq=7)
    assert [one.status for one in town.record(renamed, first, back, right)] == [
        "duplicate",
        "applied",
        "applied",
    ]
