"""When this workstation is open, and the state that ends by itself."""

from __future__ import annotations

from datetime import date, datetime

from rules.facts import BUSY
from rules.zones import midnight
from storage.local import meta
from storage.local.connection import as_text
from storage.local.driver import Connection
from storage.local.meta import State


def begin(connection: Connection, now: datetime) -> None:
    """The workstation is opened; in a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO presence (began, seen) VALUES (?, ?)", (as_text(now), as_text(now))
    )


def go_on(connection: Connection, now: datetime) -> None:
    """The workstation is still open; in a transaction."""
    connection.execute(
        "UPDATE presence SET seen = ? WHERE began = (SELECT max(began) FROM presence)", (as_text(now),)
    )


def forget_before(connection: Connection, day: date, zone: str) -> None:
    """Drop what ended before a day."""
    connection.execute("DELETE FROM presence WHERE seen < ?", (as_text(midnight(day, zone)),))


def end_call(connection: Connection, now: datetime) -> None:
    """A call was saved: whoever was in it is available; the hub concludes the same from the result."""
    state = meta.read(connection, meta.STATE, State)
    if state is not None and state.state in BUSY:
        meta.write(connection, meta.STATE, State("available", now))
