"""Shifts as they are typed and written, and the connection time that a day requires."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.capture.scope import Refused
from rules.shifts import Shift, read_shifts, required_minutes, sound, write_shifts


def week(*days: int, hours: str = "09:00-18:00", rest: int = 0) -> tuple[Shift, ...]:
    starts, _, ends = hours.partition("-")
    return tuple(Shift(weekday=day, starts=starts, ends=ends, rest=rest) for day in days)


@pytest.mark.parametrize(
    ("line", "shifts"),
    [
        ("lun-vie 9-18", week(0, 1, 2, 3, 4)),
        ("Lunes-Viernes 09:00-18:00", week(0, 1, 2, 3, 4)),
        ("mon-fri 9am-6pm", week(0, 1, 2, 3, 4)),
        (
            "lun-vie 9-18 comida 60m, sáb 9:30-14",
            week(0, 1, 2, 3, 4, rest=60) + week(5, hours="09:30-14:00"),
        ),
        ("lun mié vie 8-16 30min", week(0, 2, 4, hours="08:00-16:00", rest=30)),
        ("sáb-lun 10-14", week(0, 5, 6, hours="10:00-14:00")),
        ("dom 12pm-24:00", week(6, hours="12:00-24:00")),
        ("sin", ()),
        ("none", ()),
    ],
)
def test_shifts_are_read_in_both_languages(line: str, shifts: tuple[Shift, ...]) -> None:
    assert read_shifts(line) == shifts


@pytest.mark.parametrize(
    ("line", "code", "token"),
    [
        ("", "shift_missing", ""),
        ("lun-vie", "shift_no_hours", "lun-vie"),
        ("9-18", "shift_no_days", "9-18"),
        ("lun 18-9", "shift_order", "18-9"),
        ("lun 9-25", "shift_unknown", "9-25"),
        ("lun 9:70-18", "shift_unknown", "9:70-18"),
        ("lun 13pm-18", "shift_unknown", "13pm-18"),
        ("lun-mié 9-18, mié 9-14", "shift_twice", "9-14"),
        ("lun 9-10 60m", "shift_rest", "60m"),
        ("luns 9-18", "shift_unknown", "luns"),
        ("lun-juernes 9-18", "shift_unknown", "lun-juernes"),
        ("60m lun 9-18", "shift_unknown", "60m"),
    ],
)
def test_what_cant_be_read_is_refused_with_its_word(line: str, code: str, token: str) -> None:
    with pytest.raises(Refused) as refused:
        read_shifts(line)
    assert (refused.value.error.code, refused.value.error.token) == (code, token)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Shift, ...]:
    found = []
    for day in sorted(draw(st.sets(st.integers(0, 6), max_size=7))):
        starts = draw(st.sampled_from([480, 540, 570]))
        ends = draw(st.sampled_from([840, 1080, 1440]))
        rest = draw(st.sampled_from([0, 0, 30, 60]))
        clocks = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (starts, ends)]
        found.append(Shift(weekday=day, starts=clocks[0], ends=clocks[1], rest=rest))
    return tuple(found)


@given(weeks(), st.sampled_from(["es", "en"]))
def test_what_is_written_is_read_as_the_same(shifts: tuple[Shift, ...], language: str) -> None:
    assert sound(shifts)
    assert (read_shifts(write_shifts(shifts, language)) if shifts else ()) == shifts


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(line: str) -> None:
    with suppress(Refused):
        assert sound(read_shifts(line))


def test_a_week_is_written_as_short_as_it_is_typed() -> None:
    shifts = week(0, 1, 2, 3, 4, rest=60) + week(5, hours="09:30-14:00")
    assert write_shifts(shifts, "es") == "lun-vie 9-18 60m, sab 9:30-14"
    assert write_shifts(shifts, "en") == "mon-fri 9-18 60m, sat 9:30-14"


@pytest.mark.parametrize(
    "shifts",
    [
        week(0, 0),
        week(7),
        week(0, hours="18:00-09:00"),
        week(0, rest=540),
        week(0, rest=-1),
        week(0, hours="9:00-18:00"),
        week(0, hours="09:00-24:30"),
    ],
)
def test_shifts_that_cant_be_are_not_sound(shifts: tuple[Shift, ...]) -> None:
    assert not sound(shifts)


@pytest.mark.parametrize(
    ("shift", "by_shifts", "absent", "minutes"),
    [
        (week(0, rest=60)[0], True, False, 480),
        (None, True, False, 0),  # a day off
        (None, False, False, 360),
        (week(0)[0], True, True, 0),
        (None, False, True, 0),
    ],
)
def test_the_required_time_of_a_day(shift: Shift | None, by_shifts: bool, absent: bool, minutes: int) -> None:
    assert required_minutes(shift, by_shifts=by_shifts, absent=absent, fallback=360) == minutes
