"""Facts in partitions by client: the same answers as before, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from benchmarks.postgres import database
from rules.facts import Event
from rules.protocol import EventBatch, LeaseRequest, SignIn
from storage.central.connection import Store, StoreError
from storage.central.doors import people
from storage.central.doors.people import Who
from storage.central.facts import events
from storage.central.queue import leases
from storage.central.upkeep import partitioning, schema
from tests.conftest import MovableClock
from tests.hub.world import PASSWORD, event, fill

DEVICE = "a-desk"


@pytest.fixture
def central(postgres_server: str, clock: MovableClock) -> Iterator[Store]:
    """A store of its own: its tables are rebuilt."""
    with database(postgres_server) as url:
        store = Store(url, clock)
        schema.upgrade(store)
        fill(store)
        yield store
        store.close()


def sign_in(store: Store) -> Who:
    session = people.sign_in(store, SignIn(user="agent1", password=PASSWORD, device=DEVICE))
    return people.who(store, session.access_token)


def work(store: Store, who: Who, first: int) -> list[Event]:
    """Three promises on three clients; the facts."""
    given = leases.lease(store, who, LeaseRequest(want=3, request_id=str(uuid4()), device=DEVICE)).leases
    made = [event(lease, number, store.now()) for number, lease in enumerate(given, first)]
    answer = events.record(store, who, EventBatch(device=DEVICE, events=tuple(made)))
    assert {result.status for result in answer.results} == {"applied"}
    return made


def test_facts_go_on_as_before(central: Store) -> None:
    who = sign_in(central)
    before = work(central, who, 1)
    assert partitioning.partition(central, parts=4)
    assert not partitioning.partition(central, parts=4), "once is enough"
    after = work(central, who, 4)

    again = events.record(central, who, EventBatch(device=DEVICE, events=(*before, *after)))
    assert {result.status for result in again.results} == {"duplicate"}
    with central.read() as tx:
        assert tx.value("SELECT count(*) FROM event") == 6
        assert tx.value("SELECT count(*) FROM interaction WHERE user_id IS NOT NULL") == 6
        assert tx.value("SELECT count(DISTINCT tableoid) FROM event") > 1
    assert schema.check(central) == []


def test_the_keys_hold_over_all_parts(central: Store) -> None:
    who = sign_in(central)
    (fact, *_) = work(central, who, 1)
    partitioning.partition(central, parts=4)
    copied = """
        INSERT INTO event (id, device, seq, user_id, client_id, kind, at, received_at, body, body_hash,
            status)
        SELECT {id}, device, seq, user_id, client_id + 1, kind, at, received_at, body, body_hash, status
        FROM event WHERE id = :id
    """
    for new_id in ("id", "'another'"):
        with pytest.raises(psycopg.errors.UniqueViolation), central.begin() as tx:
            tx.run(copied.format(id=new_id), id=fact.id)


def test_rows_are_still_only_added(central: Store) -> None:
    work(central, sign_in(central), 1)
    partitioning.partition(central, parts=4)
    with pytest.raises(psycopg.Error, match="only ever added"), central.begin() as tx:
        tx.run("DELETE FROM event")


def test_a_file_has_no_partitions(sqlite_store: Store) -> None:
    with pytest.raises(StoreError, match="PostgreSQL"):
        partitioning.partition(sqlite_store, parts=4)
