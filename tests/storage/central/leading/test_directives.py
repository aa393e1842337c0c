"""Parts of the queue on hold or first: in force at once, for everybody, and over by themselves."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from rules.directives import DirectiveEnding, DirectiveOrder
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.leading import directives
from storage.central.queue import leases
from storage.central.records.closing import NotDone
from storage.central.upkeep import schema


@pytest.fixture
def lead(town) -> Who:
    return town.lead()


@pytest.fixture
def order(store: Store, lead: Who):
    def give(kind: str, **more) -> str:
        return directives.give(
            store, lead, DirectiveOrder(kind=kind, why="x", **({"portfolio": "Cards"} | more))
        )

    return give


def leased(town, who: Who, want: int = 50) -> list[int]:
    return [one.client.id for one in town.lease(who, want).leases]


def test_nobody_is_handed_out_from_what_is_on_hold(town, ana: Who, order, store: Store, lead: Who) -> None:
    best, others = town.clients(2, days=45, overdue=900_000), town.clients(2)
    held = order("hold", bucket="B2")
    assert set(leased(town, ana)) == set(others)
    directives.end(store, lead, held, DirectiveEnding(why="y"))
    assert set(leased(town, ana)) == {*best, *others}
    assert schema.check(store) == []


def test_what_is_first_comes_before_everything_else(town, ana: Who, order) -> None:
    loans = town.portfolio("Loans")
    best, second = town.clients(1, days=45, overdue=90_000_000)[0], town.clients(1, portfolio=loans)[0]
    low, lower = town.clients(1, overdue=5_000)[0], town.clients(1, overdue=1_000)[0]
    order("first", bucket="B1")
    assert leased(town, ana, 3) == [low, lower, best]
    assert leased(town, ana) == [low, lower, best, second]


def test_a_callback_that_is_due_comes_before_what_is_first(town, ana: Who, order, clock) -> None:
    [client] = town.clients(1, days=45, overdue=9_000_000)
    [lease] = town.lease(ana).leases
    at = clock.now() + timedelta(hours=1)
    body = {"client_id": client, "code": "RLLA", "callback_at": at.isoformat()}
    town.record(ana, town.event(ana, "result", body, lease))
    [other] = town.clients(1)
    order("first", bucket="B1")
    clock.move(hours=2)
    assert leased(town, ana, 1) == [client]
    assert leased(town, ana) == [client, other]


def test_a_callback_waits_as_long_as_its_part_is_on_hold(town, ana: Who, order, clock) -> None:
    [client] = town.clients(1)
    [lease] = town.lease(ana).leases
    at = clock.now() + timedelta(hours=1)
    body = {"client_id": client, "code": "RLLA", "callback_at": at.isoformat()}
    town.record(ana, town.event(ana, "result", body, lease))
    order("hold", bucket="B1", until=clock.now() + timedelta(hours=3))
    clock.move(hours=2)
    assert leased(town, ana) == []
    clock.move(hours=1)
    assert leased(town, ana) == [client]


def test_a_whole_portfolio_is_held_and_what_is_held_is_not_first(town, ana: Who, order) -> None:
    loans = town.clients(1, portfolio=town.portfolio("Loans"))
    town.clients(2)
    order("hold")
    order("first", bucket="B1")
    assert leased(town, ana) == loans
    assert town.lease(ana).waiting is None


def test_who_is_on_a_desk_stays_there(town, ana: Who, order, store: Store) -> None:
    clients = town.clients(2)
    [lease] = town.lease(ana).leases
    order("hold")
    assert leased(town, ana) == [lease.client.id]
    leases.release(store, ana, lease.lease_id)
    assert leased(town, ana) == []
    assert {town.standing(client) for client in clients} == {"ready"}


def test_own_clients_heed_directives_too(town, ana: Who, order, store: Store) -> None:
    held, second, first = (
        town.clients(1, days=days, overdue=overdue)[0]
        for days, overdue in ((45, 9_000_000), (75, 900_000), (12, 1_000))
    )
    with store.begin() as tx:
        tx.run("UPDATE ready SET reserved_for = :user", user=ana.user_id)
    order("hold", bucket="B2")
    order("first", bucket="B1")
    assert leased(town, ana) == [first, second]
    assert town.standing(held) == "ready"


def test_the_unlocatable_on_hold_are_not_searched(town, ana: Who, order, clock) -> None:
    [client] = town.clients(1, phones=0)
    order("hold", bucket="B1", until=clock.now() + timedelta(hours=1))
    assert not town.search(ana).leases
    clock.move(hours=1)
    assert [one.client.id for one in town.search(ana).leases] == [client]


def test_it_ends_by_itself_and_the_board_shows_it_meanwhile(
    town, ana: Who, order, clock, store: Store, lead: Who
) -> None:
    clients = town.clients(2)
    order("hold", until=clock.now() + timedelta(minutes=10))
    assert [row.directive for row in stats.snapshot(store, lead).queue] == ["hold"]
    assert directives.expire(store) == 0
    clock.move(minutes=10)
    assert set(leased(town, ana)) == set(clients)
    before = stats.number(store)
    assert directives.expire(store) == 1
    assert stats.number(store) > before
    assert [row.directive for row in stats.snapshot(store, lead).queue] == [""]


def test_one_of_the_same_part_takes_the_place_of_another(town, order, store: Store, lead: Who) -> None:
    town.clients(1)
    order("hold", bucket="B1")
    order("first", bucket="B1")
    table = directives.listed(store, lead)
    ended = table.place("ended")
    assert [(row.cells[0], row.cells[ended] is None) for row in table.rows] == [
        ("first", True),
        ("hold", False),
    ]


def test_another_hub_heeds_it_at_once(town, ana: Who, order, store: Store, open_store) -> None:
    town.clients(2)
    other = open_store(store.url)
    town_there = type(town)(other)
    assert len(leased(town_there, ana, 1)) == 1
    order("hold")
    assert len(leased(town_there, ana, 2)) == 1


def test_agents_of_the_portfolio_read_of_it(town, ana: Who, order, store: Store) -> None:
    town.clients(1)
    town.portfolio("Loans")
    town.agent("zoe", portfolios=("Loans",))
    order("first", bucket="B1", notice="First: Cards B1.")
    with store.read() as tx:
        rows = tx.all("SELECT r.user_id, m.text FROM message_receipt r JOIN message m ON m.id = r.message_id")
    assert rows == [(ana.user_id, "First: Cards B1.")]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "later"}, "unknown_directive_kind"),
        ({"portfolio": "Nope"}, "unknown_portfolio"),
        ({"bucket": "B7"}, "unknown_part"),
        ({"strategy": "nope"}, "unknown_part"),
        ({"why": " "}, "why_missing"),
        ({"until": "past"}, "bad_until"),
        ({"notice": "4111 1111 1111 1111"}, "card_number_in_note"),
    ],
)
def test_what_is_wrong_is_named(town, store: Store, lead: Who, clock, wrong: dict, code: str) -> None:
    town.clients(1)
    if "until" in wrong:
        wrong = {"until": clock.now() - timedelta(minutes=1)}
    with pytest.raises(NotDone, match=code):
        directives.give(
            store, lead, DirectiveOrder(**({"portfolio": "Cards", "kind": "hold", "why": "x"} | wrong))
        )
    assert directives.listed(store, lead).rows == ()


def test_one_of_another_portfolio_is_not_ended(town, order, store: Store, lead: Who) -> None:
    town.clients(1)
    held = order("hold")
    maria = town.lead("maria")
    stranger = msgspec.structs.replace(maria, portfolio_ids=(town.portfolio("Loans"),))
    with pytest.raises(NotDone, match="unknown_directive"):
        directives.end(store, stranger, held, DirectiveEnding(why="y"))
    directives.end(store, lead, held, DirectiveEnding(why="y"))
    with pytest.raises(NotDone, match="already_closed"):
        directives.end(store, lead, held, DirectiveEnding(why="y"))
