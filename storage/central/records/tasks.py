"""Tasks at the centre: what is to be done about clients by a day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rules.clients import Task
from rules.facts import Event, EventResult, TaskBody
from storage.central.connection import Tx, day, grouped
from storage.central.queue import searching

if TYPE_CHECKING:
    from storage.central.facts.work import Work


def tasks(tx: Tx, ids: list[int]) -> dict[int, list[Task]]:
    """Open tasks by client, the first due first."""
    rows = tx.all(
        """
        SELECT t.client_id, t.id, t.kind, t.due, t.account_id, t.about, t.note, u.name, t.status, t.outcome
        FROM task t
        LEFT JOIN app_user u ON u.id = t.user_id
        WHERE t.client_id IN :ids AND t.status = 'open'
        ORDER BY t.client_id, t.due, t.id
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, kind, due, account, about, note, agent, status, outcome: Task(
            id=row_id,
            kind=kind,
            due=day(due),
            account_id=account,
            about=about,
            note=note,
            agent=agent or "",
            status=status,
            outcome=outcome,
        ),
    )


def keep(work: Work, event: Event, body: TaskBody, at: datetime) -> EventResult:
    """Close a task with its outcome; one that is closed already stays as it is."""
    searching.go_on(work, event, body, at)
    work.add("task_done", id=body.task_id, client=body.client_id, outcome=body.outcome, at=at)
    return EventResult(id=event.id, status="applied")
