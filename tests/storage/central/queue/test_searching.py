"""The queue of the unlocatable: one search each, one searcher each, and when the next one is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from rules.protocol import Lease, LeaseRequest, Leases
from rules.searching import QUEUE, open_search
from storage.central.doors.people import Who
from storage.central.queue import leases, queueing
from storage.central.upkeep.consistency import check


def search(town: Any, who: Who, want: int = 1) -> Leases:
    request = LeaseRequest(want=want, request_id=str(uuid4()), device=who.device, queue=QUEUE)
    return leases.lease(town.store, who, request)


def finish(town: Any, who: Who, lease: Lease, outcome: str) -> Any:
    """What a workstation sends when a search ends: the outcome, then the client back."""
    client = lease.client
    task = open_search(town.document(client.id))
    assert task is not None
    told = {"client_id": client.id, "task_id": task.id, "outcome": outcome}
    skipped = {"client_id": client.id, "reason": "searched", "note": outcome}
    return town.record(who, town.event(who, "task", told, lease), town.event(who, "skip", skipped, lease))


def test_who_can_not_be_called_has_one_open_search(town: Any, ana: Who) -> None:
    lost = town.clients(phones=0)[0]
    with town.store.begin() as tx:
        queueing.place(tx, [lost], tx.now)
    (task,) = town.document(lost).tasks
    assert (task.kind, task.status, task.due) == ("skip_trace", "open", town.store.now().date())


def test_a_search_is_one_agents_and_not_a_call(town: Any, ana: Who, beto: Who) -> None:
    lost = town.clients(phones=0)[0]
    calls = town.clients(2)
    (lease,) = search(town, ana).leases
    assert (lease.client.id, lease.queue) == (lost, QUEUE)
    assert town.standing(lost) == "lease"
    none = search(town, beto)
    assert (none.leases, none.waiting) == ((), "empty")
    # Whoever searches still gets all the clients to call that were wanted.
    assert {one.client.id for one in town.lease(ana, 2).leases} == set(calls)
    assert [one.lease_id for one in search(town, ana).leases] == [lease.lease_id]


def test_who_owes_most_is_searched_for_first(town: Any, ana: Who) -> None:
    town.clients(phones=0, overdue=10_000)
    rich = town.clients(phones=0, overdue=90_000_000)[0]
    assert [one.client.id for one in search(town, ana).leases] == [rich]


def test_a_search_needs_no_calling_hours_but_the_portfolio(town: Any, ana: Who, clock: Any) -> None:
    other = town.portfolio("Loans")
    town.clients(phones=0, portfolio=other)
    mine = town.clients(phones=0)[0]
    carla = town.agent("carla", portfolios=("Cards",))
    clock.move(hours=15)  # 02:00 in Mexico
    assert [one.client.id for one in search(town, carla, 5).leases] == [mine]


def test_an_outcome_says_when_the_next_search_is(town: Any, ana: Who, clock: Any) -> None:
    lost = town.clients(phones=0)[0]
    (lease,) = search(town, ana).leases
    assert [one.status for one in finish(town, ana, lease, "ilocalizable_parcial")] == ["applied"] * 2
    assert town.standing(lost) == "unlocatable"
    (task,) = town.document(lost).tasks
    assert (task.about, task.due) == ("ilocalizable_parcial", clock.now().date() + timedelta(days=7))
    with town.store.read() as tx:
        done = tx.all("SELECT status, outcome FROM task WHERE client_id = :id ORDER BY due", id=lost)
    assert done == [("done", "ilocalizable_parcial"), ("open", "")]
    assert search(town, ana).leases == ()
    clock.move(days=7)
    assert [one.client.id for one in search(town, ana).leases] == [lost]


def test_a_search_that_is_passed_over_comes_back_soon(town: Any, ana: Who, clock: Any) -> None:
    lost = town.clients(phones=0)[0]
    (lease,) = search(town, ana).leases
    town.record(ana, town.event(ana, "skip", {"client_id": lost, "reason": "later"}, lease))
    assert search(town, ana).leases == ()
    clock.move(minutes=20)
    assert [one.client.id for one in search(town, ana).leases] == [lost]


def test_a_number_ends_the_search_and_the_client_is_called(town: Any, ana: Who) -> None:
    lost = town.clients(phones=0)[0]
    (lease,) = search(town, ana).leases
    body = {"client_id": lost, "action": "add", "point": "phone", "value": "+526621234567", "source": "aval"}
    town.record(ana, town.event(ana, "point", body, lease))
    assert town.document(lost).tasks == ()
    assert town.standing(lost) == "lease"
    leases.release(town.store, ana, lease.lease_id)
    assert town.standing(lost) == "ready"
    assert check(town.store) == []
    with town.store.read() as tx:
        assert tx.all("SELECT status, outcome FROM task WHERE client_id = :id", id=lost) == [
            ("done", "localizado")
        ]


def test_nobody_searches_for_who_owes_nothing_any_more(town: Any, ana: Who) -> None:
    lost = town.clients(phones=0)[0]
    with town.store.begin() as tx:
        tx.run("UPDATE account SET overdue = 0 WHERE client_id = :id", id=lost)
        queueing.place(tx, [lost], tx.now)
    assert town.standing(lost) == "out"
    assert town.document(lost).tasks == ()


def test_a_search_lease_that_ran_out_goes_back(town: Any, ana: Who, beto: Who, clock: Any) -> None:
    lost = town.clients(phones=0)[0]
    search(town, ana)
    clock.move(minutes=21)
    queueing.sweep(town.store)
    assert town.standing(lost) == "unlocatable"
    assert [one.client.id for one in search(town, beto).leases] == [lost]


def test_a_search_that_is_taken_back_is_on_the_same_desk_again(town: Any, ana: Who, beto: Who) -> None:
    lost = town.clients(phones=0)[0]
    (lease,) = search(town, ana).leases
    task = open_search(town.document(lost))
    assert task is not None
    skip = town.event(ana, "skip", {"client_id": lost, "reason": "searched"}, lease)
    town.record(ana, skip)
    town.record(ana, town.event(ana, "retraction", {"client_id": lost, "fact_id": skip.id}, lease))
    assert town.standing(lost) == "lease"
    assert [one.client.id for one in search(town, ana).leases] == [lost]
    assert town.lease(ana).leases == ()
