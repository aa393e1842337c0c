"""What a result or a skip does to its client."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from rules.agreements import left_over
from rules.buckets import parted, segment
from rules.catalogue import Result
from rules.clients import Case, Client
from rules.consequences import Consequences, apply, check, consequences
from rules.facts import Event, EventResult, ResultBody, SkipBody
from rules.queue import placement
from rules.strategies import departures
from rules.terms import AGREEING
from rules.text import clean
from storage.central.counting.figures import FLAG_MEASURES, PROMISED, RESULT, WORKED
from storage.central.facts import effects
from storage.central.facts.authority import is_beyond
from storage.central.facts.points import real_id
from storage.central.facts.work import Work
from storage.central.leading.strategies import existed
from storage.central.records.agreements import issue
from storage.central.records.reviews import put_before_lead

SKIP_DELAY = timedelta(minutes=15)
LEAD_DELAY = timedelta(days=1)
SKIPS_FOR_LEAD = ("needs_lead", "wrong_portfolio", "conflict_of_interest")
"""Reasons to pass a client over that somebody has to look at; the others just wait a while."""

NEVER_KEPT = frozenset(
    {
        "missing_field",
        "card_number_in_note",
        "card_code_in_note",
        "unknown_account",
        "currency_mismatch",
        "amount_not_positive",
        "receipts_not_taken",
        "unknown_receipt",
    }
)
"""Problems for which a result is refused. The rules on dates and limits were checked where
the agent could mend them; a call that took place is kept even if they have changed since."""

LONGEST_NOTE = 4000


def refusal(work: Work, body: ResultBody, at: datetime) -> str | None:
    """Why a result can't be kept, as a code; None when it can."""
    result = work.result(body, at)
    if result is None or not result.agent:
        return "unknown_code"
    # What is agreed on is held against the debt by component, and is written down so.
    client = work.in_detail(body.client_id) if result.effect in AGREEING else work.clients[body.client_id]
    problems = check(result, body, client, at, work.parameters(body.client_id))
    never = next((problem.code for problem in problems if problem.code in NEVER_KEPT), None)
    return never or ("unknown_receipt" if _foreign_receipts(work, body) else None)


def _foreign_receipts(work: Work, body: ResultBody) -> bool:
    """Whether a result names receipts that are not the client's, or of another account of the client's.

    One that was paid or replaced meanwhile is the client's all the same.
    """
    if not body.receipts:
        return False
    rows = work.tx.all(
        """
        SELECT r.id, a.id
        FROM receipt r
        JOIN policy p ON p.id = r.policy_id
        JOIN account a ON a.id = p.account_id
        WHERE r.id IN :ids AND a.client_id = :client
        """,
        ids=list(body.receipts),
        client=body.client_id,
    )
    return {row[0] for row in rows if body.account_id in (None, row[1])} != set(body.receipts)


def take_result(work: Work, event: Event, body: ResultBody, at: datetime) -> EventResult:
    """Take a result in; late or conflicting ones are kept, too, and put before a lead."""
    client = work.clients[body.client_id]
    result = work.result(body, at)
    assert result is not None  # noqa: S101 - `refusal` has looked
    body = msgspec.structs.replace(body, phone=real_id(work.tx, body.phone))
    made = consequences(event.id, result, body, client, at, work.who.name, work.parameters(body.client_id))
    beyond = is_beyond(work, result, body, at)
    late = not work.end_lease(client.id, event)
    made = _without_unseen(work, client, made, late=late)
    sendable = made.agreement is None or issue(
        work, work.in_detail(client.id), made.agreement, made.tasks, made.agreements_replaced
    )
    if not sendable:
        made = msgspec.structs.replace(made, agreement=None)
    promised = {promise.account_id for promise in made.promises}
    conflict = any(
        one.status == "open" and one.account_id in promised and one.id not in made.promises_cancelled
        for one in client.promises
    )
    after = apply(client, made)
    _keep_effects(work, event.id, client, after, made, late=late)
    _add_rows(work, event, result, body, made, at, late=late)
    work.clients[client.id] = after
    work.changed.add(client.id)
    status, reason = _verdict(late, conflict, beyond, sendable)
    if reason is not None:
        put_before_lead(
            work.tx,
            work.deltas,
            review_id=event.id,
            kind=status,
            client_id=client.id,
            portfolio_id=work.portfolio_of[client.id],
            user_id=work.who.user_id,
            event_id=event.id,
            amount=body.amount or 0,
            currency=body.currency,
            reason=reason,
        )
    if body.breach:
        put_before_lead(
            work.tx,
            work.deltas,
            review_id=f"{event.id}:breach",
            kind="breach",
            client_id=client.id,
            portfolio_id=work.portfolio_of[client.id],
            user_id=work.who.user_id,
            event_id=event.id,
            reason=clean(body.breach, limit=60),
        )
    return EventResult(id=event.id, status=status, reason=reason)


