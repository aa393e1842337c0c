"""Brings the store's tables to their newest shape while hubs go on working.

Shapes only grow: hubs of the version before read and write a newer store as they did. In
PostgreSQL nothing waits long, either: indexes on tables that are in use are made ahead and
concurrently, and the migration gives way when it can't have a table soon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Index, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex

from storage.central.connection import Store

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_TIMEOUT_MS = 2000
TRIES = 10
"""A migration asks for a table so long and so often, and lets the hubs go on in between."""

_FIRST_AHEAD = "0004"
"""From this shape on migrations expect their indexes to be there."""

_LOCK_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"


def migrate(store: Store) -> None:
    """Bring the tables to their newest shape.

    Raises:
        OperationalError: the store does not answer, or a table could not be had.
    """
    from alembic.config import Config  # here: the hub's start does not wait for it
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    revisions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    for revision in reversed(revisions):
        if store.dialect == "postgresql":  # a step's indexes may be of columns that the one before added
            _index_ahead(store)
        _take_step(store, config, revision)


def _take_step(store: Store, config: Config, revision: str) -> None:
    """Bring the tables to the shape of one revision, if they are behind it."""
    from alembic import command

    for left in reversed(range(TRIES)):
        try:
            with store.engine.begin() as connection:
                if store.dialect == "postgresql":  # whoever waits behind the migration would wait as long
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
            return
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", "") not in (_LOCK_NOT_AVAILABLE, _DEADLOCK):
                raise


def _index_ahead(store: Store) -> None:
    """Make indexes that tables in use are to have; the migration finds them there."""
    from alembic.migration import MigrationContext

    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        shape = MigrationContext.configure(connection).get_current_revision()
        if shape is None or shape < _FIRST_AHEAD:
            return
        for index in _missing(connection):
            statement = str(CreateIndex(index).compile(connection))
            connection.exec_driver_sql(f'DROP INDEX CONCURRENTLY IF EXISTS "{index.name}"')
            connection.exec_driver_sql(statement.replace("INDEX", "INDEX CONCURRENTLY", 1))


def _missing(connection: Connection) -> Iterator[Index]:
    """The models' indexes that are not there (or were left half made), though their columns are."""
    from sqlmodel import SQLModel

    from storage.models import every  # noqa: F401 - it fills the metadata

    known = inspect(connection)
    there = set(known.get_table_names())
    whole = {
        row[0]
        for row in connection.exec_driver_sql(
            "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid"
        )
    }
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in there:
            continue
        columns = {column["name"] for column in known.get_columns(table.name)}
        for index in table.indexes:
            if index.name not in whole and _asked_of(index) <= columns:
                yield index


def _asked_of(index: Index) -> set[str]:
    """The columns that an index needs: its own and those of its condition."""
    condition = re.findall(r"\w+", str(index.dialect_options["postgresql"]["where"]))
    of_table = set() if index.table is None else set(index.table.columns.keys())
    return {column.name for column in index.columns} | of_table.intersection(condition)
