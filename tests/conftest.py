"""What many tests share: a clock to set, and a fresh central store of both kinds.

A PostgreSQL is never skipped: `AGENT_TUI_TEST_POSTGRES` names a server on which databases
may be made, else one is started from the wheel of the development lock, in a private
folder, and stopped at the end. Each test finds the store empty.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlmodel import SQLModel

from agent_tui.i18n import set_language
from benchmarks.postgres import BRIEF, database, server
from storage.central.connection import Store
from storage.central.doors import passwords
from storage.central.upkeep import schema
from storage.clock import Clock
from storage.models import every  # noqa: F401 - it fills the metadata

WEDNESDAY_11_IN_MEXICO = datetime(2026, 11, 25, 17, tzinfo=UTC)
KEPT = ("store_mark", "lease_counter")
"""Tables that an upgrade fills."""

LOCAL_KEY = bytes(range(32))
"""What local stores are encrypted with in tests."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos-seeds", type=int, default=12, help="random runs of the tests with faults")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "chaos_seed" in metafunc.fixturenames:
        metafunc.parametrize("chaos_seed", range(metafunc.config.getoption("--chaos-seeds")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of counted keys, where tests counted any."""
    told = (
        value
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "keys"
    )
    rows = [str(value).split("\t") for value in told]
    if rows:
        terminalreporter.section("keys from the end of the call to the next account")
        for size, what, keys, most in sorted(rows, key=lambda row: row[0]):
            terminalreporter.write_line(f"{size:>7}  {what:<40} {keys:>3} of {most:>2}")


@pytest.fixture(autouse=True)
def english() -> None:
    """Every test begins with English words, whatever language an earlier one spoke."""
    set_language("en")


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at the lowest cost, but in the processes of other programs."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))


class MovableClock(Clock):
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime = WEDNESDAY_11_IN_MEXICO) -> None:
        super().__init__(start)
        self.at = start

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        """Go on by `hours=2`, `days=1`…; the new instant."""
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases may be made."""
    with server(BRIEF) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """The URL of an upgraded database that the tests use one after the other."""
    with database(postgres_server) as url:
        store = Store(url)
        schema.upgrade(store)
        store.close()
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded store that the tests' own are copied from."""
    path = tmp_path_factory.mktemp("template") / "central.db"
    store = Store(f"sqlite:///{path}")
    schema.upgrade(store)
    store.close()
    return path


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    with database(postgres_server) as url:
        yield url


GUARDED = "SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
"""Whether a table has triggers of ours, which refuse changes."""


@contextmanager
def _changeable(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """As an owner of the database may do, and a hub's user must not."""
    if connection.execute(GUARDED, (table,)).fetchone() is None:
        yield
        return
    connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    connection.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@pytest.fixture
def postgres_url(postgres_database: str) -> Iterator[str]:
    """The URL of an upgraded, empty central store on PostgreSQL; emptied again after the test."""
    yield postgres_database
    with psycopg.connect(postgres_database) as connection:
        connection.execute("SET lock_timeout = '10s'")
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in KEPT:
                with _changeable(connection, table.name):
                    connection.execute(f'DELETE FROM "{table.name}"')
        connection.execute("DELETE FROM store_mark WHERE name <> 'epoch'")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an upgraded, empty central store on SQLite."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'central.db')}"


@pytest.fixture
def open_store(clock: MovableClock) -> Iterator[Callable[[str], Store]]:
    """Opens stores by URL, as several hubs on one store would, and closes them at the end."""
    opened: list[Store] = []

    def open_one(url: str) -> Store:
        opened.append(Store(url, clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def sqlite_store(sqlite_url: str, open_store: Callable[[str], Store]) -> Store:
    return open_store(sqlite_url)


@pytest.fixture
def postgres_store(postgres_url: str, open_store: Callable[[str], Store]) -> Store:
    return open_store(postgres_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An upgraded, empty central store; the test runs on both kinds."""
    name = "sqlite_store" if request.param == "sqlite" else "postgres_store"
    found: Store = request.getfixturevalue(name)
    return found
