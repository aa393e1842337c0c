"""Tasks: what is to be done about a client by a day, beyond the next call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rules.clients import Client
from rules.consistency import Problem
from rules.facts import TaskBody

KINDS = (
    "reminder",
    "deliver_agreement",
    "verify_payment",
    "skip_trace",
    "validation_notice",
    "follow_case",
)
OUTCOMES = ("done", "not_reached", "not_needed")


def check(body: TaskBody, client: Client) -> Iterator[Problem]:
    """What forbids closing a task: unknown_task, unknown_outcome."""
    if all(task.id != body.task_id or task.status != "open" for task in client.tasks):
        yield Problem("unknown_task", {"task": body.task_id})
    if body.outcome not in OUTCOMES:
        yield Problem("unknown_outcome", {"outcome": body.outcome})


def apply(client: Client, body: TaskBody) -> Client:
    """The client with the task done."""
    return msgspec.structs.replace(
        client,
        tasks=tuple(
            msgspec.structs.replace(task, status="done", outcome=body.outcome)
            if task.id == body.task_id
            else task
            for task in client.tasks
        ),
    )
