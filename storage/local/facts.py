"""Facts as they are made: numbered, kept, put in the outbox, and counted for the day."""

from __future__ import annotations

from datetime import datetime

import msgspec
import uuid_utils

from rules.catalogue import Result
from rules.clients import Promise
from rules.facts import Event
from rules.zones import local_time
from storage.local.connection import as_text
from storage.local.driver import Connection


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What one result adds to the agent's day; promised in minor units of `currency`."""

    touches: int = 0
    contacts: int = 0
    rpc: int = 0
    promises: int = 0
    promised: int = 0
    currency: str = ""


NOTHING = Tally()


def tally(result: Result, promises: tuple[Promise, ...]) -> Tally:
    """Count a result as the hub does: by its flags (A attempt, C contact, R right party, P promise)."""
    return Tally(
        touches=int(result.has("A")),
        contacts=int(result.has("C")),
        rpc=int(result.has("R")),
        promises=int(result.has("P")),
        promised=sum(promise.amount for promise in promises),
        currency=promises[0].currency if promises else "",
    )


def new_id() -> str:
    """The id of a fact that is about to be made; it is never made anew for the same fact."""
    return str(uuid_utils.uuid7())


def keep(connection: Connection, event: Event, happened: datetime, zone: str, counts: Tally) -> None:
    """Keep a fact, count it and put it in the outbox; in a transaction.

    Args:
        connection: the store.
        event: the fact in its envelope.
        happened: when, by the hub's clock.
        zone: the agent's own, which decides the day and hour it counts for.
        counts: its share of the day's figures.
    """
    client_id = event.body.get("client_id")
    local = local_time(happened, zone)
    connection.execute(
        "INSERT INTO fact (id, seq, kind, client_id, event, at, day, hour, "
        "touches, contacts, rpc, promises, promised, currency) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.id,
            event.seq,
            event.kind,
            client_id,
            msgspec.json.encode(event),
            as_text(event.at),
            local.date().isoformat(),
            local.hour,
            *msgspec.structs.astuple(counts),
        ),
    )
    connection.execute(
        "INSERT INTO outbox (seq, fact_id, client_id, at) VALUES (?, ?, ?, ?)",
        (event.seq, event.id, client_id, as_text(event.at)),
    )


def last_to_take_back(connection: Connection) -> str | None:
    """Id of the latest result or skip that still counts and can be shown as it was."""
    row = connection.execute(
        "SELECT fact.id FROM undo JOIN fact ON fact.id = undo.fact_id "
        "WHERE fact.status != 'refused' ORDER BY undo.seq DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def forget_before(connection: Connection, day: str) -> None:
    """Drop facts of earlier days that are settled: no more personal data than needed."""
    connection.execute(
        "DELETE FROM fact WHERE day < ? AND id NOT IN (SELECT fact_id FROM outbox) "
        "AND id NOT IN (SELECT fact_id FROM quarantine)",
        (day,),
    )
