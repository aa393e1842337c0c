"""A change of frequency: exact sums, equal periods, and the cases that are refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.insurance.instalment_change import CannotChange, changed, possible
from rules.insurance.policies import PolicySheet
from rules.insurance.receipts import INSTALMENTS
from rules.rates import share
from tests.rules.insurance.policies import SURCHARGES, policy

FREQUENCIES = st.sampled_from(list(INSTALMENTS))


def test_paying_the_rest_at_once_gives_the_surcharge_back() -> None:
    whole = changed(policy(net=9_000_00), "annual", date(2026, 3, 1))  # INS-END-1
    assert (whole.delta, whole.kind, len(whole.goes), len(whole.new)) == (-678_60, "D", 12, 1)
    assert (whole.new[0].net, whole.new[0].surcharge, whole.new[0].total) == (9_000_00, 0, 10_440_00)


def test_smaller_receipts_carry_a_surcharge_and_keep_the_first_day() -> None:
    made = changed(
        policy(net=12_000_00, frequency="semiannual", fee=550_00, today=date(2026, 3, 20)),
        "quarterly",
        date(2026, 3, 20),
    )
    assert [one.due for one in made.new] == [
        date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1),
    ]  # fmt: skip
    assert [(one.number, one.of, one.fee) for one in made.new] == [
        (1, 4, 550_00),
        (2, 4, 0),
        (3, 4, 0),
        (4, 4, 0),
    ]
    assert sum(one.surcharge for one in made.new) == share(12_000_00, 550)
    assert (made.kind, made.new[-1].until) == ("A", date(2027, 3, 1))


def test_what_is_paid_stays_and_numbers_go_on() -> None:
    made = changed(policy(paid=6), "quarterly", date(2026, 8, 20))
    assert [one.number for one in made.goes] == [7, 8, 9, 10, 11, 12]
    assert [(one.number, one.of, one.due) for one in made.new] == [
        (7, 8, date(2026, 9, 1)),
        (8, 8, date(2026, 12, 1)),
    ]


def test_days_do_not_drift_over_short_months() -> None:
    starts = date(2026, 1, 31)
    made = changed(policy(starts=starts, frequency="annual", today=starts), "monthly", starts)
    assert [one.due.day for one in made.new][:4] == [31, 28, 31, 30]
    late = changed(policy(starts=starts, paid=1, today=starts), "annual", date(2026, 2, 20))
    assert (late.new[0].since, late.new[0].until) == (date(2026, 2, 28), date(2027, 1, 31))


@given(
    net=st.integers(12_00, 10**9),
    was=FREQUENCIES,
    to=FREQUENCIES,
    paid=st.integers(0, 11),
    fee=st.integers(0, 10**6),
    tax_rate=st.sampled_from([0, 800, 1600]),
)
def test_what_was_open_and_the_change_are_what_is_open(
    net: int, was: str, to: str, paid: int, fee: int, tax_rate: int
) -> None:
    before = policy(net=net, frequency=was, paid=min(paid, INSTALMENTS[was] - 1), fee=fee, tax_rate=tax_rate)
    made = possible(before, before.receipts[0].due)[to]
    if isinstance(made, str):
        assert made == ("same_frequency" if was == to else "unequal_periods")
        return
    assert sum(one.total for one in made.goes) + made.delta == sum(one.total for one in made.new)
    assert sum(one.net for one in made.goes) == sum(one.net for one in made.new)
    assert sum(one.fee for one in made.goes) == sum(one.fee for one in made.new)
    for one in made.new:
        assert one.total == one.net + one.surcharge + one.fee + one.tax
        assert one.tax == share(one.net + one.surcharge + one.fee, tax_rate)
    spans = [(one.since, one.until) for one in made.new]
    assert spans[0][0] == made.goes[0].due
    assert spans[-1][1] == before.ends
    assert [until for _, until in spans[:-1]] == [since for since, _ in spans[1:]]


@pytest.mark.parametrize(
    ("changes", "to", "today", "code"),
    [
        ({}, "weekly", date(2026, 3, 1), "unknown_frequency"),
        ({}, "monthly", date(2026, 3, 1), "same_frequency"),
        ({"status": "lapsed"}, "annual", date(2026, 4, 2), "not_covered"),
        ({"status": "cancelled"}, "annual", date(2026, 4, 2), "not_covered"),
        ({"paid": 12}, "annual", date(2026, 4, 2), "nothing_open"),
        ({"sheet": PolicySheet()}, "annual", date(2026, 3, 1), "unknown_terms"),
        ({}, "annual", date(2026, 4, 2), "grace_over"),
        ({"paid": 5}, "quarterly", date(2026, 8, 1), "unequal_periods"),
        ({"frequency": "annual", "sheet": PolicySheet(insurance="mandatory")}, "monthly", date(2026, 3, 1),
         "mandatory_whole"),
    ],
)  # fmt: skip
def test_what_can_not_be_changed_says_why(
    changes: dict[str, object], to: str, today: date, code: str
) -> None:
    with pytest.raises(CannotChange) as refused:
        changed(policy(**changes), to, today)  # type: ignore[arg-type]  # whatever the case names
    assert refused.value.code == code


def test_a_receipt_with_money_on_it_is_not_replaced() -> None:
    before = policy()
    first = replace(before.receipts[0], paid=100_00)
    with pytest.raises(CannotChange, match="part_paid"):
        changed(replace(before, receipts=(first, *before.receipts[1:])), "annual", date(2026, 3, 1))


def test_a_cover_that_never_ceases_has_no_term_that_could_pass() -> None:
    surety = policy(kind="surety", today=date(2026, 6, 10))
    assert changed(surety, "annual", date(2026, 6, 10)).delta == -678_60


def test_every_frequency_has_its_figures_or_its_reason() -> None:
    found = possible(policy(paid=5), date(2026, 8, 1))
    assert {to for to, made in found.items() if not isinstance(made, str)} == {"annual"}
    assert found["monthly"] == "same_frequency"
    assert set(SURCHARGES) < set(found)
