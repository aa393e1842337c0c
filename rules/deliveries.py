"""Handing over written agreements: only then is an agreement agreed (mx.agreement.written)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.clients import Agreement, Client, Task
from rules.consistency import Problem
from rules.facts import DeliveryBody

MEDIA = ("email", "whatsapp", "mail", "hand")
"""By what an agreement may be handed over."""

TASK = "deliver_agreement"
"""Kind of the task that the delivery does."""


def check(body: DeliveryBody, client: Client) -> Iterator[Problem]:
    """What forbids it: unknown_agreement, already_delivered, unknown_medium, medium_stopped."""
    known = next((one for one in client.agreements if one.id == body.agreement_id), None)
    if known is None or known.status == "void":
        yield Problem("unknown_agreement", {"agreement": body.agreement_id})
    elif known.status == "delivered":
        yield Problem("already_delivered", {"folio": known.folio})
    if body.medium not in MEDIA:
        yield Problem("unknown_medium", {"medium": body.medium})
    elif body.medium in client.stopped_media:
        yield Problem("medium_stopped", {"medium": body.medium})


def apply(client: Client, body: DeliveryBody, at: datetime) -> Client:
    """The client with the agreement delivered, and the task of delivering it done."""
    return msgspec.structs.replace(
        client,
        agreements=tuple(_delivered(one, body, at) for one in client.agreements),
        tasks=tuple(_done(task, body) for task in client.tasks),
    )


def _delivered(agreement: Agreement, body: DeliveryBody, at: datetime) -> Agreement:
    if agreement.id != body.agreement_id:
        return agreement
    return msgspec.structs.replace(agreement, status="delivered", delivered=at, medium=body.medium)


def _done(task: Task, body: DeliveryBody) -> Task:
    if task.kind != TASK or task.about != body.agreement_id:
        return task
    return msgspec.structs.replace(task, status="done", outcome="done")