def _without_unseen(work: Work, client: Client, made: Consequences, *, late: bool) -> Consequences:
    """An agreement takes the place of what its agent knew of; what others agreed meanwhile stays beside it.

    Not known are promises and agreements of another agent when this fact comes late, or theirs did.
    """
    replaced = [*made.promises_cancelled, *made.agreements_replaced]
    if not replaced:
        return made
    unseen = {
        row[0]
        for row in work.tx.all(
            """
            SELECT known.id
            FROM (
                SELECT id, event_id FROM promise WHERE id IN :ids
                UNION ALL SELECT id, id FROM agreement WHERE id IN :ids
            ) known
            JOIN interaction i ON i.id = known.event_id
            WHERE i.user_id <> :user AND (i.late OR :late)
            """,
            ids=replaced,
            user=work.who.user_id,
            late=late,
        )
    }
    agreed = tuple(one for one in made.agreements_replaced if one not in unseen)
    return msgspec.structs.replace(
        made,
        promises_cancelled=tuple(one for one in made.promises_cancelled if one not in unseen),
        agreements_replaced=agreed,
        tasks_void=left_over(client, agreed),
    )


def _verdict(late: bool, conflict: bool, beyond: bool, sendable: bool) -> tuple[str, str | None]:
    if conflict:
        return "conflict", "second_promise"
    if beyond:
        return "conflict", "beyond_authority"
    if not sendable:
        return "conflict", "forbidden_wording"
    return ("late", "lease_gone") if late else ("applied", None)


def _keep_effects(
    work: Work, event_id: str, client: Client, after: Client, made: Consequences, *, late: bool
) -> None:
    """Note what the fact sets; also what was so before, so that taking it back leaves the others."""
    before = work.not_before[client.id]
    wanted = made.not_before
    if before is not None and (late or before > work.tx.now):  # a wait that somebody else began stands
        wanted = max(before, wanted) if wanted is not None else before
    work.not_before[client.id] = wanted
    keep = work.effect
    keep(event_id, client.id, "not_before", effects.as_json(before), effects.as_json(wanted))
    if made.hold_reason:
        keep(event_id, client.id, "hold", _hold(client), _hold(after))
    if made.do_not_contact:
        keep(event_id, client.id, "do_not_contact", client.do_not_contact, True)
    for callback_id in made.callbacks_done:
        keep(event_id, client.id, f"callback:{callback_id}", "open", "done")
        work.add("callback_done", id=callback_id)
    for promise_id in made.promises_cancelled:
        keep(event_id, client.id, f"promise:{promise_id}", "open", "cancelled")
        work.add("promise_cancelled", id=promise_id)
    if made.phone_id is not None:
        number = _phone(after, made.phone_id)
        keep(event_id, client.id, f"phone:{made.phone_id}", _phone(client, made.phone_id), number)
        work.add("phone", id=int(made.phone_id), status=number[0], use=number[1])
    if made.attempt is not None and made.attempt.phone is not None and made.attempt.phone.isdecimal():
        called, at = int(made.attempt.phone), made.attempt.at
        work.add("called", id=called, client=client.id, code=made.history.code, at=at)
    for medium in made.stopped_media:
        keep(event_id, client.id, f"stopped:{medium}", medium in client.stopped_media, True)
    if made.request_used is not None:
        was = next(one.status for one in client.requests if one.id == made.request_used)
        keep(event_id, client.id, f"request:{made.request_used}", was, "used")
        work.add("request_used", id=made.request_used)
    if made.suits:
        keep(event_id, client.id, "suits", client.suits, made.suits)
    for case_id in made.cases_settled:
        keep(event_id, client.id, f"case:{case_id}", "open", "closed")
        work.add("case_settled", id=case_id, outcome="withdrawn", user=work.who.user_id, at=work.tx.now)


def _hold(client: Client) -> list[Any]:
    return [effects.as_json(client.hold_until), client.hold_reason]


def _phone(client: Client, phone_id: str) -> list[str]:
    return next([phone.status, phone.use] for phone in client.phones if phone.id == phone_id)


