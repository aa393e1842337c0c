"""The audit log: sealed in the order of commits; what is changed, taken out or slipped in is named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from storage.central import agenda
from storage.central.connection import Store, Tx, document
from storage.central.counting import stats
from storage.central.queue import leases, queueing
from storage.central.upkeep import audit, chain, schema, vitals, vouching
from tests.conftest import MovableClock
from tests.storage.central.conftest import Town

APPEND_ONLY = ("audit", "audit_seal", "event")
REFUSED = (sqlite3.IntegrityError, psycopg.errors.RestrictViolation)


@contextmanager
def all_rights(store: Store) -> Iterator[Tx]:
    """What somebody can do who may do everything to the database: take the triggers away."""
    with store.begin() as tx:
        taken = []
        if tx.dialect == "sqlite":
            taken = tx.all(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :tables",
                tables=list(APPEND_ONLY),
            )
            for name, _ in taken:
                tx.run(f"DROP TRIGGER {name}")
        else:
            tx.run("SET LOCAL session_replication_role = replica")
        yield tx
        for _, sql in taken:
            tx.run(sql)


def notes(store: Store, number: int) -> None:
    for n in range(number):
        with store.begin() as tx:
            audit.note(tx, "ana", "leased", f"client:{n}", device="d", clients=[n])


def work_in(town: Town) -> None:
    """A sealed log: four clients taken and worked, in two batches of facts."""
    ana = town.agent("ana")
    town.clients(4)
    facts = []
    for lease in town.lease(ana, 4).leases:
        facts.append(town.event(ana, "result", town.promise_body(lease.client.id), lease))
    town.record(ana, *facts[:3])
    town.record(ana, facts[3], town.event(ana, "state", {"state": "break"}))
    notes(town.store, 4)
    chain.seal_all(town.store)
    assert vouching.verify(town.store).lines() == []


@pytest.fixture
def worked(town: Town) -> Store:
    work_in(town)
    return town.store


def entries(store: Store) -> list[tuple[str, str, str, str, Any]]:
    with store.read() as tx:
        rows = tx.all("SELECT actor, device, action, subject, detail FROM audit ORDER BY id")
    return [(*row[:4], document(row[4])) for row in rows]


def test_reading_and_recording_leave_entries(town: Town, clock: MovableClock) -> None:
    ana = town.agent("ana")
    clients = town.clients(3)
    first, second = town.lease(ana, 2).leases
    fact = town.event(ana, "result", town.promise_body(first.client.id), first)
    bad = town.event(ana, "result", {"client_id": second.client.id, "code": "NEVER"}, second)
    town.record(ana, fact, bad)
    town.record(ana, fact)
    leases.release(town.store, ana, second.lease_id)
    clock.move(days=2)
    for _ in range(3):
        agenda.agenda(town.store, ana)
    held = sorted([first.client.id, second.client.id])
    found = entries(town.store)
    assert [(one[0], one[1]) for one in found] == [("ana", "ana-desk")] * 4
    assert [one[2:4] for one in found] == [
        ("leased", ""),
        ("recorded", ""),
        ("released", f"client:{second.client.id}"),
        ("agenda_read", "agenda:ana-desk"),
    ]
    assert sorted(found[0][4]["clients"]) == held
    assert set(found[1][4]["facts"]) == {str(fact.seq)}
    assert found[1][4]["refused"] == 1
    assert found[3][4] == {"clients": [first.client.id]}
    assert set(held) <= set(clients)


@pytest.fixture
def hub_account(postgres_store: Store, open_store: Callable[[str], Store]) -> Iterator[Store]:
    """The store as hubs should open it: by an account that owns nothing (docs/operations.md)."""
    with psycopg.connect(postgres_store.url, autocommit=True) as owner:
        owner.execute("CREATE ROLE hub LOGIN")
        for grant in GRANTS.split(";"):
            owner.execute(grant)
    yield open_store(make_url(postgres_store.url).set(username="hub").render_as_string(hide_password=False))
    with psycopg.connect(postgres_store.url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hub'")
        owner.execute("DROP OWNED BY hub")
        owner.execute("DROP ROLE hub")


GRANTS = """
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hub;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hub;
    REVOKE UPDATE, DELETE ON audit, audit_seal, event FROM hub
