"""What the hub has not answered yet, and what it refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from rules.facts import Event, EventResult
from storage.local import agenda, leases
from storage.local.connection import as_instant, as_text
from storage.local.driver import Connection
from storage.local.leases import Deadlines

_read = msgspec.json.Decoder(Event).decode


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the hub refused: kept whole, with the hub's reason."""

    event: Event
    reason: str
    refused_at: datetime


def first(connection: Connection, limit: int) -> list[Event]:
    """The oldest facts to be sent, in the order of their numbers."""
    rows = connection.execute(
        "SELECT event FROM outbox JOIN fact ON fact.id = outbox.fact_id ORDER BY outbox.seq LIMIT ?", (limit,)
    )
    return [_read(row[0]) for row in rows]


def of_client(connection: Connection, client_id: int) -> list[Event]:
    """The client's facts that the hub has not answered, oldest first."""
    rows = connection.execute(
        "SELECT event FROM outbox JOIN fact ON fact.id = outbox.fact_id "
        "WHERE outbox.client_id = ? ORDER BY outbox.seq",
        (client_id,),
    )
    return [_read(row[0]) for row in rows]


def settle(
    connection: Connection, results: Iterable[EventResult], now: datetime, deadlines: Deadlines
) -> None:
    """Take the hub's answers in: what it knows leaves the outbox, what it refused is put aside.

    Args:
        connection: in a transaction.
        results: the answers; one for a fact that is not in the outbox changes nothing.
        now: by the hub's clock.
        deadlines: of the leases, which end with the fact that was made under them.
    """
    for result in results:
        row = connection.execute(
            "SELECT event FROM outbox JOIN fact ON fact.id = outbox.fact_id WHERE fact_id = ?", (result.id,)
        ).fetchone()
        if row is None:
            continue
        event = _read(row[0])
        connection.execute("DELETE FROM outbox WHERE fact_id = ?", (event.id,))
        connection.execute("UPDATE fact SET status = ? WHERE id = ?", (result.status, event.id))
        if result.status == "refused":
            _put_aside(connection, event, result.reason or "", row[0], now)
        if event.lease_id is not None and event.kind in ("result", "skip"):
            _end_lease(connection, event.lease_id, deadlines)


def _put_aside(connection: Connection, event: Event, reason: str, raw: bytes, now: datetime) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO quarantine (fact_id, seq, refused_at, reason, event) VALUES (?, ?, ?, ?, ?)",
        (event.id, event.seq, as_text(now), reason, raw),
    )
    if event.kind == "retraction":
        connection.execute("UPDATE fact SET retracted_by = NULL WHERE retracted_by = ?", (event.id,))
    agenda.take_back(connection, event.id)


def _end_lease(connection: Connection, lease_id: str, deadlines: Deadlines) -> None:
    """The hub gives a lease up with the first result; it gives it back when that is taken back.

    A client whose result is taken back here therefore stays; a renewal tells if it is gone.
    """
    held = leases.of_lease(connection, lease_id)
    if held is not None and held.worked:
        leases.remove(connection, held, deadlines)


def quarantine(connection: Connection) -> list[Quarantined]:
    """What the hub refused, oldest first."""
    rows = connection.execute("SELECT event, reason, refused_at FROM quarantine ORDER BY seq")
    return [Quarantined(event=_read(raw), reason=why, refused_at=as_instant(at)) for raw, why, at in rows]
