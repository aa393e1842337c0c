from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
import pytest

from rules.protocol import EventBatch
from storage.central.doors.people import Who
from storage.central.facts import events
from storage.central.queue import queueing


def count(store, table: str) -> int:
    with store.read() as tx:
        return tx.value(f'SELECT count(*) FROM "{table}"')


def statuses(results) -> list[str]:
    return [one.status for one in results]


def test_a_result_ends_its_lease_and_is_in_the_history(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO", "note": "rings\u202eout"}, lease)
    assert statuses(town.record(ana, event)) == ["applied"]
    document = town.document(client)
    assert [(one.id, one.code, one.agent) for one in document.history] == [(event.id, "NOCO", "ana")]
    assert document.history[0].note == "ringsout"
    assert document.version == lease.client.version + 1
    assert len(document.attempts) == 1
    assert town.standing(client) == "waiting"


def test_the_same_fact_twice_changes_nothing(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    event = town.event(ana, "result", town.promise_body(client), lease)
    first = town.record(ana, event)
    before = town.document(client)
    again = town.record(ana, event, msgspec.structs.replace(event, offset_ms=7))
    assert statuses(first) == ["applied"]
    assert statuses(again) == ["duplicate", "duplicate"]
    assert town.document(client) == before
    assert count(town.store, "event") == count(town.store, "promise") == 1


def test_the_same_fact_twice_in_one_batch_is_kept_once(town, ana: Who) -> None:
    client = town.clients(1)[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, town.lease(ana).leases[0])
    assert statuses(town.record(ana, event, event)) == ["applied", "duplicate"]


def test_an_id_with_another_fact_is_refused(town, ana: Who) -> None:
    client = town.clients(1)[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, town.lease(ana).leases[0])
    town.record(ana, event)
    other = msgspec.structs.replace(event, body={"client_id": client, "code": "OCUP"})
    (result,) = town.record(ana, other)
    assert (result.status, result.reason) == ("refused", "id_reused")


def test_a_number_of_the_device_with_another_fact_is_refused(town, ana: Who) -> None:
    client = town.clients(1)[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, town.lease(ana).leases[0])
    town.record(ana, event)
    (result,) = town.record(ana, msgspec.structs.replace(event, id="another"))
    assert (result.status, result.reason) == ("refused", "seq_reused")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "gossip"}, "unknown_kind"),
        ({"body": {"client_id": 1}}, "bad_body"),
        ({"body": {"client_id": 1, "code": "NOCO", "nota": "x"}}, "bad_body"),
        ({"body": {"client_id": 1, "code": "NOCO", "note": "a\0b"}}, "bad_body"),
        ({"body": {"client_id": 1, "code": "NOCO", "callback_at": "2026-11-26T10:00:00"}}, "bad_body"),
        ({"body": {"client_id": 1, "code": "NOCO", "amount": 10**20}}, "bad_body"),
        ({"body": {"client_id": 10**18, "code": "NOCO"}}, "unknown_client"),
        ({"body": {"client_id": 10**9, "code": "NOCO"}}, "unknown_client"),
        ({"kind": "skip", "body": {"client_id": 1, "reason": "bored"}}, "bad_body"),
        ({"kind": "state", "body": {"state": "asleep"}}, "bad_body"),
        ({"seq": 0}, "bad_seq"),
        ({"seq": 10**30}, "bad_seq"),
        ({"id": ""}, "bad_id"),
        ({"id": "x" * 65}, "bad_id"),
        ({"at": datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))}, "bad_time"),
    ],
)
def test_what_can_not_be_read_is_refused_and_holds_nothing_else_up(town, ana: Who, changes, reason) -> None:
    town.clients(2)
    held = town.lease(ana, 2).leases
    client, other = (one.client.id for one in held)
    if changes.get("body", {}).get("client_id") == 1:
        changes = changes | {"body": changes["body"] | {"client_id": client}}
    good = town.event(ana, "result", {"client_id": other, "code": "NOCO"}, held[1])
    bad = msgspec.structs.replace(town.event(ana, "result", {"client_id": client, "code": "NOCO"}), **changes)
    refused, applied = town.record(ana, bad, good)
    assert (refused.status, refused.reason) == ("refused", reason)
    assert applied.status == "applied"
    assert count(town.store, "event") == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"code": "ZZZZ"}, "unknown_code"),
        ({"code": "REGU"}, "unknown_code"),  # the system's own
        ({"code": "PPT"}, "missing_field"),
        ({"code": "NOCO", "note": "card 4111 1111 1111 1111"}, "card_number_in_note"),
        ({"code": "NOCO", "account_id": 12345}, "unknown_account"),
        ({"code": "YPAG", "amount": -5, "due": "2026-11-24", "channel": "spei"}, "amount_not_positive"),
    ],
)
def test_a_result_that_may_never_be_kept_is_refused_and_shown_to_a_lead(town, ana: Who, body, reason) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    (result,) = town.record(ana, town.event(ana, "result", {"client_id": client} | body, lease))
    assert (result.status, result.reason) == ("refused", reason)
    assert town.standing(client) == "lease"
    assert count(town.store, "event") == count(town.store, "interaction") == 0
    with town.store.read() as tx:
        assert tx.all("SELECT kind, reason FROM review") == [("refused", reason)]


