"""Snapshots of live figures as changes, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.live_figures import NotThisSnapshot, applied, difference, in_order, is_empty
from rules.protocol import AgentRow, Decision, QueueRow, Stats

AT = datetime(2026, 11, 25, 17, tzinfo=UTC)

numbers = st.integers(0, 3)
instants = st.integers(0, 100_000_000).map(lambda n: AT + timedelta(microseconds=n))
queue_rows = st.builds(
    QueueRow,
    portfolio=st.sampled_from(["Cards", "Loans"]),
    bucket=st.sampled_from(["B1", "B2"]),
    currency=st.sampled_from(["MXN", "USD"]),
    pending=numbers,
)
agent_rows = st.builds(
    AgentRow,
    name=st.sampled_from(["ana", "beto", "carla", "dora"]),
    display_name=st.just("X"),
    state=st.sampled_from(["available", "meal", "on_call"]),
    since=st.just(AT),
    currency=st.just("MXN"),
    touches=numbers,
    working=st.booleans(),
    connected_seconds=numbers,
)
decisions = st.builds(
    Decision,
    id=st.sampled_from(["d1", "d2", "d3", "d4"]),
    kind=st.sampled_from(["approval", "late"]),
    at=instants,
    agent=st.just("ana"),
    client=st.just("C."),
    amount=numbers,
)
hours = st.sampled_from([(), (0, 1), (1, 1)])
snapshots = st.builds(
    Stats,
    number=st.integers(1, 9),
    at=instants,
    queue=st.lists(queue_rows, unique_by=lambda row: (row.portfolio, row.bucket, row.currency)).map(tuple),
    agents=st.lists(agent_rows, unique_by=lambda row: row.name).map(tuple),
    decisions=st.lists(decisions, unique_by=lambda row: row.id).map(tuple),
    touches_by_hour=hours,
    contacts_by_hour=hours,
    promises_by_hour=hours,
).map(in_order)


@given(snapshots, snapshots)
def test_a_snapshot_and_what_differs_make_the_other_one(old: Stats, new: Stats) -> None:
    assert applied(old, difference(old, new)) == new


@given(snapshots, snapshots)
def test_a_change_survives_the_wire(old: Stats, new: Stats) -> None:
    change = difference(old, new)
    assert msgspec.json.decode(msgspec.json.encode(change), type=type(change)) == change


@given(snapshots, st.integers(0, 10_000))
def test_nothing_differs_where_only_time_goes_on(stats: Stats, seconds: int) -> None:
    later = stats.at + timedelta(seconds=seconds)
    working = [row.connected_seconds + seconds * row.working for row in stats.agents]
    agents = tuple(
        msgspec.structs.replace(row, connected_seconds=connected)
        for row, connected in zip(stats.agents, working, strict=True)
    )
    assert is_empty(difference(stats, msgspec.structs.replace(stats, at=later, agents=agents)))


def test_a_change_holds_only_what_differs() -> None:
    agents = tuple(
        AgentRow(name=f"a{n}", display_name="", state="available", since=AT, currency="MXN")
        for n in range(1000)
    )
    old = in_order(Stats(number=1, at=AT, queue=(), agents=agents, decisions=()))
    busy = msgspec.structs.replace(old.agents[7], touches=1)
    new = msgspec.structs.replace(old, number=2, agents=(*old.agents[:7], busy, *old.agents[8:]))
    change = difference(old, new)
    assert change.agents == (busy,)
    assert len(msgspec.json.encode(change)) * 100 < len(msgspec.json.encode(new))


def test_a_change_of_another_snapshot_is_not_applied() -> None:
    one = Stats(number=1, at=AT, queue=(), agents=(), decisions=())
    two, three = (msgspec.structs.replace(one, number=number) for number in (2, 3))
    with pytest.raises(NotThisSnapshot):
        applied(one, difference(two, three))
