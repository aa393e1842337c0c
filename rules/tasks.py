"""Tasks: what is to be done about a client by a day, beyond the next call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rules.clients import Client
from rules.consistency import Problem
from rules.debit import charges
from rules.facts import TaskBody
from rules.searching import FOUND
from rules.searching import KIND as SEARCH
from rules.searching import OUTCOMES as SEARCH_OUTCOMES

KINDS = (
    "reminder",
    "deliver_agreement",
    "copy_to_lender",
    "verify_payment",
    "skip_trace",
    "validation_notice",
    "follow_case",
    "cfdi_difference",
    *charges.TASKS,
)
OUTCOMES = ("done", "not_reached", "not_needed")


def outcomes(kind: str) -> tuple[str, ...]:
    """How a task of a kind may end."""
    return SEARCH_OUTCOMES if kind == SEARCH else OUTCOMES


def check(body: TaskBody, client: Client) -> Iterator[Problem]:
    """What forbids closing a task: unknown_task, unknown_outcome, number_missing.

    A search is found by a number, which ends it by itself; nobody says so without one.
    """
    task = next((one for one in client.tasks if one.id == body.task_id and one.status == "open"), None)
    if task is None:
        yield Problem("unknown_task", {"task": body.task_id})
    if task is not None and task.kind == SEARCH and body.outcome == FOUND:
        yield Problem("number_missing")
    elif body.outcome not in outcomes(task.kind if task else ""):
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
