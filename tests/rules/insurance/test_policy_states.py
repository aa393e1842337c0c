from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.insurance.policies import Policy, PolicySheet, PolicyTerms
from rules.insurance.policy_states import (
    COVERED,
    MOVES,
    PAID_IN_TIME,
    STATES,
    Move,
    moved,
    moves_due,
    refusal,
    status_at,
    with_receipts,
)
from rules.insurance.receipts import NOON, cover_after_payment, grace
from tests.rules.insurance.policies import ZONE, at, policy

DUE = date(2026, 3, 1)


def unpaid(**changes: object) -> Policy:
    """A policy whose only receipt fell due on 1 March and is not paid."""
    return policy(frequency="annual", **changes)


def paid(one: Policy, number: int = 1) -> Policy:
    receipts = tuple(
        msgspec.structs.replace(receipt, status="paid") if receipt.number == number else receipt
        for receipt in one.receipts
    )
    return msgspec.structs.replace(one, receipts=receipts)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(date(2026, 3, 1)), "in_force"),
        (at(date(2026, 3, 2), 0), "grace"),
        (at(date(2026, 3, 31), 11, 59), "grace"),
        (at(date(2026, 3, 31), 12), "lapsed"),
    ],
)
def test_cover_holds_to_the_hour(now: datetime, expected: str) -> None:
    assert status_at(unpaid(), now) == expected
    assert status_at(paid(unpaid()), now) == "in_force"
    assert status_at(unpaid(), now.astimezone(UTC).astimezone(ZONE)) == expected


@given(
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.none() | st.integers(0, 60),
    st.sampled_from(["voluntary", "mandatory", "surety"]),
    st.integers(-2 * 24 * 3600, 100 * 24 * 3600),
)
def test_the_state_is_what_the_law_says_of_a_payment_now(
    due: date, agreed: int | None, kind: str, seconds: int
) -> None:
    term = grace(due, agreed, kind)
    ends = None if term.last_day is None else datetime.combine(term.last_day, NOON, ZONE)
    one = unpaid(starts=due, grace_days=agreed, sheet=PolicySheet(insurance=kind))
    one = msgspec.structs.replace(
        one, receipts=(msgspec.structs.replace(one.receipts[0], grace_ends=ends and ends.astimezone(UTC)),)
    )
    now = datetime.combine(due, NOON, ZONE) + timedelta(seconds=seconds)
    covered = cover_after_payment(ends, now) == "in_force"
    assert (status_at(one, now) in COVERED) == covered
    assert status_at(one, now) != "grace" or kind != "surety"


@pytest.mark.parametrize(
    ("was", "became", "why", "expected"),
    [
        ("lapsed", "in_force", "", "not_rehabilitated"),
        ("lapsed", "grace", "paid", "not_rehabilitated"),
        ("lapsed", "in_force", PAID_IN_TIME, ""),
        ("lapsed", "rehabilitated", "", ""),
        ("grace", "renewed", "", "premium_past_due"),
        ("in_force", "rehabilitated", "", "not_in_force"),
        ("in_force", "lapsed", "", "not_in_force"),
        ("cancelled", "in_force", "", "over"),
        ("expired", "rehabilitated", "", "over"),
        ("grace", "issued", "", "already_begun"),
        ("grace", "grace", "", "already_so"),
        ("grace", "burnt", "", "unknown_state"),
    ],
)
def test_a_forbidden_jump_says_why(was: str, became: str, why: str, expected: str) -> None:
    assert refusal(policy(status=was), became, why) == expected


def test_a_surety_never_lapses_and_a_mandatory_cover_by_agreed_term_only() -> None:
    late = at(date(2026, 6, 1))
    surety = unpaid(kind="surety")
    mandatory = unpaid(sheet=PolicySheet(insurance="mandatory"))
    agreed = unpaid(sheet=PolicySheet(insurance="mandatory"), grace_days=30)
    assert [status_at(one, late) for one in (surety, mandatory, agreed)] == ["in_force", "in_force", "lapsed"]
    in_grace = msgspec.structs.replace(surety, status="grace")
    assert refusal(in_grace, "lapsed") == "never_lapses"
    assert with_receipts(surety, late).receipts[0].status == "overdue"


