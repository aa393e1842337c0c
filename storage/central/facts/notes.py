"""Notes of agents come in: facts that change a client without ending the call."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rules import notes
from rules.backoffice.facts import AskBody, RevocationBody
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
from rules.paying.facts import IntentBody, IntentEndBody, RecordingBody, TerminalResultBody
from rules.wire import FactBody
from storage.central.charges import mandates
from storage.central.facts import points, refusals
from storage.central.facts.work import Work
from storage.central.intents import intake
from storage.central.policies import asks
from storage.central.records import agreements, inconsistencies, requests, tasks

NEVER_KEPT = frozenset({"card_number_in_note", "card_code_in_note", "unknown_account", "bad_terms"}) | {
    *("bad_method", "amount_not_positive", "currency_mismatch"),
    *("unknown_intent", "not_a_terminal", "bad_outcome", "auth_code_missing", "bad_last4", "bad_brand"),
    "bad_recording",
    *("unknown_policy", "office_only", "bad_ask"),
    *("unknown_channel", "not_charged", "clabe_length", "bad_clabe", "token_missing", "payroll_missing"),
    *("consent_missing", "evidence_missing", "bad_limit"),
}
"""Problems for which a note is refused; the others were checked where the agent could mend them."""

_OF_MONEY = AskBody | IntentBody | TerminalResultBody | IntentEndBody | RevocationBody
"""Notes about receipts and payments, which a batch reads only for them."""


def take(work: Work, event: Event, body: FactBody, at: datetime) -> EventResult:
    """Take a note in: what it changes in the client, and the rows that it leaves."""
    client_id: int = getattr(body, "client_id")  # noqa: B009 - every note has one
    client = work.with_money(client_id) if isinstance(body, _OF_MONEY) else work.clients[client_id]
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
        case IntentBody():
            return intake.keep(work, event, body, at)
        case TerminalResultBody():
            return intake.keep_result(work, event, body, at)
        case IntentEndBody():
            return intake.keep_end(work, event, body, at)
        case RecordingBody():  # the fact itself is what is kept
            return EventResult(id=event.id, status="applied")
        case AskBody():
            return asks.keep(work, event, body, at)
        case RevocationBody():
            return mandates.keep(work, event, body)
        case _:
            raise AssertionError(msgspec.structs.asdict(body))