def _add_rows(
    work: Work,
    event: Event,
    result: Result,
    body: ResultBody,
    made: Consequences,
    at: datetime,
    *,
    late: bool,
) -> None:
    client = work.clients[body.client_id]
    parameters = work.parameters(client.id)
    bucket, strategy = _segment(work, body)
    today, hour = work.book(client.id).moment(at)
    line = made.history
    work.add(
        "interaction",
        id=event.id,
        client=client.id,
        account=line.account_id,
        user=work.who.user_id,
        at=at,
        code=line.code,
        flags=result.flags,
        amount=line.amount,
        currency=line.currency,
        due=line.due,
        channel=_short(line.channel),
        reason=_short(line.reason),
        phone=_short(line.phone),
        note=clean(line.note, newlines=True, limit=LONGEST_NOTE),
        agent=work.who.name,
        late=late,
        counted=made.attempt is None or result.effect != "wrong_number",
        day=today,
        hour=hour,
        bucket=bucket,
        identity=clean(body.identity, limit=40),
        missed=[clean(node, limit=40) for node in body.missed],
        breach=clean(body.breach, limit=60),
        strategy=strategy,
        off_strategy=departures.written(body.off_strategy) if strategy else "",
        started_at=body.started_at,
    )
    for number, promise in enumerate(made.promises, start=1):
        work.add(
            "promise",
            id=promise.id,
            event=event.id,
            number=number,
            client=client.id,
            account=promise.account_id,
            user=work.who.user_id,
            made=at,
            due=promise.due,
            amount=promise.amount,
            currency=promise.currency,
            channel=_short(promise.channel),
            grace_days=parameters.promise_grace_days,
            agent=work.who.name,
            receipts=list(promise.receipts),
        )
    for case in made.cases:
        _add_case(work, client.id, case)
    if made.callback is not None:
        work.add(
            "callback",
            id=event.id,
            client=client.id,
            user=work.who.user_id,
            due_at=made.callback.due_at,
            phone=_short(made.callback.phone),
            note=clean(made.callback.note, newlines=True, limit=LONGEST_NOTE),
        )
    _count(work, client.id, result, made, at, bucket)


def _segment(work: Work, body: ResultBody) -> tuple[str, str]:
    """The client's segment, and the strategy's rule as it was shown; what was not shown, as it holds here."""
    client = work.clients[body.client_id]
    strategy = work.strategy(client.id)
    place = placement(client, work.tx.now, work.parameters(client.id), strategy=strategy)
    if body.strategy in ("", place.strategy) or not existed(work.tx, work.book(client.id), body.strategy):
        return place.bucket, place.strategy
    rule = body.strategy.partition("@")[0].partition(":")[0]
    return segment(parted(place.bucket)[0], rule), body.strategy


def _add_case(work: Work, client_id: int, case: Case) -> None:
    work.add(
        "case",
        id=case.id,
        client=client_id,
        account=case.account_id,
        user=work.who.user_id,
        kind=case.kind,
        opened=case.opened,
        due=case.due,
        clock=case.clock,
        amount=case.amount,
        currency=case.currency,
        tier=case.tier,
        destination=_short(case.destination),
        reason=_short(case.reason),
        reference=_short(case.reference),
        party=_short(case.party),
        note=clean(case.note, newlines=True, limit=LONGEST_NOTE),
        agent=case.agent,
    )
    if case.amount and case.account_id is not None:
        work.add("disputed", account=case.account_id)


def _short(text: str | None) -> str | None:
    return None if text is None else clean(text, limit=100)


def _count(work: Work, client_id: int, result: Result, made: Consequences, at: datetime, bucket: str) -> None:
    today, hour = work.book(client_id).moment(at)
    portfolio_id = work.portfolio_of[client_id]

    def step(measure: str, n: int = 1) -> None:
        work.deltas.add(today, hour, portfolio_id, bucket, work.who.user_id, measure, n)

    for flag, measure in FLAG_MEASURES.items():
        if result.has(flag):
            step(measure)
    step(RESULT + result.code)
    for promise in made.promises:
        step(PROMISED + promise.currency, promise.amount)
    work.worked[(client_id, today, bucket)] += 1
    if work.worked[(client_id, today, bucket)] == 1:
        work.deltas.add(today, 0, portfolio_id, bucket, 0, WORKED)


def take_skip(work: Work, event: Event, body: SkipBody, at: datetime) -> EventResult:
    """Put a client back for a while; where the reason asks for it, before a lead, too.

    A late one takes the client off no desk, but its wait and its word to the lead hold.
    """
    late = not work.end_lease(body.client_id, event)
    for_lead = body.reason in SKIPS_FOR_LEAD
    before = work.not_before[body.client_id]
    until = at + (LEAD_DELAY if for_lead else SKIP_DELAY)
    work.not_before[body.client_id] = until if before is None else max(before, until)
    work.effect(
        event.id,
        body.client_id,
        "not_before",
        effects.as_json(before),
        effects.as_json(work.not_before[body.client_id]),
    )
    work.changed.add(body.client_id)
    if for_lead:
        put_before_lead(
            work.tx,
            work.deltas,
            review_id=event.id,
            kind="needs_lead",
            client_id=body.client_id,
            portfolio_id=work.portfolio_of[body.client_id],
            user_id=work.who.user_id,
            event_id=event.id,
            reason=body.reason,
        )
    if late:
        return EventResult(id=event.id, status="late", reason="lease_gone")
    return EventResult(id=event.id, status="applied")
