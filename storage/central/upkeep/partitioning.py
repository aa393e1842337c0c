"""Facts in partitions by client: for stores that one table, or one machine, no longer serves well.

An operation for a quiet hour, not a step of the ordinary upgrade: it rewrites the largest
tables while nobody writes. Afterwards every statement of the program works as before, since
tables and columns keep their names. The tables are then distributed by the client, which is
how PostgreSQL-compatible engines spread them over machines (docs/scaling.md).
"""

from __future__ import annotations

from typing import NamedTuple

from rules.words import tr
from storage.central.connection import Store, StoreError, Tx


class _Table(NamedTuple):
    """A table of facts, and the indexes that each part gets."""

    name: str
    indexes: tuple[str, ...]


_TABLES = (
    _Table("event", ("id", "client_id", "received_at")),
    _Table("interaction", ("id", "client_id, at")),
)

# Uniqueness over all parts needs a table of its own: an index of a part sees that part alone.
# A trigger keeps it, so that no hub, of whatever version, can go round it.
_LEDGER = """
    CREATE TABLE fact_key (
        id text PRIMARY KEY, device text NOT NULL, seq bigint NOT NULL, UNIQUE (device, seq)
    );
    INSERT INTO fact_key (id, device, seq) SELECT id, device, seq FROM event;
    CREATE FUNCTION keep_fact_key() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO fact_key (id, device, seq) VALUES (NEW.id, NEW.device, NEW.seq);
        RETURN NULL;
    END
    $$;
"""
_KEPT = """
    CREATE TRIGGER event_key AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION keep_fact_key();
"""
_TRIGGERS = """
    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = :name ::regclass AND NOT tgisinternal
"""


def partition(store: Store, parts: int) -> bool:
    """Put facts and contacts into partitions by client; False if they are already.

    Args:
        store: on PostgreSQL, at this program's shape; nobody else uses it meanwhile.
        parts: how many.

    Raises:
        StoreError: the store is a SQLite file.
    """
    if store.dialect != "postgresql":
        raise StoreError(tr("Only a store on PostgreSQL has partitions."))
    with store.begin() as tx:
        if is_partitioned(tx):
            return False
        tx.run("LOCK TABLE event, interaction IN ACCESS EXCLUSIVE MODE")
        tx.connection.execute(_LEDGER)
        for table in _TABLES:
            _rebuild(tx, table, parts)
        tx.connection.execute(_KEPT)
    return True


def is_partitioned(tx: Tx) -> bool:
    """Whether the facts of a store on PostgreSQL lie in partitions."""
    return bool(tx.value("SELECT relkind = 'p' FROM pg_class WHERE oid = 'event'::regclass"))


def _rebuild(tx: Tx, table: _Table, parts: int) -> None:
    """The same table in parts: its rows, its checks and its triggers; keys within a part only."""
    name = table.name
    triggers = [row[0] for row in tx.all(_TRIGGERS, name=name)]
    statements = [
        f"ALTER TABLE {name} RENAME TO {name}_whole",
        f"CREATE TABLE {name} (LIKE {name}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        " PARTITION BY HASH (client_id)",
        *(
            f"CREATE TABLE {name}_{part} PARTITION OF {name}"
            f" FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
            for part in range(parts)
        ),
        f"INSERT INTO {name} TABLE {name}_whole",
        f"DROP TABLE {name}_whole",
        *(f"CREATE INDEX ON {name} ({columns})" for columns in table.indexes),
        *triggers,
        f"ANALYZE {name}",
    ]
    for statement in statements:
        tx.connection.execute(statement)
