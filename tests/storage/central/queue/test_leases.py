from __future__ import annotations

from datetime import timedelta

import pytest

from rules.protocol import Lease, LeaseRequest, Renewal
from storage.central.doors.people import Who
from storage.central.queue import leases, queueing, taking
from storage.central.queue.lanes import OpenLane


def test_the_most_urgent_client_comes_first(town, ana: Who) -> None:
    town.clients(3, overdue=50_000)
    rich = town.clients(1, overdue=90_000_000)[0]
    answer = town.lease(ana)
    assert [one.client.id for one in answer.leases] == [rich]
    assert answer.waiting is None
    assert town.standing(rich) == "lease"


def test_the_best_of_several_lanes_come_in_one_order(town, ana: Who) -> None:
    other = town.portfolio("Loans")
    for overdue in (10_000, 1_000_000, 100_000_000):
        town.clients(1, overdue=overdue)
        town.clients(1, overdue=overdue * 4, portfolio=other)
    answer = town.lease(ana, want=4)
    scores = [one.client.score for one in answer.leases]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4
    assert {one.client.portfolio for one in answer.leases} == {"Cards", "Loans"}


def test_the_same_request_gives_the_same_leases(town, ana: Who) -> None:
    town.clients(5)
    first = town.lease(ana, 3, "one")
    again = town.lease(ana, 3, "one")
    assert [one.lease_id for one in first.leases] == [one.lease_id for one in again.leases]
    assert [one.token for one in first.leases] == [one.token for one in again.leases]


def test_a_lost_answer_costs_no_client(town, ana: Who) -> None:
    town.clients(5)
    lost = town.lease(ana, 2)
    answer = town.lease(ana, 3)
    assert {one.lease_id for one in lost.leases} < {one.lease_id for one in answer.leases}
    assert len(answer.leases) == 3


def test_nobody_gets_a_client_that_is_on_a_desk(town, ana: Who, beto: Who) -> None:
    town.clients(3)
    one, two = town.lease(ana, 2), town.lease(beto, 2)
    assert not {lease.client.id for lease in one.leases} & {lease.client.id for lease in two.leases}
    assert len(two.leases) == 1
    assert two.waiting == "empty"


def test_tokens_grow_with_every_lease(town, ana: Who, beto: Who) -> None:
    town.clients(4)
    tokens = [one.token for who in (ana, beto) for one in town.lease(who, 2).leases]
    assert tokens == sorted(set(tokens))


def test_out_of_hours_nothing_is_given_and_the_opening_is_said(town, ana: Who, clock) -> None:
    town.clients(2)
    clock.move(hours=15)  # 02:00 in Mexico
    answer = town.lease(ana)
    assert answer.leases == ()
    assert answer.waiting == "out_of_hours"
    assert answer.waiting_until == clock.now() + timedelta(hours=5)


def test_an_open_zone_is_served_while_another_is_closed(town, ana: Who, clock) -> None:
    east = town.clients(2, zones=("America/Cancun",), overdue=900_000)
    west = town.clients(2, zones=("America/Tijuana",), overdue=100_000)
    clock.move(hours=11)  # 22:00 in Mexico, 23:00 in Cancún, 20:00 in Tijuana
    answer = town.lease(ana, 4)
    assert {one.client.id for one in answer.leases} == set(west)
    assert answer.waiting == "out_of_hours"
    assert town.standing(east[0]) == "ready"


def test_all_zones_of_a_client_must_be_open(town, ana: Who, clock) -> None:
    town.clients(1, zones=("America/Tijuana", "America/Cancun"))
    clock.move(hours=11)
    assert town.lease(ana).leases == ()


def test_an_agent_gets_clients_of_own_portfolios_only(town) -> None:
    loans = town.portfolio("Loans")
    town.clients(2)
    mine = town.clients(1, portfolio=loans)
    carla = town.agent("carla", portfolios=("Loans",))
    assert [one.client.id for one in town.lease(carla, 3).leases] == mine


