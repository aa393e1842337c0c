"""One door to the central store, on SQLite or PostgreSQL.

Hot statements are plain SQL with ``:name`` placeholders, run by the driver itself (an ORM
costs sixteen times as much); models, migrations and rare queries use SQLModel on
`Store.engine`. SQLite has one writer: writes wait for each other inside this process, and
only the hub (or a command run while no hub runs) opens the file for writing.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from rules.explained import Explained
from storage.central.facts.copying import COPIED_FROM, as_copy
from storage.central.queue.watermarks import Watermarks
from storage.clock import Clock

Dialect = Literal["sqlite", "postgresql"]
T = TypeVar("T")
_PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


class StoreError(Explained):
    """The store can't be used as asked; the message says what, where and how to mend it."""


FETCHED_AT_ONCE = 2000
"""Rows that PostgreSQL sends at a time where they are read as they come."""

_ROW_LOCK = re.compile(r"\bFOR (NO KEY )?UPDATE( OF \w+)?( SKIP LOCKED)?")
"""Clauses of PostgreSQL that SQLite has no need of: its one writer holds the whole store."""

_AMONG = re.compile(r"\bIN :([a-z_][a-z0-9_]*)")


@lru_cache(maxsize=512)
def _spoken(sql: str, dialect: Dialect) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """The statement in the driver's own words, the names of its parameters, those that are lists.

    PostgreSQL's own ``$1``, which need not be looked for again each time; in the order of the names.
    """
    lists = frozenset(_AMONG.findall(sql))
    if dialect == "sqlite":
        return _AMONG.sub(r"IN (SELECT value FROM json_each(:\1))", _ROW_LOCK.sub("", sql)), (), lists
    names = tuple(dict.fromkeys(_PLACEHOLDER.findall(sql)))
    places = {name: f"${number}" for number, name in enumerate(names, start=1)}
    among = _AMONG.sub(r"= ANY(:\1)", sql)
    return _PLACEHOLDER.sub(lambda found: places[found[1]], among), names, lists


def instant(value: Any) -> datetime:
    """A stored instant as an aware UTC datetime (SQLite keeps text)."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def maybe_instant(value: Any) -> datetime | None:
    """As `instant`, for a column that may be empty."""
    return None if value is None else instant(value)


def day(value: Any) -> date:
    """A stored date as a date (SQLite keeps text)."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def maybe_day(value: Any) -> date | None:
    """As `day`, for a column that may be empty."""
    return None if value is None else day(value)


def document(value: Any) -> Any:
    """A stored JSON value as Python (SQLite keeps text)."""
    return json.loads(value) if isinstance(value, str) else value


def instant_text(value: datetime) -> str:
    """How SQLite keeps an instant: fixed width, so that text order is time order."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def grouped(rows: Iterable[tuple[Any, ...]], make: Callable[..., T]) -> defaultdict[int, list[T]]:
    """Values by the rows' first column; the other columns are handed to `make`."""
    found: defaultdict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(make(*row[1:]))
    return found


