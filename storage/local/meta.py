"""Single values of the workstation by name: device, session, clock offset, what is shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from rules.protocol import Session
from rules.ready import ready
from storage.local.driver import Connection

Value = TypeVar("Value")

DEVICE = "device"
SESSION = "session"
CURSOR = "cursor"
OFFSET = "offset_ms"
SEQ = "seq"
FORMER_SEQ = "former_seq"
"""The last number that was given while this workstation was another device, 0 if it never was."""
SHOWN = "shown"
STATE = "state"
WAITING = "waiting"
POSITION = "position"
OWNER = "owner"
LINES = "lines"
RULEBOOKS = "rulebooks"
DAY = "day"
COVERS = "covers"
SEARCH = "search"
WANTED, NOBODY = "wanted", "nobody"
"""Values of `SEARCH`: a client to be searched for is asked for, or the hub knows none."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The client on the desk, with the account and the number that were chosen.

    undone: it is here because its capture was taken back; it then stays although its
    lease is over.
    """

    client_id: int
    since: datetime
    account_id: int | None = None
    phone: str | None = None
    undone: bool = False


class State(msgspec.Struct, frozen=True):
    """The agent's state and since when."""

    state: str
    since: datetime


class Waiting(msgspec.Struct, frozen=True):
    """Why the hub gave fewer clients than were wanted, and when that may change."""

    why: str
    until: datetime | None = None


ready(Shown, State, Waiting, tuple[str, ...])


def read(connection: Connection, key: str, kind: type[Value]) -> Value | None:
    """The value of that name, None if there is none."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return msgspec.json.decode(row[0], type=kind) if row else None


def write(connection: Connection, key: str, value: Any) -> None:
    """Keep a value; None takes it away."""
    if value is None:
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
    else:
        connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, msgspec.json.encode(value))
        )


def count(connection: Connection, key: str) -> int:
    """The next number of a series that never gives one twice and leaves none out."""
    number = (read(connection, key, int) or 0) + 1
    write(connection, key, number)
    return number


def counted(connection: Connection, seq: int) -> int:
    """Up to which number the hub counts our facts, when it tells of the present device's alone."""
    return max(seq, read(connection, FORMER_SEQ, int) or 0)


def session(connection: Connection) -> Session | None:
    """Who is signed in here."""
    return read(connection, SESSION, Session)


def offset(connection: Connection) -> timedelta:
    """The hub's clock minus this machine's; none measured = none assumed."""
    return timedelta(milliseconds=read(connection, OFFSET, int) or 0)
