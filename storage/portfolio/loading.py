"""Writing many rows at once: numbers reserved ahead, rows shaped like their models.

A thousand clients are some twenty thousand rows. They are gathered in memory, table by
table, and written through `Tx.bulk` in the order in which tables refer to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from pydantic_core import PydanticUndefined
from sqlalchemy import Date
from sqlmodel import SQLModel

from storage.central.connection import Dialect, Tx, instant_text
from storage.models.base import UtcInstant

BLOCK = 1000


def json_text(value: Any) -> str:
    """Compact JSON, as both stores keep it."""
    return msgspec.json.encode(value).decode()


def encoders(model: type[SQLModel], dialect: Dialect) -> dict[str, Callable[[Any], Any] | None]:
    """How each column's value must be written for `Tx.bulk`; None = as it is."""
    found: dict[str, Callable[[Any], Any] | None] = {}
    for column in model.__table__.columns:  # type: ignore[attr-defined] # SQLModel gives it to every table
        encode: Callable[[Any], Any] | None = None
        if "JSON" in type(column.type).__name__:
            encode = json_text
        elif dialect == "sqlite" and isinstance(column.type, UtcInstant):
            encode = instant_text
        elif dialect == "sqlite" and isinstance(column.type, Date):
            encode = date.isoformat
        found[column.name] = encode
    return found


@cache
def defaults(model: type[SQLModel]) -> dict[str, Any]:
    """What a model's columns are when nobody says; asked once, since pydantic takes its time."""
    found = {name: field.get_default(call_default_factory=True) for name, field in model.model_fields.items()}
    return {name: value for name, value in found.items() if value is not PydanticUndefined}


class Sheet:
    """Rows of one table, waiting to be written.

    Args:
        model: the table's model; its defaults fill what a row does not say.
        dialect: decides how values are written.
        numbered: the rows bring their own id; otherwise the store numbers them.
    """

    def __init__(self, model: type[SQLModel], dialect: Dialect, *, numbered: bool) -> None:
        self.table = str(model.__tablename__)
        found = encoders(model, dialect)
        if not numbered:
            found.pop("id", None)
        self.columns = tuple(found)
        self._pick = itemgetter(*self.columns)
        self._encoders = [
            (place, encode) for place, encode in enumerate(found.values()) if encode is not None
        ]
        self._defaults = {name: value for name, value in defaults(model).items() if name in found}
        self.rows: list[list[Any]] = []

    def add(self, **values: Any) -> None:
        """One more row.

        Raises:
            KeyError: a column without a default is missing.
        """
        row = list(self._pick(self._defaults | values))
        for position, encode in self._encoders:
            if row[position] is not None:
                row[position] = encode(row[position])
        self.rows.append(row)


class Batch:
    """Sheets for several tables, written together in the order in which they were named."""

    def __init__(self, dialect: Dialect, *models: tuple[type[SQLModel], bool]) -> None:
        self._sheets = [Sheet(model, dialect, numbered=numbered) for model, numbered in models]
        self._by_table = {sheet.table: sheet for sheet in self._sheets}

    def __getitem__(self, table: str) -> Sheet:
        return self._by_table[table]

    def write(self, tx: Tx) -> None:
        """Write every row and forget it."""
        for sheet in self._sheets:
            if sheet.rows:
                tx.bulk(sheet.table, sheet.columns, sheet.rows)
                sheet.rows = []


def numbers(tx: Tx, table: str) -> Iterator[int]:
    """Fresh ids of a table, taken from the store in blocks.

    In SQLite the transaction already excludes other writers; in PostgreSQL the table's
    own sequence gives them, so that other writers never get the same.
    """
    if tx.dialect == "sqlite":
        start = int(tx.value(f'SELECT coalesce(max(id), 0) + 1 FROM "{table}"'))  # noqa: S608 - our own table names
        while True:
            yield start
            start += 1
    while True:
        block = tx.all(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :size)",
            table=table,
            size=BLOCK,
        )
        yield from (row[0] for row in block)
