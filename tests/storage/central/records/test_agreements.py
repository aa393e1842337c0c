"""Written agreements: issued by results, agreed once handed over, gone when taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rules.agreement import digest
from rules.clients import Agreement
from rules.protocol import Lease
from storage.central.records import agreements


@pytest.fixture
def held(town, ana) -> Lease:
    town.clients(1, days=70)
    lease: Lease = town.lease(ana).leases[0]
    return lease


def agree(town, ana, held, code: str = "PLAN", **more: Any) -> tuple[str, str]:
    """A plan of two payments, or a settlement; id and status of the fact."""
    account = held.client.accounts[0]
    first = town.store.now().date() + timedelta(days=2)
    body: dict[str, Any] = {
        "client_id": held.client.id,
        "account_id": account.id,
        "code": code,
        "amount": 150_000,
        "currency": "MXN",
        "due": first.isoformat(),
    }
    if code == "PLAN":
        days = (first, first + timedelta(days=15))
        body["instalments"] = [{"due": day.isoformat(), "amount": 75_000} for day in days]
    event = town.event(ana, "result", body | more, held)
    [result] = town.record(ana, event)
    return event.id, result.status


def only(town, held) -> Agreement:
    [agreement] = town.document(held.client.id).agreements
    return agreement


def open_tasks(town, held) -> list[str]:
    return [task.kind for task in town.document(held.client.id).tasks]


def test_a_plan_is_written_down_with_its_digest_and_has_to_be_handed_over(town, store, ana, held) -> None:
    fact_id, _ = agree(town, ana, held)
    agreement = only(town, held)
    assert (agreement.id, agreement.status, agreement.agent) == (fact_id, "issued", "ana")
    assert digest(agreement.text) == agreement.digest
    assert agreement.folio in agreement.text
    assert agreement.text.count("$750.00") == 2
    assert open_tasks(town, held) == ["copy_to_lender", "deliver_agreement"]
    with store.read() as tx:
        assert agreements.find(tx, agreement.folio) == agreement
        assert agreements.find(tx, "CV-00000-00000") is None


def test_a_settlement_spreads_what_is_waived_over_the_components_of_the_store(town, store, ana, held) -> None:
    with store.begin() as tx:
        components = {"moratorios": 100_000, "capital_vencido": 350_000}
        tx.run("UPDATE account SET components = :components", components=components)
    agree(town, ana, held, "QUIT", amount=400_000)
    assert only(town, held).terms.waived == {"moratorios": 50_000}
    assert "Intereses moratorios" in only(town, held).text


@pytest.mark.parametrize("code", ["PPT", "PPP"])
def test_a_promise_is_no_agreement(town, ana, held, code) -> None:
    body = town.promise_body(held.client.id, code=code, note="paga el viernes")
    town.record(ana, town.event(ana, "result", body, held))
    assert town.document(held.client.id).agreements == ()


def test_it_is_agreed_once_it_was_handed_over(town, ana, held, clock) -> None:
    fact_id, _ = agree(town, ana, held)
    clock.move(hours=1)
    body = {"client_id": held.client.id, "agreement_id": fact_id, "medium": "email"}
    assert town.record(ana, town.event(ana, "delivery", body))[0].status == "applied"
    agreement = only(town, held)
    assert (agreement.status, agreement.medium, agreement.delivered) == ("delivered", "email", clock.now())
    assert open_tasks(town, held) == ["copy_to_lender"]
    clock.move(hours=1)
    town.record(ana, town.event(ana, "delivery", body | {"medium": "hand"}))
    assert only(town, held).medium == "email"


def test_taking_the_result_back_voids_agreement_and_tasks(town, store, ana, held) -> None:
    fact_id, _ = agree(town, ana, held)
    folio = only(town, held).folio
    back = town.event(ana, "retraction", {"client_id": held.client.id, "fact_id": fact_id}, held)
    assert town.record(ana, back)[0].status == "applied"
    assert town.document(held.client.id).agreements == ()
    assert open_tasks(town, held) == []
    with store.read() as tx:
        found = agreements.find(tx, folio)
    assert found is not None
    assert found.status == "void"


def test_words_that_may_not_be_sent_are_not_issued(town, store, ana, held) -> None:
    with store.begin() as tx:
        tx.run("UPDATE account SET name = 'Orden de embargo'")
    _, status = agree(town, ana, held)
    assert status == "conflict"
    assert town.document(held.client.id).agreements == ()
    assert open_tasks(town, held) == []
    with store.read() as tx:
        assert tx.all("SELECT kind, reason FROM review") == [("conflict", "forbidden_wording")]


def test_a_client_may_have_any_name(town, store, ana, held) -> None:
    with store.begin() as tx:
        tx.run("UPDATE client SET name = 'María Embargo Juez'")
    agree(town, ana, held)
    assert "María Embargo Juez" in only(town, held).text


def replace(town, ana, held, code: str = "PLAN", **more: Any) -> str:
    """One more agreement on the same account, by a call that nobody leased the client for."""
    again = msgspec.structs.replace(held, lease_id="none", token=0)
    return agree(town, ana, again, code, **more)[0]


def take_back(town, ana, held, fact_id: str) -> None:
    back = town.event(ana, "retraction", {"client_id": held.client.id, "fact_id": fact_id})
    assert town.record(ana, back)[0].status == "applied"


def standing(town, held) -> dict[str, str]:
    return {one.id: one.status for one in town.document(held.client.id).agreements}


def tasks_of(town, held) -> set[tuple[str, str]]:
    return {(task.about, task.kind) for task in town.document(held.client.id).tasks}


def test_a_new_agreement_takes_the_place_of_the_one_before(town, ana, held) -> None:
    first, _ = agree(town, ana, held)
    second = replace(town, ana, held, "QUIT", amount=400_000)
    assert standing(town, held) == {second: "issued", first: "void"}
    assert tasks_of(town, held) == {(second, "copy_to_lender"), (second, "deliver_agreement")}
    take_back(town, ana, held, second)
    assert standing(town, held) == {first: "issued"}
    assert tasks_of(town, held) == {(first, "copy_to_lender"), (first, "deliver_agreement")}


def test_one_that_was_handed_over_comes_back_as_that_and_done_tasks_stay_done(town, ana, held) -> None:
    first, _ = agree(town, ana, held)
    body = {"client_id": held.client.id, "agreement_id": first, "medium": "hand"}
    account = held.client.accounts[0]
    due = (town.store.now().date() + timedelta(days=4)).isoformat()
    new = {"client_id": held.client.id, "account_id": account.id, "code": "QUIT", "amount": 400_000}
    second = town.event(ana, "result", new | {"currency": "MXN", "due": due})
    town.record(ana, town.event(ana, "delivery", body), second)  # in one batch
    assert standing(town, held) == {second.id: "issued", first: "void"}
    take_back(town, ana, held, second.id)
    assert standing(town, held) == {first: "delivered"}
    assert tasks_of(town, held) == {(first, "copy_to_lender")}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (1, 0, 2), (2, 1, 0)])
def test_in_whatever_order_agreements_are_taken_back_the_newest_left_is_in_force(
    town, ana, held, order
) -> None:
    made = [agree(town, ana, held)[0], replace(town, ana, held), replace(town, ana, held)]
    left = list(made)
    for place in order:
        take_back(town, ana, held, made[place])
        left.remove(made[place])
        in_force = {fact_id for fact_id, status in standing(town, held).items() if status != "void"}
        assert in_force == set(left[-1:])
        assert {about for about, _ in tasks_of(town, held)} == in_force


def test_an_agreement_on_another_account_stands(town, ana) -> None:
    town.clients(1, days=70, accounts=2)
    lease = town.lease(ana).leases[0]
    first, _ = agree(town, ana, lease)
    second = replace(town, ana, lease, account_id=lease.client.accounts[1].id)
    assert standing(town, lease) == {first: "issued", second: "issued"}
    assert len(tasks_of(town, lease)) == 4


def test_words_that_may_not_be_sent_replace_nothing(town, store, ana, held) -> None:
    first, _ = agree(town, ana, held)
    with store.begin() as tx:
        tx.run("UPDATE account SET name = 'Orden de embargo'")
    replace(town, ana, held)
    assert standing(town, held) == {first: "issued"}
    assert len(tasks_of(town, held)) == 2
