"""Contact points at the centre: changes of phones, e-mails and addresses, and their history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rules.clients import PointChange
from rules.facts import Event, EventResult, PointBody
from rules.text import clean
from storage.central.connection import Tx, grouped, instant

if TYPE_CHECKING:
    from storage.central.work import Work

CHANGES_SHOWN = 20


def changes(tx: Tx, ids: list[int]) -> dict[int, list[PointChange]]:
    """The newest changes of contact points by client."""
    rows = tx.all(
        """
        SELECT client_id, id, at, point, action, was, became, agent, source
        FROM point_change
        WHERE client_id IN :ids
        ORDER BY client_id, at DESC, id DESC
        """,
        ids=ids,
    )
    found = grouped(
        rows,
        lambda fact_id, at, point, action, was, became, agent, source: PointChange(
            id=fact_id,
            at=instant(at),
            point=point,
            action=action,
            was=was,
            became=became,
            agent=agent,
            source=source,
        ),
    )
    return {client_id: several[:CHANGES_SHOWN] for client_id, several in found.items()}


def keep(work: Work, event: Event, body: PointBody, at: datetime) -> EventResult:
    """Change the point and keep what it was."""
    work.add(
        "point_change",
        id=event.id,
        client=body.client_id,
        point_id=int(body.point_id) if body.point_id and body.point_id.isdecimal() else None,
        user=work.who.user_id,
        at=at,
        point=body.point,
        action=body.action,
        was=clean(body.base, limit=200),
        became=clean(body.value, limit=200),
        agent=work.who.name,
        source=body.source or "",
    )
    return EventResult(id=event.id, status="applied")
