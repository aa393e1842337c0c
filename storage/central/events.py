"""Facts come in: each is kept exactly once, whatever is sent twice, late or in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from rules.facts import (
    KINDS,
    SEARCHED,
    SKIP_REASONS,
    STATES,
    Event,
    EventResult,
    FactBody,
    InconsistencyBody,
    RequestBody,
    ResultBody,
    RetractionBody,
    SkipBody,
    StateBody,
    read_body,
)
from rules.inconsistencies import ISSUES
from rules.protocol import EventBatch, EventResults
from storage.central import audit, notes
from storage.central.connection import Store, Tx
from storage.central.day import change_states, note_result
from storage.central.devices import hold_device, note_progress
from storage.central.figures import STATE, TIMELESS
from storage.central.people import Who
from storage.central.queueing import lock_clients
from storage.central.results import refusal, take_result, take_skip
from storage.central.retractions import take_back
from storage.central.reviews import put_before_lead, refused_id, settle_refused
from storage.central.work import Work

MOST = 100
LONGEST_ID = 64
LARGEST = 10**15
"""No amount in minor units, and no id, is larger; what is comes from a fault, not from life."""

LONGEST_AWAY = timedelta(days=90)
AHEAD = timedelta(minutes=5)
"""Between these a fact can have happened: no workstation is away for longer, and no measured
offset is off by more. What lies outside comes from a clock that nobody has measured."""

HELD_BACK = "held_back"
"""Why a fact is not taken although it could be: an earlier one of its client was refused."""

NOT_FINAL = frozenset({HELD_BACK, "seq_reused"})
"""Refusals that no lead has to see: the workstation sends the same fact again by itself."""

KEPT = ("applied", "late", "conflict")
INT32 = 2**31 - 1


class _Fact(msgspec.Struct):
    """An event on its way in.

    at: when it happened by our clock; where that can't be known (`clockless`), when it came.
    problem: why it can't be kept, None as long as it can. print: what its audit entry keeps of it,
    None until it is kept.
    """

    event: Event
    hash: str
    at: datetime
    clockless: bool = False
    body: FactBody | None = None
    problem: str | None = None
    known: bool = False
    print: str | None = None

    @property
    def client_id(self) -> int | None:
        """Whom it is about, also where its body can't be read otherwise."""
        raw = self.event.body.get("client_id")
        found = raw if self.body is None else getattr(self.body, "client_id", None)
        return found if type(found) is int and 0 < found < LARGEST else None


def record(store: Store, who: Who, batch: EventBatch) -> EventResults:
    """Take a batch of one device's facts in, in one transaction; one answer for each.

    applied: kept. duplicate: the very fact is known, nothing changes. late: kept, but its
    lease was no longer held. conflict: kept, and a lead has to look at it. refused: not kept;
    the reason is a code: unknown_kind, bad_body, bad_id, bad_seq, bad_time, id_reused (the id
    belongs to another fact), seq_reused (the device's number does), unknown_client,
    forbidden, unknown_code, missing_field and others of `rules.consistency`, or those of
    `storage.central.retractions`; held_back: an earlier fact of the batch about the same client
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
        facts = [_read(event, tx.now) for event in batch.events]
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


def _read(event: Event, now: datetime) -> _Fact:
    """Check what can be checked of an event alone."""
    encoded = msgspec.json.encode([event.kind, event.at, event.body], order="sorted")
    happened = _happened(event, now)
    fact = _Fact(
        event=event,
        hash=hashlib.sha256(encoded).hexdigest(),
        at=happened or now,
        clockless=happened is None,
    )
    if not (0 < len(event.id) <= LONGEST_ID and event.id.isprintable()):
        fact.problem = "bad_id"
    elif not 0 < event.seq < LARGEST:
        fact.problem = "bad_seq"
    elif not _is_time(event):
        fact.problem = "bad_time"
    elif b"\\u0000" in encoded:
        fact.problem = "bad_body"
    else:
        _read_body(fact)
    return fact


def _is_time(event: Event) -> bool:
    """Whether the workstation's time is one at all, however wrong."""
    try:
        event.at.astimezone(UTC)
    except OverflowError:
        return False
    return event.at.tzinfo is not None


def _happened(event: Event, now: datetime) -> datetime | None:
    """When a fact happened by our clock, never ahead of it; None when its clock can't have been right."""
    try:
        at = (event.at + timedelta(milliseconds=event.offset_ms or 0)).astimezone(UTC)
    except OverflowError:
        return None
    return min(at, now) if now - LONGEST_AWAY < at < now + AHEAD else None


