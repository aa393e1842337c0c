"""Cells of tables as they are written and ordered."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.i18n import set_language
from rules.tables import Column
from widgets.table_cells import ordered, written

NOW = datetime(2026, 11, 25, 11, 42, tzinfo=ZoneInfo("America/Mexico_City"))


def cell(kind, value, currency="MXN", **column):
    return written(Column(key=column.pop("key", "x"), title="x", kind=kind, **column), value, currency, NOW)


@pytest.mark.parametrize(
    ("language", "kind", "value", "text"),
    [
        ("en", "count", 12_345, "12,345"),
        ("es", "money", -1_234_05, "$-1,234.05"),
        ("en", "money", 5, "MXN 0.05"),
        ("es", "percent", (14, 23), "14/23 60.87 %"),
        ("es", "percent", (0, 0), "0/0 –"),
        ("es", "average", (55, 30), "1.83 (55/30)"),
        ("es", "average", (0, 0), "– (0/0)"),
        ("es", "seconds", 3_723, "1:02:03"),
        ("es", "seconds", -61, "-0:01:01"),
        ("es", "date", "2026-11-05", "05-nov-2026"),
        ("en", "date", "2026-11-05", "Nov 05, 2026"),
        ("es", "instant", "2026-11-25T16:30:00+00:00", "10:30"),
        ("es", "instant", "2024-01-02T16:30:00+00:00", "02-ene-2024 10:30"),
        ("es", "code", "0012", "0012"),
        ("es", "text", None, "·"),
        ("es", "text", "", "·"),
        ("es", "count", 0, "0"),
    ],
)
def test_every_kind(language, kind, value, text):
    set_language(language)
    try:
        assert cell(kind, value) == text
    finally:
        set_language("en")


def test_a_ratio_of_money_or_seconds_shows_money_or_time():
    assert cell("percent", (150_000, 300_000), of="money") == "1,500.00/3,000.00 50.00 %"
    assert cell("average", (4_000, 12), of="seconds") == "0:05:33 (1:06:40/12)"
    assert cell("average", (10_001, 2), of="money") == "MXN 50.01 (100.01/2)"


def test_codes_that_have_words_are_told_in_words():
    assert cell("code", "on_call", key="state") == "on a call"
    assert cell("code", "few", key="sample") == "few"
    assert cell("code", "brand_new", key="state") == "brand_new"


@given(st.lists(st.one_of(st.none(), st.integers()), max_size=20))
def test_nothing_comes_first_and_numbers_by_their_value(cells):
    found = sorted(cells, key=ordered)
    assert [one for one in found if one is not None] == sorted(one for one in cells if one is not None)
    assert all(one is None for one in found[: cells.count(None)])


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9)), max_size=20))
def test_ratios_go_by_their_value_and_those_of_nothing_come_first(cells):
    found = [one for one in sorted(cells, key=ordered) if one[1]]
    values = [numerator / denominator for numerator, denominator in found]
    assert values == sorted(values)
    assert sum(1 for one in cells if not one[1]) == len(cells) - len(found)
