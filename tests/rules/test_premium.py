from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from rules.identifiers import read_clabe, valid_curp, valid_rfc
from rules.insurance.premiums import (
    OpenReceipt,
    apply_payment,
    claim_offset,
    endorsement_kind,
    frequency_change,
    spread_delta,
)
from rules.insurance.receipts import (
    INSTALMENTS,
    breakdown,
    cover_after_payment,
    due_dates,
    extended_end,
    gap_premium,
    grace,
    grace_end,
    rehabilitation,
)
from rules.insurance.unearned import by_instalments, pro_rata, short_rate, term
from rules.tax.cfdi import complement_lines
from rules.text import find_pan
from rules.tools.reconciliation import reconcile
from rules.zones import instant

MONEY = st.integers(0, 10**9)
RATES = st.integers(0, 10_000)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(
    MONEY, st.sampled_from(sorted(INSTALMENTS)), st.integers(0, 2000), MONEY, st.sampled_from([0, 800, 1600])
)
def test_receipts_sum_to_the_premium(net: int, frequency: str, surcharge: int, fee: int, tax: int) -> None:
    receipts = breakdown(net, frequency, surcharge_rate=surcharge, fee=fee, tax_rate=tax)
    assert len(receipts) == INSTALMENTS[frequency]
    assert sum(receipt["net"] for receipt in receipts) == net
    assert sum(receipt["fee"] for receipt in receipts) == receipts[0]["fee"] == fee
    for receipt in receipts:
        assert receipt["total"] == receipt["net"] + receipt["surcharge"] + receipt["fee"] + receipt["tax"]
    assert all(receipt == receipts[1] for receipt in receipts[2:])


def test_an_unknown_way_of_paying_is_named() -> None:
    with pytest.raises(ValueError, match="weekly"):
        breakdown(100, "weekly")


@given(DAYS, st.sampled_from(sorted(INSTALMENTS)))
def test_receipts_fall_due_at_the_start_of_equal_periods(starts: date, frequency: str) -> None:
    dates = due_dates(starts, frequency)
    assert dates[0] == starts
    assert len(dates) == INSTALMENTS[frequency]
    assert list(dates) == sorted(set(dates))


@given(DAYS, st.none() | st.integers(0, 90))
def test_cover_ceases_at_noon_and_a_second_counts(due: date, agreed: int | None) -> None:
    found = grace(due, agreed)
    assert found.last_day == due + timedelta(days=30 if agreed is None else agreed)
    ends = grace_end(due, agreed, "America/Mexico_City")
    assert ends == instant(found.last_day, time(12), "America/Mexico_City")
    assert cover_after_payment(ends, ends - timedelta(seconds=1)) == "in_force"
    assert cover_after_payment(ends, ends) == "lapsed"


def test_some_kinds_never_lapse_for_want_of_payment() -> None:
    assert grace(date(2026, 3, 1), 15, "surety").last_day is None
    assert grace(date(2026, 3, 1), None, "mandatory").last_day is None
    assert grace(date(2026, 3, 1), 15, "mandatory").last_day == date(2026, 3, 16)
    assert cover_after_payment(None, instant(date(2026, 3, 1), time(12), "America/Mexico_City")) == "in_force"


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (30, True), (31, False)])
def test_rehabilitation_is_open_for_thirty_days(days: int, allowed: bool) -> None:
    back = rehabilitation(date(2026, 3, 31), date(2026, 3, 31) + timedelta(days=days))
    assert (back.allowed, back.gap_days) == (allowed, days)


def test_a_gap_is_added_to_the_term_or_its_premium_given_back() -> None:
    back = rehabilitation(date(2026, 3, 31), date(2026, 4, 20))
    assert extended_end(date(2027, 1, 1), back) == date(2027, 1, 21)
    assert gap_premium(3_650_00, 365, back) == 200_00


@given(MONEY, MONEY, DAYS, st.integers(1, 800), st.integers(-30, 900))
def test_earned_and_unearned_days_make_the_term(
    net: int, surcharge: int, starts: date, days: int, used: int
) -> None:
    span = term(starts, starts + timedelta(days=days), starts + timedelta(days=used))
    assert span.elapsed + span.unearned == span.days == days
    refund = pro_rata(net, surcharge, span, 0)
    assert 0 <= refund.net <= net
    assert abs(refund.net + by_instalments(net, 12, 12, span).earned - net) <= 1
    assert refund.total == refund.net + refund.surcharge


