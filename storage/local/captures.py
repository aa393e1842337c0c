"""What the agent does to the client on the desk, each in the caller's one transaction."""

from __future__ import annotations

import msgspec

from rules import notes
from rules.authority import Grantor
from rules.capture.recall import recallable
from rules.catalogue import Catalogue
from rules.clients import Client
from rules.consequences import check, consequences
from rules.contact import Permission, for_client, may_call, version
from rules.desk import ClientPage, Refused, Saved
from rules.facts import (
    BUSY,
    SEARCHED,
    SKIP_REASONS,
    Event,
    ResultBody,
    RetractionBody,
    SkipBody,
    StateBody,
    TaskBody,
    kind_of,
)
from rules.terms import GRANTING, resting_on
from rules.text import clean, find_card_code, find_pan
from rules.wire import FactBody
from rules.zones import local_day
from storage.local import (
    agenda,
    documents,
    facts,
    intake,
    leases,
    meta,
    outbox,
    permissions,
    showing,
    worktime,
)
from storage.local.documents import cleaned
from storage.local.facts import NOTHING, Tally
from storage.local.leases import Held
from storage.local.meta import Shown, State
from storage.local.showing import move_on
from storage.local.undo import keep_before, take_before
from storage.local.view import View

TEXTS = ("note", "line", "party", "reference", "evidence")
"""Fields of a result that hold what somebody typed."""

ALLOWED = Permission(allowed=True)

LINES_KEPT = 50
"""Entered lines that can be called back on another day."""


def save(view: View, body: ResultBody) -> Saved | Refused:
    """Make a result of the client on the desk, and show the next one."""
    found = view.on_desk()
    if found is None or found[1].client_id != body.client_id:
        return Refused(code="not_on_desk")
    shown, held = found
    client = view.client(held)
    catalogue = view.catalogue(client)
    result = catalogue.results.get(body.code)
    if result is None or not result.agent:
        return Refused(code="unknown_code", params={"code": clean(body.code)})
    texts = {name: clean(value) for name in TEXTS if (value := getattr(body, name))}
    body = msgspec.structs.replace(body, **texts)
    rules = for_client(client, view.settings)
    grantor = None
    if result.effect in GRANTING:
        grantor = Grantor(view.user.level, view.negotiation(client).authority)
    problems = check(result, body, client, view.now, rules, grantor)
    if problems:
        return Refused(code=problems[0].code, params=problems[0].params)
    permission = permissions.of_call(view, client, result, body, rules) if result.has("A") else ALLOWED
    if not permission.allowed and body.breach != permission.rule:
        return _forbidden(view, "call_forbidden", client, held, permission, doing="capture")
    body = msgspec.structs.replace(
        body, breach="" if permission.allowed else permission.rule, rules_version=version(client, rules)
    )
    confirmed = body.off_strategy
    guidance = view.guidance(client, rules)
    if guidance is not None:
        from storage.local import guiding  # here: most portfolios have no strategy

        body = guiding.followed(guidance, body, result, client, held, view.now, rules, view.negotiation)
        if body.off_strategy and not body.note and body.off_strategy != confirmed:
            return Refused(code="off_strategy", params={"what": ",".join(body.off_strategy)})
    if grantor is not None:
        today = local_day(view.now, (client.zones or rules.default_zones)[0])
        body = msgspec.structs.replace(body, request_id=resting_on(result, body, client, today, grantor))
    fact_id = facts.new_id()
    made = consequences(fact_id, result, body, client, view.now, view.user.name, rules)
    counts = facts.tally(result, made.promises)
    _work(view, fact_id, body, shown, held, counts)
    agenda.note(view.connection, fact_id, client, made, rules)
    worktime.end_call(view.connection, view.now)
    _remember(view, body.line, catalogue)
    move_on(view)
    return Saved(fact_id=fact_id, desk=view.screenful())


def select_phone(view: View, index: int) -> ClientPage | Refused:
    """Choose the number to call; what the contact rules refuse is kept for the record."""
    answer = showing.select_phone(view, index)
    found = view.on_desk()
    if isinstance(answer, Refused) and answer.code == "not_callable" and found is not None:
        client = view.client(found[1])
        permission = may_call(client, client.phones[index], view.now, for_client(client, view.settings))
        return _forbidden(view, "not_callable", client, found[1], permission, doing="call")
    return answer


def _forbidden(
    view: View, code: str, client: Client, held: Held, permission: Permission, *, doing: str
) -> Refused:
    """Refuse, and keep that it was refused: the one thing that the transaction then writes."""
    body = permissions.to_keep(view, client, permission, doing)
    if body is not None:
        write(view, facts.new_id(), body, held)
    return permissions.refused(code, permission)


def lines(view: View) -> tuple[str, ...]:
    """The agent's last entered lines, oldest first, without their notes and names."""
    return meta.read(view.connection, meta.LINES, tuple[str, ...]) or ()


