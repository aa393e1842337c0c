from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from rules.insurance.instalment_change import changed
from rules.insurance.policies import Policy
from storage.central.connection import Store
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.policies import keeping
from storage.central.policies.endorsing import endorse, replace_open
from tests.storage.central.policies.covers import insure, statuses, the_account, the_policy

TODAY = date(2026, 11, 25)


def whole(policy: Policy) -> int:
    return sum(one.total for one in policy.receipts if one.status != "cancelled")


def asked(store: Store, policy_id: int, delta: int) -> int:
    with store.begin() as tx:
        return endorse(tx, policy_id, delta, "what it says", folio="E-1", user_id=None)


@pytest.mark.parametrize(
    ("delta", "kind", "premium"), [(900_00, "A", 1_044_00), (-900_01, "D", -1_044_01), (0, "B", 0)]
)
def test_an_endorsement_lands_on_the_open_receipts(
    store: Store, town: Any, delta: int, kind: str, premium: int
) -> None:
    client_id, policy_id = insure(town, starts=TODAY, paid=1)
    before = the_policy(town, client_id)
    assert asked(store, policy_id, delta) == premium
    after = the_policy(town, client_id)
    assert whole(after) == whole(before) + premium
    assert after.receipts[0] == before.receipts[0]
    assert sum(one.net for one in after.receipts) == 12_000_00 + delta
    assert the_account(town, client_id).total == sum(one.total for one in after.receipts[1:])
    [endorsement] = after.endorsements
    assert (endorsement.kind, endorsement.delta, endorsement.folio) == (kind, premium, "E-1")
    assert [(one.kind, one.became) for one in after.events] == [("endorsement", kind)]


def test_more_premium_than_there_are_open_receipts_is_a_receipt_of_its_own(store: Store, town: Any) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=100), paid=4)
    assert asked(store, policy_id, 1_000_00) == 1_160_00
    policy = the_policy(town, client_id)
    assert statuses(policy).count("pending") == 1
    new = max(policy.receipts, key=lambda one: one.number)
    assert (new.number, new.of, new.due, new.total, new.until) == (5, 5, TODAY, 1_160_00, policy.ends)
    assert the_account(town, client_id).total == 1_160_00


def test_a_decrease_beyond_the_open_receipts_goes_back_to_the_deposit(store: Store, town: Any) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=200), paid=2)
    keeping.keep(store)
    account = the_account(town, client_id)
    pay = NewPayment(
        account_id=account.id, at=store.now(), amount=account.overdue, currency="MXN", reference="P"
    )
    post_payments(store, [pay])
    before = the_policy(town, client_id)
    assert statuses(before) == ["paid", "paid", "paid", "pending"]
    assert asked(store, policy_id, -7_000_00) == -8_120_00
    after = the_policy(town, client_id)
    assert whole(after) == whole(before) - 8_120_00
    assert statuses(after) == ["paid", "paid", "cancelled", "cancelled"]
    account = the_account(town, client_id)
    assert (account.total, account.deposit) == (0, 8_120_00 - before.receipts[3].total)


def test_a_change_of_frequency_puts_new_receipts_in_the_place_of_the_open_ones(
    store: Store, town: Any
) -> None:
    terms = {"net": 12_000_00, "tax_rate": 1600, "surcharges": {"monthly": 650}}
    client_id, policy_id = insure(town, starts=TODAY, paid=1, sheet={"terms": terms})
    before = the_policy(town, client_id)
    change = changed(before, "monthly", TODAY)
    with store.begin() as tx:
        delta = replace_open(tx, policy_id, change.new, why="frequency", user_id=None, folio="E-2")
    assert delta == change.delta > 0
    after = the_policy(town, client_id)
    assert whole(after) == whole(before) + delta
    assert sorted(statuses(after)) == ["cancelled"] * 3 + ["paid"] + ["pending"] * 9
    made = [one for one in after.receipts if one.status == "pending"]
    assert [one.number for one in made] == list(range(5, 14))
    assert all(one.grace_ends and one.since == one.due and one.of == 13 for one in made)
    assert [(one.kind, one.delta) for one in after.endorsements] == [("A", delta)]
    assert the_account(town, client_id).total == sum(one.total for one in made)
