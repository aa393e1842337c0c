"""Requests for approval: asked by an agent, answered by a second person, used by a result."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from rules.clients import Client, Request
from rules.facts import Instalment, Terms
from rules.protocol import Lease
from storage.central.changes import changes
from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.records import approvals
from storage.central.records.closing import NotDone

COMPONENTS = {"moratorios": 60_000, "iva_moratorios": 9_600, "capital_vencido": 380_400}


@pytest.fixture
def lupe(town, store) -> Who:
    """A lead with a supervisor's authority."""
    return lead(town, store, "lupe")


def lead(town, store, name: str, level: str = "supervisor", **more: Any) -> Who:
    who = town.agent(name, **more)
    with store.begin() as tx:
        tx.run(
            "UPDATE app_user SET role = 'lead', level = :level WHERE id = :id", level=level, id=who.user_id
        )
    return msgspec.structs.replace(who, role="lead")


@pytest.fixture
def held(town, store, ana) -> Lease:
    """A client on ana's desk whose debt of 4,500.00 is known by component."""
    [client_id] = town.clients(1, days=70)
    with store.begin() as tx:
        tx.run(
            "UPDATE account SET components = :components, ref = '4152-9981-5512' WHERE client_id = :id",
            components=COMPONENTS,
            id=client_id,
        )
    return town.lease(ana).leases[0]


def ask(town, ana, held, to_pay: int = 400_000, **more: Any) -> str:
    """Ask to settle for an amount in one payment; the request's id."""
    due = (town.store.now().date() + timedelta(days=2)).isoformat()
    body: dict[str, Any] = {
        "client_id": held.client.id,
        "account_id": held.client.accounts[0].id,
        "level": "supervisor",
        "terms": {
            "kind": "settlement",
            "currency": "MXN",
            "to_pay": to_pay,
            "payments": [{"due": due, "amount": to_pay}],
            "waived": {"moratorios": 450_000 - to_pay},
        },
        "reason": "REDUC",
        "note": "paga hoy si bajan los moratorios",
    }
    event = town.event(ana, "request", body | more, held)
    [result] = town.record(ana, event)
    assert result.status == "applied", result
    return event.id


def document(town, held) -> Client:
    found: Client = town.document(held.client.id)
    return found


def only(town, held) -> Request:
    [request] = document(town, held).requests
    return request


def refused(code: str, *args: Any, **options: Any) -> None:
    with pytest.raises(NotDone) as info:
        approvals.answer(*args, **options)
    assert info.value.code == code


