from __future__ import annotations

from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rules.buckets import BUCKETS, bucket, days_past_due, days_to_roll, rolls_within
from tests.rules.examples import client

TODAY = date(2026, 11, 20)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_more_days_are_never_a_better_bucket(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert BUCKETS.index(bucket(low)) <= BUCKETS.index(bucket(high))


@given(st.integers(0, 2000))
def test_the_next_bucket_begins_when_it_says(days: int) -> None:
    left = days_to_roll(days)
    if left is None:
        assert bucket(days) == "CO"
    else:
        assert bucket(days + left) != bucket(days) == bucket(days + left - 1)


def test_nothing_overdue_has_no_days() -> None:
    assert days_past_due(TODAY, None) == 0
    assert days_past_due(TODAY, TODAY + timedelta(days=3)) == 0


def test_accounts_that_roll_within_five_days() -> None:
    base = client().accounts[0]
    accounts = [
        msgspec.structs.replace(base, id=days, oldest_due=TODAY - timedelta(days=days))
        for days in (20, 24, 25, 29, 30, 178, 200)
    ]
    assert [account.id for account in rolls_within(accounts, TODAY, 5)] == [25, 29, 178]
