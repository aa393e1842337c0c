"""A newer document from the hub under own facts that the hub does not know yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rules import notes
from rules.catalogue import Catalogue
from rules.clients import Client
from rules.consequences import apply, consequences
from rules.contact import for_client
from rules.facts import NOTES, Event, ResultBody, read_body
from rules.points import phone_id


def happened(event: Event) -> datetime:
    """When a fact happened by the hub's clock: the hub dates its effects so."""
    return event.at + timedelta(milliseconds=event.offset_ms or 0)


def rebased(
    server: Client, unsent: Sequence[Event], catalogue: Catalogue, agent: str, settings: Mapping[str, Any]
) -> Client | None:
    """The hub's document with the effects of the client's unsent facts on top.

    None: an own retraction is on its way for a fact whose effects are in the hub's document
    already; only the hub can take those out, so what is shown stays until it has.
    """
    there = {entry.id for entry in server.history if entry.status != "retracted"}
    own = {event.id for event in unsent}
    taken_back = {event.body["fact_id"] for event in unsent if event.kind == "retraction"}
    if taken_back - own or taken_back & there:
        return None
    for event in unsent:
        if event.kind == "result" and event.id not in taken_back | there:
            server = _with(server, event, catalogue, agent, settings)
        elif isinstance(body := read_body(event.kind, event.body), NOTES):
            server = notes.apply(server, event.id, body, happened(event), agent)
    return server


def _with(
    client: Client, event: Event, catalogue: Catalogue, agent: str, settings: Mapping[str, Any]
) -> Client:
    body = msgspec.convert(event.body, ResultBody)
    body = msgspec.structs.replace(body, phone=phone_id(client, body.phone))
    result = catalogue.results[body.code]
    made = consequences(event.id, result, body, client, happened(event), agent, for_client(client, settings))
    return apply(client, made)
