"""Calculators: their figures are the rules' own, their steps say how."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from rules.backoffice.asks import ClaimOffset
from rules.backoffice.calculations import METHODS, Figures, NoFigures, default_method, earned_share, unearned
from rules.backoffice.settling_up import bring_back, excess, offset
from rules.books.received import Part, Received
from rules.insurance.policies import Claim, Policy, PolicySheet, PolicyTerms
from rules.insurance.unearned import by_instalments, term
from tests.rules.insurance.policies import at, policy

SCALE = tuple(
    (limit, earned * 100)
    for limit, earned in (
        *(("10d", 10), ("1m", 20), ("1.5m", 25), ("2m", 30), ("3m", 40), ("4m", 50), ("5m", 60)),
        *(("6m", 70), ("7m", 75), ("8m", 80), ("9m", 85), ("10m", 90), ("11m", 95)),
    )
)


def step(found: Figures, name: str) -> int:
    return next(one.amount for one in found.steps if one.name == name)


def scaled(net: int, **more: Any) -> Policy:
    terms = PolicyTerms(net=net, refund_method="short_rate", scale=SCALE)
    return policy(net=net, sheet=PolicySheet(terms=terms), **more)


def test_what_was_paid_in_full_goes_back_by_days_with_its_tax_and_without_the_fee() -> None:
    one = policy(net=12_000_00, frequency="annual", paid=1, fee=550_00, starts=date(2026, 1, 15))
    found = unearned(one, date(2026, 6, 10), "pro_rata")
    assert (found.amount, found.net, found.tax) == (-8_352_00, -7_200_00, -1_152_00)
    assert step(found, "Net premium to give back") == 7_200_00
    assert [one.how for one in found.steps if one.name.startswith("Policy fee")] == ["550.00"]
    assert "12,000.00 × 219/365" in [one.how for one in found.steps]


def test_the_surcharge_of_a_premium_paid_in_full_goes_back_too() -> None:
    one = policy(net=9_876_54, frequency="semiannual", paid=2, starts=date(2026, 2, 10))
    assert unearned(one, date(2026, 5, 21), "pro_rata").amount == -8_625_70


def test_by_instalments_what_was_paid_stands_against_what_was_used() -> None:
    one = policy(net=8_000_00, frequency="quarterly", paid=2, starts=date(2026, 1, 1))
    found = unearned(one, date(2026, 3, 2), "instalments")
    assert found.net == -2_684_93
    assert [one.how for one in found.steps if one.name.startswith("Open receipts")] == ["R3 R4"]
    owed = unearned(one, date(2026, 9, 1), "instalments")
    assert owed.amount > 0
    assert owed.steps[-1].name == "To be paid by the client"


@given(
    paid=some.integers(0, 12),
    days=some.integers(0, 366),
    net=some.integers(100_00, 90_000_00),
    starts=some.dates(date(2023, 1, 1), date(2027, 12, 31)),
)
def test_by_instalments_agrees_with_the_plain_rule(paid: int, days: int, net: int, starts: date) -> None:
    one = policy(net=net, paid=paid, starts=starts)
    on = min(starts + timedelta(days=days), one.ends)
    found = unearned(one, on, "instalments")
    assert -found.net == by_instalments(net, 12, paid, term(one.starts, one.ends, on)).difference
    assert found.amount == found.net + found.surcharge + found.tax


@given(day=some.integers(0, 365), paid=some.integers(0, 4), method=some.sampled_from(METHODS))
def test_no_more_goes_back_than_was_paid(day: int, paid: int, method: str) -> None:
    one = scaled(10_000_00, frequency="quarterly", paid=paid)
    if method == "pro_rata" and paid < 4:
        method = "instalments"
    found = unearned(one, one.starts + timedelta(days=day), method)
    assert -found.amount <= sum(each.total for each in one.receipts if each.status == "paid")
    assert found.steps[-1].amount == abs(found.amount)


def test_the_short_rate_scale_says_what_the_insurer_has_earned() -> None:
    one = scaled(9_876_54, frequency="annual", paid=1)
    assert default_method(one) == "short_rate"
    on = date(2026, 4, 10)
    terms = one.sheet.terms
    assert terms is not None
    assert earned_share(terms, one.starts, on) == ("1.5m", 2_500)
    assert unearned(one, on, "short_rate").net == -7_407_41
    assert unearned(one, date(2027, 2, 20), "short_rate").amount == 0, "after the last band all is earned"


def test_the_last_day_of_a_band_belongs_to_it() -> None:
    terms = PolicyTerms(net=1, scale=SCALE)
    starts = date(2026, 1, 31)
    assert earned_share(terms, starts, date(2026, 2, 10))[0] == "10d"
    assert earned_share(terms, starts, date(2026, 2, 28))[0] == "1m"
    assert earned_share(terms, starts, date(2026, 3, 1))[0] == "1.5m"


def test_rescission_keeps_the_period_that_runs_and_three_quarters_of_the_rest_go_back() -> None:
    one = policy(net=12_000_00, frequency="annual", paid=1)
    assert unearned(one, date(2026, 5, 1), "rescission").amount == 0, "a year is one period"
    second = replace(
        one.receipts[0], id=7, number=2, due=date(2027, 3, 1), since=date(2027, 3, 1), until=date(2028, 3, 1)
    )
    two_years = replace(one, ends=date(2028, 3, 1), receipts=(*one.receipts, second))
    found = unearned(two_years, date(2026, 5, 1), "rescission")
    assert (found.net, found.tax) == (-9_000_00, -1_440_00)


@pytest.mark.parametrize(
    ("changes", "method", "code"),
    [
        ({"paid": 1}, "pro_rata", "not_paid_in_full"),
        ({}, "short_rate", "no_scale"),
        ({}, "by_feeling", "unknown_method"),
        ({"receipts": ()}, "instalments", "no_receipts"),
        ({"ends": date(2026, 1, 1)}, "instalments", "no_term"),
    ],
)
def test_what_can_t_be_worked_out_says_why(changes: dict[str, Any], method: str, code: str) -> None:
    with pytest.raises(NoFigures) as refused:
        unearned(policy(**changes), date(2026, 5, 1), method)
    assert refused.value.code == code


CLAIM = Claim(id=5, number="S-1", on=date(2026, 4, 1), status="open", amount=120_000_00, deductible=12_000_00)


def claimed(**changes: Any) -> Policy:
    return policy(net=8_000_00, frequency="quarterly", paid=1, claims=(CLAIM,), **changes)


def test_a_benefit_pays_what_is_past_due_or_all_that_is_left() -> None:
    one = claimed(today=date(2026, 7, 1))
    part = one.receipts[1].total
    asked = ClaimOffset(claim_id=5, gross=120_000_00, deductible=12_000_00)
    found = offset(one, asked, date(2026, 7, 1))
    assert (found.amount, step(found, "Paid out to the insured")) == (part, 108_000_00 - part)
    whole = offset(one, replace(asked, scope="all_remaining"), date(2026, 7, 1))
    assert whole.amount == sum(each.total for each in one.receipts[1:])


def test_premium_set_off_before_is_not_there_twice() -> None:
    claim = replace(CLAIM, set_off=107_999_00)
    one = replace(claimed(today=date(2026, 7, 1)), claims=(claim,))
    asked = ClaimOffset(claim_id=5, gross=120_000_00, deductible=12_000_00)
    assert offset(one, asked, date(2026, 7, 1)).amount == 1_00


@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({}, {"claim_id": 6}, "unknown_claim"),
        ({"sheet": PolicySheet(insurance="surety")}, {}, "surety_no_offset"),
        ({}, {"gross": 0}, "bad_benefit"),
        ({}, {"deductible": 200_000_00}, "bad_benefit"),
        ({}, {"scope": "some"}, "unknown_scope"),
        ({"claims": (replace(CLAIM, status="rejected"),)}, {}, "claim_rejected"),
        ({"receipts": ()}, {}, "nothing_to_set_off"),
    ],
)
def test_an_offset_that_may_not_be_says_why(
    changes: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    known: dict[str, Any] = {"claim_id": 5, "gross": 120_000_00, "deductible": 12_000_00} | asked
    with pytest.raises(NoFigures) as refused:
        offset(replace(claimed(), **changes), ClaimOffset(**known), date(2026, 7, 1))
    assert refused.value.code == code


def lapsed() -> Policy:
    one = policy(net=12_000_00, frequency="quarterly", paid=1, today=date(2026, 7, 3))
    receipts = (one.receipts[0], replace(one.receipts[1], status="lapsed"), *one.receipts[2:])
    return replace(one, status="lapsed", lapsed_at=at(date(2026, 7, 1), 12), receipts=receipts)


def test_cover_comes_back_with_a_later_end_or_with_the_premium_of_the_gap() -> None:
    one = lapsed()
    extended = bring_back(one, "extend", at(date(2026, 7, 11)))
    assert (extended.amount, extended.days, extended.net) == (one.receipts[1].total, 10, 0)
    assert "2027-03-01 → 2027-03-11" in [each.how for each in extended.steps]
    kept = bring_back(one, "keep_end", at(date(2026, 7, 11)))
    assert (kept.amount, kept.net) == (one.receipts[1].total, -328_77)
    assert kept.tax == -52_60


def test_a_rehabilitation_has_its_term() -> None:
    assert bring_back(lapsed(), "extend", at(date(2026, 7, 31))).days == 30
    with pytest.raises(NoFigures, match="too_late_to_rehabilitate"):
        bring_back(lapsed(), "extend", at(date(2026, 8, 1)))
    with pytest.raises(NoFigures, match="nothing_lapsed"):
        bring_back(policy(), "extend", at(date(2026, 3, 2)))


def test_money_that_pays_nothing_can_go_back_and_a_double_is_called_so() -> None:
    paid = Received(
        id=1, account_id=7, at=datetime(2026, 5, 1, tzinfo=UTC), amount=500_00, currency="MXN",
        reference="A1", parts=(Part(amount=500_00, receipt_id=101, receipt=1),),
    )  # fmt: skip
    double = replace(paid, id=2, at=paid.at + timedelta(days=1), reference="A2", parts=(), deposit=500_00)
    found = excess((paid, double))
    assert found.amount == -500_00
    assert [one.how for one in found.steps if one.name.startswith("The same amount")] == ["2026-05-01 A1"]
    later = replace(double, at=paid.at + timedelta(days=20))
    assert not [one for one in excess((paid, later)).steps if one.name.startswith("The same amount")]
    with pytest.raises(NoFigures, match="nothing_in_deposit"):
        excess((paid,))
