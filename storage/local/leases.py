"""Clients at hand: what the hub leased to this device, and until when that may be relied on.

A lease ends by the hub's clock. Here its end becomes a deadline on the monotonic clock,
earlier by half the round trip and by 2 % for drift; after a restart, when that clock is
lost, the wall clock corrected by the measured offset decides, and a wall clock that ran
backwards ends every lease.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from rules.ready import ready
from storage.local.connection import as_text
from storage.local.driver import Connection

DRIFT = 0.02
"""Share of a lease that is given up for clocks that run at different speeds."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One row of clients at hand; see the table's own words in `schema`."""

    client_id: int
    lease_id: str
    token: int
    expires_at: datetime
    until: datetime
    taken_at: datetime
    callback_due: datetime | None
    score: int
    position: int
    worked: bool
    queue: str = ""


_COLUMNS = Held.__struct_fields__
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM held"  # noqa: S608 - names of our own struct
_UPSERT = (
    f"INSERT OR REPLACE INTO held ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of our own struct
    f"VALUES ({', '.join('?' * len(_COLUMNS))})"
)


class Deadlines:
    """When each lease ends, on the monotonic clock of this process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ends: dict[str, float] = {}

    def start(self, lease_id: str, seconds: float) -> None:
        """The lease may be relied on for so many seconds from now."""
        self._ends[lease_id] = self._monotonic() + seconds

    def end(self, lease_id: str) -> None:
        """The lease is over."""
        self._ends[lease_id] = self._monotonic()

    def forget(self, lease_id: str) -> None:
        """Nothing of the lease is kept any more."""
        self._ends.pop(lease_id, None)

    def alive(self, held: Held, clock_now: datetime, hub_now: datetime) -> bool:
        """Whether the client may still be worked under its lease.

        Args:
            held: the client at hand.
            clock_now: this machine's clock.
            hub_now: the same instant by the hub's clock.
        """
        end = self._ends.get(held.lease_id)
        if end is not None:
            return self._monotonic() < end
        return held.taken_at <= clock_now and hub_now < held.until


ready(Held)


def reliable(expires_at: datetime, server_time: datetime, round_trip_s: float) -> tuple[float, datetime]:
    """How long a lease may be relied on from the answer's receipt, in seconds and until when."""
    whole = expires_at - server_time
    until = expires_at - whole * DRIFT
    return (until - server_time).total_seconds() - round_trip_s / 2, until


def every(connection: Connection) -> list[Held]:
    """All rows, in the order in which they were leased."""
    return [_row(row) for row in connection.execute(f"{_SELECT} ORDER BY position")]


def unworked(connection: Connection) -> list[Held]:
    """The rows without a result or skip, in the order in which they were leased."""
    return [_row(row) for row in connection.execute(f"{_SELECT} WHERE worked = 0 ORDER BY position")]


def of_client(connection: Connection, client_id: int) -> Held | None:
    """The client's row, None if it is not at hand."""
    row = connection.execute(f"{_SELECT} WHERE client_id = ?", (client_id,)).fetchone()
    return _row(row) if row else None


def of_lease(connection: Connection, lease_id: str) -> Held | None:
    """The row of a lease, None if it is not at hand."""
    row = connection.execute(f"{_SELECT} WHERE lease_id = ?", (lease_id,)).fetchone()
    return _row(row) if row else None


def _row(row: Iterable[object]) -> Held:
    return msgspec.convert(dict(zip(_COLUMNS, row, strict=True)), Held, strict=False)


def keep(connection: Connection, held: Held) -> None:
    """Write a row, in the place of any other of the client or the lease."""
    values = (getattr(held, name) for name in _COLUMNS)
    connection.execute(_UPSERT, [as_text(v) if isinstance(v, datetime) else v for v in values])


def remove(connection: Connection, held: Held, deadlines: Deadlines) -> None:
    """The client is not at hand any more."""
    connection.execute("DELETE FROM held WHERE client_id = ?", (held.client_id,))
    deadlines.forget(held.lease_id)


def ended(held: Held, now: datetime) -> Held:
    """The row of a lease that is over: its times say so."""
    over = now - timedelta(microseconds=1)
    return msgspec.structs.replace(held, until=min(held.until, over), expires_at=min(held.expires_at, over))
