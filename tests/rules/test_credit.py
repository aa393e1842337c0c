from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.credit import (
    PRINCIPAL,
    TAXED,
    Balance,
    allocate_above_minimum,
    apply_payment,
    minimum_payment,
    payoff,
    regularisation,
    restructure,
)
from rules.plans import payment_plan
from rules.promises import follow_up
from rules.rates import Ratio, nearest, portion, share, split, without
from rules.settlements import authority, by_component, offer, waivable, waive

MONEY = st.integers(0, 10**9)
NAMES = (*(name for pair in TAXED for name in pair), *PRINCIPAL)
COMPONENTS = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 10**7))
TODAY = date(2026, 11, 20)
LIMITS = {"agent": 500, "senior": 1000, "supervisor": 2000, "remedial": 5000, "committee": 10_000}


@given(st.integers(0, 10**12), st.integers(1, 400), st.sampled_from(["first", "last"]))
def test_a_split_sums_to_its_total(total: int, parts: int, residual: str) -> None:
    shares = split(total, parts, residual=residual)
    assert sum(shares) == total
    assert len(shares) == parts
    odd = shares[0] if residual == "first" else shares[-1]
    assert odd == max(shares)
    assert max(shares) - min(shares) < parts


@pytest.mark.parametrize(("amount", "whole"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("0.49", 0)])
def test_halves_are_rounded_away_from_zero(amount: str, whole: int) -> None:
    assert nearest(Decimal(amount)) == whole


@given(MONEY, st.integers(0, 10_000))
def test_a_tax_put_on_and_taken_off_is_the_same(base: int, rate: int) -> None:
    assert without(base + share(base, rate), rate) in (base - 1, base, base + 1)
    assert portion(base, 3, 3) == base


def test_ratios_show_two_decimals_and_compare_none() -> None:
    assert str(Ratio(1, 3).percent) == "33.33"
    assert Ratio(0, 0).percent is None
    assert Ratio(36, 1200).reaches(300)
    assert not Ratio(36, 1200).exceeds(300)
    assert Ratio(300_001, 10_000_000).exceeds(300)  # shown as 3.00, and yet above it
    assert not Ratio(0, 0).reaches(0)


@given(st.integers(0, 10**8), COMPONENTS)
def test_a_payment_covers_the_hierarchy_in_its_order(amount: int, components: dict[str, int]) -> None:
    applied, left = apply_payment(amount, components)
    assert sum(applied.values()) + left == amount
    assert all(0 <= applied[name] <= components.get(name, 0) for name in NAMES)
    assert left == max(amount - payoff(components), 0)
    levels = [[*pair] for pair in TAXED] + [[name] for name in PRINCIPAL]
    short = [sum(components.get(name, 0) - applied[name] for name in level) for level in levels]
    for earlier, level in zip(short, levels[1:], strict=False):
        if earlier:
            assert not any(applied[name] for name in level)


@given(COMPONENTS)
def test_what_brings_it_current_leaves_the_current_principal(components: dict[str, int]) -> None:
    applied, left = apply_payment(regularisation(components), components)
    assert (left, applied["capital_vigente"]) == (0, 0)
    assert all(applied[name] == components.get(name, 0) for name in NAMES if name != "capital_vigente")


def test_interest_that_is_exempt_of_tax_takes_the_whole_part_payment() -> None:
    applied, _ = apply_payment(100_00, {"interes_ordinario": 500_00})
    assert (applied["interes_ordinario"], applied["iva_interes"]) == (100_00, 0)


@given(MONEY, MONEY, MONEY, MONEY, MONEY)
def test_a_minimum_payment_never_exceeds_the_balance(
    revolving: int, interest: int, tax: int, limit: int, balance: int
) -> None:
    found = minimum_payment(revolving, interest, tax, limit, balance)
    assert found.payment == min(balance, max(found.by_balance, found.by_limit))


