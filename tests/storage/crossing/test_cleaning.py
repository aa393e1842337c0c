"""Keys without what makes no difference; amounts as whole minor units, exactly as a person reads them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crossing.cleaning import cleaned, minor


@pytest.mark.parametrize(
    ("kind", "text", "left"),
    [
        ("trim", "  a \u00a0 b\t", "a b"),
        ("spaces", " a  b ", "ab"),
        ("case", "ÁBC", "ábc"),
        ("accents", "Ñandú", "Nandu"),
        ("zeros", "00120", "120"),
        ("zeros", "000", "0"),
        ("punctuation", "VID-00.1/2", "VID0012"),
        ("trim", "   ", None),
    ],
)
def test_what_makes_no_difference(kind, text, left) -> None:
    assert cleaned(pl.Series(["x", text]), [kind]).to_list()[1] == left


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1,234.50", 123450), ("$ 1,234.5", 123450), ("1234.50 MXN", 123450), ("(1,234.50)", -123450),
        ("12-", -1200), ("-0.01", -1), (".5", 50), ("1199.400", 119940), ("0", 0), ("−7", -700),
        ("1.234", None), ("1e3", None), ("abc", None), ("1,23,4", None), ("99999999999", None), (None, None),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text, units) -> None:
    assert minor(pl.DataFrame({"a": [text]}, schema={"a": pl.String}), "a").to_list() == [units]


def test_a_column_written_the_other_way() -> None:
    frame = pl.DataFrame({"a": ["1.234,50", "3,5", "10", "-1.000"]})
    assert minor(frame, "a").to_list() == [123450, 350, 1000, -100000]


@given(st.lists(st.integers(-(10**11), 10**11), min_size=1))
def test_amounts_survive_being_written(units) -> None:
    texts = [f"{'-' * (unit < 0)}{abs(unit) // 100:,}.{abs(unit) % 100:02}" for unit in units]
    assert minor(pl.DataFrame({"a": texts}), "a").to_list() == units
