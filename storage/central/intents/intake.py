"""Facts about payments under way come in: asked for, printed by a terminal, given up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from rules.facts import Event, EventResult
from rules.paying import taking
from rules.paying.facts import IntentBody, IntentEndBody, TerminalResultBody
from storage.central.facts import points
from storage.central.intents import settling
from storage.central.intents.rows import kept

if TYPE_CHECKING:
    from storage.central.facts.work import Work

INSERT = """
    INSERT INTO payment_intent (id, client_id, account_id, user_id, agent, method, gateway, amount, currency,
        receipts, point_id, asked, changed, status, external, url, check_at, tries, auth_code, last4, brand,
        terminal, reason, refunded)
    VALUES (:id, :client, :account, :user, :agent, :method, '', :amount, :currency,
        :receipts, :point, :at, :now, :status, '', '', :check_at, 0, '', '', '', '', :reason, 0)
"""


def keep(work: Work, event: Event, body: IntentBody, at: datetime) -> EventResult:
    """Keep that a payment is to be taken; a gateway is asked once this is committed.

    What can't be taken any more (somebody else's payment came first) is kept as withdrawn, with the
    reason: the agent reads it on the desk, and nothing waits for it.
    """
    reason = next((one.code for one in taking.check(body, work.clients[body.client_id])), "")
    point = points.real_id(work.tx, body.point_id)
    work.add(
        "intent",
        id=event.id,
        client=body.client_id,
        account=body.account_id,
        user=work.who.user_id,
        agent=work.who.name,
        method=body.method,
        amount=body.amount,
        currency=body.currency,
        receipts=list(body.receipts),
        point=int(point) if point and point.isdecimal() else None,
        at=at,
        now=work.tx.now,
        status="withdrawn" if reason else "asked",
        check_at=None if reason else work.tx.now,
        reason=reason,
    )
    return EventResult(id=event.id, status="applied")


def keep_result(work: Work, event: Event, body: TerminalResultBody, at: datetime) -> EventResult:
    """Take in what a terminal printed; an approval books the payment in this very transaction."""
    work.settle(body.client_id)
    printed = msgspec.structs.replace(taking.printed(body), paid_at=at)
    settling.settle(work.tx, body.intent_id, printed)
    work.stale.add(body.client_id)
    return EventResult(id=event.id, status="applied")


def keep_end(work: Work, event: Event, body: IntentEndBody, at: datetime) -> EventResult:
    """Give a payment up; where a gateway knows of it, that has the last word."""
    work.settle(body.client_id)
    found = kept(work.tx, body.intent_id)
    if found is not None:
        settling.give_up(work.tx, found)
    work.stale.add(body.client_id)
    return EventResult(id=event.id, status="applied")
