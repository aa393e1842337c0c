from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import storage.models.debts
import storage.models.people
import storage.models.queue
import storage.models.records
import storage.models.work  # noqa: F401 - they fill the metadata
from storage.central.clients import documents
from storage.central.connection import Store, StoreError
from storage.central.facts import effects
from storage.central.queue import queueing
from storage.central.records import cases
from storage.central.upkeep import schema


def test_an_upgraded_store_has_the_shape_of_the_models(store: Store) -> None:
    postgres = store.dialect == "postgresql"
    with store.engine.connect() as connection:
        options = {"compare_server_default": postgres}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_queue_is_read_off_its_index(store: Store) -> None:
    head = """
        SELECT client_id FROM ready WHERE lane = 1 AND reserved_for IS NULL
        ORDER BY prio DESC, client_id DESC LIMIT 1
    """
    with store.begin() as tx:
        if tx.dialect == "postgresql":
            tx.run("SET LOCAL enable_seqscan = off")
            plan = "\n".join(row[0] for row in tx.all("EXPLAIN " + head))
            assert "Sort" not in plan
        else:
            plan = "\n".join(str(row) for row in tx.all("EXPLAIN QUERY PLAN " + head))
            assert "TEMP B-TREE" not in plan
    assert "ix_ready_unreserved" in plan


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    with store.read() as tx:
        before = schema.epoch(tx)
    schema.upgrade(store)
    with store.read() as tx:
        assert schema.epoch(tx) == before
    assert before


def test_an_empty_postgresql_is_upgraded(empty_database: str, open_store: Callable[[str], Store]) -> None:
    store = open_store(empty_database)
    schema.upgrade(store)
    assert schema.check(store) == []


def test_a_restored_store_gets_a_new_epoch(postgres_store: Store) -> None:
    with postgres_store.begin() as tx:
        before = schema.epoch(tx)
        tx.run(
            """
            INSERT INTO change (xid, portfolio_id, entity, entity_id, version)
            VALUES (9000000000, 1, 'client', '1', 1)
            """
        )
    schema.upgrade(postgres_store)
    with postgres_store.read() as tx:
        assert schema.epoch(tx) != before


def test_an_older_store_keeps_its_queue_and_its_figures(older_store: Store) -> None:
    with older_store.begin() as tx:
        for statement in OLDER.split(";"):
            tx.run(statement, now=tx.now, day=tx.now.date())
    schema.upgrade(older_store)
    assert schema.check(older_store) == []
    queueing.sweep(older_store)
    assert schema.check(older_store) == []
    with older_store.read() as tx:
        assert tx.all("SELECT client_id FROM ready") == [(1,)]
        assert tx.all("SELECT client_id, kind, due_at FROM waiting") == [(2, "unlocatable", None)]
        assert tx.value("SELECT sum(n) FROM stat_delta WHERE measure = 'requeued'") == 1


def test_what_was_in_dispute_before_becomes_a_case(older_store: Store) -> None:
    with older_store.begin() as tx:
        for statement in f"{OLDER};{DISPUTE}".split(";"):
            tx.run(statement, now=tx.now, day=tx.now.date())
    schema.upgrade(older_store)
    assert schema.check(older_store) == []
    with older_store.begin() as tx:
        [case] = documents(tx, [1])[1].cases
        assert (case.id, case.kind, case.amount, case.note) == ("g", "dispute", 40, "dice que no")
        effects.undo(tx, "g")
        cases.void(tx, "g")
        assert documents(tx, [1])[1].accounts[0].disputed == 0


DISPUTE = """
    UPDATE account SET disputed = 40 WHERE client_id = 1;
    INSERT INTO interaction (id, client_id, at, code, flags, currency, note, agent, late, hour, bucket)
    VALUES ('g', 1, :now, 'DISP', 'A', 'MXN', 'dice que no', 'ana', false, 11, 'B0');
    INSERT INTO effect (event_id, client_id, field, was, became)
    SELECT 'g', 1, 'dispute:' || id, '[0]', '[40]' FROM account WHERE client_id = 1
"""
"""A dispute of one who owes 100, as it was kept before disputes were cases."""


OLDER = """
    INSERT INTO portfolio (id, name, product, country, currency, language, creditor, firm, on_hold, goal,
        settings)
    VALUES (1, 'Cards', 'card', 'MX', 'MXN', 'es', '', '', false, 0, '{}');
    INSERT INTO client (id, portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
        national_id, state, address, treatment, do_not_contact, hold_reason, version)
    SELECT n, 1, '', 'C' || n, 'person', 'Client', 'MX', '[]', 'es', '', '', '', '', '', false, '', 1
    FROM (SELECT 1 AS n UNION ALL SELECT 2) two;
    INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, overdue, total,
        minimum, disputed, components, details)
    SELECT id, 1, ref, 'card', '', 'MXN', 'open', 100, 100, 0, 0, '{}', '{}' FROM client;
    INSERT INTO contact_point (client_id, kind, value, label, status, use, source, position)
    VALUES (1, 'phone', '+525555550000', 'mobile', 'por_validar', 'collect', 'entidad', 0);
    INSERT INTO lane (id, portfolio_id, country, zones) VALUES (1, 1, 'MX', '');
    INSERT INTO ready (client_id, lane, prio, bucket) VALUES (1, 1, 5, 'B0');
    INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
    VALUES ('1970-01-01', 0, 1, 'B0', 0, 'ready', 1), (:day, 11, 1, 'B0', 0, 'touch', 1),
        (:day, 11, 1, 'B0', 0, 'result:NOCO', 1), (:day, 0, 1, 'B0', 0, 'worked', 1);
    INSERT INTO interaction (id, client_id, at, code, flags, currency, note, agent, late, day, hour, bucket)
    VALUES ('f', 1, :now, 'NOCO', 'A', '', '', '', false, :day, 11, 'B0')
"""
"""A client who was called today and waits for the next call, and one whom nobody can call."""


@pytest.fixture(params=["sqlite", "postgresql"])
def older_store(request: pytest.FixtureRequest, tmp_path: Path, open_store: Callable[[str], Store]) -> Store:
    """A store in the shape that it had before the unlocatable had a queue."""
    database = request.param == "postgresql" and request.getfixturevalue("empty_database")
    store = open_store(database or f"sqlite:///{tmp_path / 'older.db'}")
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    return store


def test_two_stores_have_two_epochs(
    tmp_path: Path, sqlite_store: Store, open_store: Callable[[str], Store]
) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    schema.upgrade(other)
    with other.read() as one, sqlite_store.read() as two:
        assert schema.epoch(one) != schema.epoch(two)


def test_training_is_a_mark_that_stays(store: Store) -> None:
    assert not schema.is_training(store)
    schema.mark_training(store)
    schema.mark_training(store)
    assert schema.is_training(store)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_a_store_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        Store(url)
