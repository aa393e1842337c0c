from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rules.queue import LAPSES_TODAY
from storage.central.connection import Store
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.policies import keeping, life
from storage.central.refusing import NotDone
from tests.conftest import MovableClock
from tests.storage.central.policies.covers import (
    insure,
    moves,
    statuses,
    the_account,
    the_policy,
    version,
)

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 18, tzinfo=UTC)
"""Noon of that day in Mexico."""


def move(store: Store, policy_id: int, became: str, why: str = "") -> None:
    with store.begin() as tx:
        life.move(tx, policy_id, became, why)


def test_a_premium_falls_due_and_cover_ceases_at_noon_of_its_last_day(
    store: Store, town: Any, clock: MovableClock
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=29))
    assert keeping.keep(store) == 1
    policy = the_policy(town, client_id)
    assert (policy.status, statuses(policy)) == ("grace", ["overdue", "pending", "pending", "pending"])
    account = the_account(town, client_id)
    assert (account.overdue, account.oldest_due) == (policy.receipts[0].total, policy.receipts[0].due)
    assert town.document(client_id).score_parts["lapses"] == 400

    seen = version(store, client_id)
    clock.at = NOON + timedelta(days=1, seconds=-1)
    keeping.keep(store)
    assert the_policy(town, client_id).status == "grace"
    assert town.document(client_id).score_parts["lapses"] == LAPSES_TODAY

    clock.at = NOON + timedelta(days=1)
    assert keeping.keep(store) == 1
    policy = the_policy(town, client_id)
    assert (policy.status, policy.lapsed_at, policy.grace_ends) == ("lapsed", clock.now(), None)
    assert statuses(policy) == ["lapsed", "pending", "pending", "pending"]
    assert the_account(town, client_id).total == policy.receipts[0].total
    assert version(store, client_id) == seen + 1


def test_a_hub_that_was_down_catches_up_with_the_instants_of_what_it_missed(
    store: Store, town: Any, clock: MovableClock
) -> None:
    due = date(2026, 9, 1)
    client_id, _ = insure(town, starts=due, status="issued")
    other, _ = insure(town, starts=date(2025, 11, 1), paid=4)
    assert keeping.keep(store) == 2
    assert moves(the_policy(town, client_id)) == [
        (datetime(2026, 9, 1, 18, tzinfo=UTC), "in_force", "cover_began"),
        (datetime(2026, 9, 2, 6, tzinfo=UTC), "grace", "premium_past_due"),
        (datetime(2026, 10, 1, 18, tzinfo=UTC), "lapsed", "premium_unpaid"),
        (datetime(2026, 11, 1, 6, tzinfo=UTC), "cancelled", "rehabilitation_over"),
    ]
    assert statuses(the_policy(town, client_id)) == ["cancelled"] * 4
    assert the_account(town, client_id).status == "closed"
    assert town.standing(client_id) == "out"
    assert moves(the_policy(town, other)) == [(datetime(2026, 11, 1, 18, tzinfo=UTC), "expired", "term_over")]
    clock.move(minutes=15)
    assert keeping.keep(store) == 0


def test_within_a_quarter_of_an_hour_nobody_looks_again(store: Store, town: Any, clock: MovableClock) -> None:
    assert keeping.keep(store) == 0
    client_id, _ = insure(town, starts=TODAY - timedelta(days=3))
    assert keeping.keep(store) == 0
    assert the_policy(town, client_id).status == "in_force"
    clock.move(minutes=15)
    assert keeping.keep(store) == 1
    assert the_policy(town, client_id).status == "grace"


def test_a_surety_goes_on_whatever_is_owed(store: Store, town: Any) -> None:
    client_id, policy_id = insure(town, starts=date(2026, 3, 1), kind="surety")
    keeping.keep(store)
    policy = the_policy(town, client_id)
    assert (policy.status, statuses(policy)) == ("in_force", ["overdue", "overdue", "overdue", "pending"])
    with pytest.raises(NotDone, match="never_lapses"):
        move(store, policy_id, "lapsed")


