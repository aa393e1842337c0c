"""The queue of the unlocatable at the centre: whose search is due, and how searches follow on.

Everybody who owes and has no number to call has one open task of kind ``skip_trace``; its day
says from when on somebody may search.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from rules.facts import Event, TaskBody
from rules.searching import FOUND, KIND, REST_DAYS, following_search
from storage.central.connection import Tx

if TYPE_CHECKING:
    from storage.central.facts.work import Work

DUE_SEARCHES = """
    FROM waiting
    JOIN task ON task.client_id = waiting.client_id AND task.kind = 'skip_trace'
        AND task.status = 'open' AND task.due <= :today
    JOIN client ON client.id = waiting.client_id
        AND (client.not_before IS NULL OR client.not_before <= :now)
    WHERE waiting.lane IN :lane_ids AND waiting.kind = 'unlocatable'
        AND (waiting.reserved_for IS NULL OR waiting.reserved_for = :user)
        AND NOT CAST(waiting.lane AS TEXT) || ' ' || waiting.bucket IN :held
    ORDER BY waiting.prio DESC, waiting.client_id
"""
"""Whoever has the best score of those whose search is due, whatever the hour: nobody is called."""


def begin(tx: Tx, due: dict[int, date]) -> None:
    """Open a search for each client, by id, from a day on; one that is open already stays."""
    known = {
        row[0]: (row[1], row[2])
        for row in tx.all(
            """
            SELECT client_id, count(*), sum(CASE WHEN status = 'open' THEN 1 ELSE 0 END)
            FROM task
            WHERE client_id IN :ids AND kind = :kind
            GROUP BY client_id
            """,
            ids=list(due),
            kind=KIND,
        )
    }
    tx.many(
        """
        INSERT INTO task (id, client_id, kind, due, about, note, status, outcome)
        VALUES (:id, :client, :kind, :due, '', '', 'open', '')
        """,
        [
            {
                "id": f"search-{client_id}-{known.get(client_id, (0, 0))[0] + 1}",
                "client": client_id,
                "kind": KIND,
                "due": day,
            }
            for client_id, day in due.items()
            if not known.get(client_id, (0, 0))[1]
        ],
    )


def found(tx: Tx, client_ids: Collection[int]) -> None:
    """End the searches for clients that can be called again."""
    tx.run(
        """
        UPDATE task SET status = 'done', outcome = :outcome, done_at = :now
        WHERE client_id IN :ids AND kind = :kind AND status = 'open'
        """,
        ids=list(client_ids),
        outcome=FOUND,
        kind=KIND,
        now=tx.now,
    )


def give_up(tx: Tx, client_ids: Collection[int]) -> None:
    """Nobody needs to search for these clients any more: they owe nothing, or may not be contacted."""
    tx.run(
        "UPDATE task SET status = 'void' WHERE client_id IN :ids AND kind = :kind AND status = 'open'",
        ids=list(client_ids),
        kind=KIND,
    )


def go_on(work: Work, event: Event, body: TaskBody, at: datetime) -> None:
    """Open the search that follows one that has just ended without a number."""
    if body.outcome not in REST_DAYS:
        return
    searched = work.tx.one(
        "SELECT 1 FROM task WHERE id = :id AND client_id = :client AND kind = :kind AND status = 'open'",
        id=body.task_id,
        client=body.client_id,
        kind=KIND,
    )
    if searched is None:
        return
    following = following_search(event.id, body.outcome, work.clients[body.client_id], at)
    work.add(
        "task",
        id=following.id,
        client=body.client_id,
        account=None,
        user=None,
        kind=following.kind,
        due=following.due,
        about=following.about,
        note="",
    )
