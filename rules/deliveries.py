"""Handing over written agreements: only then is an agreement agreed (mx.agreement.written)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.clients import Client
from rules.consistency import Problem
from rules.facts import DeliveryBody

MEDIA = ("email", "whatsapp", "mail", "hand")


def check(body: DeliveryBody, client: Client) -> Iterator[Problem]:
    """What forbids noting a delivery: unknown_agreement, unknown_medium."""
    if all(one.id != body.agreement_id or one.status == "void" for one in client.agreements):
        yield Problem("unknown_agreement", {"agreement": body.agreement_id})
    if body.medium not in MEDIA:
        yield Problem("unknown_medium", {"medium": body.medium})


def apply(client: Client, body: DeliveryBody, at: datetime) -> Client:
    """The client with the agreement delivered."""
    return msgspec.structs.replace(
        client,
        agreements=tuple(
            msgspec.structs.replace(one, status="delivered", delivered=at, medium=body.medium)
            if one.id == body.agreement_id
            else one
            for one in client.agreements
        ),
    )