def test_a_portfolio_on_hold_gives_nothing(town, ana: Who) -> None:
    town.clients(2)
    with town.store.begin() as tx:
        tx.run("UPDATE portfolio SET on_hold = true")
    answer = town.lease(ana)
    assert answer.leases == ()
    assert answer.waiting == "empty"


def test_an_empty_queue_says_when_the_next_client_comes_back(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": client, "code": "OCUP"}, lease))
    answer = town.lease(ana)
    assert answer.waiting == "empty"
    assert answer.waiting_until == clock.now() + timedelta(minutes=20)


def test_a_lease_that_ran_out_goes_back_and_its_number_is_worth_nothing(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    clock.move(minutes=20)
    renewed = leases.renew(town.store, ana, Renewal(leases={lease.lease_id: lease.token}))
    assert renewed.gone == (lease.lease_id,)
    assert not leases.release(town.store, ana, lease.lease_id, lease.token)
    assert queueing.sweep(town.store) == 1
    assert town.standing(client) == "ready"
    again = town.lease(ana).leases[0]
    assert again.client.id == client
    assert again.token > lease.token


def test_renewing_extends_what_is_held_under_its_number(town, ana: Who, beto: Who, clock) -> None:
    town.clients(2)
    mine, other = town.lease(ana).leases[0], town.lease(beto).leases[0]
    clock.move(minutes=10)
    asked = {mine.lease_id: mine.token, other.lease_id: other.token, "unknown": 1}
    renewed = leases.renew(town.store, ana, Renewal(leases=asked))
    assert renewed.expires == {mine.lease_id: clock.now() + timedelta(minutes=20)}
    assert set(renewed.gone) == {other.lease_id, "unknown"}
    stale = leases.renew(town.store, ana, Renewal(leases={mine.lease_id: mine.token - 1}))
    assert stale.expires == {}


def test_giving_back_puts_the_client_into_the_queue(town, ana: Who, beto: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    assert not leases.release(town.store, beto, lease.lease_id)
    assert not leases.release(town.store, ana, lease.lease_id, lease.token + 1)
    assert town.standing(client) == "lease"
    assert leases.release(town.store, ana, lease.lease_id, lease.token)
    assert town.standing(client) == "ready"
    assert not leases.release(town.store, ana, lease.lease_id, lease.token)


@pytest.fixture
def asked_back(town, ana: Who, clock):
    """A client who asked ana for a call in two hours."""

    def ask() -> tuple[int, Lease]:
        client = town.clients(1, overdue=10_000)[0]
        lease = town.lease(ana).leases[0]
        at = (clock.now() + timedelta(hours=2)).isoformat()
        body = {"client_id": client, "code": "RLLA", "callback_at": at}
        (result,) = town.record(ana, town.event(ana, "result", body, lease))
        assert result.status == "applied"
        return client, lease

    return ask


def test_a_callback_comes_first_when_it_is_due_and_to_who_promised_it(
    town, ana: Who, beto: Who, clock, asked_back
) -> None:
    client, _ = asked_back()
    town.clients(3, overdue=50_000_000)
    assert town.standing(client) == "callback"
    clock.move(hours=2)
    assert client not in [one.client.id for one in town.lease(beto, 1).leases]
    first = town.lease(ana, 2).leases[0]
    assert first.client.id == client
    assert first.callback_due == clock.now()


def test_a_callback_that_is_late_goes_to_anyone(town, beto: Who, clock, asked_back) -> None:
    client, _ = asked_back()
    clock.move(hours=2, minutes=31)
    assert [one.client.id for one in town.lease(beto).leases] == [client]


def test_what_others_are_just_taking_does_not_hide_the_rest(town_in, postgres_store) -> None:
    town = town_in(postgres_store)
    ana = town.agent("ana")
    best = town.clients(5, overdue=90_000_000)
    others = town.clients(2, portfolio=town.portfolio("Loans"))
    with postgres_store.begin() as busy:
        busy.all("SELECT client_id FROM ready WHERE client_id IN :ids FOR UPDATE", ids=best)
        answer = town.lease(ana, 3)
    assert {one.client.id for one in answer.leases} == set(others)


def test_taking_never_reads_the_whole_queue(town_in, postgres_store) -> None:
    """PostgreSQL believed a join here to be so large that it read every row, 13 ms at 100,000."""
    town = town_in(postgres_store)
    town.clients(3000, phones=1)
    ana = town.agent("ana")
    request = LeaseRequest(want=5, request_id="r", device="d")
    with postgres_store.begin() as tx:
        tx.run("ANALYZE ready")
        sources = [OpenLane(row[0], row[1], tx.now) for row in tx.all("SELECT id, portfolio_id FROM lane")]
        asked = taking.terms(tx.now, ana, request) | taking.lane_arrays(sources)
        plan = tx.all("EXPLAIN " + taking.NEXT, **asked)
    assert not [row for row in plan if "Seq Scan on ready" in row[0]]


def test_the_order_is_strict_over_lanes_although_others_are_just_taking(town_in, postgres_store) -> None:
    town = town_in(postgres_store)
    ana = town.agent("ana")
    best, worst = town.clients(1, overdue=90_000_000) + town.clients(1, overdue=1_000)
    second = town.clients(1, overdue=80_000_000, portfolio=town.portfolio("Loans"))
    with postgres_store.begin() as busy:
        busy.all("SELECT client_id FROM ready WHERE client_id = :id FOR UPDATE", id=best)
        assert [one.client.id for one in town.lease(ana).leases] == second
        assert [one.client.id for one in town.lease(ana, 2).leases] == [*second, worst]


def test_a_callback_comes_before_the_best_although_another_one_is_just_taken(
    town_in, postgres_store, clock
) -> None:
    town = town_in(postgres_store)
    ana = town.agent("ana")
    first, second = town.clients(2, overdue=10_000)
    with postgres_store.begin() as tx:
        for minutes, client in enumerate((first, second)):
            tx.run(
                """
                INSERT INTO callback (id, client_id, due_at, note, status)
                VALUES (:id, :client, :due, '', 'open')
                """,
                id=f"c{client}",
                client=client,
                due=tx.now + timedelta(minutes=minutes),
            )
        queueing.place(tx, [first, second], tx.now)
    town.clients(1, overdue=90_000_000)
    clock.move(minutes=5)
    with postgres_store.begin() as busy:
        busy.all("SELECT client_id FROM waiting WHERE client_id = :id FOR UPDATE", id=first)
        assert [one.client.id for one in town.lease(ana).leases] == [second]


def test_whose_callback_is_own_comes_first(town, ana: Who, beto: Who, clock, asked_back) -> None:
    mine, _ = asked_back()
    clock.move(minutes=-5)
    other = town.clients(1, overdue=10_000)[0]
    lease = next(one for one in town.lease(beto).leases if one.client.id == other)
    at = clock.now() + timedelta(hours=1)
    body = {"client_id": other, "code": "RLLA", "callback_at": at.isoformat()}
    town.record(beto, town.event(beto, "result", body, lease))
    clock.move(hours=2, minutes=5)
    assert [one.client.id for one in town.lease(ana, 2).leases] == [mine, other]


def test_a_portfolio_written_to_is_seen_at_once(town, ana: Who) -> None:
    """What a process keeps of portfolios and lanes is that of the store, whoever wrote to it."""
    town.clients(2)
    assert len(town.lease(ana).leases) == 1
    town.portfolio("Cards", settings={"mx.window.start": "20:00"})
    other = town.clients(1, portfolio=town.portfolio("Loans"), overdue=1_000)
    assert [one.client.id for one in town.lease(ana, 3).leases][1:] == other
    with town.store.begin() as tx:
        tx.run("UPDATE portfolio SET on_hold = true")
    assert town.lease(ana, 4).waiting == "empty"
