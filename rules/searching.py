"""The search for those who can't be called: how a search may end, and when the next one is.

Statuses of an account that is searched for, as the trade names them. Each search is a task of
kind ``skip_trace``; the next one stands in the queue of the unlocatable from its day on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from rules.clients import Client, Task
from rules.facts import TaskBody
from rules.zones import local_day

KIND = "skip_trace"
"""The kind of the tasks."""

QUEUE = "search"
"""Name of the queue of the unlocatable in a request for clients."""

FOUND = "localizado"
"""There is a number to call again."""

REST_DAYS = {
    "en_investigacion": 3,
    "contactable_sin_respuesta": 5,
    "ilocalizable_parcial": 7,
    "ilocalizable_total": 30,
}
"""How a search ends without a number, and after how many days the next one begins; house values."""

OUTCOMES = (FOUND, *REST_DAYS)
"""Every way in which a search ends."""


def open_search(client: Client) -> Task | None:
    """The client's open search, None when there is none."""
    return next((task for task in client.tasks if task.kind == KIND and task.status == "open"), None)


def go_on(client: Client, fact_id: str, body: TaskBody, at: datetime) -> Client:
    """The client after a search ended, with the next one if the outcome asks for it."""
    searched = any(task.id == body.task_id and task.kind == KIND for task in client.tasks)
    if not searched or body.outcome not in REST_DAYS:
        return client
    following = following_search(fact_id, body.outcome, client, at)
    if any(task.id == following.id for task in client.tasks):
        return client
    return msgspec.structs.replace(client, tasks=(*client.tasks, following))


def following_search(fact_id: str, outcome: str, client: Client, at: datetime) -> Task:
    """The search that follows the outcome of one; `about` says how that one ended."""
    today = local_day(at, client.zones[0]) if client.zones else at.date()
    due = today + timedelta(days=REST_DAYS[outcome])
    return Task(id=f"{fact_id}:next", kind=KIND, due=due, about=outcome)


def ended(client: Client, outcome: str) -> Client:
    """The client with every open search ended."""
    return msgspec.structs.replace(
        client,
        tasks=tuple(
            msgspec.structs.replace(task, status="done", outcome=outcome)
            if task.kind == KIND and task.status == "open"
            else task
            for task in client.tasks
        ),
    )
