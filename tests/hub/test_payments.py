"""Money over the wire: a payment is listed, taken back, applied, moved, given back by two people."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from rules.books.payment_desk import Ordered, Payments, Trace
from storage.central.connection import Store
from storage.central.facts.payments import NewPayment, post_payments
from tests.hub.conftest import Caller
from tests.hub.test_requests import refused


@pytest.fixture
def payment(central: Store) -> int:
    """500.00 more than the first account owes."""
    with central.read() as tx:
        account, total = tx.all("SELECT id, total FROM account ORDER BY id")[0]
    post_payments(
        central,
        [
            NewPayment(
                account_id=account,
                at=central.now(),
                amount=total + 500_00,
                currency="MXN",
                reference="SPEI-1",
            )
        ],
    )
    with central.read() as tx:
        found: int = tx.value("SELECT max(id) FROM payment")
        return found


def test_money_goes_back_and_forth_and_leaves_by_two_people(
    payment: int, central: Store, http: TestClient[Any], lead: Caller
) -> None:
    olga = Caller(http, "backoffice")
    listed = msgspec.json.decode(olga.get("/v1/payments").content, type=Payments)
    [row] = listed.payments.rows
    assert row.cells[listed.payments.place("deposit")] == 500_00
    path = f"/v1/payments/{payment}"
    refused(olga.post(f"{path}/apply", {}), 409, "nothing_to_apply")
    refused(olga.post(f"{path}/take-back", {"why": ""}), 400, "why_missing")
    refused(olga.post(f"{path}/refund", {"amount": 500_01, "why": "w"}), 409, "not_in_deposit")
    refused(olga.post(f"{path}/transfer", {"to": "A2", "why": "w"}), 400, "instruction_missing")
    refused(olga.post(f"{path}/transfer", {"to": "nowhere", "why": "w"}), 404, "unknown_account")
    answer = olga.post(f"{path}/refund", {"why": "paid too much"})
    order = msgspec.json.decode(answer.content, type=Ordered).order
    refused(olga.post(f"/v1/money-orders/{order}", {"verdict": "approve"}), 403, "own_order")
    assert lead.post(f"/v1/money-orders/{order}", {"verdict": "approve"}).status_code == 200
    refused(lead.post(f"/v1/money-orders/{order}", {"verdict": "approve"}), 409, "already_answered")
    assert olga.post(f"{path}/take-back", {"why": "wrong account"}).status_code == 200
    assert olga.post(f"{path}/apply", {"why": "right after all"}).status_code == 200
    refused(olga.post(f"{path}/bounce", {"why": "returned"}), 409, "moved_or_refunded")
    trace = msgspec.json.decode(olga.get(path).content, type=Trace)
    assert [one.cells[1] for one in trace.entries.rows] == [
        "received", "applied", "given back", "taken back", "applied",
    ]  # fmt: skip
    refused(olga.get("/v1/payments/999"), 404, "unknown_payment")
    with central.read() as tx:
        actions = {row[0] for row in tx.all("SELECT action FROM audit")}
    assert {"refund_ordered", "refund_done", "payment_taken_back", "deposit_applied"} <= actions


def test_what_is_not_known_is_refused_and_an_auditor_only_reads(payment: int, http: TestClient[Any]) -> None:
    auditor = Caller(http, "auditor")
    assert auditor.get("/v1/payments", params={"search": "SPEI-1"}).status_code == 200
    refused(auditor.post(f"/v1/payments/{payment}/bounce", {"why": "w"}), 403, "wrong_role")
    olga = Caller(http, "backoffice")
    assert olga.post(f"/v1/payments/{payment}/refund", {"why": "w", "amont": 5}).status_code == 400
    refused(olga.post("/v1/money-orders/nothing", {"verdict": "approve"}), 404, "unknown_order")
    refused(olga.post("/v1/money-orders/nothing", {"verdict": "perhaps"}), 400, "unknown_verdict")