"""


def test_hubs_work_by_an_account_that_can_not_touch_the_log(hub_account: Store) -> None:
    work_in(Town(hub_account))
    queueing.sweep(hub_account)
    stats.fold(hub_account)
    vitals.vitals(hub_account)
    assert schema.check(hub_account) == []
    for change in (
        "ALTER TABLE audit DISABLE TRIGGER USER",
        "SET session_replication_role = replica",
        "DROP TRIGGER audit_no_change ON audit",
        "UPDATE audit SET actor = 'x'",
        "TRUNCATE event",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), hub_account.begin() as tx:
            tx.run(change)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_are_only_ever_added(worked: Store, table: str) -> None:
    changes = [
        f"DELETE FROM {table}",
        f"UPDATE {table} SET {'hash' if table == 'audit_seal' else 'device'} = 'x'",
    ]
    if worked.dialect == "postgresql":
        changes.append(f"TRUNCATE {table}")
    for change in changes:
        with pytest.raises(REFUSED, match="only ever added"), worked.begin() as tx:
            tx.run(change)


def test_every_committed_entry_is_sealed_once(store: Store) -> None:
    notes(store, 5)
    assert chain.seal(store) == 5
    assert chain.seal(store) == 0
    notes(store, 2)
    assert chain.seal(store) == 2
    with store.read() as tx:
        assert tx.all("SELECT position, audit_id FROM audit_seal ORDER BY position") == list(
            enumerate([row[0] for row in tx.all("SELECT id FROM audit ORDER BY id")], start=1)
        )


def test_an_entry_that_commits_late_is_sealed_after_all(
    postgres_store: Store, open_store: Callable[[str], Store]
) -> None:
    other = open_store(postgres_store.url)
    with other.begin() as late:
        audit.note(late, "ana", "leased", "client:1")
        notes(postgres_store, 3)
        assert chain.seal(postgres_store) == 0
        assert vouching.verify(postgres_store).unsealed == 3
    assert chain.seal(postgres_store) == 4
    found = vouching.verify(postgres_store)
    assert (found.lines(), found.unsealed, found.head.position) == ([], 0, 4)


def test_a_log_restored_into_a_younger_postgresql_goes_on(postgres_store: Store) -> None:
    with postgres_store.begin() as tx:
        tx.run(
            """
            INSERT INTO audit (xid, at, actor, device, action, subject, detail)
            VALUES (9000000000, :now, 'ana', '', 'leased', 'client:1', '{}')
            """,
            now=tx.now,
        )
        one = chain.entry(tx.all(f"SELECT {chain.ENTRY} FROM audit a")[0])
        tx.bulk("audit_seal", ("position", "audit_id", "hash"), [(1, one.id, one.hash_after(""))])
    notes(postgres_store, 3)
    assert chain.seal(postgres_store) == 3
    assert vouching.verify(postgres_store).lines() == []


FACT = "SELECT id FROM event ORDER BY seq LIMIT 1"
MIDDLE = "(SELECT min(id) + 2 FROM audit)"
TAMPERING: dict[str, tuple[str, str]] = {
    "an entry is changed": (f"UPDATE audit SET actor = 'beto' WHERE id = {MIDDLE}", "beto"),
    "an entry's detail is changed": (
        f"UPDATE audit SET detail = '{{\"clients\":[7]}}' WHERE id = {MIDDLE}",
        "is not what link 3 sealed",
    ),
    "an entry is taken out": (f"DELETE FROM audit WHERE id = {MIDDLE}", "is missing (link 3)"),
    "an entry and its link are taken out": (
        f"DELETE FROM audit_seal WHERE audit_id = {MIDDLE}; DELETE FROM audit WHERE id = {MIDDLE}",
        "no links 3 to 3",
    ),
    "they are, and the others move up": (
        f"DELETE FROM audit_seal WHERE position = 3; DELETE FROM audit WHERE id = {MIDDLE};"
        "UPDATE audit_seal SET position = -position WHERE position > 3;"
        "UPDATE audit_seal SET position = -position - 1 WHERE position < 0",
        "is not what link 3 sealed",
    ),
    "a link is changed": ("UPDATE audit_seal SET hash = 'ab' WHERE position = 2", "not what link 2 sealed"),
    "an entry is slipped in": (
        """
        INSERT INTO audit (id, xid, at, actor, device, action, subject, detail)
        SELECT 0, 0, at, 'mallory', '', 'leased', 'client:1', '{}' FROM audit ORDER BY id LIMIT 1
        """,
        "mallory leased client:1) is no part of the audit chain",
    ),
    "a fact's body is changed": (
        'UPDATE event SET body = \'{"code":"PPT"}\' WHERE seq = 2',
        "Fact ana-desk-000002 is not the one",
    ),
    "a fact changes hands": (
        "UPDATE event SET client_id = (SELECT client_id FROM event WHERE seq = 2) WHERE seq = 1",
        "Fact ana-desk-000001 is not the one",
    ),
    "a fact is taken out": ("DELETE FROM event WHERE seq = 4", "Fact 4 of device ana-desk is missing"),
    "a fact is slipped in": (
        """
        INSERT INTO event (id, device, seq, user_id, kind, at, received_at, body, body_hash, status)
        SELECT 'forged', device, 77, user_id, kind, at, received_at, body, body_hash, status
        FROM event WHERE seq = 1
        """,
        "Fact forged (device ana-desk, number 77) has no entry",
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found_and_named(worked: Store, kind: str) -> None:
    statements, named = TAMPERING[kind]
    with all_rights(worked) as tx:
        for statement in statements.split(";"):
            tx.run(statement)
    faults = vouching.verify(worked).lines()
    assert any(named in fault for fault in faults), faults
    assert faults == vouching.verify(worked).lines()  # a check mends nothing


def test_a_changed_entry_accuses_no_other(worked: Store) -> None:
    with all_rights(worked) as tx:
        tx.run(f"UPDATE audit SET subject = 'x' WHERE id = {MIDDLE}")
        tx.run("UPDATE audit_seal SET hash = 'y' WHERE position = 6")
    first, second = vouching.verify(worked).lines()
    assert "link 3" in first
    assert "link 6" in second


def test_a_tail_that_was_cut_off_shows_against_a_link_noted_elsewhere(worked: Store) -> None:
    noted = vouching.verify(worked).head
    assert vouching.verify(worked, noted).lines() == []
    with all_rights(worked) as tx:
        last = tx.value("SELECT max(audit_id) FROM audit_seal")
        tx.run("DELETE FROM audit_seal WHERE audit_id = :id", id=last)
        tx.run("DELETE FROM audit WHERE id = :id", id=last)
    assert vouching.verify(worked).lines() == []  # nothing inside the store could tell
    assert "ends with link" in vouching.verify(worked, noted).lines()[0]
    notes(worked, 3)
    assert "not the one expected" in vouching.verify(worked, noted).lines()[0]


def test_many_faults_are_counted(store: Store) -> None:
    notes(store, vouching.MOST_NAMED + 7)
    chain.seal_all(store)
    with all_rights(store) as tx:
        tx.run("UPDATE audit SET actor = 'beto'")
    faults = vouching.verify(store).lines()
    assert len(faults) == vouching.MOST_NAMED + 1
    assert faults[-1].endswith("7.")


def test_facts_of_the_time_before_the_log_are_adopted(worked: Store) -> None:
    with all_rights(worked) as tx:
        tx.run("DELETE FROM audit_seal")
        tx.run("DELETE FROM audit")
    assert len(vouching.verify(worked).lines()) == 5
    schema.upgrade(worked)
    assert vouching.verify(worked).lines() == []
    with worked.read() as tx:
        [(action, device)] = tx.all("SELECT action, device FROM audit")
    assert (action, device) == (audit.ADOPTED, "ana-desk")
    with all_rights(worked) as tx:
        tx.run("UPDATE event SET status = 'late' WHERE seq = 3")
    assert "ana-desk-000003" in vouching.verify(worked).lines()[0]


LONG_AGO = "2026-01-01T00:00:00+00:00"
COLUMNS: dict[str, dict[str, Any]] = {
    "audit": {"at": LONG_AGO, "detail": '{"x":1}'}
    | dict.fromkeys(("actor", "device", "action", "subject"), "x"),
    "audit_seal": {"hash": "00"},
    "event": {
        "at": LONG_AGO,
        "received_at": LONG_AGO,
        "offset_ms": 5,
        "seq": 99,
        "client_id": None,
        "body": "{}",
    }
    | {"kind": "skip", "status": "conflict"}
    | dict.fromkeys(("id", "lease_id", "body_hash", "reason"), "x"),
}
CHANGES = st.sampled_from([(table, column) for table, columns in COLUMNS.items() for column in columns])


@pytest.fixture
def sealed(sqlite_store: Store) -> Path:
    """The file of a sealed store, closed."""
    work_in(Town(sqlite_store))
    sqlite_store.close()
    return sqlite_store.path


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_change_of_any_row_goes_unseen(data: st.DataObject, sealed: Path) -> None:
    store = Store(f"sqlite:///{shutil.copy(sealed, sealed.with_name('tampered.db'))}")
    try:
        table, column = data.draw(CHANGES)
        with store.read() as tx:
            rows = [row[0] for row in tx.all(f"SELECT rowid FROM {table} ORDER BY rowid")]
        row = data.draw(st.sampled_from(rows))
        taken = data.draw(st.booleans()) and (table, row) != ("audit_seal", rows[-1])  # that one is made anew
        value = COLUMNS[table][column]
        with all_rights(store) as tx:
            assume(taken or tx.value(f"SELECT {column} FROM {table} WHERE rowid = :row", row=row) != value)
            change = f"DELETE FROM {table}" if taken else f"UPDATE {table} SET {column} = :value"
            tx.run(f"{change} WHERE rowid = :row", value=value, row=row)
        assert vouching.verify(store).lines()
    finally:
        store.close()
