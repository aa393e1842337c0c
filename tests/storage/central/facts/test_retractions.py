from __future__ import annotations

import msgspec
import pytest

from storage.central.doors.people import Who
from storage.central.records import closing


def take_back(town, who: Who, event, lease=None):
    body = {"client_id": event.body["client_id"], "fact_id": event.id}
    (result,) = town.record(who, town.event(who, "retraction", body, lease))
    return result


def without_traces(document):
    """A document without what a result and its retraction may leave: the marked line and the version."""
    return msgspec.structs.replace(document, history=(), history_total=0, version=0)


@pytest.mark.parametrize(
    "body",
    [
        {"code": "NOCO"},
        {"code": "CESE", "note": "asks in writing"},
        {"code": "FALL", "note": "his widow says so"},
        {"code": "DESC"},
        {"code": "FSER"},
        {"code": "ENFE", "note": "is in hospital"},
        {"code": "DISP", "amount": 50_000, "note": "does not know the charge"},
        {"code": "PPT"},
        {"code": "RLLA", "callback_at": "2026-11-26T17:00:00Z"},
    ],
)
def test_taking_a_result_back_leaves_the_client_as_before(town, ana: Who, body) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    before = town.document(client)
    if body["code"] == "PPT":
        body = town.promise_body(client)
    body = {"client_id": client, "phone": before.phones[0].id} | body
    event = town.event(ana, "result", body, lease)
    (made,) = town.record(ana, event)
    assert made.status == "applied", made
    assert without_traces(town.document(client)) != without_traces(before)
    assert take_back(town, ana, event).status == "applied"
    after = town.document(client)
    assert [one.status for one in after.history] == ["retracted"]
    cancelled = msgspec.structs.replace(after, promises=())
    assert without_traces(cancelled) == without_traces(before)
    assert all(promise.status == "cancelled" for promise in after.promises)
    assert town.standing(client) == "ready"


def test_the_agent_gets_the_client_back_and_captures_anew(town, ana: Who, beto: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    wrong = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, lease)
    town.record(ana, wrong)
    assert take_back(town, ana, wrong, lease).status == "applied"
    assert town.standing(client) == "lease"
    assert town.lease(beto).leases == ()
    (right,) = town.record(ana, town.event(ana, "result", {"client_id": client, "code": "OCUP"}, lease))
    assert right.status == "applied"


