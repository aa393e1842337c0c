"""What the store's drivers raise, by what it means for the one who asked."""

from __future__ import annotations

import sqlite3

from storage.central.connection import Store

Kinds = tuple[type[Exception], ...]


def unavailable(store: Store) -> Kinds:
    """The store can't be reached, or is overloaded: the same request may do later."""
    if store.dialect == "sqlite":
        return (sqlite3.OperationalError,)
    import psycopg
    import psycopg_pool

    return (psycopg.OperationalError, psycopg_pool.PoolTimeout)


def unstorable(store: Store) -> Kinds:
    """A value that the store can't hold: a number beyond 64 bits, a NUL in a text."""
    if store.dialect == "sqlite":
        return (OverflowError,)
    import psycopg

    return (psycopg.DataError,)


def missing_table(store: Store) -> Kinds:
    """The store was never upgraded (in SQLite this is one of the operational errors)."""
    if store.dialect == "sqlite":
        return (sqlite3.OperationalError,)
    import psycopg

    return (psycopg.errors.UndefinedTable,)
