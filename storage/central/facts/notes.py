"""Notes of agents come in: facts that change a client without ending the call."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules import notes
from rules.facts import (
    DeliveryBody,
    Event,
    EventResult,
    InconsistencyBody,
    PointBody,
    RefusalBody,
    RequestBody,
    RevealBody,
    TaskBody,
)
from rules.wire import FactBody
from storage.central.facts import points, refusals
from storage.central.facts.work import Work
from storage.central.records import agreements, inconsistencies, requests, tasks

NEVER_KEPT = frozenset({"card_number_in_note", "card_code_in_note", "unknown_account", "bad_terms"})
"""Problems for which a note is refused; the others were checked where the agent could mend them."""


def take(work: Work, event: Event, body: FactBody, at: datetime) -> EventResult:
    """Take a note in: what it changes in the client, and the rows that it leaves."""
    client_id: int = getattr(body, "client_id")  # noqa: B009 - every note has one
    client = work.clients[client_id]
    problems = notes.check(body, client, at, work.parameters(client_id))
    reason = next((problem.code for problem in problems if problem.code in NEVER_KEPT), None)
    if reason is not None:
        return EventResult(id=event.id, status="refused", reason=reason)
    result = _keep(work, event, body, at)
    if result.status != "refused":
        if not isinstance(body, PointBody):  # which leaves the client as the store has it now
            work.clients[client_id] = notes.apply(client, event.id, body, at, work.who.name)
        work.changed.add(client_id)
    return result


def _keep(work: Work, event: Event, body: FactBody, at: datetime) -> EventResult:
    match body:
        case PointBody():
            return points.keep(work, event, body, at)
        case RequestBody():
            return requests.keep(work, event, body, at)
        case InconsistencyBody():
            return inconsistencies.keep(work, event, body, at)
        case RefusalBody():
            return refusals.keep(work, event, body, at)
        case RevealBody():
            return refusals.keep_reveal(work, event, body, at)
        case TaskBody():
            return tasks.keep(work, event, body, at)
        case DeliveryBody():
            return agreements.deliver(work, event, body, at)
        case _:
            raise AssertionError(msgspec.structs.asdict(body))
