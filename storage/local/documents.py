"""Client documents as the file keeps them: JSON, cleaned at the edge where they come in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from rules.clients import Client
from rules.scripts import Script, choose
from rules.text import clean
from storage import reference
from storage.local.driver import Connection

_decoder = msgspec.json.Decoder(Client)


def received(client: Client) -> bytes:
    """A document from the hub, with all that a terminal would obey taken out of its texts."""
    raw = msgspec.json.encode(client)
    text = raw.decode()
    if "\\" not in text and clean(text) == text:
        return raw
    return msgspec.json.encode(msgspec.convert(cleaned(msgspec.to_builtins(client)), Client))


@lru_cache(maxsize=16)
def decoded(raw: bytes) -> Client:
    """The client of a kept document; the few at hand are read again with each screenful."""
    return _decoder.decode(raw)


def client(connection: Connection, client_id: int) -> Client:
    """The client at hand, with the effects of own facts."""
    return decoded(_raw(connection, client_id))


def script(connection: Connection, client_id: int, overlay: str, instead: str = "") -> Script | None:
    """The script that fits the client at hand.

    Args:
        connection: the store.
        client_id: the client.
        overlay: what the client's portfolio does differently from the house's scripts.
        instead: the script that a strategy puts in the place of the product's regular one.
    """
    return _script(_raw(connection, client_id), overlay, instead)


@lru_cache(maxsize=16)
def _script(raw: bytes, overlay: str, instead: str) -> Script | None:
    return choose(reference.scripts(overlay), decoded(raw), instead)


def _raw(connection: Connection, client_id: int) -> bytes:
    (raw,) = connection.execute(
        "SELECT ifnull(doc, server) FROM document WHERE client_id = ?", (client_id,)
    ).fetchone()
    found: bytes = raw
    return found


def as_sent(connection: Connection, client_id: int) -> Client | None:
    """The client as the hub sent it last, None if nothing of it is kept."""
    row = connection.execute("SELECT server FROM document WHERE client_id = ?", (client_id,)).fetchone()
    return decoded(row[0]) if row else None


def keep(connection: Connection, client_id: int, server: bytes) -> None:
    """Keep what the hub sent; the client shows as before until `put_on_top`."""
    connection.execute(
        "INSERT INTO document (client_id, server) VALUES (?, ?) "
        "ON CONFLICT (client_id) DO UPDATE SET doc = ifnull(doc, server), server = excluded.server",
        (client_id, server),
    )


def put_on_top(connection: Connection, client: Client, server: Client) -> None:
    """Keep the client with the effects of own facts; none if it is just what the hub sent."""
    raw = None if client is server else msgspec.json.encode(client)
    connection.execute("UPDATE document SET doc = ? WHERE client_id = ?", (raw, client.id))


def forget_unused(connection: Connection) -> None:
    """Drop documents of clients that are neither at hand nor may be taken back."""
    connection.execute(
        "DELETE FROM document WHERE client_id NOT IN (SELECT client_id FROM held) "
        "AND client_id NOT IN (SELECT client_id FROM undo)"
    )


def cleaned(value: Any) -> Any:
    """A value of JSON with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value, newlines=True)
    if isinstance(value, dict):
        return {name: cleaned(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value