def _remember(view: View, line: str, catalogue: Catalogue) -> None:
    """Keep an entered line to be called back; the same one again is no further line."""
    kept, entered = lines(view), recallable(line, catalogue)
    if entered and entered != (kept[-1] if kept else ""):
        meta.write(view.connection, meta.LINES, (*kept, entered)[-LINES_KEPT:])


def skip(view: View, reason: str, note: str) -> Saved | Refused:
    """Pass the client on the desk over, and show the next one."""
    found = view.on_desk()
    if found is None:
        return Refused(code="no_client")
    if reason not in (*SKIP_REASONS, SEARCHED):
        return Refused(code="unknown_reason", params={"reason": clean(reason)})
    note = clean(note)
    if find_pan(note):
        return Refused(code="card_number_in_note")
    if find_card_code(note):
        return Refused(code="card_code_in_note")
    shown, held = found
    fact_id = facts.new_id()
    body = SkipBody(client_id=held.client_id, reason=reason, note=note)
    _work(view, fact_id, body, shown, held, NOTHING)
    state = meta.read(view.connection, meta.STATE, State)
    if state is not None and state.state in BUSY:
        change_state(view, "available")  # a fact of its own: a skip alone does not say that a call ended
    move_on(view)
    return Saved(fact_id=fact_id, desk=view.screenful())


def note(view: View, body: FactBody) -> Saved | Refused:
    """Make a note about a client at hand durable; the client stays where it is."""
    held = leases.of_client(view.connection, getattr(body, "client_id", 0))
    if held is None or held.worked:
        return Refused(code="not_on_desk")
    body = msgspec.convert(cleaned(msgspec.to_builtins(body)), type(body))
    client = view.client(held)
    problems = notes.check(body, client, view.now, for_client(client, view.settings))
    if problems:
        return Refused(code=problems[0].code, params=problems[0].params)
    fact_id = facts.new_id()
    write(view, fact_id, body, held)
    if isinstance(body, TaskBody):
        agenda.tick_off(view.connection, fact_id, [body.task_id])
    server = documents.as_sent(view.connection, client.id)
    if server is not None:
        intake.put_own_on_top(view, server, outbox.of_client(view.connection, client.id))
    return Saved(fact_id=fact_id, desk=view.screenful())


def _work(
    view: View,
    fact_id: str,
    body: FactBody,
    shown: Shown,
    held: Held,
    counts: Tally,
) -> None:
    """Write the fact; the client has been worked and is not offered again under this lease.

    Its document stays as it was shown: what the fact changes in it is put on top when the
    client comes back (`intake`), and taking the fact back finds everything in its place.
    """
    event = write(view, fact_id, body, held, counts)
    keep_before(view.connection, event.seq, fact_id, shown, held)
    left = held.attempts_left and max(0, held.attempts_left - counts.touches)
    leases.keep(view.connection, msgspec.structs.replace(held, worked=True, attempts_left=left))


def undo(view: View) -> Saved | Refused:
    """Take the last result or skip back by a fact of its own; its client is shown again."""
    taken = facts.last_to_take_back(view.connection)
    if taken is None:
        return Refused(code="nothing_to_undo")
    before = take_before(view.connection, taken)
    fact_id = facts.new_id()
    body = RetractionBody(client_id=before.held.client_id, fact_id=taken)
    write(view, fact_id, body, before.held)
    view.connection.execute("UPDATE fact SET retracted_by = ? WHERE id = ?", (fact_id, taken))
    agenda.take_back(view.connection, taken)
    leases.keep(view.connection, intake.restored(view, before.held))
    shown = Shown(
        client_id=before.held.client_id,
        since=view.now,
        account_id=before.account_id,
        phone=before.phone,
        undone=True,
    )
    meta.write(view.connection, meta.SHOWN, shown)
    return Saved(fact_id=fact_id, desk=view.screenful())


def is_idle(view: View) -> bool:
    """Whether the agent is available with a client on the desk: what is typed now begins a call."""
    state = meta.read(view.connection, meta.STATE, State)
    return state is not None and state.state == "available" and view.on_desk() is not None


def change_state(view: View, state: str) -> None:
    """Note the agent's state as a fact; the same state again is none."""
    before = meta.read(view.connection, meta.STATE, State)
    if before is None or before.state != state:
        meta.write(view.connection, meta.STATE, State(state, view.now))
        write(view, facts.new_id(), StateBody(state=state))


def write(
    view: View, fact_id: str, body: FactBody, held: Held | None = None, counts: Tally = NOTHING
) -> Event:
    """Make a fact: numbered, kept, counted, on its way.

    Args:
        view: in a transaction.
        fact_id: its id.
        body: what it says.
        held: the lease under which its client is held, None = it is about no client.
        counts: its share of the day's figures.
    """
    event = Event(
        id=fact_id,
        seq=meta.count(view.connection, meta.SEQ),
        kind=kind_of(body),
        at=view.clock_now,
        body=msgspec.to_builtins(body),
        offset_ms=meta.read(view.connection, meta.OFFSET, int),
        lease_id=held.lease_id if held else None,
        lease_token=held.token if held else None,
    )
    facts.keep(view.connection, event, view.now, view.user.zone, counts)
    return event
