"""The line in which days and people of a report are asked for."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.periods import PERIODS
from rules.report_line import LineRefused, read, written
from rules.saved_reports import SavedReport

BEFORE = SavedReport(report="activity", period="month", team="north")
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\"'\\"), min_size=1
)


def asked(**fields):
    return SavedReport(report="activity", **fields)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", asked()),
        ("month", asked(period="month")),
        ("Last  Month", asked(period="last_month")),
        ("mes pasado", asked(period="last_month")),
        ("semana pasada", asked(period="last_week")),
        ("HOY", asked(period="today")),
        ("14d", asked(period="14d")),
        ("2026-11-15", asked(since=date(2026, 11, 15), until=date(2026, 11, 15))),
        ("11/01/2026 .. 11/15/2026", asked(since=date(2026, 11, 1), until=date(2026, 11, 15))),
        (
            'week portfolio:"Cards North" agent:ana',
            asked(period="week", portfolio="Cards North", agent="ana"),
        ),
        ("equipo:norte gestor:ana", asked(team="norte", agent="ana")),
    ],
)
def test_words_in_either_language_and_any_order(line, found):
    assert read(line, BEFORE) == found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tomorrow", "tomorrow: neither"),
        ("team:", "team:: neither"),
        ("2026-02-30", "2026-02-30: neither"),
        ("2026-11-15..2026-11-01", "first day is after"),
        ("2026-11-15..", "2026-11-15..: neither"),
        ("week month", "Said twice: month"),
        ("week 2026-11-15", "Said twice: 2026-11-15"),
        ("2026-11-15 week", "Said twice: week"),
        ("team:a equipo:b", "Said twice: equipo:b"),
        ('team:"north', "quotation mark"),
    ],
)
def test_what_can_not_be_read_says_which_word(line, said):
    with pytest.raises(LineRefused, match=said.replace(".", r"\.")):
        read(line, BEFORE)


@given(
    st.one_of(
        st.sampled_from([*PERIODS, "14d"]).map(lambda period: {"period": period}),
        st.dates(date(2000, 1, 1), date(2026, 12, 31)).map(lambda day: {"since": day, "until": day}),
        st.just({}),
    ),
    st.dictionaries(st.sampled_from(["portfolio", "team", "agent"]), NAMES),
)
def test_what_is_written_reads_as_the_same(days, names):
    one = asked(**days, **names)
    assert read(written(one), BEFORE) == one


@given(st.text())
def test_any_line_is_read_or_refused(line):
    with suppress(LineRefused):
        assert read(line, BEFORE).report == "activity"
