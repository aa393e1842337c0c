"""Punctuality, the dialler's pacing and how calls end, at their limits."""

from __future__ import annotations

import pytest

from rules.service import drop_rate, pacing
from rules.telephony import ended
from rules.worktime import punctuality

NINE, FIVE = 9 * 3600, 17 * 3600


@pytest.mark.parametrize(
    ("live", "dropped", "wanted"),
    [(0, 0, "ok"), (1000, 24, "ok"), (1000, 25, "slow"), (1000, 30, "slow"), (1000, 31, "stop")],
)
def test_the_dialler_slows_down_before_it_stops(live: int, dropped: int, wanted: str) -> None:
    assert pacing(drop_rate(live, dropped)) == wanted


@pytest.mark.parametrize(
    ("direction", "outcome", "wanted"),
    [
        ("in", "dropped", "abandoned"),
        ("in", "unanswered", "abandoned"),
        ("in", "answered", "answered"),
        ("out", "abandoned", "unanswered"),
        ("out", "dropped", "dropped"),
    ],
)
def test_how_a_call_ended_depends_on_its_direction(direction: str, outcome: str, wanted: str) -> None:
    assert ended(direction, outcome) == wanted  # type: ignore[arg-type]  # literals, as a table of texts


def test_a_shift_that_goes_on_is_looked_at_up_to_now() -> None:
    found = punctuality([(NINE + 300, NINE + 3600)], [], (NINE, FIVE), 0, NINE + 3600)
    assert (found.shift, found.kept, found.late, found.early) == (3600, 3300, 300, 0)


def test_the_pauses_that_a_shift_allows_are_kept_time() -> None:
    pauses = [(NINE + 3600, NINE + 3600 + 5400)]
    found = punctuality([(NINE, FIVE)], pauses, (NINE, FIVE), 3600, FIVE)
    assert (found.shift, found.kept) == (8 * 3600, 8 * 3600 - 1800)


def test_nobody_is_late_to_a_shift_that_was_missed_or_has_not_begun() -> None:
    assert punctuality([], [], (NINE, FIVE), 0, FIVE).late == 0
    before = punctuality([(NINE - 600, NINE - 60)], [], (NINE, FIVE), 0, NINE - 60)
    assert (before.shift, before.late, before.early) == (0, 0, 0)
