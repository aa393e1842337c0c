"""Upgrades while hubs of the version before go on: shapes only grow, and nobody waits long."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from storage import migrations
from storage.central.connection import Store
from storage.central.upkeep import migrating, schema, vouching

RELEASED = "0004"
"""The newest shape that hubs out there know."""

GROWING = {"create_table", "create_index", "add_column", "execute", "drop_index"}
"""What a migration may do; an index may go, since it changes no answer."""


def later_revisions() -> list[Path]:
    folder = Path(migrations.__file__).parent / "versions"
    return sorted(path for path in folder.glob("[0-9]*.py") if path.name[:4] > RELEASED)


@pytest.mark.parametrize("path", later_revisions(), ids=lambda path: path.name)
def test_a_migration_only_adds(path: Path) -> None:
    new = set()
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "op"):
            continue
        name = call.func.attr
        assert name in GROWING | {"f", "get_context"}, f"line {call.lineno}: op.{name}"
        if name == "create_table":
            new.add(ast.literal_eval(call.args[0]))
        elif name == "execute":
            text = next(node.value for node in ast.walk(call) if isinstance(node, ast.Constant))
            assert str(text).lstrip().startswith("CREATE "), f"line {call.lineno}"
        elif name == "create_index" and ast.literal_eval(call.args[1]) not in new:
            given = {one.arg: ast.unparse(one.value) for one in call.keywords}
            assert given["unique"] == "False", f"line {call.lineno}: old hubs may write such rows"
            assert given.get("if_not_exists") == "True", f"line {call.lineno}: it is made ahead"


@pytest.fixture(params=["sqlite", "postgresql"])
def released(request: pytest.FixtureRequest, tmp_path: Path, open_store: Callable[[str], Store]) -> Store:
    """A store in the shape of the version before, with an agent, a client and a first fact."""
    database = request.param == "postgresql" and request.getfixturevalue("empty_database")
    store = open_store(database or f"sqlite:///{tmp_path / 'released.db'}")
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, RELEASED)
    with store.begin() as tx:
        for statement in PEOPLE.split(";"):
            tx.run(statement, now=tx.now)
    work(store, 1)
    return store


PEOPLE = """
    INSERT INTO portfolio (id, name, product, country, currency, language, creditor, firm, on_hold, goal,
        settings)
    VALUES (1, 'Cards', 'card', 'MX', 'MXN', 'es', '', '', false, 0, '{}');
    INSERT INTO lane (id, portfolio_id, country, zones) VALUES (1, 1, 'MX', '');
    INSERT INTO app_user (id, name, display_name, role, team, password_hash, disabled, language, daily_goal,
        monthly_goal, failed_sign_ins, created_at)
    VALUES (1, 'ana', 'ana', 'agent', '', '', false, 'es', 0, 0, 0, :now)
"""
WORK = """
    INSERT INTO client (id, portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
        national_id, state, address, treatment, do_not_contact, hold_reason, version)
    VALUES (:n, 1, '', :ref, 'person', 'Client', 'MX', '[]', 'es', '', '', '', '', '', true, '', 1);
    INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, overdue, total,
        minimum, disputed, components, details)
    VALUES (:n, 1, :ref, 'card', '', 'MXN', 'open', 100, 100, 0, 0, '{}', '{}');
    INSERT INTO device (id, user_id, last_seq, last_seen) VALUES ('d', 1, 0, :now)
    ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, last_seen = excluded.last_seen;
    INSERT INTO event (id, device, seq, user_id, client_id, kind, at, received_at, offset_ms, lease_id,
        lease_token, body, body_hash, status, reason)
    VALUES (:ref, 'd', :n, 1, :n, 'reveal', :now, :now, 0, NULL, NULL, '{}', 'h', 'applied', NULL);
    INSERT INTO change (xid, portfolio_id, entity, entity_id, version) VALUES (0, 1, 'client', :ref, 1);
    INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until, lane, prio,
        bucket)
    VALUES (:n, :ref, :n, 1, 'd', 'r', :now, :now, 1, 0, 'B0');
    DELETE FROM lease WHERE client_id = :n;
    INSERT INTO ready (client_id, lane, prio, bucket) VALUES (:n, 1, 5, 'B0');
    DELETE FROM ready WHERE client_id = :n;
    INSERT INTO review (id, kind, at, client_id, amount, currency, reason, closed)
    VALUES (:ref, 'late', :now, :n, 0, '', '', true);
    INSERT INTO stat_delta (day, hour, portfolio_id, bucket, user_id, measure, n)
    VALUES ('1970-01-01', 0, 1, '', 0, 'review', 1);
    INSERT INTO sign_in_session (id, family, user_id, device, access_hash, refresh_hash, access_expires,
        refresh_expires, revoked)
    VALUES (:ref, 'f', 1, 'd', :ref, :ref, :now, :now, false)
"""
"""What a hub of the version before writes: only columns that it knows."""


def work(store: Store, n: int) -> None:
    with store.begin() as tx:
        for statement in WORK.split(";"):
            tx.run(statement, now=tx.now, n=n, ref=f"old-{n}")


def columns(engine: Engine) -> dict[tuple[str, str], tuple[str, bool]]:
    """Type and whether it may be empty, of each column of each table."""
    known = inspect(engine)
    return {
        (table, column["name"]): (str(column["type"]), column["nullable"])
        for table in known.get_table_names()
        for column in known.get_columns(table)
    }


def test_a_hub_of_the_version_before_goes_on_in_the_newer_store(released: Store) -> None:
    before = columns(released.engine)
    schema.upgrade(released)
    after = columns(released.engine)
    assert {key: after.get(key) for key in before} == before
    work(released, 2)
    [fault] = schema.check(released)
    assert "old-2" in fault  # the old hub wrote nothing into the audit log
    schema.upgrade(released)
    assert schema.check(released) == []


@pytest.mark.parametrize("released", ["postgresql"], indirect=True)
def test_hubs_write_while_the_store_is_upgraded(released: Store) -> None:
    done = threading.Event()
    faults: list[Exception] = []

    def old_hub() -> None:
        number = 2
        while not done.is_set():
            try:
                work(released, number)
            except psycopg.OperationalError as error:  # a deadlock with the upgrade: the caller sends again
                faults.append(error)
            number += 1

    hub = threading.Thread(target=old_hub)
    hub.start()
    try:
        schema.upgrade(released)
    finally:
        done.set()
        hub.join()
    assert len(faults) <= migrating.TRIES
    schema.upgrade(released)
    assert schema.check(released) == []
    assert vouching.verify(released).facts > 1


@pytest.mark.parametrize("released", ["postgresql"], indirect=True)
def test_an_upgrade_gives_way_to_whoever_holds_a_table(
    released: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT_MS", 50)
    monkeypatch.setattr(migrating, "TRIES", 2)
    with released.begin() as tx:
        tx.run("LOCK TABLE app_user IN SHARE MODE")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrating.migrate(released)
