"""Whose client it is: orders, previews that hold, and a queue that gives each to their own."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from rules.assigning import AssignmentAsk, AssignmentsQuery
from rules.protocol import LeaseRequest
from rules.tables import TOTAL
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors import scopes
from storage.central.doors.people import Who
from storage.central.leading import assigning, assignment_tables, stand_ins
from storage.central.queue import asking, leases, queueing
from storage.central.records.closing import NotDone
from storage.central.upkeep import schema


@pytest.fixture
def lead(town) -> Who:
    return town.lead()


@pytest.fixture
def give(store: Store, lead: Who):
    """Previews an order, carries it out, and says what came of it."""

    def carry_out(method: str = "one", **more):
        ask = AssignmentAsk(portfolio="Cards", method=method, why="the month begins", **more)
        seen = assigning.preview(store, lead, ask)
        return assigning.assign(store, lead, msgspec.structs.replace(ask, digest=seen.digest))

    return carry_out


def owners(store: Store) -> dict[int, int]:
    with store.read() as tx:
        return dict(tx.all("SELECT client_id, user_id FROM assignment ORDER BY client_id"))


def leased(town, who: Who, want: int = 50) -> set[int]:
    return {one.client.id for one in town.lease(who, want).leases}


def test_a_client_is_given_to_the_owner_alone(town, ana: Who, beto: Who, give, store: Store) -> None:
    hers, anybodys = town.clients(3, overdue=900_000), town.clients(2, overdue=1_000)
    give(to_agents=("ana",), clients=tuple(hers))
    assert leased(town, beto) == set(anybodys)
    assert leased(town, ana) == set(hers)
    assert schema.check(store) == []


def test_own_and_common_clients_come_in_one_order(town, ana: Who, give) -> None:
    low, middle, high = (town.clients(1, overdue=sum_)[0] for sum_ in (1_000, 100_000, 9_000_000))
    give(to_agents=("ana",), clients=(low, high))
    assert [one.client.id for one in town.lease(ana, 3).leases] == [high, middle, low]


def test_a_preview_sums_to_the_same_before_and_after(
    town, ana: Who, beto: Who, lead: Who, store: Store
) -> None:
    town.clients(5, accounts=2)
    ask = AssignmentAsk(portfolio="Cards", method="round_robin", to_agents=("ana", "beto"))
    totals = assigning.preview(store, lead, ask).totals
    assert [row.cells[:4] for row in totals.rows] == [
        ("-", "", 5, 0), ("ana", "ana", 0, 3), ("beto", "beto", 0, 2),
    ]  # fmt: skip
    [total] = totals.totals
    assert total.key == TOTAL + "MXN"
    assert total.cells[2] == total.cells[3] == 5
    assert total.cells[4] == total.cells[5] == 5 * 2 * 450_000


def test_an_order_is_refused_when_it_would_be_another_by_now(
    town, ana: Who, beto: Who, lead: Who, give, store: Store
) -> None:
    first, _ = town.clients(2)
    ask = AssignmentAsk(portfolio="Cards", method="one", to_agents=("ana",), why="x")
    seen = assigning.preview(store, lead, ask)
    give(to_agents=("beto",), clients=(first,))
    with pytest.raises(NotDone, match="changed_meanwhile"):
        assigning.assign(store, lead, msgspec.structs.replace(ask, digest=seen.digest))


def test_an_order_is_kept_with_who_when_why_and_its_moves(
    town, ana: Who, lead: Who, give, clock, store: Store
) -> None:
    client, *_ = town.clients(2)
    done = give(to_agents=("ana",))
    clock.move(minutes=1)
    give("recall", clients=(client,))
    table = assignment_tables.orders(store, lead, AssignmentsQuery())
    assert [row.cells[1:] for row in table.rows] == [
        ("lucia", "Cards", "recall", 1, "the month begins"),
        ("lucia", "Cards", "one", 2, "the month begins"),
    ]
    moves = assignment_tables.moves(store, lead, done.id)
    assert [row.cells for row in moves.rows] == [
        ("Client 1.", "-", "ana", 450_000), ("Client 2.", "-", "ana", 450_000),
    ]  # fmt: skip
    assert set(owners(store)) == {client + 1}
    with store.read() as tx:
        before, after = tx.one(
            "SELECT CAST(before AS TEXT), CAST(after AS TEXT) FROM assignment_order WHERE id = :id",
            id=done.id,
        )
        assert (before.count('"clients"'), after.count('"clients"')) == (2, 2)
        [actions] = tx.all("SELECT count(*) FROM audit WHERE action IN ('assignment_ordered', 'assigned')")
    assert actions == (4,)


def test_who_is_on_a_desk_stays_there_and_moves_when_coming_back(
    town, ana: Who, beto: Who, give, store: Store
) -> None:
    [client] = town.clients(1)
    [lease] = town.lease(ana).leases
    done = give(to_agents=("beto",))
    assert (done.moved, done.on_desk) == (1, 1)
    assert town.standing(client) == "lease"
    leases.release(store, ana, lease.lease_id)
    assert leased(town, ana) == set()
    assert leased(town, beto) == {client}


def test_a_callback_goes_along_and_comes_back(town, ana: Who, beto: Who, give, clock, store: Store) -> None:
    [client] = town.clients(1)
    [lease] = town.lease(ana).leases
    at = clock.now() + timedelta(hours=1)
    body = {"client_id": client, "code": "RLLA", "callback_at": at.isoformat()}
    town.record(ana, town.event(ana, "result", body, lease))
    give(to_agents=("beto",))
    clock.move(hours=2)
    assert leased(town, ana) == set()  # late, and still nobody else's
    assert leased(town, beto) == {client}
    leases.release(store, beto, town.lease(beto).leases[0].lease_id)
    give("recall")
    assert leased(town, ana) == {client}


def test_an_absent_owner_is_covered_and_finds_the_clients_again(
    town, ana: Who, beto: Who, give, clock, store: Store
) -> None:
    clients = set(town.clients(2))
    give(to_agents=("ana",))
    town.absent(ana, cover=beto)
    assert stand_ins.bring_up_to_date(store) == 2
    assert stand_ins.bring_up_to_date(store) == 0
    assert leased(town, beto) == clients
    for one in town.lease(beto, 2).leases:
        leases.release(store, beto, one.lease_id)
    clock.move(days=1)
    assert stand_ins.bring_up_to_date(store) == 2
    assert leased(town, beto) == set()
    assert leased(town, ana) == clients
    assert set(owners(store).values()) == {ana.user_id}
    assert schema.check(store) == []


def test_who_is_absent_without_cover_leaves_the_clients_to_anybody(
    town, ana: Who, beto: Who, give, store: Store
) -> None:
    clients = set(town.clients(2))
    give(to_agents=("ana",))
    town.absent(ana)
    stand_ins.bring_up_to_date(store)
    assert leased(town, beto) == clients
    with pytest.raises(NotDone, match="nobody_to_share_with"):
        give("round_robin", to_agents=("ana",))


def test_clients_placed_anew_stay_the_owners(town, ana: Who, beto: Who, give, store: Store) -> None:
    clients = town.clients(2)
    give(to_agents=("ana",))
    with store.begin() as tx:
        queueing.place(tx, clients, tx.now)
    assert leased(town, beto) == set()
    assert leased(town, ana) == set(clients)


def test_the_unlocatable_are_their_owners_to_search(town, ana: Who, beto: Who, give, store: Store) -> None:
    [client] = town.clients(1, phones=0)
    give(to_agents=("ana",))
    assert not town.search(beto).leases
    assert [one.client.id for one in town.search(ana).leases] == [client]


def test_a_lead_moves_the_clients_of_the_own_team_alone(
    town, ana: Who, beto: Who, give, store: Store
) -> None:
    [client, _] = town.clients(2)
    with store.begin() as tx:
        tx.run("UPDATE app_user SET team = 'blue' WHERE name = 'beto'")
    with pytest.raises(NotDone, match="unknown_agent"):
        give(to_agents=("beto",))
    other = town.lead("maria", team="blue")
    ask = AssignmentAsk(portfolio="Cards", method="one", to_agents=("beto",), clients=(client,), why="x")
    digest = assigning.preview(store, other, ask).digest
    assigning.assign(store, other, msgspec.structs.replace(ask, digest=digest))
    assert give(to_agents=("ana",)).moved == 1
    assert owners(store)[client] == beto.user_id


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"portfolio": "Nope"}, "unknown_portfolio"),
        ({"method": "chance"}, "unknown_method"),
        ({"to_agents": ("nobody",)}, "unknown_agent"),
        ({"from_agents": ("nobody",)}, "unknown_agent"),
        ({"to_agents": ("ana", "beto")}, "one_agent"),
        ({"method": "round_robin", "to_agents": ()}, "nobody_to_share_with"),
        ({"why": "  "}, "why_missing"),
        ({"why": "4111 1111 1111 1111"}, "card_number_in_note"),
        ({"clients": (999_999,)}, "nothing_to_move"),
    ],
)
def test_what_is_wrong_is_named(town, ana: Who, beto: Who, lead: Who, store: Store, wrong, code: str) -> None:
    town.clients(1)
    right = AssignmentAsk(portfolio="Cards", method="one", to_agents=("ana",), why="x")
    ask = msgspec.structs.replace(right, **wrong)

    def order() -> None:
        digest = assigning.preview(store, lead, ask).digest
        assigning.assign(store, lead, msgspec.structs.replace(ask, digest=digest))

    with pytest.raises(NotDone, match=code):
        order()
    assert owners(store) == {}


def test_only_the_part_that_is_named_is_shared_out(town, ana: Who, give, store: Store) -> None:
    early, late = town.clients(1, days=12), town.clients(1, days=45)
    give(to_agents=("ana",), bucket="B2")
    assert set(owners(store)) == set(late)
    give(to_agents=("ana",), unassigned=True)
    assert set(owners(store)) == {*early, *late}


def test_the_figures_of_the_queue_stay_as_they_are(town, ana: Who, lead: Who, give, store: Store) -> None:
    town.clients(4)
    before = stats.snapshot(store, lead).queue
    give(to_agents=("ana",))
    assert stats.snapshot(store, lead).queue == before


def test_another_agents_client_is_not_opened_by_name(town, ana: Who, beto: Who, give, store: Store) -> None:
    [client] = town.clients(1)
    give(to_agents=("ana",))
    request = LeaseRequest(want=1, request_id="r", device=beto.device, client_id=client)
    assert asking.ask(store, beto, request).waiting == "taken"
    mine = LeaseRequest(want=1, request_id="r", device=ana.device, client_id=client)
    assert [one.client.id for one in asking.ask(store, ana, mine).leases] == [client]


def test_who_leaves_a_portfolio_leaves_its_clients(town, ana: Who, beto: Who, give, store: Store) -> None:
    clients = set(town.clients(2))
    town.portfolio("Loans")
    give(to_agents=("ana",))
    scopes.set_portfolios(store, "ana", ["Loans"])
    assert owners(store) == {}
    assert leased(town, beto) == clients
    assert schema.check(store) == []
