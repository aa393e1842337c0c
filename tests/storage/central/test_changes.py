from __future__ import annotations

import threading
import time

import msgspec
import pytest

from storage.central import changes
from storage.central.changes import CursorGone, touch
from storage.central.connection import Store
from storage.central.people import Who

WRITERS = 8
EACH = 30


def read_all(store: Store, who: Who, cursor: str | None = None, limit: int = 100):
    found = []
    while True:
        page = changes.changes(store, who, cursor, limit)
        found += page.changes
        cursor = page.cursor
        if not page.more:
            return found, cursor


def test_what_changed_is_read_once(town, ana: Who) -> None:
    clients = town.clients(3)
    found, cursor = read_all(town.store, ana)
    assert found == []
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    found, cursor = read_all(town.store, ana, cursor)
    assert [(one.entity, one.id, one.version) for one in found] == [("client", str(clients[0]), 2)]
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


def test_a_late_commit_is_never_skipped(town_in, postgres_store: Store) -> None:
    town = town_in(postgres_store)
    who = town.agent("ana")
    clients = town.clients(WRITERS * EACH, place=False)
    done = threading.Event()

    def write(mine: list[int]) -> None:
        for n, client in enumerate(mine):
            with postgres_store.begin() as tx:
                touch(tx, [client])
                time.sleep((n % 4) * 0.002)  # commits come in another order than the numbers

    seen: list[str] = []
    naive: list[str] = []

    def read() -> None:
        cursor, last = None, 0
        while True:
            ending = done.is_set()
            found, cursor = read_all(postgres_store, who, cursor)
            seen.extend(one.id for one in found)
            rows = naive_read(postgres_store, last)
            last = rows[-1][0] if rows else last
            naive.extend(row[1] for row in rows)
            if ending:
                return

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(clients[k::WRITERS],)) for k in range(WRITERS)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert sorted(seen) == sorted(str(client) for client in clients)
    assert len(naive) < len(clients), "the control lost nothing, so this test proves nothing"


def test_the_cursor_says_nothing_about_a_reader(town, ana: Who) -> None:
    page = changes.changes(town.store, ana, None, 10)
    other = changes.changes(town.store, msgspec.structs.replace(ana, portfolio_ids=(1,)), None, 10)
    assert page.cursor == other.cursor