def test_a_client_of_another_portfolio_is_forbidden(town) -> None:
    town.portfolio("Loans")
    client = town.clients(1)[0]
    carla = town.agent("carla", portfolios=("Loans",))
    (result,) = town.record(carla, town.event(carla, "result", {"client_id": client, "code": "NOCO"}))
    assert (result.status, result.reason) == ("refused", "forbidden")
    assert town.document(client).history == ()


def test_more_than_a_hundred_facts_are_not_taken(town, ana: Who) -> None:
    batch = [town.event(ana, "state", {"state": "break"}) for _ in range(101)]
    with pytest.raises(ValueError, match="at most 100"):
        town.record(ana, *batch)


def test_a_promise_waits_until_it_is_due(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    event = town.event(ana, "result", town.promise_body(client, 50_000), lease)
    town.record(ana, event)
    (promise,) = town.document(client).promises
    assert (promise.id, promise.amount, promise.status, promise.agent) == (event.id, 50_000, "open", "ana")
    assert town.document(client).history[0].status == "open"
    assert town.standing(client) == "waiting"


def test_a_plan_is_one_promise_for_each_payment(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    account = lease.client.accounts[0].id
    dues = [(clock.now() + timedelta(days=days)).date().isoformat() for days in (5, 20, 35)]
    body = {
        "client_id": client,
        "code": "PLAN",
        "account_id": account,
        "amount": 120_000,
        "due": dues[0],
        "reason": "FLUJO",
        "instalments": [{"due": due, "amount": 40_000} for due in dues],
    }
    event = town.event(ana, "result", body, lease)
    assert statuses(town.record(ana, event)) == ["applied"]
    promises = town.document(client).promises
    assert [one.id for one in promises] == [f"{event.id}:{n}" for n in (1, 2, 3)]
    assert sum(one.amount for one in promises) == 120_000


def test_a_fact_under_a_lost_lease_is_kept_and_marked_late(town, ana: Who, beto: Who, clock) -> None:
    client = town.clients(1)[0]
    old = town.lease(ana).leases[0]
    made_at = clock.now()
    clock.move(minutes=21)
    queueing.sweep(town.store)
    new = town.lease(beto).leases[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, old, at=made_at)
    (result,) = town.record(ana, event)
    assert (result.status, result.reason) == ("late", "lease_gone")
    document = town.document(client)
    assert document.history[0].id == event.id
    assert document.history[0].at == made_at
    assert len(document.attempts) == 1
    assert town.standing(client) == "lease"
    (after,) = town.record(beto, town.event(beto, "result", {"client_id": client, "code": "OCUP"}, new))
    assert after.status == "applied"
    with town.store.read() as tx:
        assert tx.all("SELECT kind, event_id FROM review") == [("late", event.id)]


def test_a_lease_that_ran_out_but_went_to_nobody_still_counts(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    clock.move(minutes=30)
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, lease)
    assert statuses(town.record(ana, event)) == ["applied"]


def test_a_second_open_promise_on_an_account_is_a_conflict_and_both_are_kept(
    town, ana: Who, beto: Who, clock
) -> None:
    client = town.clients(1)[0]
    first = town.lease(ana).leases[0]
    clock.move(minutes=21)
    queueing.sweep(town.store)
    second = town.lease(beto).leases[0]
    (kept,) = town.record(beto, town.event(beto, "result", town.promise_body(client), second))
    (conflict,) = town.record(ana, town.event(ana, "result", town.promise_body(client, 90_000), first))
    assert (kept.status, conflict.status, conflict.reason) == ("applied", "conflict", "second_promise")
    assert [one.status for one in town.document(client).promises] == ["open", "open"]
    with town.store.read() as tx:
        assert tx.all("SELECT kind, amount FROM review") == [("conflict", 90_000)]


def test_several_facts_about_one_client_build_on_each_other(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    batch = [
        town.event(ana, "result", town.promise_body(client), lease),
        town.event(ana, "result", town.promise_body(client), lease),
    ]
    assert statuses(town.record(ana, *batch)) == ["applied", "conflict"]


def test_the_clock_of_the_workstation_is_corrected(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    slow = clock.now() - timedelta(minutes=50)
    body = {"client_id": client, "code": "NOCO"}
    event = town.event(ana, "result", body, lease, at=slow, offset_ms=45 * 60_000)
    town.record(ana, event)
    assert town.document(client).history[0].at == clock.now() - timedelta(minutes=5)
    with town.store.read() as tx:
        assert tx.one("SELECT last_seq, skew_ms FROM device") == (event.seq, 45 * 60_000)


def test_nothing_happens_in_the_future(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    fast = clock.now() + timedelta(hours=3)
    town.record(
        ana, town.event(ana, "result", {"client_id": client, "code": "NOCO"}, lease, at=fast, offset_ms=None)
    )
    assert town.document(client).history[0].at == clock.now()


def test_a_skipped_client_comes_back_after_a_while(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    skip = town.event(ana, "skip", {"client_id": client, "reason": "busy_line"}, lease)
    assert statuses(town.record(ana, skip)) == ["applied"]
    assert town.standing(client) == "waiting"
    assert town.document(client).history == ()
    clock.move(minutes=15)
    assert queueing.sweep(town.store) == 1
    assert town.standing(client) == "ready"


def test_a_skip_for_the_lead_is_put_before_one(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "skip", {"client_id": client, "reason": "needs_lead"}, lease))
    with town.store.read() as tx:
        assert tx.all("SELECT kind, reason FROM review") == [("needs_lead", "needs_lead")]


def test_an_older_state_does_not_replace_a_newer_one(town, ana: Who, clock) -> None:
    newer = town.event(ana, "state", {"state": "meal"})
    older = town.event(ana, "state", {"state": "break"}, at=clock.now() - timedelta(minutes=5))
    town.record(ana, newer, older)
    with town.store.read() as tx:
        assert tx.value("SELECT state FROM agent_state") == "meal"


@pytest.mark.parametrize(
    ("code", "more", "standing"),
    [("CESE", {"note": "asks in writing"}, "out"), ("FALL", {"note": "his widow says so"}, "out")],
)
def test_what_stops_contact_takes_the_client_out_of_the_queue(town, ana: Who, code, more, standing) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    (result,) = town.record(ana, town.event(ana, "result", {"client_id": client, "code": code} | more, lease))
    assert result.status == "applied", result
    assert town.standing(client) == standing


def test_a_wrong_number_is_not_called_again(town, ana: Who) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    body = {"client_id": client, "code": "DESC", "phone": lease.client.phones[0].id}
    town.record(ana, town.event(ana, "result", body, lease))
    document = town.document(client)
    assert (document.phones[0].status, document.phones[0].use) == ("equivocado", "none")
    assert not document.attempts[0].counted
    assert town.standing(client) == "unlocatable"


def test_the_batch_is_one_transaction(town, ana: Who, monkeypatch) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    event = town.event(ana, "result", {"client_id": client, "code": "NOCO"}, lease)

    def fail(*_: object) -> None:
        raise RuntimeError("the power goes")

    monkeypatch.setattr(events, "note_progress", fail)
    with pytest.raises(RuntimeError):
        events.record(town.store, ana, EventBatch(device=ana.device, events=(event,)))
    monkeypatch.undo()
    assert town.standing(client) == "lease"
    assert town.document(client).history == ()
    assert statuses(town.record(ana, event)) == ["applied"]
