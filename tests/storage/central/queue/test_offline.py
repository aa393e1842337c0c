"""Leases for work without a link: long, nobody else's, and with the contact rights of each client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.protocol import LeaseRequest, Leases, Renewal
from storage.central.doors.people import Who
from storage.central.queue import leases, queueing
from storage.central.upkeep import schema


def offline(town: Any, who: Who, want: int = 50, request_id: str = "off") -> Leases:
    request = LeaseRequest(want=want, request_id=request_id, device=who.device, offline=True)
    return leases.lease(town.store, who, request)


def test_an_offline_lease_lasts_four_hours_and_no_longer(town, ana: Who, clock) -> None:
    town.clients(3)
    given = offline(town, ana).leases
    assert len(given) == 3
    assert all(one.offline for one in given)
    assert {one.expires_at for one in given} == {clock.now() + timedelta(hours=4)}
    clock.move(hours=3)
    renewed = leases.renew(town.store, ana, Renewal(leases={one.lease_id: one.token for one in given}))
    assert set(renewed.expires.values()) == {given[0].expires_at}
    assert [one.expires_at for one in offline(town, ana).leases] == [one.expires_at for one in given]
    assert schema.check(town.store) == []


def test_it_ends_when_the_lane_closes(town, ana: Who, clock) -> None:
    town.clients(1)
    clock.move(hours=9)  # 20:00 in Mexico, where calls end at 21:00 or 22:00
    closes = offline(town, ana).leases[0].expires_at
    assert closes < clock.now() + timedelta(hours=4)
    clock.move(seconds=(closes - clock.now()).total_seconds() - 1)
    assert town.lease(ana, 2).waiting == "empty"
    clock.move(seconds=1)
    assert town.lease(ana).waiting == "empty"
    queueing.sweep(town.store)
    clock.move(seconds=60)
    queueing.sweep(town.store)
    assert town.lease(ana).waiting == "out_of_hours"


def test_what_was_on_the_desk_goes_along(town, ana: Who, clock) -> None:
    town.clients(3)
    before = town.lease(ana, 2).leases
    given = offline(town, ana, 3).leases
    assert [one.token for one in given[:2]] == [one.token for one in before]
    assert {(one.offline, one.expires_at) for one in given} == {(True, clock.now() + timedelta(hours=4))}


@pytest.mark.parametrize(("calls", "left"), [(0, 3), (2, 1)])
def test_the_caps_travel_with_the_lease(town, ana: Who, beto: Who, clock, calls: int, left: int) -> None:
    """Three calls a day in Mexico: whoever was called twice today may be called once more."""
    client = town.clients(1)[0]
    for _ in range(calls):
        lease = town.lease(beto).leases[0]
        town.record(beto, town.event(beto, "result", {"client_id": client, "code": "OCUP"}, lease))
        clock.move(minutes=20)
        queueing.sweep(town.store)
    (given,) = offline(town, ana).leases
    assert given.attempts_left == left
    (again,) = offline(town, ana).leases
    assert again.attempts_left == left


def test_nobody_else_gets_the_client_before_a_guard_is_over(town, ana: Who, beto: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = offline(town, ana).leases[0]
    clock.move(hours=4)
    assert queueing.sweep(town.store) == 0
    clock.move(seconds=59)
    assert queueing.sweep(town.store) == 0
    assert town.lease(beto).leases == ()
    clock.move(seconds=1)
    assert queueing.sweep(town.store) == 1
    later = town.lease(beto).leases[0]
    assert later.client.id == client
    assert later.token > lease.token
    body = {"client_id": client, "code": "OCUP"}
    assert town.record(ana, town.event(ana, "result", body, lease))[0].status == "late"


def test_at_most_fifty_are_given(town, ana: Who) -> None:
    town.clients(52)
    assert len(offline(town, ana, 60).leases) == 50