def test_in_one_batch_too(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    wrong = town.event(ana, "result", town.promise_body(client), lease)
    back = town.event(ana, "retraction", {"client_id": client, "fact_id": wrong.id}, lease)
    right = town.event(ana, "result", town.promise_body(client, 70_000), lease)
    assert [one.status for one in town.record(ana, wrong, back, right)] == ["applied"] * 3
    assert sorted((one.status, one.amount) for one in town.document(client).promises) == [
        ("cancelled", 150_000),
        ("open", 70_000),
    ]


def test_whoever_has_the_client_by_now_keeps_it(town, ana: Who, beto: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    skip = town.event(ana, "skip", {"client_id": client, "reason": "later"}, lease)
    town.record(ana, skip)
    with town.store.begin() as tx:
        tx.run("UPDATE client SET not_before = NULL")
        from storage.central.queue.queueing import place

        place(tx, [client], tx.now)
    held = town.lease(beto).leases[0]
    assert take_back(town, ana, skip, lease).status == "applied"
    (result,) = town.record(beto, town.event(beto, "result", {"client_id": client, "code": "NOCO"}, held))
    assert result.status == "applied"


def test_two_facts_that_say_the_same_need_two_retractions(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    body = {"client_id": client, "code": "CESE", "note": "asks in writing"}
    first = town.event(ana, "result", body, lease)
    second = town.event(ana, "result", body, lease)
    town.record(ana, first, second)
    take_back(town, ana, first)
    assert town.document(client).do_not_contact
    take_back(town, ana, second)
    assert not town.document(client).do_not_contact


def test_what_a_lead_changed_since_stays(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    event = town.event(ana, "result", {"client_id": client, "code": "ENFE", "note": "in hospital"}, lease)
    town.record(ana, event)
    with town.store.begin() as tx:
        tx.run("UPDATE client SET hold_until = NULL, hold_reason = 'court'")
    take_back(town, ana, event)
    assert town.document(client).hold_reason == "court"


def test_a_fact_is_taken_back_once_by_who_made_it(town, ana: Who, beto: Who) -> None:
    client = town.clients(1)[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, town.lease(ana).leases[0])
    town.record(ana, event)
    assert take_back(town, beto, event).reason == "forbidden"
    assert take_back(town, ana, event).status == "applied"
    assert take_back(town, ana, event).reason == "already_retracted"
    unknown = msgspec.structs.replace(event, id="never seen")
    assert take_back(town, ana, unknown).reason == "unknown_fact"


def test_a_skip_taken_back_needs_no_wait(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    skip = town.event(ana, "skip", {"client_id": client, "reason": "later"}, lease)
    town.record(ana, skip)
    assert town.standing(client) == "waiting"
    take_back(town, ana, skip)
    assert town.standing(client) == "ready"


STOPS = [
    {"code": "CESE", "note": "asks in writing"},
    {"code": "FALL", "note": "his widow says so"},
    {"code": "DISP", "amount": 50_000, "note": "does not know the charge"},
    {"code": "ENFE", "note": "is in hospital"},
]


def stopped(town, who: Who, body):
    client = town.clients(1)[0]
    lease = town.lease(who).leases[0]
    event = town.event(who, "result", {"client_id": client} | body, lease)
    assert town.record(who, event)[0].status == "applied"
    return event, town.document(client)


@pytest.mark.parametrize("body", STOPS)
def test_a_stop_of_an_earlier_day_is_not_lifted_by_its_maker(town, ana: Who, clock, body) -> None:
    event, before = stopped(town, ana, body)
    clock.move(days=1)
    result = take_back(town, ana, event)
    assert (result.status, result.reason) == ("conflict", "stop_stays")
    after = town.document(before.id)
    assert [one.status for one in after.history] == [one.status for one in before.history]
    assert [(one.kind, one.status) for one in after.cases] == [(one.kind, one.status) for one in before.cases]
    assert (after.do_not_contact, after.hold_reason) == (before.do_not_contact, before.hold_reason)
    with town.store.read() as tx:
        assert tx.all("SELECT kind, reason FROM review WHERE NOT closed") == [("conflict", "stop_stays")]


@pytest.mark.parametrize("body", STOPS)
def test_a_retraction_of_the_same_day_that_comes_days_later_is_taken(town, ana: Who, clock, body) -> None:
    event, _ = stopped(town, ana, body)
    back = town.event(ana, "retraction", {"client_id": event.body["client_id"], "fact_id": event.id})
    clock.move(days=2)
    assert town.record(ana, back)[0].status == "applied"
    assert not town.document(event.body["client_id"]).do_not_contact


def test_what_was_confirmed_is_not_taken_back_by_an_agent(town, ana: Who) -> None:
    event, before = stopped(town, ana, {"code": "FALL", "note": "his widow says so"})
    lead = msgspec.structs.replace(town.agent("lidia"), role="lead")
    closing.close(town.store, lead, event.id, "done", "acta recibida")
    assert take_back(town, ana, event).reason == "stop_stays"
    assert town.document(before.id).hold_reason == "deceased"


def test_a_lead_lifts_a_stop_by_ending_its_case(town, ana: Who, clock) -> None:
    event, before = stopped(town, ana, {"code": "CESE", "note": "asks in writing"})
    clock.move(days=1)
    take_back(town, ana, event)
    lead = msgspec.structs.replace(town.agent("lidia"), role="lead")
    closing.close(town.store, lead, event.id, "withdrawn", "fue un error")
    assert not town.document(before.id).do_not_contact
