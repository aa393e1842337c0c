"""What is due: of the clients at hand, of own facts, and as the hub told last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from rules.agenda import as_of, of_callback, of_client, of_promise, urgency
from rules.clients import Client
from rules.consequences import Consequences
from rules.contact import ContactParameters, for_client
from rules.desk import AgendaItem
from rules.protocol import Agenda
from rules.text import clean
from storage.local import meta
from storage.local.driver import Connection

if TYPE_CHECKING:
    from storage.local.view import View

KEPT = timedelta(days=10)
"""How long after its time an item is kept: longer than a broken promise is shown."""

_read = msgspec.json.Decoder(AgendaItem).decode


def note(
    connection: Connection, fact_id: str, client: Client, made: Consequences, p: ContactParameters
) -> None:
    """Keep the promises and the callback that a result made; what it saw to is done."""
    zone = (client.zones or p.default_zones)[0]
    items = [of_promise(client, promise, zone, p) for promise in made.promises]
    if made.callback is not None:
        items.append(of_callback(client, made.callback, zone))
    _keep(connection, items)
    tick_off(connection, fact_id, (*made.callbacks_done, *made.promises_cancelled, *made.tasks_void))


def tick_off(connection: Connection, fact_id: str, done: Iterable[str]) -> None:
    """A fact has seen to these items."""
    connection.executemany(
        "UPDATE agenda SET done_by = ? WHERE id = ?", [(fact_id, item_id) for item_id in done]
    )


def _keep(connection: Connection, items: Iterable[AgendaItem]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO agenda (id, fact_id, client_id, item) VALUES (?, ?, ?, ?)",
        [(item.id, item.fact_id, item.client_id, msgspec.json.encode(item)) for item in items],
    )


def take_back(connection: Connection, fact_id: str) -> None:
    """A fact does not count any more: nor does what it put in the agenda or ticked off."""
    connection.execute("DELETE FROM agenda WHERE fact_id = ?", (fact_id,))
    connection.execute("UPDATE agenda SET done_by = NULL WHERE done_by = ?", (fact_id,))


def forget_past(connection: Connection, now: datetime) -> None:
    """Drop what was due so long ago that it is shown no more."""
    past = [
        (item.id,)
        for (raw,) in connection.execute("SELECT item FROM agenda").fetchall()
        if (item := _read(raw)).at < now - KEPT
    ]
    connection.executemany("DELETE FROM agenda WHERE id = ?", past)


def take(connection: Connection, told: Agenda) -> None:
    """Replace what the hub knows by what it told; in a transaction.

    Own facts that it had not counted then stay: what they made, what they ticked off, and
    that some were taken back.
    """
    told = msgspec.structs.replace(told, seq=meta.counted(connection, told.seq))
    later = "SELECT id FROM fact WHERE seq > ? OR id IN (SELECT fact_id FROM outbox)"
    done = dict(
        connection.execute(
            f"SELECT id, done_by FROM agenda WHERE done_by IN ({later})",  # noqa: S608 - our own statement
            (told.seq,),
        ).fetchall()
    )
    gone = {
        row[0]
        for row in connection.execute(
            f"SELECT id FROM fact WHERE retracted_by IN ({later})",  # noqa: S608 - our own statement
            (told.seq,),
        )
    }
    connection.execute(
        f"DELETE FROM agenda WHERE fact_id NOT IN ({later})",  # noqa: S608 - our own statement
        (told.seq,),
    )
    _keep(connection, (_cleaned(item) for item in told.items if item.fact_id not in gone))
    meta.write(connection, meta.COVERS, told.covers)
    connection.executemany(
        "UPDATE agenda SET done_by = ? WHERE id = ?", [(fact_id, item) for item, fact_id in done.items()]
    )


def _cleaned(item: AgendaItem) -> AgendaItem:
    return msgspec.structs.replace(item, client=clean(item.client), about=clean(item.about))


def items(view: View) -> tuple[AgendaItem, ...]:
    """What is due, the most urgent first; what a client at hand says goes before what was kept."""
    found: list[AgendaItem] = []
    at_hand: set[int] = set()
    covers = meta.read(view.connection, meta.COVERS, tuple[str, ...]) or ()
    for held in view.at_hand():
        client = view.client(held)
        at_hand.add(client.id)
        rules = for_client(client, view.settings)
        found += (
            msgspec.structs.replace(item, here=True)
            for item in of_client(client, view.user.name, rules, covers)
        )
    kept = view.connection.execute("SELECT item FROM agenda WHERE done_by IS NULL")
    found += (item for (raw,) in kept if (item := _read(raw)).client_id not in at_hand)
    shown = (as_of(item, view.now) for item in found)
    return tuple(
        sorted((item for item in shown if item is not None), key=lambda item: urgency(item, view.now))
    )
