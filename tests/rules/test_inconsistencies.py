"""Data that can't be right: each check finds its own fault, and nothing in sound data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.buckets import bucket
from rules.clients import Account, Client, Promise
from rules.inconsistencies import CHECKED, Paid, bucket_differs, check_client
from rules.insurance.policies import Policy, Receipt
from tests.rules.examples import client

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def account(**changes: Any) -> Account:
    sound = {"days": 20, "bucket": "B1", "components": {"interes": 1_000_00, "capital": 8_000_00}}
    return msgspec.structs.replace(client().accounts[0], **(sound | changes))


def found(person: Client, *payments: Paid) -> dict[str, str]:
    return {one.issue: one.evidence for one in check_client(person, payments)}


def policy(status: str, paid_on: date | None) -> Policy:
    receipt = Receipt(
        id=1,
        number=2,
        of=12,
        due=DAY,
        net=1,
        surcharge=0,
        fee=0,
        tax=0,
        total=1,
        status=status,
        paid_on=paid_on,
    )
    return Policy(
        id=1,
        account_id=70,
        number="P-1",
        kind="car",
        insurer="A",
        starts=DAY,
        ends=DAY,
        status="grace",
        channel="domi",
        currency="MXN",
        receipts=(receipt,),
    )


def promise(status: str) -> Promise:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Promise(id="p", account_id=70, made=at, due=DAY, amount=500_00, currency="MXN", status=status)


def test_sound_data_raise_nothing() -> None:
    sound = client(accounts=(account(),), policies=(policy("paid", DAY),), promises=(promise("open"),))
    assert (
        found(sound, Paid(70, NOON, 5, "a"), Paid(70, NOON, 6, "b"), Paid(70, NOON + timedelta(1), 5, "c"))
        == {}
    )


@pytest.mark.parametrize(
    ("payments", "evidence"),
    [
        ([Paid(70, NOON, 500_00, "R2"), Paid(70, NOON, 500_00, "R1")], "500.00 2026-11-20: R1, R2"),
        (
            [Paid(70, NOON + timedelta(hours=23), 500_00, "R1"), Paid(70, NOON, 500_00, "R2")],
            "500.00 2026-11-20: R1, R2",
        ),
        ([Paid(70, NOON, 500_00, "R1"), Paid(71, NOON, 500_00, "R1")], "R1 × 2"),
        ([Paid(70, NOON, 500_00, "R1"), Paid(71, NOON, 400_00, "R1")], ""),  # one transfer for two debts
        ([Paid(71, NOON, 500_00, "R1"), Paid(71, NOON, 500_00, "R2")], ""),  # not of this account
    ],
)
def test_a_payment_that_came_in_twice(payments: list[Paid], evidence: str) -> None:
    person = client(accounts=(account(), account(id=71)))
    seen = {one.account_id: one.evidence for one in check_client(person, payments, ("payment_twice",))}
    assert seen.get(70, "") == evidence


@pytest.mark.parametrize(
    ("changes", "issue", "evidence"),
    [
        ({"bucket": "B3"}, "bucket_days", "B3 ≠ B1 (20)"),
        ({"bucket": "b1 "}, "", ""),
        ({"bucket": "C-2"}, "", ""),  # a scale of the creditor's own can't be held against the days
        ({"status": "charged_off", "bucket": "B1"}, "bucket_days", "B1 ≠ CO (20)"),
        ({"components": {"capital": 8_000_00}}, "balance_parts", "8000.00 ≠ 9000.00"),
        ({"components": {}, "overdue": 9_000_01}, "balance_parts", "9000.01 > 9000.00"),
        ({"components": {}}, "", ""),
    ],
)
def test_a_balance_or_a_bucket_that_does_not_fit(changes: dict[str, Any], issue: str, evidence: str) -> None:
    assert found(client(accounts=(account(**changes),))) == ({issue: evidence} if issue else {})


@pytest.mark.parametrize(
    ("status", "paid_on", "wrong"),
    [
        ("overdue", DAY, True),
        ("pending", DAY, True),
        ("lapsed", DAY, True),
        ("paid", None, True),
        ("paid", DAY, False),
        ("overdue", None, False),
        ("cancelled", DAY, False),
    ],
)
def test_a_receipt_that_is_paid_and_open(status: str, paid_on: date | None, wrong: bool) -> None:
    seen = found(client(accounts=(account(),), policies=(policy(status, paid_on),)))
    assert ("receipt_paid_open" in seen) is wrong


@pytest.mark.parametrize(
    ("status", "total", "wrong"), [("open", 0, True), ("kept", 0, False), ("open", 1, False)]
)
def test_a_promise_on_a_debt_that_is_paid(status: str, total: int, wrong: bool) -> None:
    paid = account(total=total, overdue=0, components={})
    seen = found(client(accounts=(paid,), promises=(promise(status),)))
    assert seen == ({"promise_after_payoff": "500.00 2026-11-20"} if wrong else {})


def test_only_the_checks_that_were_asked_for_are_made() -> None:
    person = client(accounts=(account(bucket="B3", components={"capital": 1}),))
    assert set(found(person)) == {"bucket_days", "balance_parts"}
    assert [one.issue for one in check_client(person, (), ("balance_parts",))] == ["balance_parts"]
    assert not check_client(person, (), ())


@given(days=st.integers(-5, 400))
def test_the_right_bucket_never_differs(days: int) -> None:
    assert bucket_differs(bucket(days), days) == ""


def test_every_issue_that_is_checked_can_be_found() -> None:
    person = client(
        accounts=(account(bucket="B3", total=0, components={"capital": 1}),),
        policies=(policy("paid", None),),
        promises=(promise("open"),),
    )
    assert set(found(person, Paid(70, NOON, 1, "a"), Paid(70, NOON, 1, "b"))) == set(CHECKED)
