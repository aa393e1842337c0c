"""Inconsistencies at the centre: reported by agents or found by checks, looked after by leads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rules.clients import Inconsistency
from rules.facts import Event, EventResult, InconsistencyBody
from rules.text import clean
from storage.central.connection import Tx, grouped, instant
from storage.central.records.reviews import put_before_lead

if TYPE_CHECKING:
    from storage.central.facts.work import Work


def inconsistencies(tx: Tx, ids: list[int]) -> dict[int, list[Inconsistency]]:
    """Open inconsistencies by client, oldest first."""
    rows = tx.all(
        """
        SELECT i.client_id, i.id, i.issue, i.found, i.account_id, i.evidence, i.note, i.agent, o.name,
            i.status
        FROM inconsistency i
        LEFT JOIN app_user o ON o.id = i.owner_id
        WHERE i.client_id IN :ids AND i.status = 'open'
        ORDER BY i.client_id, i.found, i.id
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda row_id, issue, found, account, evidence, note, agent, owner, status: Inconsistency(
            id=row_id,
            issue=issue,
            found=instant(found),
            account_id=account,
            evidence=evidence,
            note=note,
            agent=agent,
            owner=owner or "",
            status=status,
        ),
    )


def keep(work: Work, event: Event, body: InconsistencyBody, at: datetime) -> EventResult:
    """Keep an agent's report and put it before a lead."""
    work.add(
        "inconsistency",
        id=event.id,
        client=body.client_id,
        account=body.account_id,
        user=work.who.user_id,
        issue=body.issue,
        found=at,
        evidence=clean(body.evidence, limit=500),
        note=clean(body.note, newlines=True, limit=4000),
        agent=work.who.name,
    )
    put_before_lead(
        work.tx,
        work.deltas,
        review_id=event.id,
        kind="inconsistency",
        client_id=body.client_id,
        portfolio_id=work.portfolio_of[body.client_id],
        user_id=work.who.user_id,
        event_id=event.id,
        reason=body.issue,
    )
    return EventResult(id=event.id, status="applied")
