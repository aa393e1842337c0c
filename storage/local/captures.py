"""What the agent does to the client on the desk, each in the caller's one transaction."""

from __future__ import annotations

import msgspec

from rules import notes
from rules.consequences import check, consequences
from rules.contact import for_client
from rules.desk import Refused, Saved
from rules.facts import (
    SKIP_REASONS,
    Event,
    FactBody,
    ResultBody,
    RetractionBody,
    SkipBody,
    StateBody,
    kind_of,
)
from rules.text import clean, find_card_code, find_pan
from storage.local import agenda, documents, facts, intake, leases, meta, outbox
from storage.local.documents import cleaned
from storage.local.facts import NOTHING, Tally
from storage.local.leases import Held
from storage.local.meta import Shown, State
from storage.local.showing import move_on
from storage.local.undo import keep_before, take_before
from storage.local.view import View
from storage.reference import catalogue


def save(view: View, body: ResultBody) -> Saved | Refused:
    """Make a result of the client on the desk, and show the next one."""
    found = view.on_desk()
    if found is None or found[1].client_id != body.client_id:
        return Refused(code="not_on_desk")
    result = catalogue().results.get(body.code)
    if result is None or not result.agent:
        return Refused(code="unknown_code", params={"code": clean(body.code)})
    body = msgspec.structs.replace(body, note=clean(body.note), line=clean(body.line))
    shown, held = found
    client = view.client(held)
    rules = for_client(client, view.settings)
    problems = check(result, body, client, view.now, rules)
    if problems:
        return Refused(code=problems[0].code, params=problems[0].params)
    fact_id = facts.new_id()
    made = consequences(fact_id, result, body, client, view.now, view.user.name, rules)
    counts = facts.tally(result, made.promises)
    _work(view, fact_id, "result", body, shown, held, counts)
    agenda.note(view.connection, fact_id, client, made, view.user.zone)
    move_on(view)
    return Saved(fact_id=fact_id, desk=view.screenful())


def skip(view: View, reason: str, note: str) -> Saved | Refused:
    """Pass the client on the desk over, and show the next one."""
    found = view.on_desk()
    if found is None:
        return Refused(code="no_client")
    if reason not in SKIP_REASONS:
        return Refused(code="unknown_reason", params={"reason": clean(reason)})
    note = clean(note)
    if find_pan(note):
        return Refused(code="card_number_in_note")
    if find_card_code(note):
        return Refused(code="card_code_in_note")
    shown, held = found
    fact_id = facts.new_id()
    body = SkipBody(client_id=held.client_id, reason=reason, note=note)
    _work(view, fact_id, "skip", body, shown, held, NOTHING)
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
    _write(view, fact_id, kind_of(body), body, held, NOTHING)
    server = documents.as_sent(view.connection, client.id)
    if server is not None:
        intake.put_own_on_top(view, server, outbox.of_client(view.connection, client.id))
    return Saved(fact_id=fact_id, desk=view.screenful())


def _work(
    view: View,
    fact_id: str,
    kind: str,
    body: FactBody,
    shown: Shown,
    held: Held,
    counts: Tally,
) -> None:
    """Write the fact; the client has been worked and is not offered again under this lease.

    Its document stays as it was shown: what the fact changes in it is put on top when the
    client comes back (`intake`), and taking the fact back finds everything in its place.
    """
    event = _write(view, fact_id, kind, body, held, counts)
    keep_before(view.connection, event.seq, fact_id, shown, held)
    leases.keep(view.connection, msgspec.structs.replace(held, worked=True))


def undo(view: View) -> Saved | Refused:
    """Take the last result or skip back by a fact of its own; its client is shown again."""
    taken = facts.last_to_take_back(view.connection)
    if taken is None:
        return Refused(code="nothing_to_undo")
    before = take_before(view.connection, taken)
    fact_id = facts.new_id()
    body = RetractionBody(client_id=before.held.client_id, fact_id=taken)
    _write(view, fact_id, "retraction", body, before.held, NOTHING)
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


def change_state(view: View, state: str) -> None:
    """Note the agent's state as a fact; the same state again is none."""
    before = meta.read(view.connection, meta.STATE, State)
    if before is None or before.state != state:
        meta.write(view.connection, meta.STATE, State(state, view.now))
        _write(view, facts.new_id(), "state", StateBody(state=state), None, NOTHING)


def _write(view: View, fact_id: str, kind: str, body: FactBody, held: Held | None, counts: Tally) -> Event:
    event = Event(
        id=fact_id,
        seq=meta.count(view.connection, meta.SEQ),
        kind=kind,
        at=view.clock_now,
        body=msgspec.to_builtins(body),
        offset_ms=meta.read(view.connection, meta.OFFSET, int),
        lease_id=held.lease_id if held else None,
        lease_token=held.token if held else None,
    )
    facts.keep(view.connection, event, view.now, view.user.zone, counts)
    return event
