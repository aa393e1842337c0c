"""Taking a result or a skip back: what it set goes, what happened since stays."""

from __future__ import annotations

from datetime import datetime

from rules.cases import lifts
from rules.facts import Event, EventResult, RetractionBody
from storage.central.connection import day
from storage.central.counting.figures import FLAG_MEASURES, PROMISED, RESULT, WORKED
from storage.central.facts import effects, points
from storage.central.facts.promises import judge
from storage.central.facts.work import Work
from storage.central.queue.granting import restore
from storage.central.records import agreements, cases

ROLES_FOR_OTHERS = ("lead", "admin")


def take_back(work: Work, event: Event, body: RetractionBody, at: datetime) -> EventResult:
    """Take a fact back. It stays readable in the history, marked.

    What stops contact is taken back by its maker on the day on which it was made, and as long as
    nobody has confirmed it; after that the retraction is kept as a conflict (stop_stays), nothing
    is lifted, and a lead decides by ending the case.

    Refused when the fact is not known for this client (unknown_fact), is someone else's
    (forbidden), or was taken back before (already_retracted).
    """
    work.settle(body.client_id)
    fact = work.tx.one(
        """
        SELECT kind, user_id, lease_id, lease_token
        FROM event
        WHERE id = :id AND client_id = :client AND kind IN ('result', 'skip')
        """,
        id=body.fact_id,
        client=body.client_id,
    )
    if fact is None:
        return EventResult(id=event.id, status="refused", reason="unknown_fact")
    if fact[1] != work.who.user_id and work.who.role not in ROLES_FOR_OTHERS:
        return EventResult(id=event.id, status="refused", reason="forbidden")
    if work.who.role not in ROLES_FOR_OTHERS and _is_settled_stop(work, body, at):
        work.ask_lead(event.id, body.client_id, "stop_stays")
        return EventResult(id=event.id, status="conflict", reason="stop_stays")
    if fact[0] == "result" and not _mark(work, event, body):
        return EventResult(id=event.id, status="refused", reason="already_retracted")
    effects.undo(work.tx, body.fact_id)
    judge(work.tx, [body.client_id], work.deltas)
    work.tx.run("UPDATE review SET closed = true WHERE event_id = :fact", fact=body.fact_id)
    if event.lease_id is not None and (event.lease_id, event.lease_token) == (fact[2], fact[3]):
        # The agent sees the client again, so nobody else may.
        restore(work.tx, work.who, work.device, body.client_id, fact[2], fact[3], work.deltas)
    work.changed.add(body.client_id)
    work.stale.add(body.client_id)
    return EventResult(id=event.id, status="applied")


def _is_settled_stop(work: Work, body: RetractionBody, at: datetime) -> bool:
    """Whether a fact stops contact, and stands since an earlier day or was confirmed."""
    line = work.tx.one(
        """
        SELECT i.day, c.kind, c.status, c.outcome
        FROM interaction i
        LEFT JOIN case_file c ON c.id = i.id
        WHERE i.id = :fact AND i.retracted_by IS NULL AND (
            c.id IS NOT NULL
            OR EXISTS (
                SELECT 1 FROM effect e
                WHERE e.event_id = i.id AND (e.field IN :stops OR e.field LIKE 'stopped:%')
            )
        )
        """,
        fact=body.fact_id,
        stops=["hold", "do_not_contact"],
    )
    if line is None:
        return False
    made, kind, status, outcome = line
    confirmed = status == "closed" and not lifts(kind, outcome)
    return confirmed or day(made) != work.book(body.client_id).moment(at)[0]


def _mark(work: Work, event: Event, body: RetractionBody) -> bool:
    """Mark the line in the history and cancel what it opened; False if that was done before."""
    line = work.tx.one(
        """
        UPDATE interaction SET retracted_by = :by WHERE id = :fact AND retracted_by IS NULL
        RETURNING user_id, code, flags, day, hour, bucket, phone
        """,
        by=event.id,
        fact=body.fact_id,
    )
    if line is None:
        return False
    user_id, code, flags, when, hour, bucket, phone = line
    points.forget_call(work.tx, body.client_id, phone)
    key = (day(when), hour, work.portfolio_of[body.client_id], bucket)
    for flag, measure in FLAG_MEASURES.items():
        if flag in flags:
            work.deltas.add(*key, user_id, measure, -1)
    work.deltas.add(*key, user_id, RESULT + code, -1)
    for status, due in work.tx.all(
        "SELECT status, due FROM promise WHERE event_id = :fact", fact=body.fact_id
    ):
        work.deltas.promise(key[2], user_id, day(due), status, -1)
    for currency, amount in work.tx.all(
        "UPDATE promise SET status = 'cancelled' WHERE event_id = :fact RETURNING currency, amount",
        fact=body.fact_id,
    ):
        work.deltas.add(*key, user_id, PROMISED + currency, -amount)
    work.tx.run("UPDATE callback SET status = 'cancelled' WHERE id = :fact", fact=body.fact_id)
    cases.void(work.tx, body.fact_id)
    agreements.void(work.tx, body.fact_id)
    if work.worked[(body.client_id, key[0], bucket)] == 1:
        work.deltas.add(key[0], 0, key[2], bucket, 0, WORKED, -1)
    return True
