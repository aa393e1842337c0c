"""Opening the workstation's encrypted store, beside a clear file of one row.

The control derives the key from a passphrase at each opening, as SQLCipher does by itself.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.report import Row, beside, median
from rules.clients import Account, Client, Phone
from rules.protocol import Lease, Leases, Session, User
from storage.clock import Clock
from storage.local.connection import connect
from storage.local.desk import LocalDesk
from storage.local.driver import connect as bare_connect
from storage.local.first_page import first_page
from storage.local.keys import new_key
from storage.local.store import LocalStore
from storage.local.wrapped import KeyFile

CLIENTS = 50
OPENINGS = 15
MORNING = datetime(2026, 11, 24, 16, tzinfo=UTC)
ROUND_TRIP_S = 0.01


def _client(number: int) -> Client:
    return Client(
        id=number,
        name=f"Cliente {number}",
        country="MX",
        zones=("America/Mexico_City",),
        as_of=MORNING,
        portfolio="Tarjetas",
        phones=(Phone(id=f"{number}a", number=f"+5255550{number:05}", status="validado_titular"),),
        accounts=(
            Account(
                id=number * 10,
                product="card",
                number="1234",
                currency="MXN",
                overdue=150_000,
                total=900_000,
                days=12,
                bucket="B1",
            ),
        ),
    )


def _fill(path: Path, key: bytes, clock: Clock) -> None:
    """A store with as many clients at hand as a desk may hold, one of them on it."""
    store = LocalStore(path, key, clock)
    user = User(id=1, name="ana", display_name="Ana", role="agent", portfolios=("Tarjetas",))
    later = clock.now() + timedelta(hours=4)
    store.set_session(
        Session(access_token="", refresh_token="", expires_at=later, user=user, server_time=clock.now())
    )
    leases = tuple(
        Lease(lease_id=f"L{number}", token=number, expires_at=later, client=_client(number))
        for number in range(1, CLIENTS + 1)
    )
    store.take(Leases(leases=leases, server_time=clock.now()), ROUND_TRIP_S)
    LocalDesk(store).desk()
    store.close()


def openings(folder: Path, clock: Clock) -> list[Row]:
    """The ways to open a closed file, in turn."""
    path, key, keys = folder / "desk.db", new_key(), KeyFile(folder / "desk.db")
    _fill(path, key, clock)
    keys.seal(key, "a password of one's own", "D-1", new_key())
    clear = folder / "clear.db"
    with closing(sqlite3.connect(clear)) as connection:
        connection.execute("CREATE TABLE page (document BLOB)")
        connection.execute("INSERT INTO page VALUES (?)", (b"x" * 4000,))
        connection.commit()
    slow = folder / "passphrase.db"
    _touch_by_passphrase(slow)
    seen: dict[str, list[float]] = {}
    ways: dict[str, Callable[[], object]] = {
        "clear": lambda: _read_clear(clear),
        "page": lambda: first_page(path, key, clock),
        "password": lambda: keys.by_password("a password of one's own"),
        "passphrase": lambda: _touch_by_passphrase(slow),
        "raw": lambda: connect(path, key).close(),
    }
    for _ in range(OPENINGS):
        for name, way in ways.items():
            seen.setdefault(name, []).append(_timed(way) * 1000)
    middle = {name: median(times) for name, times in seen.items()}
    floor = middle["clear"]
    return [
        beside("open by the raw key", middle["raw"], "ms", floor, "clear, one row", ""),
        beside(
            "open and read the first page", middle["page"], "ms", floor, "clear, one row", "50 ms at most"
        ),
        beside("unwrap the key by the password", middle["password"], "ms", floor, "clear, one row", ""),
        beside(
            "control: passphrase at each opening", middle["passphrase"], "ms", floor, "clear, one row", ""
        ),
    ]


def _read_clear(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT document FROM page").fetchone()


def _touch_by_passphrase(path: Path) -> None:
    with closing(bare_connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA key = 'a password of one''s own'")
        connection.execute("CREATE TABLE IF NOT EXISTS page (document BLOB)")


def _timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def run(tell: Callable[[str, list[Row]], None]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        tell("opening the workstation's store", openings(Path(folder), Clock(MORNING)))
