"""A client asked for by name: whoever the queue would give may be opened, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.protocol import LeaseRequest, Leases
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.central.queue.asking import ask
from storage.central.upkeep import schema


def asked(town: Any, who: Who, client: int, request_id: str = "one") -> Leases:
    request = LeaseRequest(want=1, request_id=request_id, device=who.device, client_id=client)
    return ask(town.store, who, request)


def test_a_client_comes_from_wherever_in_the_queue(town, ana: Who, clock) -> None:
    first, second = town.clients(2)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    assert town.standing(lease.client.id) == "waiting"  # the rest between two tries is the agent's choice
    clock.move(minutes=20)
    for client in (first, second):
        answer = asked(town, ana, client)
        assert [one.client.id for one in answer.leases] == [client]
        assert answer.waiting is None
        assert town.standing(client) == "lease"
    tokens = [asked(town, ana, client).leases[0].token for client in (first, second)]
    assert tokens == sorted(set(tokens))
    assert schema.check(town.store) == []


def test_the_same_desk_gets_its_own_client_again_and_no_other_desk(town, ana: Who, beto: Who) -> None:
    (client,) = town.clients(1)
    lease = asked(town, ana, client).leases[0]
    assert asked(town, ana, client, "two").leases[0].lease_id == lease.lease_id
    answer = asked(town, beto, client)
    assert (answer.leases, answer.waiting) == ((), "taken")


def test_nobody_calls_while_a_promise_is_open(town, ana: Who, clock) -> None:
    (client,) = town.clients(1)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(client), lease))
    clock.move(days=1)
    answer = asked(town, ana, client)
    assert (answer.leases, answer.waiting) == ((), "promise")
    assert answer.waiting_until is not None
    assert answer.waiting_until > clock.now() + timedelta(days=2)


def test_a_callback_of_another_agent_is_not_given(town, ana: Who, beto: Who, clock) -> None:
    (client,) = town.clients(1)
    lease = town.lease(ana).leases[0]
    at = clock.now() + timedelta(hours=2)
    body = {"client_id": client, "code": "RLLA", "callback_at": at.isoformat()}
    town.record(ana, town.event(ana, "result", body, lease))
    assert asked(town, beto, client).waiting == "taken"
    clock.move(hours=2)
    answer = asked(town, ana, client)
    assert answer.leases[0].callback_due == at
    assert schema.check(town.store) == []


@pytest.mark.parametrize("change", ["hours", "cease", "scope", "nobody"])
def test_the_rules_of_the_queue_hold(town, ana: Who, clock, change: str) -> None:
    loans = town.portfolio("Loans")
    town.portfolio("Mine")
    (client,) = town.clients(1, portfolio=loans)
    who = town.agent("carla", portfolios=("Mine",)) if change == "scope" else ana
    if change == "hours":
        clock.move(hours=14)
    if change == "cease":
        with town.store.begin() as tx:
            tx.run("UPDATE client SET do_not_contact = true")
            queueing.place(tx, [client], tx.now)
    answer = asked(town, who, 10**6 if change == "nobody" else client)
    why = {"hours": "mx.window", "cease": "do_not_contact"}.get(change, "unknown_client")
    assert (answer.leases, answer.waiting) == ((), why)
    assert (answer.waiting_until is not None) == (change == "hours")
    assert town.standing(client) in ("ready", "out")