def _read_body(fact: _Fact) -> None:
    try:
        fact.body = read_body(fact.event.kind, fact.event.body)
    except ValueError:
        fact.problem = "bad_body" if fact.event.kind in KINDS else "unknown_kind"
        return
    if not _is_sane(fact.body):
        fact.problem = "bad_body"
    elif hasattr(fact.body, "client_id") and fact.client_id is None:
        fact.problem = "unknown_client"


def _is_sane(body: FactBody) -> bool:
    """Whether the values of a body are possible at all."""
    match body:
        case SkipBody():
            return body.reason in (*SKIP_REASONS, SEARCHED)
        case StateBody():
            return body.state in STATES
        case ResultBody():
            numbers = [body.amount or 0, body.account_id or 0, *(part.amount for part in body.instalments)]
            instants = [at for at in (body.callback_at, body.started_at) if at is not None]
            return all(abs(number) < LARGEST for number in numbers) and all(at.tzinfo for at in instants)
        case RequestBody():
            terms = body.terms
            numbers = [terms.to_pay, *terms.waived.values(), *(part.amount for part in terms.payments)]
            return all(0 <= number < LARGEST for number in (body.account_id, *numbers))
        case InconsistencyBody():
            return body.issue in ISSUES and 0 <= (body.account_id or 0) < LARGEST
        case _:
            return True


def _find_known(tx: Tx, device: str, facts: list[_Fact]) -> None:
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
            fact.problem = "seq_reused"
        else:
            hashes[event_id], numbers[seq] = fact.hash, event_id


def _scope(tx: Tx, who: Who, facts: list[_Fact]) -> dict[int, int]:
    """Lock the clients that the new facts are about; those in the sender's scope, with portfolio."""
    new = [fact for fact in facts if not fact.known and fact.client_id is not None]
    found = dict(lock_clients(tx, [fact.client_id for fact in new if fact.client_id])) if new else {}
    for fact in new:
        if fact.problem is None and fact.client_id not in found:
            fact.problem = "unknown_client"
        elif fact.problem is None and not who.may_see(found[fact.client_id or 0]):
            fact.problem = "forbidden"
    return {client_id: portfolio for client_id, portfolio in found.items() if who.may_see(portfolio)}


def _take_in_order(work: Work, facts: list[_Fact]) -> Iterator[EventResult]:
    """Take the facts; once one is refused, the later ones about the same client have to wait for it."""
    waiting: set[int] = set()
    for fact in facts:
        if fact.client_id in waiting and not fact.known and fact.problem is None:
            fact.problem = HELD_BACK
        result = _take(work, fact)
        if result.status == "refused" and fact.client_id is not None:
            waiting.add(fact.client_id)
        yield result


def _take(work: Work, fact: _Fact) -> EventResult:
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


def _doubt(work: Work, fact: _Fact, result: EventResult) -> EventResult:
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


def _refused(fact: _Fact, reason: str) -> EventResult:
    return EventResult(id=fact.event.id, status="refused", reason=reason)


def _do(work: Work, fact: _Fact, at: datetime) -> EventResult:
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
        case FactBody() as body:
            return notes.take(work, fact.event, body, at)
        case _:
            raise AssertionError(fact.event.kind)


def _change_state(work: Work, event: Event, body: StateBody, at: datetime) -> EventResult:
    """An agent's state; one that is older than the last known changes nothing more."""
    work.states.append((body.state, at))
    work.deltas.add(TIMELESS, 0, 0, "", work.who.user_id, STATE)
    return EventResult(id=event.id, status="applied")


def _tell_lead(work: Work, fact: _Fact, reason: str) -> None:
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


def _note_last_result(work: Work, facts: list[_Fact], results: tuple[EventResult, ...]) -> None:
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
    tx: Tx, who: Who, device: str, facts: list[_Fact], results: tuple[EventResult, ...]
) -> None:
    """The audit log vouches for each fact that is new, and tells how many were refused."""
    kept = {str(fact.event.seq): fact.print for fact in facts if fact.print is not None}
    refused = sum(result.status == "refused" for result in results)
    if kept or refused:
        audit.note(tx, who.name, audit.RECORDED, device=device, facts=kept, refused=refused)


def _note_device(tx: Tx, device: str, facts: list[_Fact]) -> None:
    kept = [fact.event for fact in facts if fact.problem is None]
    if not kept:
        return
    last = max(kept, key=lambda event: event.seq)
    note_progress(tx, device, last.seq, _kept_offset(last))
