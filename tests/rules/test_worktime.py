from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.facts import STATES
from rules.worktime import by_state, union

SPANS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda pair: tuple(sorted(pair))), max_size=5
)
CHANGES = st.lists(st.tuples(st.integers(0, 500), st.sampled_from(STATES)), max_size=8).map(sorted)


def test_a_state_lasts_until_the_next_one_and_only_while_logged_in() -> None:
    changes = [(10, "on_call"), (25, "available"), (40, "meal"), (70, "available")]
    assert by_state(changes, [(0, 50), (60, 100)]) == {"available": 10 + 15 + 30, "on_call": 15, "meal": 20}
    assert by_state([], [(0, 5)]) == {"available": 5}
    assert by_state(changes, []) == {}


@given(CHANGES, SPANS)
def test_the_states_add_up_to_the_time_logged_in(
    changes: list[tuple[int, str]], logged: list[tuple[int, int]]
) -> None:
    found = by_state(changes, logged)
    assert sum(found.values()) == sum(end - start for start, end in union(logged))
    assert all(seconds >= 0 for seconds in found.values())
