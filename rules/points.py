"""Contact points: what may be changed about a phone, e-mail or address, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.clients import Address, Client, Email, Phone, PointChange
from rules.consistency import Problem
from rules.contact_parameters import ContactParameters
from rules.facts import PointBody

ACTIONS = ("add", "correct", "retire", "validate", "consent")
POINTS = ("phone", "email", "address")


def check(body: PointBody, client: Client, p: ContactParameters) -> Iterator[Problem]:
    """What forbids a change: unknown_action, unknown_point."""
    if body.action not in ACTIONS or body.point not in POINTS:
        yield Problem("unknown_action", {"action": body.action})
    elif body.action != "add" and all(one.id != body.point_id for one in _all(client)):
        yield Problem("unknown_point", {"point": body.point_id or ""})


def _all(client: Client) -> tuple[Phone | Email | Address, ...]:
    return (*client.phones, *client.emails, *client.addresses)


def apply(client: Client, fact_id: str, body: PointBody, at: datetime, agent: str) -> Client:
    """The client after the change, with the change in its history."""
    change = PointChange(
        id=fact_id,
        at=at,
        point=body.point,
        action=body.action,
        was=body.base,
        became=body.value,
        agent=agent,
        source=body.source or "",
    )
    return msgspec.structs.replace(client, point_changes=(change, *client.point_changes))
