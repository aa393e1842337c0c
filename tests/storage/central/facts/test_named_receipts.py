"""Promises and agreements for named receipts: kept with them, refused for those of others, written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from storage.central.policies.life import move
from tests.storage.central.policies.covers import insure, the_account, the_policy


@pytest.fixture
def insured(town, clock) -> int:
    """A client with four receipts, the first of which fell due ten days ago."""
    client_id, policy_id = insure(town, starts=clock.now().date() - timedelta(days=10))
    with town.store.begin() as tx:
        tx.run("UPDATE receipt SET status = 'overdue' WHERE policy_id = :id AND number = 1", id=policy_id)
        move(tx, policy_id, "grace", "past_due")
    return client_id


def body(town, client_id: int, numbers: tuple[int, ...], **more: Any) -> dict[str, Any]:
    receipts = [one for one in the_policy(town, client_id).receipts if one.number in numbers]
    amount = sum(one.total for one in receipts)
    return town.promise_body(client_id, amount, receipts=[one.id for one in receipts], **more)


def plan(town, client_id: int, numbers: tuple[int, ...], days: tuple[int, ...]) -> dict[str, Any]:
    receipts = [one for one in the_policy(town, client_id).receipts if one.number in numbers]
    today = town.store.now().date()
    totals = [one.total for one in receipts]
    amounts = totals if len(days) == len(totals) else [sum(totals) // len(days)] * len(days)
    amounts[-1] += sum(totals) - sum(amounts)
    dues = [(today + timedelta(days=each)).isoformat() for each in days]
    parts = [{"due": due, "amount": amount} for due, amount in zip(dues, amounts, strict=True)]
    return body(town, client_id, numbers, code="PLAN", instalments=parts)


def test_a_promise_keeps_its_receipts(town, ana, insured: int) -> None:
    lease = town.lease(ana).leases[0]
    given = body(town, insured, (1,))
    assert town.record(ana, town.event(ana, "result", given, lease))[0].status == "applied"
    [promise] = town.document(insured).promises
    assert promise.receipts == tuple(given["receipts"])


@pytest.mark.parametrize(
    ("numbers", "days", "named"),
    [((1, 2), (1, 5), [(1,), (2,)]), ((1, 2), (1, 5, 9), [(1, 2)] * 3)],
    ids=["one each", "all for every one"],
)
def test_each_payment_of_a_plan_is_for_its_receipt(town, ana, insured: int, numbers, days, named) -> None:
    lease = town.lease(ana).leases[0]
    given = plan(town, insured, numbers, days)
    assert town.record(ana, town.event(ana, "result", given, lease))[0].status == "applied"
    by_id = {one.id: one.number for one in the_policy(town, insured).receipts}
    found = [tuple(by_id[receipt] for receipt in one.receipts) for one in town.document(insured).promises]
    assert found == named


def test_the_agreement_names_its_receipts_and_their_sum(town, ana, insured: int) -> None:
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", plan(town, insured, (1, 2), (1, 5)), lease))
    [agreement] = town.document(insured).agreements
    policy = the_policy(town, insured)
    assert agreement.terms.receipts == tuple(one.id for one in policy.receipts[:2])
    assert f"Recibo 1/4, póliza {policy.number}" in agreement.text
    assert f"Recibo 2/4, póliza {policy.number}" in agreement.text
    whole = sum(one.total for one in policy.receipts[:2])
    assert f"${whole / 100:,.2f}" in agreement.text.split("RECIBOS QUE SE PAGAN")[1].split("ALCANCE")[0]


def test_receipts_of_somebody_else_are_refused(town, ana, insured: int, clock) -> None:
    other, _ = insure(town, starts=clock.now().date())
    foreign = the_policy(town, other).receipts[0].id
    lease = next(one for one in town.lease(ana, 5).leases if one.client.id == insured)
    given = body(town, insured, (1,)) | {"receipts": [foreign]}
    answer = town.record(ana, town.event(ana, "result", given, lease))[0]
    assert (answer.status, answer.reason) == ("refused", "unknown_receipt")


def test_a_result_that_is_about_no_receipts_is_refused_with_them(town, ana, insured: int) -> None:
    lease = town.lease(ana).leases[0]
    given = body(town, insured, (1,)) | {"code": "NEGP", "note": "no quiere pagar nada"}
    answer = town.record(ana, town.event(ana, "result", given, lease))[0]
    assert (answer.status, answer.reason) == ("refused", "receipts_not_taken")


def test_a_receipt_that_was_paid_meanwhile_keeps_the_promise(town, ana, insured: int) -> None:
    lease = town.lease(ana).leases[0]
    given = body(town, insured, (2,))
    with town.store.begin() as tx:
        tx.run("UPDATE receipt SET status = 'paid' WHERE number = 2")
    assert town.record(ana, town.event(ana, "result", given, lease))[0].status == "applied"
    assert the_account(town, insured).product
