"""Where a search begins: never below what may be taken, although it no longer begins at the top."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.protocol import LeaseRequest
from storage.central.connection import Store
from storage.central.queue import leases, queueing
from storage.central.queue.watermarks import BOTTOM, KEPT, TOP, Watermarks

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)


def test_a_mark_is_what_was_seen_until_it_is_old() -> None:
    marks = Watermarks()
    marks.seen(marks.view([1, 2], NOW), {1: (50, 7)}, NOW)
    assert marks.view([1, 2, 3], NOW).places == {1: (50, 7), 2: BOTTOM, 3: TOP}
    assert marks.view([1, 2], NOW + KEPT).places == {1: TOP, 2: TOP}


def test_what_enters_lifts_the_mark_and_a_search_from_before_does_not_lower_it() -> None:
    marks = Watermarks()
    marks.seen(marks.view([1], NOW), {1: (50, 7)}, NOW)
    before = marks.view([1], NOW)
    marks.entered({1: (80, 3)})
    marks.seen(before, {1: (50, 7)}, NOW)
    assert marks.view([1], NOW).places == {1: (80, 3)}


@given(st.lists(st.tuples(st.sampled_from(["begin", "end", "enter", "commit", "take"]), st.integers(0, 20))))
def test_nobody_in_the_lane_is_ever_above_the_mark(steps: list[tuple[str, int]]) -> None:
    """Searches, entries and the telling of both in any order; committed rows are what a search sees."""
    marks, lane, searches, entering = Watermarks(), set(), [], []
    for what, prio in steps:
        if what == "begin":
            searches.append((marks.view([1], NOW), max(lane, default=BOTTOM)))
        elif what == "end" and searches:
            view, best = searches.pop(prio % len(searches))
            marks.seen(view, {1: best}, NOW)
        elif what == "enter":
            lane.add((prio, 0))
            entering.append((prio, 0))
        elif what == "commit" and entering:
            marks.entered({1: entering.pop(prio % len(entering))})
        elif what == "take":
            lane.discard(max(lane, default=BOTTOM))
    for place in entering:
        marks.entered({1: place})
    assert all(place <= marks.view([1], NOW).places[1] for place in lane)


def test_whoever_is_better_and_comes_later_is_first_though_a_snapshot_is_held(
    town_in, postgres_store: Store, postgres_url: str, open_store, clock
) -> None:
    town, other = town_in(postgres_store), open_store(postgres_url)
    ana = town.agent("ana")
    low = town.clients(12, overdue=100_000)

    def taken(want: int) -> int:
        request = LeaseRequest(want=want, request_id=str(want), device=ana.device)
        return leases.lease(postgres_store, ana, request).leases[-1].client.id

    def better(store: Store, overdue: int) -> int:
        client: int = town.clients(1, overdue=overdue, place=False)[0]
        with store.begin() as tx:
            queueing.place(tx, [client], tx.now)
        return client

    with other.read() as held:
        held.value("SELECT count(*) FROM ready")
        assert [taken(want) for want in range(1, 7)] == low[:5:-1]
        mine = better(postgres_store, 9_000_000)
        assert taken(7) == mine
        theirs = better(other, 90_000_000)
        clock.move(seconds=KEPT.total_seconds())
        assert taken(8) == theirs
        assert taken(9) == low[5]


def test_an_empty_lane_is_looked_at_again_before_nothing_is_given(
    town_in, postgres_store: Store, postgres_url: str, open_store
) -> None:
    town, other = town_in(postgres_store), open_store(postgres_url)
    ana = town.agent("ana")
    first = town.clients(1)
    assert [one.client.id for one in town.lease(ana, 2).leases] == first
    second = town.clients(1, place=False)
    with other.begin() as tx:
        queueing.place(tx, second, tx.now)
    answer = town.lease(ana, 2)
    assert [one.client.id for one in answer.leases] == first + second
    assert answer.waiting is None


def test_an_empty_desk_is_not_taken_for_a_full_one(
    town_in, postgres_store: Store, postgres_url: str, open_store
) -> None:
    town, other = town_in(postgres_store), open_store(postgres_url)
    ana = town.agent("ana")
    town.clients(1)
    town.lease(town.agent("beto"), 1)
    assert town.lease(ana, 1).leases == ()
    late = town.clients(1, place=False)
    with other.begin() as tx:
        queueing.place(tx, late, tx.now)
    assert [one.client.id for one in town.lease(ana, 1).leases] == late