def test_a_term_has_days() -> None:
    with pytest.raises(ValueError, match="no term"):
        term(date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(("paid", "result"), [(0, "owed"), (1, "owed"), (2, "refund")])
def test_a_cancelled_policy_may_still_owe(paid: int, result: str) -> None:
    span = term(date(2026, 1, 1), date(2027, 1, 1), date(2026, 5, 1))
    assert by_instalments(8_000_00, 4, paid, span).result == result


def test_short_rate_keeps_the_insurers_share() -> None:
    assert short_rate(10_000_00, 10_000).total == 0
    assert short_rate(10_000_00, 2_500).total == 8_700_00


RECEIPTS = st.lists(st.builds(OpenReceipt, st.uuids().map(str), DAYS, st.integers(1_01, 10**7)), max_size=6)


@given(st.integers(0, 10**8), RECEIPTS, st.booleans())
def test_no_money_is_lost_and_no_later_receipt_is_paid_first(
    amount: int, receipts: list[OpenReceipt], partial: bool
) -> None:
    lines, rest = apply_payment(amount, receipts, allow_partial=partial)
    assert sum(line.applied for line in lines) + rest == amount
    assert rest >= 0
    ranks = [("paid", "partial", "pending").index(line.status) for line in lines]
    assert ranks == sorted(ranks)
    assert ranks.count(1) <= (1 if partial else 0)
    for line in lines:
        total = next(receipt.total for receipt in receipts if receipt.id == line.id)
        assert line.applied <= total
        if line.status == "paid":
            assert total - line.applied <= 100
        else:
            assert line.open == total - line.applied


def test_a_cancelled_receipt_gets_nothing() -> None:
    receipts = [
        OpenReceipt("R1", date(2026, 1, 1), 100_00, "cancelled"),
        OpenReceipt("R2", date(2026, 2, 1), 100_00),
    ]
    lines, rest = apply_payment(150_00, receipts)
    assert [line.id for line in lines] == ["R2"]
    assert rest == 50_00


@given(MONEY, MONEY, MONEY, MONEY, st.sampled_from(["overdue_only", "all_remaining"]))
def test_an_offset_never_exceeds_the_claim(
    gross: int, own: int, overdue: int, ahead: int, scope: str
) -> None:
    found = claim_offset(gross, own, overdue, ahead, scope=scope)
    assert found.payable >= 0
    assert found.offset + found.payable == max(gross - own, 0)
    assert claim_offset(gross, own, overdue, ahead, scope=scope, kind="surety").offset == 0


@given(st.integers(-(10**8), 10**8), st.lists(MONEY, max_size=12))
def test_receipts_after_an_endorsement_sum_to_the_new_premium(delta: int, totals: list[int]) -> None:
    after, rest = spread_delta(delta, totals)
    assert sum(after) + rest == sum(totals) + delta
    assert all(total >= 0 for total in after)
    if delta < 0:
        assert rest <= 0
        assert rest == 0 or sum(after) == 0


def test_paying_yearly_saves_the_surcharge() -> None:
    delta = frequency_change(9_000_00, 650, 0)
    assert delta == -678_60
    assert [endorsement_kind(change) for change in (delta, 0, 1)] == ["D", "B", "A"]


@given(st.from_regex("[0-9]{17}", fullmatch=True))
def test_a_clabe_with_its_check_digit_is_valid_and_no_other(stem: str) -> None:
    check = read_clabe(stem).check_digit
    assert [read_clabe(stem + digit).valid for digit in "0123456789"].count(True) == 1
    assert read_clabe(stem + check).valid


@pytest.mark.parametrize("text", ["", "123", "03218000011835971A", "0321800001183597190"])
def test_what_is_no_clabe(text: str) -> None:
    assert not read_clabe(text).valid


def test_tax_identifiers() -> None:
    assert valid_rfc("GODE561231GR8")
    assert not valid_rfc("GODE561231GR9")
    assert valid_curp("BOXW310820HNERXN09")
    assert not valid_curp("BOXW310820HNERXN08")


@given(st.integers(1, 10**8), st.lists(st.integers(1, 10**7), max_size=5), st.sampled_from([0, 800, 1600]))
def test_complement_lines_chain_their_balances(total: int, paid: list[int], rate: int) -> None:
    payments = [(date(2026, 1, 1) + timedelta(days=n), amount) for n, amount in enumerate(paid)]
    if sum(paid) > total:
        with pytest.raises(ValueError, match="does not fit"):
            complement_lines(total, payments, rate)
        return
    before = total
    for line in complement_lines(total, payments, rate):
        assert line.before == before
        before = line.after
        assert abs(line.base + line.tax - Decimal(line.paid).scaleb(-2)) <= Decimal("0.000001")
        assert abs(line.base_total + line.tax_total - Decimal(line.paid).scaleb(-2)) <= Decimal("0.01")
    assert before == total - sum(paid)


ROWS = st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(1, 500)), max_size=8)


@given(ROWS, ROWS)
def test_every_receipt_is_reconciled_once(ours: list[tuple[str, int]], theirs: list[tuple[str, int]]) -> None:
    rows = reconcile(ours, theirs)
    assert [row.id for row in rows] == sorted({receipt for receipt, _ in ours + theirs})
    assert sum(row.difference for row in rows) == sum(a for _, a in ours) - sum(a for _, a in theirs)
    for row in rows:
        if row.status in ("matched", "tolerance"):
            assert abs(row.difference) <= 100
        if row.status == "matched":
            assert row.difference == 0


@given(st.integers(10**12, 10**18 - 1))
def test_a_valid_luhn_number_of_card_length_is_always_found(stem: int) -> None:
    number = f"{stem}{luhn.calc_check_digit(str(stem))}"
    assert find_pan(f"nota {number[:4]} {number[4:8]}-{number[8:]} fin")
