"""What the hub has not answered yet, in the order in which it is to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from rules.facts import HELD_BACK, Event, EventResult
from storage.local import leases, quarantine
from storage.local.driver import Connection

_read = msgspec.json.Decoder(Event).decode


def first(connection: Connection, limit: int) -> list[Event]:
    """The oldest facts that may be sent, in the order of their numbers.

    Facts of a client of whom one is in quarantine are held back: the hub would take them in
    without what came before.
    """
    rows = connection.execute(
        "SELECT event FROM outbox JOIN fact ON fact.id = outbox.fact_id "
        "WHERE fact_id NOT IN (SELECT fact_id FROM held_back) "
        "ORDER BY outbox.seq LIMIT ?",
        (limit,),
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


def settle(connection: Connection, results: Iterable[EventResult], now: datetime) -> None:
    """Take the hub's answers in: what it knows leaves the outbox, what it refused is put aside.

    A fact that was held back, because an earlier one of its client was refused, stays.

    Args:
        connection: in a transaction.
        results: the answers; one for a fact that is not in the outbox changes nothing.
        now: by the hub's clock.
    """
    for result in results:
        row = connection.execute(
            "SELECT event FROM outbox JOIN fact ON fact.id = outbox.fact_id WHERE fact_id = ?", (result.id,)
        ).fetchone()
        if row is None:
            continue
        event = _read(row[0])
        if result.reason == HELD_BACK and quarantine.holds(connection, event.body.get("client_id")):
            continue
        connection.execute("DELETE FROM outbox WHERE fact_id = ?", (event.id,))
        connection.execute("UPDATE fact SET status = ? WHERE id = ?", (result.status, event.id))
        if result.status == "refused":
            quarantine.put_aside(connection, event, result.reason or "", row[0], now)
        if event.lease_id is not None and event.kind in ("result", "skip"):
            _end_lease(connection, event.lease_id)


def _end_lease(connection: Connection, lease_id: str) -> None:
    """The hub gives a lease up with the first result; it gives it back when that is taken back.

    A client whose result is taken back here therefore stays; a renewal tells if it is gone.
    """
    held = leases.of_lease(connection, lease_id)
    if held is not None and held.worked:
        leases.remove(connection, held)


def fill_again(connection: Connection, day: str) -> int:
    """Put the day's answered facts back, for a centre that may have lost them; how many.

    Those that it has kept it knows by their ids. What it refused, and what was erased because
    its client left our scope, is not sent again.

    Args:
        connection: in a transaction.
        day: in the agent's zone; facts of this and later days are sent.
    """
    return connection.execute(
        "INSERT INTO outbox (seq, fact_id, client_id, at) "
        "SELECT seq, id, client_id, at FROM fact WHERE day >= ? AND status NOT IN ('', 'refused') "
        "AND length(event) > 0 AND id NOT IN (SELECT fact_id FROM outbox)",
        (day,),
    ).rowcount


def renumber(connection: Connection, last: int) -> int:
    """Give every waiting fact a new number after `last`, in the order that they have; the highest.

    Their ids, times and bodies stay: they are the same facts.
    """
    waiting = connection.execute(
        "SELECT fact.id, fact.event FROM outbox JOIN fact ON fact.id = outbox.fact_id ORDER BY outbox.seq"
    ).fetchall()
    for fact_id, raw in waiting:
        last += 1
        event = msgspec.json.encode(msgspec.structs.replace(_read(raw), seq=last))
        connection.execute("UPDATE fact SET seq = ?, event = ? WHERE id = ?", (last, event, fact_id))
        connection.execute("UPDATE outbox SET seq = ? WHERE fact_id = ?", (last, fact_id))
    return last
