"""How a tax receipt reached the client, as it is typed; files in parts that may be sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.tax import tax_line
from rules.tax.tax_board import MOST_SENT_BYTES, MOST_SENT_FILES, TaxFile, TaxSending, parts
from rules.tax.tax_line import NoSending


@pytest.mark.parametrize(
    ("typed", "medium", "to"),
    [
        ("", "email", ""),
        ("Correo", "email", ""),
        (" juana@example.mx ", "email", "juana@example.mx"),
        ("PORTAL", "portal", ""),
        ("en mano", "hand", ""),
        ("by hand", "hand", ""),
    ],
)
def test_a_medium_or_an_address_is_read(typed: str, medium: str, to: str) -> None:
    assert tax_line.read(typed) == TaxSending(medium=medium, to=to)


@pytest.mark.parametrize("typed", ["paloma", "a@b.mx y c@d.mx"])
def test_anything_else_is_not_taken(typed: str) -> None:
    with pytest.raises(NoSending):
        tax_line.read(typed)


@given(sizes=st.lists(st.integers(1, MOST_SENT_BYTES // 2), max_size=30), many=st.integers(0, 500))
def test_parts_hold_every_file_once_and_are_no_bigger_than_may_be_sent(sizes: list[int], many: int) -> None:
    files = [TaxFile(name=str(place), xml="x" * size) for place, size in enumerate([*sizes, *(1,) * many])]
    found = parts(files)
    assert [one.name for part in found for one in part] == [one.name for one in files]
    assert all(len(part) <= MOST_SENT_FILES for part in found)
    assert all(sum(len(one.xml) for one in part) <= MOST_SENT_BYTES for part in found)
