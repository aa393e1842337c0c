"""Receipts that a result names: of its account, open, for their exact sum."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from rules.catalogue import Catalogue
from rules.clients import Client
from rules.consequences import check
from rules.contact import ContactParameters
from rules.facts import Instalment, ResultBody
from rules.insurance.whole_receipts import by_payment
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client
from tests.rules.insurance.policies import policy

TODAY = FRIDAY_10_IN_MEXICO.date()


def insured() -> Client:
    """The card's account turned into a premium's: receipt 9 of 12 is past due, 10 to 12 to come."""
    cover = policy(starts=date(2026, 3, 10), paid=8, today=TODAY, status="grace")
    owed = sum(one.open for one in cover.receipts if one.status != "paid")
    account = replace(client().accounts[0], product="insurance", total=owed, overdue=926_55)
    return client(accounts=(account,), policies=(cover,))


@pytest.fixture
def codes(catalogue: Catalogue, now: datetime, mx: ContactParameters) -> Any:
    def found(receipts: tuple[int, ...], amount: int, code: str = "PPT", **more: Any) -> list[str]:
        body = ResultBody(
            client_id=7, code=code, account_id=70, amount=amount, currency="MXN", due=TODAY, channel="spei",
            receipts=receipts, **more,
        )  # fmt: skip
        return [problem.code for problem in check(catalogue.results[code], body, insured(), now, mx)]

    return found


ONE = 926_55
PAID, OVERDUE, NEXT = 108, 109, 110


@pytest.mark.parametrize(
    ("receipts", "amount", "wrong"),
    [
        ((OVERDUE,), ONE, []),
        ((OVERDUE, NEXT), 2 * ONE, []),
        ((OVERDUE,), ONE - 1_00, []),
        ((OVERDUE,), ONE - 1_01, ["receipts_sum"]),
        ((OVERDUE,), ONE + 1, ["receipts_sum"]),
        ((PAID,), ONE, ["receipt_closed"]),
        ((999,), ONE, ["unknown_receipt"]),
        ((), 500_00, []),
    ],
)
def test_whole_and_open(codes: Any, receipts: tuple[int, ...], amount: int, wrong: list[str]) -> None:
    assert codes(receipts, amount) == wrong


def test_a_plan_is_held_against_them_as_a_whole(codes: Any) -> None:
    parts = (Instalment(due=TODAY, amount=ONE), Instalment(due=date(2026, 12, 5), amount=ONE))
    assert codes((OVERDUE, NEXT), 2 * ONE, "PLAN", instalments=parts) == []
    assert codes((OVERDUE,), 2 * ONE, "PLAN", instalments=parts) == ["receipts_sum"]


def test_what_a_client_says_to_have_paid_may_be_any(codes: Any) -> None:
    assert codes((OVERDUE,), 500_00, "YPAG") == []


def test_a_result_of_another_kind_names_none(codes: Any) -> None:
    assert codes((OVERDUE,), ONE, "DOMI") == ["receipts_not_taken"]


def test_one_receipt_a_payment_where_they_are_as_many() -> None:
    parts = (Instalment(due=TODAY, amount=1), Instalment(due=TODAY, amount=2))
    assert by_payment((4, 5), parts) == [(4,), (5,)]
    assert by_payment((4, 5, 6), parts) == [(4, 5, 6), (4, 5, 6)]
    assert by_payment((), parts) == [(), ()]