def test_what_nobody_looked_at_is_caught_up_at_its_own_instants() -> None:
    assert moves_due(unpaid(), at(date(2026, 4, 20))) == (
        Move(at(date(2026, 3, 2), 0), "grace", "premium_past_due"),
        Move(at(date(2026, 3, 31), 12), "lapsed", "premium_unpaid"),
    )
    *_, last = moves_due(unpaid(), at(date(2026, 7, 1)))
    assert last == Move(at(date(2026, 5, 1), 0), "cancelled", "rehabilitation_over")
    terms = PolicySheet(terms=PolicyTerms(net=0, rehabilitation_days=60))
    assert moves_due(unpaid(sheet=terms), at(date(2026, 5, 20)))[-1].became == "lapsed"
    assert moves_due(paid(unpaid(status="issued")), at(date(2027, 6, 1))) == (
        Move(at(date(2026, 3, 1), 12), "in_force", "cover_began"),
        Move(at(date(2027, 3, 1), 12), "expired", "term_over"),
    )


def test_receipts_lapse_with_the_cover_and_come_back_with_it() -> None:
    lapsed = moved(unpaid_quarters(), "lapsed", at(date(2026, 3, 31), 12))
    later = with_receipts(lapsed, at(date(2026, 7, 1)))
    assert [one.status for one in later.receipts] == ["lapsed", "pending", "pending", "pending"]
    back = moved(later, "rehabilitated", at(date(2026, 4, 10)))
    assert [one.status for one in back.receipts] == ["overdue", "pending", "pending", "pending"]
    over = moved(later, "cancelled", at(date(2026, 4, 10)))
    assert {one.status for one in over.receipts} == {"cancelled"}


def unpaid_quarters() -> Policy:
    return policy(frequency="quarterly", status="grace")


def test_money_that_had_come_before_noon_undoes_a_lapse() -> None:
    lapsed = moved(unpaid_quarters(), "lapsed", at(date(2026, 3, 31), 12))
    assert moves_due(lapsed, at(date(2026, 4, 1))) == ()
    found = moves_due(paid(lapsed), at(date(2026, 4, 1)))
    assert [(one.became, one.why) for one in found] == [("grace", PAID_IN_TIME), ("in_force", "paid")]


POLICIES = st.builds(
    policy,
    frequency=st.sampled_from(["annual", "quarterly", "monthly"]),
    paid=st.integers(0, 12),
    status=st.sampled_from(STATES),
    kind=st.sampled_from(["car", "surety"]),
    grace_days=st.none() | st.integers(0, 30),
    lapsed_at=st.none() | st.integers(0, 270).map(lambda days: at(date(2026, 3, 1)) + timedelta(days=days)),
)


@given(POLICIES, st.lists(st.integers(0, 200 * 24), max_size=6))
def test_no_sequence_of_moves_reaches_a_forbidden_state(one: Policy, hours: list[int]) -> None:
    if one.status == "lapsed" and one.lapsed_at is None:
        one = msgspec.structs.replace(one, lapsed_at=at(date(2026, 4, 1)))
    now = at(date(2026, 3, 1))
    for later in hours:
        now += timedelta(hours=later)
        for move in moves_due(one, now):
            assert refusal(one, move.became, move.why) == ""
            one = moved(one, move.became, move.at.astimezone(ZONE))
        one = with_receipts(one, now)
        assert status_at(one, now) == one.status
        assert moves_due(one, now) == ()
        assert one.kind != "surety" or one.status != "grace"


@given(st.lists(st.sampled_from(STATES), max_size=8))
def test_cover_that_ceased_comes_back_through_a_rehabilitation_alone(wanted: list[str]) -> None:
    one = policy(status="quoted")
    ceased = False
    for became in wanted:
        if refusal(one, became):
            continue
        one = moved(one, became, at(date(2026, 4, 1)))
        assert not (ceased and one.status in ("in_force", "grace", "expired", "renewed"))
        ceased = one.status == "lapsed" or (ceased and one.status != "rehabilitated")


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(STATES)
    assert all(found <= set(STATES) for found in MOVES.values())
