"""Clients at hand: what the hub leased to this device, and until when that may be relied on.

A lease ends by the hub's clock. Here its end becomes a deadline on the clock of the machine's
run, which nobody sets and which goes on while the machine sleeps; earlier by half the round
trip and by 2 % for drift. When the machine was started anew that clock is lost: the wall clock
corrected by the measured offset decides, a wall clock that ran backwards ends every lease, and
nobody of an offline lease is called until the hub has been heard again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

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
    offline: bool = False
    attempts_left: int | None = None
    ends: float | None = None
    boot: str = ""


_COLUMNS = Held.__struct_fields__
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM held"  # noqa: S608 - names of our own struct
_UPSERT = (
    f"INSERT OR REPLACE INTO held ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of our own struct
    f"VALUES ({', '.join('?' * len(_COLUMNS))})"
)


BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def since_boot() -> float:
    """Seconds since the machine was started, with those that it slept where the system counts them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def this_boot() -> str:
    """Names the machine's present run; where the system does not tell, this process is taken for it."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return os.urandom(16).hex()


class Deadlines:
    """Tells whether leases are over, by the clock of the machine's present run.

    Args:
        monotonic: that clock, in seconds.
        boot: names the run, "" = ask the system.
    """

    def __init__(self, monotonic: Callable[[], float] = since_boot, boot: str = "") -> None:
        self._monotonic = monotonic
        self._boot = boot or this_boot()

    def dated(self, held: Held, seconds: float) -> Held:
        """The row of a lease that may be relied on for so many seconds from now."""
        return msgspec.structs.replace(held, ends=self._monotonic() + seconds, boot=self._boot)

    def known(self, held: Held) -> bool:
        """Whether the lease was dated by the hub in the machine's present run."""
        return held.ends is not None and held.boot == self._boot

    def alive(self, held: Held, clock_now: datetime, hub_now: datetime) -> bool:
        """Whether the client may still be worked under its lease.

        Args:
            held: the client at hand.
            clock_now: this machine's clock.
            hub_now: the same instant by the hub's clock.
        """
        if held.ends is not None and held.boot == self._boot:
            return self._monotonic() < held.ends
        return held.taken_at <= clock_now and hub_now < held.until

    def ended(self, held: Held, now: datetime) -> Held:
        """The row of a lease that is over: its times say so."""
        over = now - timedelta(microseconds=1)
        ends = (min(held.until, over), min(held.expires_at, over))
        return self.dated(msgspec.structs.replace(held, until=ends[0], expires_at=ends[1]), 0.0)


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


def remove(connection: Connection, held: Held) -> None:
    """The client is not at hand any more."""
    connection.execute("DELETE FROM held WHERE client_id = ?", (held.client_id,))
