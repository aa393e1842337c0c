"""Sharing out: nobody is lost or doubled, sums stay, and each method does what it is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import sharing
from rules.sharing import Agent, Client, NobodyToShareWith, added, holdings, share

AGENTS = range(1, 6)
OWNERS = st.none() | st.sampled_from([*AGENTS, 99])
BALANCES = st.dictionaries(st.sampled_from(["MXN", "USD"]), st.integers(0, 10**9), max_size=2)
CLIENTS = st.lists(
    st.builds(
        Client,
        id=st.integers(1, 10_000),
        owner=OWNERS,
        balance=BALANCES,
        language=st.sampled_from(["es", "en", ""]),
        product=st.sampled_from(["card", "insurance"]),
        bucket=st.sampled_from(["B1", "B2"]),
    ),
    max_size=60,
    unique_by=lambda client: client.id,
)
SKILLS = st.frozensets(st.sampled_from(["es", "en", "card", "insurance", "B1", "B2"]))
CREW = st.lists(
    st.builds(Agent, id=st.sampled_from(AGENTS), skills=SKILLS, absent=st.booleans(), balance=BALANCES),
    min_size=1,
    unique_by=lambda agent: agent.id,
).filter(lambda crew: not all(agent.absent for agent in crew))


def total(held: dict[int | None, sharing.Holding]) -> tuple[int, dict[str, int]]:
    balance: dict[str, int] = {}
    for one in held.values():
        balance = added(balance, one.balance)
    return sum(one.clients for one in held.values()), balance


@given(st.sampled_from(sharing.METHODS), CLIENTS, CREW)
def test_nobody_is_lost_or_doubled_and_the_sums_stay(
    method: str, clients: list[Client], crew: list[Agent]
) -> None:
    found = share(method, clients, crew)
    owner = {client.id: client.owner for client in clients}
    assert len({move.client for move in found.moves}) == len(found.moves)
    assert all(owner[move.client] == move.before != move.after for move in found.moves)
    assert total(holdings(clients, found.moves)) == total(holdings(clients))
    there = {agent.id for agent in crew if not agent.absent}
    assert {move.after for move in found.moves} <= there | ({None} if method == "recall" else set())
    assert share(method, reversed(clients), crew) == found


@given(CLIENTS, CREW)
def test_by_turns_differs_by_one_client_at_most(clients: list[Client], crew: list[Agent]) -> None:
    held = holdings(clients, share(sharing.ROUND_ROBIN, clients, crew).moves)
    counts = [held.get(agent.id, sharing.Holding()).clients for agent in crew if not agent.absent]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == len(clients)


@given(CLIENTS, CREW)
def test_owners_keep_theirs(clients: list[Client], crew: list[Agent]) -> None:
    found = share(sharing.KEEP_OWNER, clients, crew)
    assert {move.client for move in found.moves} == {client.id for client in clients if client.owner is None}


@given(CLIENTS, CREW)
def test_who_is_given_a_client_can_work_it(clients: list[Client], crew: list[Agent]) -> None:
    found = share(sharing.SKILL, clients, crew)
    by_id, agents = {client.id: client for client in clients}, {agent.id: agent for agent in crew}
    assert all(agents[move.after or 0].can_work(by_id[move.client]) for move in found.moves)
    nobodys = [
        client for client in clients if not any(agent.can_work(client) for agent in crew if not agent.absent)
    ]
    assert found.unplaced == len(nobodys)


@given(st.lists(st.integers(0, 10**6), max_size=40), st.integers(1, 5))
def test_by_balance_no_two_differ_by_more_than_the_largest_client(amounts: list[int], agents: int) -> None:
    clients = [Client(id=n, balance={"MXN": amount}) for n, amount in enumerate(amounts)]
    crew = [Agent(id=n) for n in range(1, agents + 1)]
    held = holdings(clients, share(sharing.BALANCE, clients, crew).moves)
    loads = [held.get(agent.id, sharing.Holding()).balance.get("MXN", 0) for agent in crew]
    assert max(loads) - min(loads) <= max(amounts, default=0)


def test_by_balance_counts_what_each_has_already_and_keeps_currencies_apart() -> None:
    clients = [Client(id=1, balance={"MXN": 500}), Client(id=2, balance={"USD": 400})]
    crew = [Agent(id=1, balance={"MXN": 100, "USD": 900}), Agent(id=2, balance={"MXN": 300})]
    given = {move.client: move.after for move in share(sharing.BALANCE, clients, crew).moves}
    assert given == {1: 1, 2: 2}


def test_somebody_must_be_there() -> None:
    with pytest.raises(NobodyToShareWith):
        share(sharing.ROUND_ROBIN, [Client(id=1)], [Agent(id=1, absent=True)])
    assert share(sharing.RECALL, [Client(id=1, owner=1)], []).moves[0].after is None
