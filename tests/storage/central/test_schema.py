from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import storage.models.debts
import storage.models.people
import storage.models.queue
import storage.models.work  # noqa: F401 - they fill the metadata
from storage.central import schema
from storage.central.connection import Store, StoreError


def test_an_upgraded_store_has_the_shape_of_the_models(store: Store) -> None:
    postgres = store.dialect == "postgresql"
    with store.engine.connect() as connection, warnings.catch_warnings():
        # SQLite can't read a descending index back; PostgreSQL compares it in the same test.
        warnings.filterwarnings("ignore", message="autogenerate skipping metadata-specified expression")
        options = {
            "compare_server_default": postgres,
            "include_object": lambda _thing, name, *_: postgres or name != "ix_ready_lane_prio",
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_queue_is_read_off_its_index(store: Store) -> None:
    head = "SELECT client_id FROM ready WHERE lane = 1 ORDER BY prio DESC, client_id LIMIT 1"
    with store.begin() as tx:
        if tx.dialect == "postgresql":
            tx.run("SET LOCAL enable_seqscan = off")
            plan = "\n".join(row[0] for row in tx.all("EXPLAIN " + head))
            assert "Sort" not in plan
        else:
            plan = "\n".join(str(row) for row in tx.all("EXPLAIN QUERY PLAN " + head))
            assert "TEMP B-TREE" not in plan
    assert "ix_ready_lane_prio" in plan


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
