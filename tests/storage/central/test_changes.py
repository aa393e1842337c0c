from __future__ import annotations

import random
import threading
import time

import msgspec
import pytest

from storage.central import changes
from storage.central.changes import CursorGone, tell, tell_left, touch
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.upkeep import schema

WRITERS = 8
EACH = 1250


def read_all(store: Store, who: Who, cursor: str | None = None, limit: int = 100):
    found = []
    while True:
        page = changes.changes(store, who, cursor, limit)
        found += page.changes
        cursor = page.cursor
        if not page.more:
            return found, cursor


def test_what_changed_is_read_once(town, ana: Who) -> None:
    town.clients(3)
    found, cursor = read_all(town.store, ana)
    assert found == []
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    found, cursor = read_all(town.store, ana, cursor)
    assert [(one.entity, one.id, one.version) for one in found] == [("client", str(lease.client.id), 2)]
    assert read_all(town.store, ana, cursor)[0] == []


def test_pages_are_whole_and_without_gaps(town, ana: Who) -> None:
    clients = town.clients(7)
    for client in clients:
        with town.store.begin() as tx:
            touch(tx, [client])
    found, _ = read_all(town.store, ana, limit=2)
    assert [one.id for one in found] == [str(client) for client in clients]


def test_the_document_comes_to_who_holds_the_client(town, ana: Who, beto: Who) -> None:
    (client,) = town.clients(1)
    town.lease(ana)
    with town.store.begin() as tx:
        tx.run("UPDATE client SET treatment = 'Dra.'")
        touch(tx, [client])
    (mine,), _ = read_all(town.store, ana)
    (other,), _ = read_all(town.store, beto)
    assert mine.client is not None
    assert mine.client.treatment == "Dra."
    assert mine.client.version == mine.version == 2
    assert other.client is None


def test_changes_of_other_portfolios_are_stepped_over(town, ana: Who) -> None:
    town.portfolio("Loans")
    carla = town.agent("carla", portfolios=("Loans",))
    with town.store.begin() as tx:
        pass
    clients = town.clients(2)
    with town.store.begin() as tx:
        touch(tx, clients)
    found, _ = read_all(town.store, carla)
    assert found == []
    assert len(read_all(town.store, ana)[0]) == 2


@pytest.mark.parametrize("cursor", ["", "?", "bm90IGEgY3Vyc29y", "AAAA", "é", "YS4xLjI"])
def test_a_cursor_of_another_store_is_gone(town, ana: Who, cursor: str) -> None:
    with pytest.raises(CursorGone):
        changes.changes(town.store, ana, cursor, 10)


def naive_read(store: Store, last: int) -> list[tuple[int, str]]:
    """The reader that remembers the highest number it saw: the known-bad way, as a control."""
    with store.read() as tx:
        return [
            (row[0], row[1])
            for row in tx.all("SELECT seq, entity_id FROM change WHERE seq > :last ORDER BY seq", last=last)
        ]


def test_a_late_commit_is_never_skipped(town_in, postgres_store: Store, open_store) -> None:
    """10,000 changes by writers whose transactions last 0 to 8 ms; the naive reader is the control."""
    town = town_in(postgres_store)
    who = town.agent("ana")
    clients = town.clients(WRITERS, place=False)
    watching = open_store(postgres_store.url)
    done = threading.Event()

    def write(number: int) -> None:
        lasting = random.Random(number)  # noqa: S311 - the same each time
        for n in range(EACH):
            with postgres_store.begin() as tx:
                tell(tx, town.cards, "thing", f"{number}:{n}")
                time.sleep(lasting.random() * 0.008)  # commits come in another order than the numbers

    seen: list[str] = []
    naive: list[str] = []

    def read() -> None:
        cursor, last = None, 0
        while True:
            ending = done.is_set()
            found, cursor = read_all(watching, who, cursor, limit=1000)
            seen.extend(one.id for one in found)
            rows = naive_read(watching, last)
            last = rows[-1][0] if rows else last
            naive.extend(row[1] for row in rows)
            if ending:
                return

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(number,)) for number in range(len(clients))]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert sorted(seen) == sorted(f"{number}:{n}" for number in range(WRITERS) for n in range(EACH))
    assert len(naive) < len(seen), "the control lost nothing, so this test proves nothing"


def test_who_begins_now_gets_what_it_holds_and_misses_nothing_after(town, ana: Who) -> None:
    clients = town.clients(3)
    with town.store.begin() as tx:
        touch(tx, clients)
    held = town.lease(ana).leases[0].client.id
    page = changes.present(town.store, ana)
    assert [(one.id, one.client.id, one.version) for one in page.changes] == [(str(held), held, 2)]
    assert not page.more
    assert page.day is not None
    with town.store.begin() as tx:
        touch(tx, clients)
    found, _ = read_all(town.store, ana, page.cursor)
    assert sorted(int(one.id) for one in found) == clients


def test_what_left_and_came_back_is_there(town, ana: Who) -> None:
    (client,) = town.clients(1)
    with town.store.begin() as tx:
        tell_left(tx, [client])
    (gone,), cursor = read_all(town.store, ana)
    with town.store.begin() as tx:
        tell_left(tx, [client])
        touch(tx, [client])
    (back,), _ = read_all(town.store, ana, cursor)
    assert (gone.deleted, back.deleted) == (True, False)


def test_what_is_for_one_user_is_told_to_no_other(town, ana: Who, beto: Who) -> None:
    town.portfolio("Loans")
    carla = town.agent("carla", portfolios=("Loans",))
    with town.store.begin() as tx:
        tell(tx, town.cards, "fact", "f1", deleted=True, user_id=ana.user_id)
        tell(tx, town.cards, "fact", "f2", deleted=True, user_id=carla.user_id)
    assert [[one.id for one in read_all(town.store, who)[0]] for who in (ana, beto, carla)] == [
        ["f1"],
        [],
        ["f2"],
    ]


def test_a_restored_store_has_other_cursors_and_other_tokens(town, ana: Who) -> None:
    town.clients(2)
    before = town.lease(ana).leases[0].token
    cursor = changes.changes(town.store, ana, None, 10).cursor
    schema.new_epoch(town.store)
    with pytest.raises(CursorGone):
        changes.changes(town.store, ana, cursor, 10)
    assert town.lease(ana, 2).leases[-1].token > before + 1000
    assert schema.check(town.store) == []


def test_the_cursor_says_nothing_about_a_reader(town, ana: Who) -> None:
    page = changes.changes(town.store, ana, None, 10)
    other = changes.changes(town.store, msgspec.structs.replace(ana, portfolio_ids=(1,)), None, 10)
    assert page.cursor == other.cursor
