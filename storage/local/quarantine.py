"""What the hub refused: kept whole until somebody has decided about it.

A refused fact blocks nothing but later facts of the same client, and those until the agent sends
it again or gives it up, or a lead closes the matter.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules.desk import PutAside
from rules.facts import Event
from storage.local import agenda, documents
from storage.local.connection import as_instant, as_text
from storage.local.driver import Connection

_read = msgspec.json.Decoder(Event).decode


def put_aside(connection: Connection, event: Event, reason: str, raw: bytes, now: datetime) -> None:
    """Keep a fact that the hub refused; it does not count any more. In a transaction.

    Args:
        connection: the store.
        event: the fact.
        reason: the hub's code.
        raw: the fact as it was sent.
        now: by the hub's clock.
    """
    client_id = event.body.get("client_id")
    connection.execute(
        "INSERT OR REPLACE INTO quarantine (fact_id, seq, refused_at, reason, event, client_id, client) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event.id, event.seq, as_text(now), reason, raw, client_id, _name(connection, client_id)),
    )
    if event.kind == "retraction":
        connection.execute("UPDATE fact SET retracted_by = NULL WHERE retracted_by = ?", (event.id,))
    agenda.take_back(connection, event.id)


def _name(connection: Connection, client_id: int | None) -> str:
    client = documents.as_sent(connection, client_id) if client_id is not None else None
    return client.name if client else ""


def holds(connection: Connection, client_id: int | None) -> bool:
    """Whether later facts of a client have to wait."""
    held = connection.execute(
        "SELECT 1 FROM quarantine WHERE client_id = ? AND let_go = '' LIMIT 1", (client_id,)
    ).fetchone()
    return held is not None


def listed(connection: Connection) -> list[PutAside]:
    """What the hub refused, oldest first, with how many facts each one holds back."""
    rows = connection.execute(
        "SELECT q.event, q.reason, q.refused_at, q.client, q.let_go, "
        "(SELECT count(*) FROM held_back h WHERE h.client_id = q.client_id AND q.let_go = '') "
        "FROM quarantine q ORDER BY q.seq"
    )
    return [
        PutAside(
            event=_read(raw),
            reason=reason,
            refused_at=as_instant(at),
            client=client,
            let_go=let_go,
            held_back=held_back,
        )
        for raw, reason, at, client, let_go, held_back in rows
    ]


def send_again(connection: Connection, fact_id: str) -> bool:
    """Put a refused fact back into the outbox, as it was; whether it was here. In a transaction."""
    row = connection.execute(
        "DELETE FROM quarantine WHERE fact_id = ? AND let_go = '' RETURNING event", (fact_id,)
    ).fetchone()
    if row is None:
        return False
    event = _read(row[0])
    connection.execute("UPDATE fact SET status = '', event = ? WHERE id = ?", (row[0], fact_id))
    connection.execute(
        "INSERT INTO outbox (seq, fact_id, client_id, at) VALUES (?, ?, ?, ?)",
        (event.seq, fact_id, event.body.get("client_id"), as_text(event.at)),
    )
    if event.kind == "retraction":
        connection.execute(
            "UPDATE fact SET retracted_by = ? WHERE id = ?", (fact_id, event.body.get("fact_id"))
        )
    return True


def let_go(connection: Connection, fact_id: str, reason: str) -> bool:
    """Give a refused fact up; whether it was here. In a transaction.

    What took it back goes with it: there is nothing to take back.
    """
    given_up = connection.execute(
        "UPDATE quarantine SET let_go = ? WHERE fact_id = ? AND let_go = ''", (reason, fact_id)
    ).rowcount
    if given_up:
        _drop_retraction(connection, fact_id)
    return bool(given_up)


def lift(connection: Connection, fact_id: str) -> bool:
    """A lead has closed the matter: nothing is held back by it any more. In a transaction."""
    lifted = connection.execute("DELETE FROM quarantine WHERE fact_id = ?", (fact_id,)).rowcount
    if lifted:
        _drop_retraction(connection, fact_id)
    return bool(lifted)


def _drop_retraction(connection: Connection, fact_id: str) -> None:
    row = connection.execute("SELECT retracted_by FROM fact WHERE id = ?", (fact_id,)).fetchone()
    if row is not None and row[0] is not None:
        connection.execute("DELETE FROM outbox WHERE fact_id = ?", (row[0],))
        connection.execute("UPDATE fact SET status = 'refused' WHERE id = ?", (row[0],))


def forget_before(connection: Connection, day: datetime) -> None:
    """Drop what was given up and refused before an instant."""
    connection.execute("DELETE FROM quarantine WHERE let_go <> '' AND refused_at < ?", (as_text(day),))


def forget_name(connection: Connection, client_id: int) -> None:
    """The client left our scope: the fact stays until it is decided about, without a name."""
    connection.execute("UPDATE quarantine SET client = '' WHERE client_id = ?", (client_id,))
