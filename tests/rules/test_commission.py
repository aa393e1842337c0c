"""Commissions: tiers read whole and marginally, quality, breaches, caps; the terms as data."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.commission import Terms, Tier, earned, read
from rules.configuration import check
from rules.rates import WHOLE, Ratio
from storage.reference import commission, kinds

HOUSE = msgspec.structs.replace(commission(), caps={})
MONEY = st.integers(0, 10**10)


def paid(mode: str, goal: int, recovered: int, **more: Any) -> int:
    terms = msgspec.structs.replace(HOUSE, mode=mode)
    return earned(terms, goal, recovered, "MXN", **more).amount


@pytest.mark.parametrize(
    ("recovered", "whole", "marginal"),
    [
        (159_999_99, 0, 0),
        (160_000_00, 1_600_00, 0),
        (200_000_00, 3_000_00, 400_00),
        (240_000_00, 4_800_00, 1_000_00),
        (250_000_00, 5_000_00, 1_200_00),
    ],
)
def test_tiers_begin_at_their_floor(recovered: int, whole: int, marginal: int) -> None:
    assert (paid("whole", 200_000_00, recovered), paid("marginal", 200_000_00, recovered)) == (
        whole,
        marginal,
    )
    poor = Ratio(8_499, WHOLE)
    assert paid("whole", 200_000_00, recovered, quality=poor) == whole // 2
    assert paid("marginal", 200_000_00, recovered, quality=poor) == marginal // 2


def test_the_floor_of_quality_compares_what_is_not_rounded() -> None:
    just_below = Ratio(25_499, 3 * WHOLE)  # 84.9967 %, shown as 85.00
    assert paid("whole", 100, 100_00, quality=just_below) * 2 == paid("whole", 100, 100_00)
    assert paid("whole", 100, 100_00, quality=Ratio(8_500, WHOLE)) == paid("whole", 100, 100_00)


def test_without_a_goal_nothing_is_attained() -> None:
    found = earned(HOUSE, 0, 100_00, "MXN")
    assert (found.rate, found.amount) == (0, 0)
    assert paid("marginal", 0, 100_00) == 0


@st.composite
def rising_terms(draw: st.DrawFn) -> Terms:
    """Terms whose rates rise with the tiers, as they do wherever people are to recover more."""
    floors = [0, *sorted(draw(st.sets(st.integers(1, 20_000), max_size=4)))]
    rates = sorted(draw(st.lists(st.integers(0, 500), min_size=len(floors), max_size=len(floors))))
    tiers = tuple(Tier(floor, rate) for floor, rate in zip(floors, rates, strict=True))
    return msgspec.structs.replace(HOUSE, tiers=tiers)


@given(rising_terms(), st.integers(1, 10**9), MONEY, MONEY)
def test_slices_never_pay_more_than_the_whole_and_more_money_never_less(
    terms: Terms, goal: int, recovered: int, more: int
) -> None:
    both = []
    for mode in ("whole", "marginal"):
        of_mode = msgspec.structs.replace(terms, mode=mode)
        both.append(earned(of_mode, goal, recovered, "MXN").amount)
        assert both[-1] <= earned(of_mode, goal, recovered + more, "MXN").amount
    whole, marginal = both
    assert marginal <= whole
    if len(terms.tiers) == 1:
        assert marginal == whole


@given(st.integers(1, 10**9), MONEY, st.integers(0, WHOLE), st.integers(1, 10**9))
def test_nothing_after_a_breach_and_never_above_the_cap(
    goal: int, recovered: int, quality: int, cap: int
) -> None:
    terms = msgspec.structs.replace(HOUSE, caps={"MXN": cap})
    heard = Ratio(quality, WHOLE)
    assert 0 <= earned(terms, goal, recovered, "MXN", quality=heard).amount <= cap
    assert earned(terms, goal, recovered, "USD", quality=heard) == earned(
        HOUSE, goal, recovered, "USD", quality=heard
    )
    assert earned(terms, goal, recovered, "MXN", quality=heard, breaches=1).amount == 0


def test_a_portfolios_own_terms_take_the_place_of_the_houses() -> None:
    own = '[commission]\nmode = "marginal"\n[commission.goals]\nMXN = 50000000\n'
    assert check(own, kinds())[1] == ()
    found = commission(own)
    assert (found.mode, found.goals, found.tiers) == ("marginal", {"MXN": 500_000_00}, commission().tiers)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('[commission]\nmode = "half"\n', 2, "mode"),
        ("[commission]\nmood = 1\n", 2, "mood"),
        ("[commission]\ntiers = [{ floor = 100, rate = 1 }]\n", 2, "floor 0"),
        ("[commission]\ntiers = [{ floor = 0, rate = 1 }, { floor = 0, rate = 2 }]\n", 2, "above"),
        ("[commission]\ntiers = [{ floor = 0, rate = 10001 }]\n", 2, "rate"),
        ("[commission]\nquality_factor = -1\n", 2, "quality_factor"),
        ('[commission.caps]\n"pesos" = 5\n', 2, "pesos"),
        ("[commission.goals]\nMXN = 0\n", 2, "MXN"),
    ],
)
def test_terms_that_cant_be_are_told_by_their_line(text: str, line: int, word: str) -> None:
    (fault,) = check(text, kinds())[1]
    assert (fault.line, word in fault.reason) == (line, True), fault
    with pytest.raises(ValueError, match="commission"):
        read({"commission": {"mode": "whole"}})