def test_an_approval_reaches_the_agents_document_with_its_last_day(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    cursor = changes(store, ana, None, 100).cursor
    assert approvals.answer(store, lupe, request_id, "approve", note="adelante") == "approved"
    request = only(town, held)
    assert (request.status, request.answered_by, request.answer_note) == ("approved", "lupe", "adelante")
    assert request.terms.valid_until == store.now().date() + timedelta(days=1)
    [change] = changes(store, ana, cursor, 100).changes
    assert change.client is not None
    assert change.client.requests == (request,)


def test_a_denial_needs_no_authority_and_leaves_the_terms_alone(town, store, ana, held) -> None:
    request_id = ask(town, ana, held)
    asked = only(town, held).terms
    junior = lead(town, store, "junior", level="agent")
    assert approvals.answer(store, junior, request_id, "deny") == "denied"
    assert only(town, held).terms == asked


def test_a_counter_offer_is_worked_out_from_the_account(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    due = store.now().date() + timedelta(days=1)
    offered = Terms(
        kind="settlement",
        currency="MXN",
        to_pay=420_000,
        payments=(Instalment(due=due, amount=420_000),),
        waived={"capital_vencido": 450_000},  # whatever is sent: what is waived follows from the sum
    )
    assert approvals.answer(store, lupe, request_id, "counter", offered) == "countered"
    counter = only(town, held).counter
    assert counter is not None
    assert (counter.to_pay, sum(counter.waived.values())) == (420_000, 30_000)
    assert set(counter.waived) == {"moratorios", "iva_moratorios"}
    assert (counter.kind, counter.payments) == ("waiver", offered.payments)


def test_two_people_always(town, store, ana, held) -> None:
    request_id = ask(town, ana, held)
    herself = msgspec.structs.replace(ana, role="lead")
    for verdict in ("approve", "deny", "counter"):
        refused("own_request", store, herself, request_id, verdict)
    with (
        pytest.raises((psycopg.errors.CheckViolation, sqlite3.IntegrityError)),
        store.begin() as tx,
    ):
        tx.run("UPDATE approval_request SET answered_by = user_id WHERE id = :id", id=request_id)
    assert only(town, held).status == "open"


def test_nobody_grants_beyond_the_own_level(town, store, ana, held) -> None:
    request_id = ask(town, ana, held, to_pay=300_000, level="agent")  # a third off, whatever the desk says
    senior, remedial = (lead(town, store, name, level=name) for name in ("senior", "remedial"))
    refused("beyond_authority", store, senior, request_id, "approve")
    assert approvals.answer(store, remedial, request_id, "approve") == "approved"


def test_a_request_for_a_higher_level_is_not_granted_below_it(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held, level="committee")
    refused("beyond_authority", store, lupe, request_id, "approve")


def test_an_answer_is_given_once(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    approvals.answer(store, lupe, request_id, "deny")
    refused("already_answered", store, lupe, request_id, "approve")
    refused("unknown_request", store, lupe, "nothing", "approve")
    assert only(town, held).status == "denied"


def test_a_lead_answers_only_in_the_own_portfolios(town, store, ana, held) -> None:
    request_id = ask(town, ana, held)
    town.portfolio("Loans")
    refused("forbidden", store, lead(town, store, "luis", portfolios=("Loans",)), request_id, "approve")


@pytest.mark.parametrize(
    "terms",
    [
        None,
        Terms(kind="settlement", currency="MXN", to_pay=0),
        Terms(kind="settlement", currency="MXN", to_pay=450_001),
        Terms(
            kind="settlement",
            currency="MXN",
            to_pay=100,
            payments=(Instalment(due=date(2026, 12, 1), amount=99),),
        ),
        Terms(
            kind="settlement",
            currency="MXN",
            to_pay=100,
            payments=(Instalment(due=date(2026, 11, 1), amount=100),),
        ),
    ],
    ids=["none", "nothing to pay", "more than owed", "wrong sum", "in the past"],
)
def test_a_counter_offer_that_can_not_be_is_refused(town, store, ana, lupe, held, terms) -> None:
    refused("bad_terms", store, lupe, ask(town, ana, held), "counter", terms)


def test_a_card_number_is_no_word_to_the_agent(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    refused(
        "card_number_in_note",
        store,
        lupe,
        request_id,
        "approve",
        note="4152 3138 0000 0001 vs 4242424242424242",
    )


def test_the_board_shows_figures_and_no_names(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    before = stats.snapshot(store, lupe)
    [decision] = before.decisions
    assert (decision.id, decision.kind, decision.agent) == (request_id, "approval", "ana")
    assert decision.asked is not None
    assert decision.asked.request.terms.to_pay == 400_000
    assert decision.asked.account.components == COMPONENTS
    assert not decision.asked.account.details
    assert held.client.accounts[0].number not in msgspec.json.encode(decision).decode()
    approvals.answer(store, lupe, request_id, "approve")
    after = stats.snapshot(store, lupe)
    assert after.decisions == ()
    assert after.number > before.number


def test_what_nobody_answers_ends_with_the_day(town, store, ana, lupe, held, clock) -> None:
    request_id = ask(town, ana, held)
    clock.move(hours=12)  # 23:00 in Mexico City
    assert approvals.expire(store) == 0
    clock.move(hours=1)
    refused("already_answered", store, lupe, request_id, "approve")
    assert approvals.expire(store) == 1
    assert only(town, held).status == "expired"
    assert stats.snapshot(store, lupe).decisions == ()
    assert approvals.expire(store) == 0


def test_an_approval_ends_with_the_next_business_day(town, store, ana, lupe, held, clock) -> None:
    request_id = ask(town, ana, held)
    clock.move(days=2)  # a Friday: the request itself is long over
    approvals.expire(store)
    assert only(town, held).status == "expired"
    clock.move(days=-2)
    with store.begin() as tx:
        tx.run("UPDATE approval_request SET status = 'open' WHERE id = :id", id=request_id)
    approvals.answer(store, lupe, request_id, "approve")
    clock.move(days=1)
    assert approvals.expire(store) == 0
    clock.move(days=1)
    assert approvals.expire(store) == 1


def settle(town, ana, held, request_id: str | None, amount: int = 400_000) -> str:
    due = (town.store.now().date() + timedelta(days=2)).isoformat()
    body = {
        "client_id": held.client.id,
        "account_id": held.client.accounts[0].id,
        "code": "QUIT",
        "amount": amount,
        "currency": "MXN",
        "due": due,
        "request_id": request_id,
    }
    event = town.event(ana, "result", body, held)
    [result] = town.record(ana, event)
    assert result.status == "applied", result
    return event.id


def test_a_result_uses_the_approval_and_taking_it_back_gives_it_back(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    approvals.answer(store, lupe, request_id, "approve")
    fact_id = settle(town, ana, held, request_id)
    assert only(town, held).status == "used"
    assert [one.status for one in document(town, held).agreements] == ["issued"]
    back = town.event(ana, "retraction", {"client_id": held.client.id, "fact_id": fact_id}, held)
    assert town.record(ana, back)[0].status == "applied"
    assert only(town, held).status == "approved"
    assert document(town, held).agreements == ()


def test_what_was_denied_can_not_be_used(town, store, ana, lupe, held) -> None:
    request_id = ask(town, ana, held)
    approvals.answer(store, lupe, request_id, "deny")
    settle_body = town.promise_body(held.client.id, 400_000, request_id=request_id)
    town.record(ana, town.event(ana, "result", settle_body, held))
    assert only(town, held).status == "denied"


def test_terms_that_do_not_add_up_are_not_asked_for(town, store, ana, held) -> None:
    body = {
        "client_id": held.client.id,
        "account_id": held.client.accounts[0].id,
        "level": "supervisor",
        "terms": {
            "kind": "plan",
            "currency": "MXN",
            "to_pay": 10,
            "payments": [{"due": "2026-12-01", "amount": 9}],
        },
    }
    [result] = town.record(ana, town.event(ana, "request", body, held))
    assert (result.status, result.reason) == ("refused", "bad_terms")
