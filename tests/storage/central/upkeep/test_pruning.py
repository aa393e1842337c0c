"""The feed is kept for two weeks: who was away for longer starts again, and nobody misses a change."""

from __future__ import annotations

from typing import Any

import pytest

from storage.central import changes
from storage.central.changes import CursorGone, touch
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.central.upkeep import pruning


def touched(store: Store, client: int) -> None:
    with store.begin() as tx:
        touch(tx, [client])


def kept(store: Store) -> int:
    with store.read() as tx:
        number: int = tx.value("SELECT count(*) FROM change")
        return number


@pytest.fixture
def client(town: Any) -> int:
    found: int = town.clients(1)[0]
    return found


def test_what_is_older_goes_and_so_do_its_cursors(town: Any, clock: Any, ana: Who, client: int) -> None:
    store = town.store
    touched(store, client)
    old = changes.changes(store, ana, None, 10).cursor
    touched(store, client)
    pruning.prune(store)
    clock.move(days=10)
    touched(store, client)
    fresh = changes.changes(store, ana, None, 10).cursor
    pruning.prune(store)
    assert kept(store) == 3
    assert changes.changes(store, ana, old, 10).changes
    clock.move(days=5)
    assert pruning.prune(store) > 0
    with pytest.raises(CursorGone):
        changes.changes(store, ana, old, 10)
    assert changes.changes(store, ana, fresh, 10).changes == ()
    assert [one.version for one in changes.changes(store, ana, None, 10).changes] == [4]


def test_numbers_go_on_after_everything_was_taken_away(town: Any, clock: Any, ana: Who, client: int) -> None:
    store = town.store
    for _ in range(3):
        touched(store, client)
    cursor = changes.changes(store, ana, None, 10).cursor
    for _ in range(3):
        pruning.prune(store)
        clock.move(days=15)
        cursor = changes.changes(store, ana, cursor, 10).cursor
    assert kept(store) <= 1
    touched(store, client)
    assert [one.version for one in changes.changes(store, ana, cursor, 10).changes] == [5]


def test_it_is_done_once_a_day_by_one_of_all_hubs(
    town: Any, clock: Any, client: int, open_store: Any
) -> None:
    other = open_store(town.store.url)
    for _ in range(4):
        touched(town.store, client)
    pruning.prune(town.store)
    clock.move(days=14)
    assert [pruning.prune(one) > 0 for one in (other, town.store, other)] == [True, False, False]


def test_many_go_in_pieces_over_several_calls(
    town: Any, clock: Any, ana: Who, client: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 3)
    monkeypatch.setattr(pruning, "PIECES", 2)
    old = changes.changes(town.store, ana, None, 10).cursor
    for _ in range(10):
        touched(town.store, client)
    pruning.prune(town.store)
    clock.move(days=14)
    assert pruning.prune(town.store) == 6
    with pytest.raises(CursorGone):
        changes.changes(town.store, ana, old, 10)
    assert changes.changes(town.store, ana, None, 10).changes == ()
    assert pruning.prune(town.store) + kept(town.store) == 4
    assert kept(town.store) <= 1


def test_the_sweep_does_it(town: Any, clock: Any, client: int) -> None:
    for _ in range(4):
        touched(town.store, client)
    queueing.sweep(town.store)
    clock.move(days=14)
    queueing.sweep(town.store)
    assert kept(town.store) <= 1
