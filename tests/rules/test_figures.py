from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.activity import Call, activity, by_agent
from rules.buckets import BUCKETS
from rules.cancellations import ALL, Request, pipeline, revocation_limit, tier
from rules.goals import daily_goal
from rules.recovery import Recovery, recovery_table
from rules.rolls import Move, roll_rates
from rules.service import Offered, drop_rate, service_level
from rules.validation import validation_period
from rules.worktime import connection, union

MONEY = st.integers(0, 10**9)


@given(st.lists(st.builds(Move, st.sampled_from(BUCKETS), MONEY, st.sampled_from(BUCKETS)), max_size=20))
def test_every_balance_went_somewhere(moves: list[Move]) -> None:
    rows = roll_rates(moves)
    assert sum(row.opening for row in rows.values()) == sum(move.balance for move in moves)
    for bucket, row in rows.items():
        assert sum(cell.balance for cell in row.cells.values()) == row.opening
        cured = row.cure.numerator if row.cure else 0
        assert row.forward.numerator + row.stay.numerator + row.back.numerator + cured == row.opening
        assert row.contained.numerator == row.opening - row.forward.numerator
        assert (row.cure is None) == (bucket == "B0")


@given(
    st.lists(
        st.builds(
            Call,
            agent=st.sampled_from("AB"),
            account=st.sampled_from("xyz"),
            flags=st.sampled_from(["", "A", "AC", "ACR", "ACRP"]),
            talk=st.integers(0, 300),
        ),
        max_size=20,
    )
)
def test_the_team_is_the_sum_of_its_agents(calls: list[Call]) -> None:
    agents = by_agent(calls, {"A": 10, "C": 5})
    team = activity(calls, 15)
    assert {"A", "C"} <= set(agents)
    for measure in ("attempts", "contacts", "rpc", "promises", "handled", "handling"):
        assert sum(getattr(one, measure) for one in agents.values()) == getattr(team, measure)
    assert team.touched <= sum(one.touched for one in agents.values())
    assert agents["C"].contact_rate.percent is None


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda span: tuple(sorted(span))), max_size=8
    ),
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda span: tuple(sorted(span))), max_size=8
    ),
)
def test_connection_time_counts_each_second_once(
    sessions: list[tuple[int, int]], pauses: list[tuple[int, int]]
) -> None:
    logged = {second for start, end in sessions for second in range(start, end)}
    paused = {second for start, end in pauses for second in range(start, end)} & logged
    found = connection(sessions, pauses, 60)
    assert (found.logged, found.unproductive) == (len(logged), len(paused))
    assert found.connected == len(logged - paused)
    assert found.met == (len(logged - paused) >= 60)
    assert union(union(sessions)) == union(sessions)


RECOVERIES = st.builds(Recovery, st.sampled_from("AB"), st.sampled_from("xyz"), MONEY, MONEY)


@given(st.lists(RECOVERIES, max_size=12))
def test_both_ways_of_summing_recovery_agree(rows: list[Recovery]) -> None:
    table = recovery_table(rows)
    for side in (table.by_agent, table.by_product):
        assert sum(ratio.numerator for ratio in side.values()) == table.total.numerator
        assert sum(ratio.denominator for ratio in side.values()) == table.total.denominator


REQUESTS = st.builds(
    Request,
    st.sampled_from(["T1", "T2"]),
    st.sampled_from(["Norte", "Sur"]),
    MONEY,
    st.sampled_from(["saved", "cancelled", "open"]),
)


@given(st.lists(REQUESTS, max_size=12))
def test_tiers_and_rooms_each_sum_to_the_whole_pipeline(requests: list[Request]) -> None:
    groups = pipeline(requests)
    for names in (("T1", "T2"), ("Norte", "Sur")):
        parts = [groups[name] for name in names if name in groups]
        assert sum(part.requests for part in parts) == groups[ALL].requests
        assert sum(part.saved_amount for part in parts) == groups[ALL].saved_amount
        assert sum(part.open for part in parts) == groups[ALL].open


def test_a_request_inside_the_revocation_period_is_tier_one() -> None:
    signed = date(2026, 11, 12)  # a Thursday before the rest day of Monday the 16th
    assert revocation_limit(signed) == date(2026, 11, 20)
    assert [tier(signed, date(2026, 11, day)) for day in (12, 20, 21)] == ["T1", "T1", "T2"]


def test_a_month_that_is_over_asks_for_nothing_more() -> None:
    goal = daily_goal(100_00, 40_00, date(2026, 5, 31))
    assert (goal.remaining, goal.required, goal.projection) == (0, None, 40_00)
    assert daily_goal(100_00, 150_00, date(2026, 5, 15)).required == 0
    new_year = daily_goal(100_00, 0, date(2026, 1, 1))
    assert (new_year.elapsed, new_year.projection) == (0, None)


@given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
def test_working_days_are_spent_or_ahead(as_of: date) -> None:
    goal = daily_goal(100_00, 0, as_of)
    assert goal.elapsed + goal.remaining == goal.working_days
    assert 22 <= goal.working_days <= 27


@given(st.lists(st.builds(Offered, st.integers(0, 90), st.booleans()), max_size=20))
def test_a_queue_is_answered_or_abandoned(calls: list[Offered]) -> None:
    found = service_level(calls)
    assert found.answered + found.abandoned == found.offered == len(calls)
    assert found.in_time <= found.answered
    assert found.short <= found.abandoned


@pytest.mark.parametrize(("dropped", "within"), [(36, True), (37, False)])
def test_the_drop_limit_holds_on_the_unrounded_ratio(dropped: int, within: bool) -> None:
    assert drop_rate(1200, dropped).within_limit is within


def test_a_holiday_delays_the_validation_period() -> None:
    found = validation_period(date(2026, 12, 23))
    assert (found.assumed_received, found.ends) == (date(2026, 12, 31), date(2027, 1, 30))
