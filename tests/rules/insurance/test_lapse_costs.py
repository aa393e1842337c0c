"""What a lapse costs, to the day and the cent, before it and after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.insurance.lapse_costs import costs
from rules.insurance.policies import PolicySheet
from rules.insurance.receipts import grace_end
from rules.rates import share
from tests.rules.insurance.policies import ZONE, at, policy

GRACE_ENDS = date(2026, 3, 31)


def test_before_it_lapses_the_hour_and_the_last_day_are_known() -> None:
    found = costs(policy(net=3_650_00, today=date(2026, 3, 20), status="grace"), at(date(2026, 3, 20)))
    assert found.ceases_at == at(GRACE_ENDS, 12)
    assert (found.lapsed, found.last_day) == (False, date(2026, 4, 30))
    assert [one.number for one in found.receipts] == [1]
    assert found.owed == found.receipts[0].total
    assert (found.uncovered_a_day, found.backs[0].gap_days) == (10_00, 1)
    assert [one.gap_days for one in found.worst] == [30, 30]


def test_both_ways_of_bringing_it_back() -> None:
    before = policy(net=3_650_00, status="lapsed", lapsed_at=grace_end(date(2026, 3, 1), None, ZONE.key))
    lapsed = replace(before, receipts=(replace(before.receipts[0], status="lapsed"), *before.receipts[1:]))
    found = costs(lapsed, at(date(2026, 4, 20)))
    extend, keep = found.back("extend"), found.back("keep_end")
    assert extend is not None
    assert keep is not None
    assert (extend.ends, extend.returns, extend.gap_days) == (date(2027, 3, 21), 0, 20)
    assert (keep.ends, keep.returned_net, keep.returned_tax) == (date(2027, 3, 1), 200_00, 32_00)
    assert keep.returns == 232_00


@pytest.mark.parametrize(("moment", "lapsed"), [((11, 59), False), ((12, 0), True)])
def test_cover_ceases_at_noon(moment: tuple[int, int], lapsed: bool) -> None:
    assert costs(policy(), at(GRACE_ENDS, *moment)).lapsed is lapsed


def test_after_the_last_day_it_is_new_business() -> None:
    lapsed = policy(status="lapsed", lapsed_at=at(GRACE_ENDS, 12))
    assert len(costs(lapsed, at(date(2026, 4, 30))).backs) == 2
    assert costs(lapsed, at(date(2026, 5, 1))).backs == ()  # INS-REH-2


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"paid": 12}, "nothing_open"),
        ({"kind": "surety"}, "art_154_no_cessation_for_unpaid_premium"),
        ({"sheet": PolicySheet(insurance="mandatory")}, "art_150_bis_no_cessation_before_end_of_term"),
        ({"status": "cancelled"}, "over"),
    ],
)
def test_where_nothing_lapses_it_says_why(changes: dict[str, object], why: str) -> None:
    assert costs(policy(**changes), at(date(2026, 3, 10))).why == why  # type: ignore[arg-type]  # as named


def test_without_terms_only_the_end_can_move() -> None:
    found = costs(policy(sheet=PolicySheet()), at(date(2026, 3, 10)))
    assert [one.mode for one in found.backs] == ["extend"]


@given(days=st.integers(0, 30), net=st.integers(1_00, 10**9), tax=st.sampled_from([0, 1600]))
def test_the_two_ways_differ_by_what_goes_back(days: int, net: int, tax: int) -> None:
    lapsed = policy(net=net, tax_rate=tax, status="lapsed", lapsed_at=at(GRACE_ENDS, 12).astimezone(UTC))
    found = costs(lapsed, at(GRACE_ENDS + timedelta(days=days), 13))
    extend, keep = found.backs
    assert extend.pays == keep.pays == found.owed
    assert (extend.ends - keep.ends).days == extend.gap_days == days
    assert 0 <= keep.returned_net <= net
    assert keep.returns == keep.returned_net + share(keep.returned_net, tax)
    assert extend.returns == 0
    assert isinstance(found.ceases_at, datetime)
