from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.central.upkeep.runs import Runs

NUMBERS = st.sets(st.integers(1, 40), max_size=40).map(list).flatmap(st.permutations)


def members(runs: list[tuple[int, int]]) -> list[int]:
    return [number for first, last in runs for number in range(first, last + 1)]


@given(some=NUMBERS, others=NUMBERS)
def test_they_are_sets_of_numbers(some: list[int], others: list[int]) -> None:
    runs, taken = Runs(some), Runs(others + others)
    assert members(list(runs)) == sorted(some)
    left = list(runs.without(taken))
    assert members(left) == sorted(set(some) - set(others))
    assert left == list(Runs(members(left)))  # no two of them touch
    assert list(taken) == list(Runs(sorted(others)))
