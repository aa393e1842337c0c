from __future__ import annotations

from datetime import timedelta

import pytest

from storage.central.doors.people import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.queue import queueing


@pytest.fixture
def promised(town, ana: Who):
    """A client who promised 1,000.00 in three days, and the account."""
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(client, 100_000), lease))
    return client, lease.client.accounts[0].id


def pay(town, account: int, amount: int, reference: str = "r1", **more):
    payment = {
        "account_id": account,
        "at": town.store.now(),
        "amount": amount,
        "currency": "MXN",
        "reference": reference,
    }
    return post_payments(town.store, [NewPayment(**(payment | more))])


def fate(town, client: int) -> list[tuple[str, int]]:
    return [(one.status, one.paid) for one in town.document(client).promises]


def test_a_promise_that_is_paid_is_kept_at_once(town, ana: Who, clock, promised) -> None:
    client, account = promised
    clock.move(days=1)
    assert pay(town, account, 99_950).posted == 1
    assert fate(town, client) == [("kept", 99_950)]
    document = town.document(client)
    assert document.accounts[0].overdue == 150_000 - 99_950
    assert document.accounts[0].total == 450_000 - 99_950
    assert sum(document.accounts[0].components.values()) == document.accounts[0].total
    assert [one.code for one in document.history] == ["PAGO", "PPT"]
    assert document.history[1].status == "kept"
    with town.store.read() as tx:
        assert tx.value("SELECT user_id FROM payment") == ana.user_id


@pytest.mark.parametrize(("paid", "status"), [(0, "broken"), (30_000, "partial")])
def test_a_promise_is_judged_after_its_days_of_grace(town, clock, promised, paid, status) -> None:
    client, account = promised
    if paid:
        pay(town, account, paid)
    clock.move(days=4)  # the day of grace
    queueing.sweep(town.store)
    assert fate(town, client) == [("open", paid)]
    clock.move(days=1)
    queueing.sweep(town.store)
    assert fate(town, client) == [(status, paid)]
    assert town.standing(client) == "ready"
    with town.store.read() as tx:
        reviews = tx.all("SELECT kind, amount FROM review")
    assert reviews == ([("broken_promise", 100_000)] if status == "broken" else [])


def test_a_client_out_of_the_queue_is_judged_too(town, clock, promised) -> None:
    client, _ = promised
    with town.store.begin() as tx:
        tx.run("UPDATE client SET do_not_contact = true")
        queueing.place(tx, [client], tx.now)
    assert town.standing(client) == "out"
    clock.move(days=5)
    queueing.sweep(town.store)
    assert fate(town, client) == [("broken", 0)]


def test_one_payment_counts_for_one_payment_of_a_plan(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    dues = [(clock.now() + timedelta(days=days)).date().isoformat() for days in (2, 9)]
    body = town.promise_body(client, 100_000) | {
        "code": "PLAN",
        "due": dues[0],
        "instalments": [{"due": due, "amount": 50_000} for due in dues],
    }
    assert town.record(ana, town.event(ana, "result", body, lease))[0].status == "applied"
    pay(town, lease.client.accounts[0].id, 60_000)
    assert fate(town, client) == [("kept", 50_000), ("open", 10_000)]
    clock.move(days=12)
    queueing.sweep(town.store)
    assert fate(town, client) == [("kept", 50_000), ("partial", 10_000)]


def test_a_payment_of_the_window_that_is_posted_late_mends_a_broken_promise(town, clock, promised) -> None:
    client, account = promised
    due = clock.now() + timedelta(days=3)
    clock.move(days=6)
    queueing.sweep(town.store)
    pay(town, account, 100_000, "after")
    assert fate(town, client) == [("broken", 0)]  # it came after the days of grace
    pay(town, account, 30_000, "late", at=due)
    assert fate(town, client) == [("partial", 30_000)]
    pay(town, account, 69_950, "later", at=due)
    assert fate(town, client) == [("kept", 99_950)]
    with town.store.read() as tx:
        assert tx.all("SELECT closed FROM review") in ([(1,)], [(True,)])


def test_an_agreement_takes_the_place_of_an_open_promise_until_it_is_taken_back(
    town, ana: Who, clock, promised
) -> None:
    client, account = promised
    clock.move(days=1)
    pay(town, account, 20_000)
    dues = [(clock.now() + timedelta(days=days)).date().isoformat() for days in (4, 9)]
    plan = town.promise_body(client, 80_000) | {
        "code": "PLAN",
        "due": dues[0],
        "instalments": [{"due": due, "amount": 40_000} for due in dues],
    }
    made = town.event(ana, "result", plan)
    assert town.record(ana, made)[0].status == "late"  # nobody leased the client, but no conflict
    assert [one.status for one in town.document(client).promises] == ["cancelled", "open", "open"]
    second = town.event(ana, "result", town.promise_body(client, 10_000))
    assert town.record(ana, second)[0].reason == "second_promise"
    for event in (second, made):
        town.record(ana, town.event(ana, "retraction", {"client_id": client, "fact_id": event.id}))
    found = town.document(client).promises
    assert [one.status for one in found] == ["open", "cancelled", "cancelled", "cancelled"]
    assert found[0].paid == 20_000


def test_a_promise_that_was_taken_back_does_not_come_back_with_what_replaced_it(
    town, ana: Who, clock, promised
) -> None:
    client, _ = promised
    clock.move(hours=1)
    first = town.document(client).promises[0].id
    agreed = town.event(ana, "result", town.promise_body(client, 90_000) | {"code": "QUIT"})
    town.record(ana, agreed)
    for fact in (first, agreed.id):
        town.record(ana, town.event(ana, "retraction", {"client_id": client, "fact_id": fact}))
    assert {one.status for one in town.document(client).promises} == {"cancelled"}


def test_a_payment_is_posted_once(town, promised) -> None:
    client, account = promised
    assert pay(town, account, 10_000).posted == 1
    again = pay(town, account, 10_000)
    assert (again.posted, again.duplicates) == (0, 1)
    assert town.document(client).accounts[0].overdue == 140_000


def test_a_payment_that_fits_nothing_is_refused(town, promised) -> None:
    client, account = promised
    assert pay(town, 10**9, 10_000).refused == ((0, "unknown_account"),)
    assert pay(town, account, 10_000, currency="USD").refused == ((0, "currency_mismatch"),)
    assert pay(town, account, 0).refused == ((0, "amount_not_positive"),)
    assert town.document(client).accounts[0].overdue == 150_000


def test_a_paid_debt_leaves_the_queue(town, promised) -> None:
    client, account = promised
    pay(town, account, 1_000_000)
    document = town.document(client)
    assert (document.accounts[0].status, document.accounts[0].total) == ("paid", 0)
    assert town.standing(client) == "out"


def test_sweeping_when_nothing_is_due_moves_nobody(town, promised, clock) -> None:
    queueing.sweep(town.store)
    assert queueing.sweep(town.store) == 0
