"""Payments pay receipts and components, and the ledger says how."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.books.ledger import KINDS, SIGNS
from storage.central.facts.payments import NewPayment, Posted, post_payments
from storage.central.money.ledger import order_refund, release, spend_deposit
from storage.central.queue import queueing
from storage.central.refusing import NotDone
from storage.central.upkeep.consistency import contradictions
from tests.storage.central.policies.covers import insure, moves, statuses, the_account, the_policy

QUARTER = 3_000_00 + 480_00


def pay(town: Any, account: int, amount: int, reference: str = "r1", **more: Any) -> Posted:
    given = {"account_id": account, "at": town.store.now(), "amount": amount, "currency": "MXN"}
    return post_payments(town.store, [NewPayment(reference=reference, **(given | more))])


def entries(town: Any, account: int) -> list[tuple[str, int]]:
    with town.store.read() as tx:
        return list(
            tx.all("SELECT kind, amount FROM ledger_entry WHERE account_id = :id ORDER BY id", id=account)
        )


def in_balance(town: Any) -> bool:
    """Of every account: what came in and stayed = what is applied + the deposit; and nothing contradicts."""
    with town.store.read() as tx:
        rows = tx.all("SELECT account_id, kind, CAST(sum(amount) AS BIGINT) FROM ledger_entry GROUP BY 1, 2")
        deposits = dict(tx.all("SELECT id, deposit FROM account"))
    sums: dict[int, dict[str, int]] = {}
    for account, kind, amount in rows:
        sums.setdefault(account, {})[kind] = amount
    for account, found in sums.items():
        held = sum(sign * found.get(kind, 0) for kind, sign in SIGNS.items())
        applied = sum(KINDS[kind].applied * amount for kind, amount in found.items())
        assert held == applied + deposits[account]
    return contradictions(town.store) == []


@pytest.fixture
def covered(town: Any) -> tuple[int, int]:
    """A client with a policy of four quarterly receipts, the first a week past due; the account's id."""
    client, _ = insure(town, starts=town.store.now().date() - timedelta(days=7), status="grace")
    return client, the_account(town, client).id


def test_the_oldest_receipts_are_paid_and_the_rest_waits_in_deposit(town: Any, covered: Any) -> None:
    client, account = covered
    assert the_account(town, client).overdue == QUARTER
    pay(town, account, 2 * QUARTER + 30_00)
    policy, found = the_policy(town, client), the_account(town, client)
    assert statuses(policy) == ["paid", "paid", "pending", "pending"]
    assert [one.paid for one in policy.receipts] == [QUARTER, QUARTER, 0, 0]
    assert (found.overdue, found.total, found.deposit, found.oldest_due) == (0, 2 * QUARTER, 30_00, None)
    assert found.components == {"prima_neta": 6_000_00, "iva": 960_00}
    assert policy.status == "in_force"
    assert entries(town, account) == [("received", 6_990_00), ("applied", QUARTER), ("applied", QUARTER)]
    [received] = town.document(client).received
    assert [(part.receipt, part.amount) for part in received.parts] == [(1, QUARTER), (2, QUARTER)]
    assert received.deposit == 30_00
    assert in_balance(town)


def test_a_peso_short_is_paid_with_an_adjustment_and_a_cent_more_is_not(town: Any, covered: Any) -> None:
    client, account = covered
    pay(town, account, QUARTER - 1_01)
    assert statuses(the_policy(town, client))[0] == "overdue"
    assert the_account(town, client).deposit == QUARTER - 1_01
    pay(town, account, QUARTER - 1_00, "r2")
    first = the_policy(town, client).receipts[0]
    assert (first.status, first.paid, first.adjusted) == ("paid", QUARTER - 1_00, 1_00)
    assert in_balance(town)


def test_the_same_notice_twice_is_one_payment_and_one_application(town: Any, covered: Any) -> None:
    _, account = covered
    assert pay(town, account, QUARTER).posted == 1
    assert pay(town, account, QUARTER).duplicates == 1
    assert len(entries(town, account)) == 2


