"""Clients who leave somebody's scope: off the desk at once, and told to be erased to nobody else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rules.protocol import Renewal
from storage.central import changes
from storage.central.connection import StoreError
from storage.central.doors import scopes
from storage.central.doors.people import Who
from storage.central.queue import leases
from storage.central.upkeep import schema


@pytest.fixture
def both(town: Any) -> Who:
    town.portfolio("Loans")
    who: Who = town.agent("dora", portfolios=("Cards", "Loans"))
    return who


def gone(town: Any, who: Who, cursor: str | None = None) -> set[int]:
    page = changes.changes(town.store, who, cursor, 500)
    return {int(one.id) for one in page.changes if one.entity == "client" and one.deleted}


def of_loans(town: Any, number: int) -> list[int]:
    with town.store.read() as tx:
        loans = tx.value("SELECT id FROM portfolio WHERE name = 'Loans'")
    found: list[int] = town.clients(number, portfolio=loans)
    return found


def narrowed(who: Who, town: Any) -> Who:
    return msgspec.structs.replace(who, portfolio_ids=(town.cards,), portfolio_names=("Cards",))


def test_another_scope_takes_clients_off_the_desk_and_the_workstation(town: Any, both: Who) -> None:
    mine, away = town.clients(1), of_loans(town, 2)
    held = town.lease(both, 3).leases
    worked = next(one for one in held if one.client.id == away[0])
    town.record(both, town.event(both, "result", {"client_id": away[0], "code": "NOCO"}, worked))
    other = town.agent("eva", portfolios=("Cards", "Loans"))
    start = changes.changes(town.store, both, None, 500).cursor
    assert scopes.set_portfolios(town.store, "dora", ["Cards"]) == 2
    assert gone(town, narrowed(both, town), start) == set(away)
    assert gone(town, other, start) == set()
    assert (town.standing(mine[0]), town.standing(away[1])) == ("lease", "ready")
    assert schema.check(town.store) == []


def test_a_call_under_way_when_the_scope_changed_is_kept(town: Any, both: Who) -> None:
    away, other = of_loans(town, 2)
    lease = next(one for one in town.lease(both, 2).leases if one.client.id == away)
    scopes.set_portfolios(town.store, "dora", ["Cards"])
    spoken = town.event(both, "result", {"client_id": away, "code": "NOCO"}, lease)
    without_lease = town.event(both, "result", {"client_id": other, "code": "NOCO"})
    answers = town.record(narrowed(both, town), spoken, without_lease)
    assert [(one.status, one.reason) for one in answers] == [
        ("late", "lease_gone"),
        ("refused", "forbidden"),
    ]
    never = of_loans(town, 1)[0]
    made_up = town.event(both, "result", {"client_id": never, "code": "NOCO"}, lease)
    assert town.record(narrowed(both, town), made_up)[0].reason == "forbidden"
    assert schema.check(town.store) == []


def test_a_promise_of_weeks_ago_goes_too(town: Any, clock: Any, both: Who) -> None:
    (away,) = of_loans(town, 1)
    lease = town.lease(both).leases[0]
    town.record(both, town.event(both, "result", town.promise_body(away, days=25), lease))
    clock.move(days=20)
    scopes.set_portfolios(town.store, "dora", ["Cards"])
    assert gone(town, narrowed(both, town)) == {away}


def test_a_wider_scope_takes_nobody_away(town: Any, both: Who) -> None:
    of_loans(town, 1)
    town.lease(both)
    assert scopes.set_portfolios(town.store, "dora", []) == 0
    with town.store.read() as tx:
        assert tx.value("SELECT count(*) FROM user_portfolio") == 0


def test_who_comes_back_into_scope_is_there_again(town: Any, both: Who) -> None:
    (away,) = of_loans(town, 1)
    town.lease(both)
    scopes.set_portfolios(town.store, "dora", ["Cards"])
    scopes.set_portfolios(town.store, "dora", ["Cards", "Loans"])
    assert [one.client.id for one in town.lease(both).leases] == [away]
    with town.store.begin() as tx:
        changes.touch(tx, [away])
    page = changes.changes(town.store, both, None, 500)
    assert [(one.deleted, one.client is not None) for one in page.changes] == [(False, True)]


def test_an_unknown_name_changes_nothing(town: Any, both: Who) -> None:
    with pytest.raises(StoreError):
        scopes.set_portfolios(town.store, "dora", ["Cards", "Boats"])
    with pytest.raises(StoreError):
        scopes.set_portfolios(town.store, "nobody", [])
    with town.store.read() as tx:
        assert tx.value("SELECT count(*) FROM user_portfolio") == 2


def test_withdrawn_clients_leave_every_desk(town: Any, ana: Who, beto: Who) -> None:
    client, stays = town.clients(2)
    held = {one.client.id: who for who in (ana, beto) for one in town.lease(who).leases}
    assert set(held) == {client, stays}
    with town.store.begin() as tx:
        tx.run("UPDATE account SET status = 'closed' WHERE client_id = :client", client=client)
        scopes.withdraw(tx, [client])
    assert gone(town, ana) == gone(town, beto) == {client}
    assert town.standing(stays) == "lease"
    assert town.standing(client) == "out"


def test_a_lease_that_was_on_its_way_is_not_extended(town: Any, both: Who) -> None:
    of_loans(town, 1)
    lease = town.lease(both).leases[0]
    renewal = Renewal(leases={lease.lease_id: lease.token})
    assert leases.renew(town.store, narrowed(both, town), renewal).gone == (lease.lease_id,)
    assert leases.renew(town.store, both, renewal).gone == ()