def test_paying_what_is_past_due_brings_cover_out_of_grace_at_once(
    store: Store, town: Any, clock: MovableClock
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=29))
    keeping.keep(store)
    account = the_account(town, client_id)
    pay(store, account.id, account.overdue, clock.now())
    policy = the_policy(town, client_id)
    assert (policy.status, statuses(policy)) == ("in_force", ["paid", "pending", "pending", "pending"])
    assert moves(policy)[-1] == (clock.now(), "in_force", "paid")


@pytest.mark.parametrize(("seconds", "expected"), [(-1, "in_force"), (0, "lapsed")])
def test_the_news_of_a_payment_may_come_late_but_not_the_payment(
    store: Store, town: Any, clock: MovableClock, seconds: int, expected: str
) -> None:
    client_id, _ = insure(town, starts=TODAY - timedelta(days=30))
    clock.at = NOON + timedelta(hours=20)
    keeping.keep(store)
    assert the_policy(town, client_id).status == "lapsed"
    account = the_account(town, client_id)
    pay(store, account.id, account.overdue, NOON + timedelta(seconds=seconds))
    policy = the_policy(town, client_id)
    assert policy.status == expected
    assert the_account(town, client_id).deposit == (0 if expected == "in_force" else account.overdue)


def pay(store: Store, account_id: int, amount: int, at: datetime) -> None:
    payment = NewPayment(account_id=account_id, at=at, amount=amount, currency="MXN", reference="P-1")
    assert post_payments(store, [payment]).posted == 1


def test_a_jump_that_the_machine_forbids_changes_nothing(store: Store, town: Any) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=40))
    keeping.keep(store)
    for became, why in (("in_force", "not_rehabilitated"), ("expired", "not_in_force")):
        with pytest.raises(NotDone, match=why):
            move(store, policy_id, became)
    with pytest.raises(NotDone, match="unknown_policy"):
        move(store, 999_999, "cancelled")
    assert [one for _, one, _ in moves(the_policy(town, client_id))] == ["grace", "lapsed"]


def test_a_rehabilitation_asks_again_for_what_had_lapsed(store: Store, town: Any) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=40))
    keeping.keep(store)
    move(store, policy_id, "rehabilitated", "extend")
    policy = the_policy(town, client_id)
    assert (policy.status, policy.lapsed_at) == ("rehabilitated", None)
    assert statuses(policy) == ["overdue", "pending", "pending", "pending"]


def test_a_cancelled_policy_asks_for_nothing(store: Store, town: Any) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=3), paid=1)
    move(store, policy_id, "cancelled", "asked_for")
    assert statuses(the_policy(town, client_id)) == ["paid", "cancelled", "cancelled", "cancelled"]
    assert (the_account(town, client_id).total, the_account(town, client_id).status) == (0, "closed")


def test_what_else_happens_is_written_in_order(store: Store, town: Any, clock: MovableClock) -> None:
    client_id, policy_id = insure(town, starts=TODAY - timedelta(days=3), paid=1)
    with store.begin() as tx:
        life.happened(tx, policy_id, "channel", was="agente", became="domi", about="ask-1")
        life.happened(tx, policy_id, "claim", became="open")
        with pytest.raises(ValueError, match="burnt"):
            life.happened(tx, policy_id, "burnt")
    found = [(one.kind, one.was, one.became, one.at) for one in the_policy(town, client_id).events]
    assert found == [("channel", "agente", "domi", clock.now()), ("claim", "", "open", clock.now())]


def test_many_policies_are_brought_in_line_in_one_go(
    store: Store, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    clients = [insure(town, starts=TODAY - timedelta(days=3))[0] for _ in range(5)]
    assert keeping.keep(store) == 5
    assert {the_policy(town, one).status for one in clients} == {"grace"}
