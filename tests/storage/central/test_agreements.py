"""Written agreements: issued by results, agreed once handed over, gone when taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.agreement import digest
from rules.clients import Agreement
from rules.protocol import Lease
from storage.central import agreements


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
