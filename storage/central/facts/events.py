"""Facts come in: each is kept exactly once, whatever is sent twice, late or in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from rules.facts import (
    HELD_BACK,
    SEQ_REUSED,
    Event,
    EventResult,
    MessageBody,
    MessageDeliveredBody,
    MessageReadBody,
    ResultBody,
    RetractionBody,
    SkipBody,
    StateBody,
)
from rules.protocol import EventBatch, EventResults
from rules.wire import FactBody
from storage.central.changes import left_by
from storage.central.connection import Store, Tx
from storage.central.counting.day import change_states, note_result
from storage.central.counting.figures import STATE, TIMELESS
from storage.central.doors.devices import hold_device, note_progress
from storage.central.doors.people import Who
from storage.central.facts import desk_messages, notes
from storage.central.facts.incoming import Incoming, incoming
from storage.central.facts.results import refusal, take_result, take_skip
from storage.central.facts.retractions import take_back
from storage.central.facts.work import Work
from storage.central.queue.queueing import lock_clients
from storage.central.records.reviews import put_before_lead, refused_id, settle_refused
from storage.central.upkeep import audit

MOST = 100

NOT_FINAL = frozenset({HELD_BACK, SEQ_REUSED})
"""Refusals that no lead has to see: the workstation sends the same fact again by itself."""

KEPT = ("applied", "late", "conflict")
INT32 = 2**31 - 1


def record(store: Store, who: Who, batch: EventBatch) -> EventResults:
    """Take a batch of one device's facts in, in one transaction; one answer for each.

    applied: kept. duplicate: the very fact is known, nothing changes. late: kept, but its
    lease was no longer held. conflict: kept, and a lead has to look at it. refused: not kept;
    the reason is a code: unknown_kind, bad_body, bad_id, bad_seq, bad_time, id_reused (the id
    belongs to another fact), seq_reused (the device's number does), unknown_client,
    forbidden, unknown_code, missing_field and others of `rules.consistency`, or those of
    `storage.central.facts.retractions`; held_back: an earlier fact of the batch about the same client
    was refused.

    A refused fact about a client of the sender's scope goes whole before a lead. One that is
    sent again and kept takes that matter away.

    Raises:
        ValueError: more than `MOST` events.
    """
    if len(batch.events) > MOST:
        raise ValueError(f"{len(batch.events)} events in one batch; at most {MOST}")
    with store.begin() as tx:
        hold_device(tx, who, batch.device)
        facts = [incoming(event, tx.now) for event in batch.events]
        _find_known(tx, batch.device, facts)
        work = Work(tx, who, batch.device, _scope(tx, who, facts))
        results = tuple(_take_in_order(work, facts))
        change_states(tx, who.user_id, work.states)
        _note_last_result(work, facts, results)
        work.finish()
        settle_refused(tx, [one.id for one in results if one.status in KEPT])
        _note_device(tx, batch.device, facts)
        _note_recorded(tx, who, batch.device, facts, results)
        return EventResults(results=results, server_time=tx.now)


def _find_known(tx: Tx, device: str, facts: list[Incoming]) -> None:
    """Mark what is known already: as a duplicate, or refused because an id or number is reused."""
    hashes = dict(
        tx.all(
            "SELECT id, body_hash FROM event WHERE id IN :ids",
            ids=[fact.event.id for fact in facts if fact.problem is None],
        )
    )
    numbers = dict(
        tx.all(
            "SELECT seq, id FROM event WHERE device = :device AND seq IN :numbers",
            device=device,
            numbers=[fact.event.seq for fact in facts if fact.problem is None],
        )
    )
    for fact in facts:
        if fact.problem is not None:
            continue
        event_id, seq = fact.event.id, fact.event.seq
        if event_id in hashes:
            fact.known = hashes[event_id] == fact.hash
            fact.problem = None if fact.known else "id_reused"
        elif numbers.get(seq, event_id) != event_id:
            fact.problem = SEQ_REUSED
        else:
            hashes[event_id], numbers[seq] = fact.hash, event_id


def _scope(tx: Tx, who: Who, facts: list[Incoming]) -> dict[int, int]:
    """Lock the clients that the new facts are about; those in the sender's scope, with portfolio.

    A client who left the sender's scope while the sender had a lease counts still: the call took place.
    """
    new = [fact for fact in facts if not fact.known and fact.client_id is not None]
    found = dict(lock_clients(tx, [fact.client_id for fact in new if fact.client_id])) if new else {}
    outside = {client_id for client_id, portfolio in found.items() if not who.may_see(portfolio)}
    leased = {fact.client_id for fact in new if fact.event.lease_token is not None}
    outside -= left_by(tx, who.user_id, outside & leased)
    for fact in new:
        if fact.problem is None and fact.client_id not in found:
            fact.problem = "unknown_client"
        elif fact.problem is None and fact.client_id in outside:
            fact.problem = "forbidden"
    return {client_id: portfolio for client_id, portfolio in found.items() if client_id not in outside}


def _take_in_order(work: Work, facts: list[Incoming]) -> Iterator[EventResult]:
    """Take the facts; once one is refused, the later ones about the same client have to wait for it."""
    waiting: set[int] = set()
    for fact in facts:
        if fact.client_id in waiting and not fact.known and fact.problem is None:
            fact.problem = HELD_BACK
        result = _take(work, fact)
        if result.status == "refused" and fact.client_id is not None:
            waiting.add(fact.client_id)
        yield result


def _take(work: Work, fact: Incoming) -> EventResult:
    event = fact.event
    if fact.known:
        return EventResult(id=event.id, status="duplicate")
    work.refresh(fact.client_id)
    result = _do(work, fact, fact.at) if fact.problem is None else _refused(fact, fact.problem)
    if fact.clockless:
        result = _doubt(work, fact, result)
    if result.status == "refused":
        _tell_lead(work, fact, result.reason or "")
        return result
    row = {
        "id": event.id,
        "device": work.device,
        "seq": event.seq,
        "user": work.who.user_id,
        "client": fact.client_id,
        "kind": event.kind,
        "at": event.at,
        "received_at": work.tx.now,
        "offset_ms": _kept_offset(event),
        "lease": event.lease_id,
        "token": event.lease_token,
        "body": event.body,
        "hash": fact.hash,
        "status": result.status,
        "reason": result.reason,
    }
    work.add("event", **row)
    fact.print = audit.fingerprint(row)
    return result


def _kept_offset(event: Event) -> int | None:
    """The measured offset as it is kept: no further than some 24 days, which is far enough to see."""
    return None if event.offset_ms is None else max(-INT32, min(event.offset_ms, INT32))


def _doubt(work: Work, fact: Incoming, result: EventResult) -> EventResult:
    """A fact about a client whose clock can't have been right is kept, and a lead has to look at it."""
    if result.status == "refused" or fact.client_id is None:
        return result
    put_before_lead(
        work.tx,
        work.deltas,
        review_id=f"{fact.event.id}:clock",
        kind="conflict",
        client_id=fact.client_id,
        portfolio_id=work.portfolio_of[fact.client_id],
        user_id=work.who.user_id,
        event_id=fact.event.id,
        reason="clock",
    )
    if result.status != "applied":
        return result
    return EventResult(id=fact.event.id, status="conflict", reason="clock")


def _refused(fact: Incoming, reason: str) -> EventResult:
    return EventResult(id=fact.event.id, status="refused", reason=reason)


def _do(work: Work, fact: Incoming, at: datetime) -> EventResult:
    match fact.body:
        case ResultBody() as body:
            reason = refusal(work, body, at)
            return _refused(fact, reason) if reason else take_result(work, fact.event, body, at)
        case SkipBody() as body:
            return take_skip(work, fact.event, body, at)
        case RetractionBody() as body:
            return take_back(work, fact.event, body, at)
        case StateBody() as body:
            return _change_state(work, fact.event, body, at)
        case MessageBody() as body:
            return desk_messages.take(work, fact.event, body, at)
        case MessageDeliveredBody() | MessageReadBody() as body:
            return desk_messages.take_receipt(work, fact.event, body, at)
        case FactBody() as body:
            return notes.take(work, fact.event, body, at)
        case _:
            raise AssertionError(fact.event.kind)


def _change_state(work: Work, event: Event, body: StateBody, at: datetime) -> EventResult:
    """An agent's state; one that is older than the last known changes nothing more."""
    work.states.append((body.state, at))
    work.deltas.add(TIMELESS, 0, 0, "", work.who.user_id, STATE)
    return EventResult(id=event.id, status="applied")


def _tell_lead(work: Work, fact: Incoming, reason: str) -> None:
    """A refused fact about a client in scope is shown to a lead, whole: something happened there."""
    portfolio_id = work.portfolio_of.get(fact.client_id or 0)
    if portfolio_id is None or fact.client_id is None or reason in NOT_FINAL:
        return
    put_before_lead(
        work.tx,
        work.deltas,
        review_id=refused_id(fact.event.id if reason != "bad_id" else fact.hash),
        kind="refused",
        client_id=fact.client_id,
        portfolio_id=portfolio_id,
        user_id=work.who.user_id,
        event_id=fact.event.id if reason != "bad_id" else None,
        reason=reason,
        fact=msgspec.to_builtins(fact.event),
    )


def _note_last_result(work: Work, facts: list[Incoming], results: tuple[EventResult, ...]) -> None:
    kept = [
        fact
        for fact, result in zip(facts, results, strict=True)
        if isinstance(fact.body, ResultBody) and result.status not in ("refused", "duplicate")
    ]
    if not kept:
        return
    last = max(kept, key=lambda fact: fact.event.seq)
    note_result(work.tx, work.who.user_id, getattr(last.body, "code", ""), last.at)


def _note_recorded(
    tx: Tx, who: Who, device: str, facts: list[Incoming], results: tuple[EventResult, ...]
) -> None:
    """The audit log vouches for each fact that is new, and tells how many were refused."""
    kept = {str(fact.event.seq): fact.print for fact in facts if fact.print is not None}
    refused = sum(result.status == "refused" for result in results)
    if kept or refused:
        audit.note(tx, who.name, audit.RECORDED, device=device, facts=kept, refused=refused)


def _note_device(tx: Tx, device: str, facts: list[Incoming]) -> None:
    kept = [fact.event for fact in facts if fact.problem is None]
    if not kept:
        return
    last = max(kept, key=lambda event: event.seq)
    note_progress(tx, device, last.seq, _kept_offset(last))