class Tx:
    """One transaction. Rows come back as tuples, as the driver gives them.

    Statements are the same on both stores where they can be: ``:name`` stands for a value,
    ``column IN :names`` for membership in a list of numbers or texts; ``FOR UPDATE`` and the
    like go to PostgreSQL only.

    Args:
        connection: the driver's own.
        dialect: which driver.
        now: the moment of this transaction, by the store's clock.

    Attributes:
        memo: what was read once and does not change in this transaction, by name.
        watermarks: of this process's store.
        afterwards: what is to be done once it is committed.
    """

    def __init__(
        self, connection: Any, dialect: Dialect, now: datetime, watermarks: Watermarks | None = None
    ) -> None:
        self.connection = connection
        self.dialect: Dialect = dialect
        self.now = now
        self.memo: dict[str, Any] = {}
        self.watermarks = watermarks or Watermarks()
        self.afterwards: list[Callable[[], None]] = []
        self._sent: list[tuple[str, dict[str, Any], Any]] = []

    def _bind(self, value: Any) -> Any:
        if self.dialect == "sqlite":
            if isinstance(value, datetime):
                return instant_text(value)
            if isinstance(value, date):
                return value.isoformat()
            if isinstance(value, (dict, list)):
                return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            return value
        if isinstance(value, (dict, list)):
            from psycopg.types.json import Json

            return Json(value)
        if isinstance(value, str) and "\0" in value:  # the one character that it can't hold
            return value.replace("\0", "")
        return value

    def _bound(self, params: Mapping[str, Any], names: tuple[str, ...], lists: frozenset[str]) -> Any:
        if self.dialect == "sqlite":
            return {name: self._bind(value) for name, value in params.items()}
        return [list(params[name]) if name in lists else self._bind(params[name]) for name in names]

    def _execute(self, sql: str, params: Mapping[str, Any]) -> Any:
        spoken, names, lists = _spoken(sql, self.dialect)
        return self.connection.execute(spoken, self._bound(params, names, lists))

    def all(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        answer = self._sent_before(sql, params) if self._sent else None
        return list((answer or self._execute(sql, params)).fetchall())

    def _sent_before(self, sql: str, params: dict[str, Any]) -> Any:
        """The answer to a statement that `ahead` has sent, if it has."""
        for number, (sent, given, _) in enumerate(self._sent):
            if sent == sql and given == params:
                return self._sent.pop(number)[2]
        return None

    def stream(self, sql: str, /, **params: Any) -> Iterator[tuple[Any, ...]]:
        """Rows as they come, never all at once (PostgreSQL needs a cursor on its side for that)."""
        if self.dialect == "sqlite":
            yield from self._execute(sql, params)
            return
        from psycopg import RawServerCursor

        spoken, names, lists = _spoken(sql, self.dialect)
        with RawServerCursor(self.connection, "stream") as cursor:
            cursor.itersize = FETCHED_AT_ONCE
            yield from cursor.execute(spoken, self._bound(params, names, lists))

    def one(self, sql: str, /, **params: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        row: tuple[Any, ...] | None = self._execute(sql, params).fetchone()
        return row

    def value(self, sql: str, /, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, **params)
        return row[0] if row else None

    def run(self, sql: str, /, **params: Any) -> int:
        """Run a statement; the number of rows that it touched."""
        count: int = self._execute(sql, params).rowcount
        return count

    def many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for many sets of parameters, in one round trip; plain inserts as COPY."""
        spoken, names, lists = _spoken(sql, self.dialect)
        bound = [self._bound(row, names, lists) for row in rows]
        if not bound:
            return
        plain = as_copy(sql) if self.dialect == "postgresql" and len(bound) >= COPIED_FROM else None
        if self.dialect == "sqlite":
            self.connection.executemany(spoken, bound)
        elif plain is not None:
            text, sources = plain
            places = [(names.index(name) if name else None, value) for name, value in sources]
            with self.connection.cursor() as cursor, cursor.copy(text) as copy:
                for row in bound:
                    copy.write_row([value if at is None else row[at] for at, value in places])
        else:
            with self.connection.cursor() as cursor:
                cursor.executemany(spoken, bound)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements within travel to PostgreSQL at once, up to the first whose rows are asked for."""
        if self.dialect == "sqlite":
            yield
            return
        with self.connection.pipeline():
            try:
                yield
            finally:
                self._sent.clear()  # rows that nobody came for may be others by the next time

    def ahead(self, *readers: Callable[[Tx], Any]) -> None:
        """Send what some readers ask, before the answer to any of it is waited for; within `together`.

        Each is run without any rows, then; called again by whoever needs what it reads, it finds
        its rows on their way. A reader does nothing but read, by `all`. Nothing in SQLite, where
        no answer has a way to come.
        """
        if self.dialect == "postgresql":
            for read in readers:
                read(_Ahead(self))

    def send(self, sql: str, params: dict[str, Any]) -> None:
        """Send one statement; its rows are for the next `all` of the same."""
        self._sent.append((sql, params, self._execute(sql, params)))

    def raw(self, value: date | None) -> Any:
        """An instant, a day or nothing as `bulk` takes it."""
        return self._bind(value) if self.dialect == "sqlite" else value

    def bulk(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Load rows the fastest way the store has: COPY in PostgreSQL, executemany in SQLite.

        Values are taken as they are: instants and JSON must already be text in SQLite
        (`instant_text`, `json.dumps`); JSON must be text in PostgreSQL too.
        """
        names = ", ".join(f'"{name}"' for name in columns)
        if self.dialect == "sqlite":
            marks = ", ".join("?" * len(columns))
            self.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - names are ours
            return
        with self.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


class _Ahead(Tx):
    """Sends what is asked, and answers that there are no rows: they come to the transaction itself."""

    def __init__(self, tx: Tx) -> None:
        super().__init__(tx.connection, tx.dialect, tx.now, tx.watermarks)
        self._whole = tx

    def all(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        self._whole.send(sql, params)
        return []


class Store:
    """An open central store.

    Args:
        url: ``sqlite:///file`` or ``postgresql://user@host/name``; ``?prepare=off`` at its end
            for a pooler that gives each transaction another connection (pgbouncer before 1.21).
        clock: where "now" comes from.
        pool: connections to PostgreSQL at most.

    Raises:
        StoreError: the URL is of another kind.
    """

    def __init__(self, url: str, clock: Clock | None = None, *, pool: int = 8) -> None:
        self.url = url
        self.clock = clock or Clock()
        self._pool_size = pool
        self._writer = threading.RLock()
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._watermarks = Watermarks()
        parsed = make_url(url)
        self._postgres_url = parsed.difference_update_query(["prepare"])
        self._prepare_after = None if parsed.query.get("prepare") == "off" else 5
        if parsed.drivername.startswith("sqlite"):
            self.dialect: Dialect = "sqlite"
            if not parsed.database or parsed.database == ":memory:":
                raise StoreError("a central store on SQLite needs a file: sqlite:///central.db")
            self.path = Path(parsed.database)
        elif parsed.drivername.startswith("postgres"):
            self.dialect = "postgresql"
            self.path = Path()
        else:
            raise StoreError(
                f"unknown kind of store {parsed.drivername!r}: use sqlite:///file or postgresql://…"
            )

    def now(self) -> datetime:
        """The present instant by the store's clock."""
        return self.clock.now()

    @cached_property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for models, migrations and rare queries."""
        if self.dialect == "postgresql":
            url = self._postgres_url.set(drivername="postgresql+psycopg")
            prepared = {"prepare_threshold": self._prepare_after}
            return create_engine(url, pool_pre_ping=True, pool_size=2, connect_args=prepared)
        engine = create_engine(f"sqlite:///{self.path}")
        event.listen(engine, "connect", lambda connection, _record: _pragmas(connection))
        return engine

    @cached_property
    def _pool(self) -> Any:
        from psycopg import RawCursor
        from psycopg_pool import ConnectionPool

        return ConnectionPool(
            self._postgres_url.set(drivername="postgresql").render_as_string(hide_password=False),
            kwargs={"prepare_threshold": self._prepare_after, "cursor_factory": RawCursor},
            min_size=1,
            max_size=self._pool_size,
            open=True,
            timeout=10,
            configure=_limits,
        )

    def _sqlite(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=30)
            _pragmas(connection)
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A write transaction: committed at the end, rolled back on an exception."""
        if self.dialect == "postgresql":
            with self._pool.connection() as connection:
                _shape(connection)
                tx = Tx(connection, "postgresql", self.now(), self._watermarks)
                yield tx
        else:
            with self._writer:
                connection = self._sqlite()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    tx = Tx(connection, "sqlite", self.now(), self._watermarks)
                    yield tx
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        for act in tx.afterwards:
            act()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A read-only transaction that sees one moment."""
        if self.dialect == "postgresql":
            with self._pool.connection() as connection:
                _shape(connection, one_moment=True)
                yield Tx(connection, "postgresql", self.now())
            return
        connection = self._sqlite()
        connection.execute("BEGIN")
        try:
            yield Tx(connection, "sqlite", self.now())
        finally:
            connection.execute("ROLLBACK")

    @contextmanager
    def glance(self) -> Iterator[Tx]:
        """For one question alone: a single statement that reads, in a single round trip."""
        if self.dialect == "postgresql":
            with self._pool.connection() as connection:
                _shape(connection, alone=True)
                yield Tx(connection, "postgresql", self.now())
        else:
            yield Tx(self._sqlite(), "sqlite", self.now())

    def pool_stats(self) -> dict[str, int]:
        """How the pool of connections is used, in psycopg_pool's terms; nothing of SQLite."""
        found: dict[str, int] = self._pool.get_stats() if "_pool" in self.__dict__ else {}
        return found

    def close(self) -> None:
        """Close every connection."""
        if "engine" in self.__dict__:
            self.engine.dispose()
        if "_pool" in self.__dict__:
            self._pool.close()
        for connection in self._opened:
            connection.close()


def _shape(connection: Any, *, one_moment: bool = False, alone: bool = False) -> None:
    """How a connection of the pool begins its next transaction, if any; costs no round trip.

    Args:
        connection: idle.
        one_moment: read only, and all of it as of one moment.
        alone: no transaction around the statements.
    """
    from psycopg import IsolationLevel

    if connection.autocommit is not alone:
        connection.autocommit = alone
    if connection.read_only is not (one_moment or None):
        connection.read_only = one_moment or None
        connection.isolation_level = IsolationLevel.REPEATABLE_READ if one_moment else None


def _limits(connection: Any) -> None:
    """A transaction that is forgotten open would keep the queue's dead rows from being cleared."""
    connection.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()


def _pragmas(connection: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
