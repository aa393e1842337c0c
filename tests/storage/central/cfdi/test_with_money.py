"""The ledger and the tax receipts together: as money is posted, released and bounces."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from storage.central.cfdi import needs
from storage.central.connection import Store, day
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.money import ledger

WHAT = ("kind", "method", "amount", "status")
OCTOBER = datetime(2026, 10, 20, 18, tzinfo=UTC)


def post(desk: Any, amount: int, reference: str, at: datetime | None = None) -> None:
    payment = NewPayment(
        account_id=desk.account,
        at=at or desk.store.now(),
        amount=amount,
        currency="MXN",
        reference=reference,
        channel="spei",
    )
    assert post_payments(desk.store, [payment]).posted == 1


def test_a_posted_payment_calls_for_its_invoice_at_once(desk: Any) -> None:
    post(desk, 1_160_000, "R1", OCTOBER)
    assert desk.rows(*WHAT) == [("invoice", "PUE", 1_160_000, "needed")]
    assert desk.receipt() == ("needed", "PUE")


def test_money_that_is_released_cancels_what_it_called_for(desk: Any, store: Store) -> None:
    post(desk, 1_160_000, "R1")
    assert [row[0] for row in desk.rows(*WHAT)] == ["invoice", "complement"]
    with store.begin() as tx:
        ledger.release(tx, desk.receipts[0], 1_160_000, cause="endorsement", user_id=None, why="test")
        needs.follow(tx, [desk.account])
    assert {row[3] for row in desk.rows(*WHAT)} == {"cancelled"}


def test_what_was_paid_before_there_was_a_ledger_had_its_tax_receipt_then(desk: Any, store: Store) -> None:
    with store.begin() as tx:
        tx.run(
            "UPDATE receipt SET status = 'paid', paid_on = :on, cfdi = 'stamped' WHERE id = :id",
            on=date(2026, 10, 12),
            id=desk.receipts[0],
        )
        ledger.release(tx, desk.receipts[0], 100_000, cause="endorsement", user_id=None, why="test")
        needs.follow(tx, [desk.account])
    assert desk.rows(*WHAT) == []
    assert desk.receipt() == ("stamped", "")


def test_what_is_taken_from_the_deposit_counts_from_that_day(desk: Any, store: Store) -> None:
    post(desk, 1_560_000, "R1", OCTOBER)  # a receipt, and 4,000.00 that pay nothing yet
    post(desk, 760_000, "R2")
    with store.begin() as tx:
        assert ledger.spend_deposit(tx, desk.account, cause="by hand") == 1_160_000
        needs.follow(tx, [desk.account])
    due = {row[0]: day(row[1]) for row in desk.rows("receipt_id", "due")}
    assert due == {desk.receipts[0]: date(2026, 10, 31), desk.receipts[1]: date(2026, 11, 30)}