def test_money_for_a_receipt_that_was_paid_meanwhile_waits_for_somebody(town: Any, covered: Any) -> None:
    client, account = covered
    first = the_policy(town, client).receipts[0].id
    pay(town, account, QUARTER, receipts=(first,))
    pay(town, account, QUARTER, "by-mistake", receipts=(first,))
    assert statuses(the_policy(town, client))[1] == "pending"
    assert the_account(town, client).deposit == QUARTER
    with town.store.begin() as tx:
        assert spend_deposit(tx, account, cause="c1") == QUARTER  # somebody says: for the next one
    assert statuses(the_policy(town, client)) == ["paid", "paid", "pending", "pending"]
    assert in_balance(town)


def test_money_after_cover_has_ceased_pays_nothing(town: Any, covered: Any, clock: Any) -> None:
    client, account = covered
    clock.move(days=24)
    pay(town, account, QUARTER, "late")
    policy = the_policy(town, client)
    assert policy.status == "lapsed"
    assert statuses(policy)[0] == "lapsed"
    assert the_account(town, client).deposit == QUARTER
    assert in_balance(town)


def test_money_that_came_before_noon_and_is_posted_later_keeps_the_cover(
    town: Any, covered: Any, clock: Any
) -> None:
    client, account = covered
    ends = the_policy(town, client).receipts[0].grace_ends
    assert ends is not None
    in_time = ends - timedelta(seconds=1)
    clock.move(days=24)
    pay(town, account, 1_00, "other")  # which makes the centre look: the policy lapses
    assert the_policy(town, client).status == "lapsed"
    pay(town, account, QUARTER, "in-time", at=in_time)
    policy = the_policy(town, client)
    assert (policy.status, statuses(policy)[0]) == ("in_force", "paid")
    assert "paid_in_time" in [why for _, _, why in moves(policy)]
    assert in_balance(town)


def test_a_credit_is_paid_by_components_and_its_surplus_is_a_deposit(town: Any) -> None:
    client = town.clients(1)[0]
    account = the_account(town, client).id
    with town.store.begin() as tx:
        tx.run(
            "UPDATE account SET components = :parts, total = 900000, overdue = 300000 WHERE id = :id",
            parts={"moratorios": 100_000, "iva_moratorios": 16_000, "capital_vigente": 784_000}, id=account,
        )  # fmt: skip
    pay(town, account, 58_000)
    found = the_account(town, client)
    assert found.components == {"moratorios": 50_000, "iva_moratorios": 8_000, "capital_vigente": 784_000}
    pay(town, account, 900_000, "r2")
    found = the_account(town, client)
    assert (found.total, found.overdue, found.status, found.deposit) == (0, 0, "paid", 58_000)
    assert in_balance(town)


def test_what_is_released_is_owed_again_and_waits_in_deposit(town: Any, covered: Any) -> None:
    client, account = covered
    pay(town, account, QUARTER)
    first = the_policy(town, client).receipts[0].id
    with town.store.begin() as tx:
        release(tx, first, 1_000_00, cause="c1", why="unearned")
        with pytest.raises(NotDone, match="not_applied"):
            release(tx, first, QUARTER, cause="c2")
        queueing.place(tx, [client], tx.now)
    found = the_account(town, client)
    assert (found.overdue, found.deposit) == (1_000_00, 1_000_00)
    assert in_balance(town)


def test_a_receipt_paid_before_the_ledger_is_opened_in_it_when_money_goes_back(town: Any) -> None:
    client, _ = insure(town, starts=town.store.now().date() - timedelta(days=100), paid=2)
    account = the_account(town, client).id
    first = the_policy(town, client).receipts[0].id
    with town.store.begin() as tx:
        release(tx, first, 480_00, cause="c1", why="unearned")
        queueing.place(tx, [client], tx.now)
    assert [kind for kind, _ in entries(town, account)] == ["received", "applied", "unapplied"]
    assert the_account(town, client).deposit == 480_00
    assert in_balance(town)


def test_a_deposit_that_an_order_waits_for_is_not_spent(town: Any, covered: Any, ana: Any) -> None:
    _, account = covered
    pay(town, account, QUARTER - 10_00)
    with town.store.begin() as tx:
        order_refund(tx, account, QUARTER - 100_00, user_id=ana.user_id, why="duplicate")
        with pytest.raises(NotDone, match="not_in_deposit"):
            order_refund(tx, account, 100_00, user_id=ana.user_id, why="duplicate")
        assert spend_deposit(tx, account, cause="c1") == 0
    assert in_balance(town)
