"""Requests for approval at the centre, as agents ask them; `approvals` has the answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from rules.clients import Request
from rules.facts import Event, EventResult, RequestBody, Terms
from rules.text import clean
from rules.zones import local_day, midnight
from storage.central.connection import Tx, document, grouped, instant, maybe_instant
from storage.central.records.reviews import put_before_lead

if TYPE_CHECKING:
    from storage.central.facts.work import Work


def requests(tx: Tx, ids: list[int]) -> dict[int, list[Request]]:
    """Requests by client, oldest first."""
    rows = tx.all(
        """
        SELECT r.client_id, r.id, r.account_id, r.terms, r.asked, r.agent, r.level, r.status, r.reason,
            r.note, r.answered, u.display_name, r.answer_note, r.counter
        FROM approval_request r
        LEFT JOIN app_user u ON u.id = r.answered_by
        WHERE r.client_id IN :ids
        ORDER BY r.client_id, r.asked, r.id
        """,
        ids=ids,
    )
    return grouped(
        rows,
        lambda fact_id, account, terms, asked, agent, level, status, reason, note, at, by, said, counter: (
            Request(
                id=fact_id,
                account_id=account,
                terms=msgspec.convert(document(terms), Terms),
                asked=instant(asked),
                agent=agent,
                level=level,
                status=status,
                reason=reason,
                note=note,
                answered=maybe_instant(at),
                answered_by=by or "",
                answer_note=said,
                counter=msgspec.convert(document(counter), Terms) if counter else None,
            )
        ),
    )


def keep(work: Work, event: Event, body: RequestBody, at: datetime) -> EventResult:
    """Keep the request and put it before a lead; it waits until the portfolio's day is over."""
    zone = work.book(body.client_id).zone.key
    work.add(
        "request",
        id=event.id,
        client=body.client_id,
        account=body.account_id,
        user=work.who.user_id,
        asked=at,
        level=body.level,
        terms=msgspec.to_builtins(body.terms),
        reason=clean(body.reason or "", limit=100),
        note=clean(body.note, newlines=True, limit=4000),
        agent=work.who.name,
        expires=midnight(local_day(at, zone) + timedelta(days=1), zone),
    )
    put_before_lead(
        work.tx,
        work.deltas,
        review_id=event.id,
        kind="approval",
        client_id=body.client_id,
        portfolio_id=work.portfolio_of[body.client_id],
        user_id=work.who.user_id,
        event_id=event.id,
        amount=body.terms.to_pay,
        currency=body.terms.currency,
        reason=body.terms.kind,
    )
    return EventResult(id=event.id, status="applied")
