from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.contracts import (
    Adjustment,
    Contract,
    balance,
    clock,
    differs,
    more_than_a_third,
    options,
    paid_in_all,
)

CONTRACT = Contract(
    number="CTO-1",
    members=("Rosa Díaz", "Iván Mora"),
    plan="Anual una recámara",
    price=300_000_00,
    down_payment=60_000_00,
    paid=40_000_00,
    signed_on=date(2026, 11, 13),
    room="Cancún Centro",
)
AMOUNTS = st.integers(0, 10**9)


def test_the_balance_is_the_price_less_what_was_paid_with_what_was_adjusted() -> None:
    adjusted = msgspec.structs.replace(
        CONTRACT, adjustments=(Adjustment(on=date(2026, 11, 20), amount=-5_000_00, why="Bonificación"),)
    )

    assert balance(CONTRACT) == 200_000_00
    assert balance(adjusted) == 195_000_00


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.lists(st.integers(-(10**8), 10**8), max_size=5))
def test_price_payments_balance_and_adjustments_always_add_up(
    price: int, down: int, paid: int, adjusted: list[int]
) -> None:
    contract = msgspec.structs.replace(
        CONTRACT,
        price=price,
        down_payment=down,
        paid=paid,
        adjustments=tuple(Adjustment(on=date(2026, 11, 20), amount=one) for one in adjusted),
    )

    assert balance(contract) + paid_in_all(contract) - sum(adjusted) == price


def test_an_account_whose_principal_is_another_is_told_by_how_much() -> None:
    components = {"capital_vencido": 50_000_00, "capital_vigente": 150_000_01, "moratorios": 7_00}

    assert differs(CONTRACT, components) == 1
    assert differs(CONTRACT, {"capital_vencido": 200_000_00}) == 0
    assert differs(CONTRACT, {"moratorios": 7_00}) == 0


@pytest.mark.parametrize(
    ("today", "tier", "left"),
    [
        (date(2026, 11, 13), "T1", 10),
        (date(2026, 11, 23), "T1", 0),  # the 16th is a holiday: five business days end on the 23rd
        (date(2026, 11, 24), "T2", -1),
    ],
)
def test_the_time_to_revoke_counts_business_days_from_the_signature(
    today: date, tier: str, left: int
) -> None:
    found = clock(CONTRACT, today)

    assert (found.tier, found.left) == (tier, left)


def test_a_request_within_the_time_stays_t1_afterwards_and_its_refund_runs_late() -> None:
    found = clock(CONTRACT, date(2027, 1, 4), date(2026, 11, 20), date(2026, 12, 14))

    assert found.tier == "T1"
    assert found.late


def test_in_t1_the_cancellation_stands_first_and_nothing_is_pressed_on_the_member() -> None:
    found = options(CONTRACT, clock(CONTRACT, date(2026, 11, 16)), overdue=10_00)

    assert [(one.name, one.asked) for one in found] == [("process", False), ("inform", True)]


def test_in_t2_use_and_payments_come_before_the_terms() -> None:
    late = clock(CONTRACT, date(2027, 3, 1))

    assert [one.name for one in options(CONTRACT, late, 10_00)] == [
        "use",
        "payments",
        "smaller",
        "complaint",
        "terms",
    ]
    assert "use" not in {
        one.name for one in options(msgspec.structs.replace(CONTRACT, used=1), late, overdue=0)
    }


@pytest.mark.parametrize(("paid", "chooses"), [(40_000_00, False), (40_000_01, True)])
def test_above_a_third_of_the_price_the_member_chooses(paid: int, chooses: bool) -> None:
    contract = msgspec.structs.replace(CONTRACT, paid=paid)

    assert more_than_a_third(contract) is chooses
    names = {one.name for one in options(contract, clock(contract, date(2027, 3, 1)), 10_00)}
    assert ("choose" in names) is chooses