@given(MONEY, MONEY, st.lists(st.tuples(st.integers(0, 4000), MONEY), max_size=4))
def test_what_is_above_the_minimum_goes_to_the_dearest_balance(
    payment: int, minimum: int, given_balances: list[tuple[int, int]]
) -> None:
    balances = tuple(Balance(str(n), rate, amount) for n, (rate, amount) in enumerate(given_balances))
    allocated = allocate_above_minimum(payment, minimum, balances)
    excess = max(payment - minimum, 0)
    assert sum(allocated.values()) == min(excess, sum(balance.amount for balance in balances))
    for dear in balances:
        for cheap in balances:
            if dear.annual_rate > cheap.annual_rate and allocated[cheap.name]:
                assert allocated[dear.name] == dear.amount


@given(st.integers(1000_00, 10**8), st.integers(0, 500), st.integers(1, 60), st.sampled_from([0, 1600]))
def test_a_restructured_credit_ends_at_nothing(principal: int, rate: int, count: int, tax: int) -> None:
    level, schedule = restructure(principal, rate, count, tax)
    assert len(schedule) == count
    assert schedule[-1].balance == 0
    assert sum(line.principal for line in schedule) == principal
    for line in schedule:
        assert line.payment == line.principal + line.interest + line.tax
        assert line.balance >= 0
    assert all(line.payment == level for line in schedule[:-1])
    # Each line's half cents bear interest until the last line pays for them all.
    growth = (1 + rate / 10_000 * (1 + tax / 10_000)) ** count
    assert abs(schedule[-1].payment - level) <= 3 * count * growth


@given(MONEY, st.integers(1, 60), st.integers(0, 10_000))
def test_a_plan_sums_to_its_total(total: int, count: int, down: int) -> None:
    plan = payment_plan(total, count, down)
    assert plan.total == total
    assert plan.down == share(total, down)
    assert len(set(plan.instalments[:-1])) <= 1


@given(st.integers(1, 10**9), st.integers(0, 10_000))
def test_an_offer_splits_the_payoff(whole: int, part: int) -> None:
    found = offer(whole, part)
    assert found.to_pay + found.waived == whole
    level = authority(found, LIMITS)
    assert level is not None
    assert LIMITS[level] >= 10_000 - part


def test_one_cent_above_a_limit_needs_the_next_level() -> None:
    debt = {"moratorios": 1_000_00, "capital_vencido": 9_000_00}
    assert authority(waive(debt, {"moratorios": 5_000}), LIMITS) == "agent"
    one_cent_more = waive(debt, {"moratorios": Decimal("5000.1")})
    assert one_cent_more.waived == 500_01
    assert (str(one_cent_more.percent), authority(one_cent_more, LIMITS)) == ("5.00", "senior")
    assert authority(offer(100_00, 0), {"agent": 500}) is None


@given(st.integers(0, 10**9), COMPONENTS, st.integers(0, 10_000))
def test_a_waiver_never_exceeds_what_may_be_waived_of_a_component(
    amount: int, components: dict[str, int], limit: int
) -> None:
    may = waivable(components, limit)
    assert all(0 < part <= components[name] for name, part in may.items())
    principal = sum(components.get(name, 0) for name in PRINCIPAL)
    assert sum(may.get(name, 0) for name in PRINCIPAL) * 10_000 <= limit * principal
    waived, left = by_component(amount, may)
    assert sum(waived.values()) + left == amount
    assert all(part <= may[name] for name, part in waived.items())
    if any(name in waived for name in PRINCIPAL):
        assert all(waived.get(name, 0) == may.get(name, 0) for pair in TAXED for name in pair)


@given(
    st.integers(1, 10**7),
    st.lists(st.tuples(st.integers(-5, 15), st.integers(1, 10**6)), max_size=6),
    st.integers(-3, 15),
)
def test_more_money_in_the_window_never_makes_a_promise_worse(
    amount: int, paid: list[tuple[int, int]], later: int
) -> None:
    order = ("broken", "partial", "open", "kept")
    due = TODAY + timedelta(days=5)
    payments = [(TODAY + timedelta(days=days), money) for days, money in paid]
    today = TODAY + timedelta(days=later)
    fates = [follow_up(TODAY, due, amount, payments[:count], today) for count in range(len(payments) + 1)]
    ranks = [order.index(fate.status) for fate in fates]
    assert ranks == sorted(ranks)
    assert all(fate.counted <= amount for fate in fates)
