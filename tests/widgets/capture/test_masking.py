"""Before the identity is confirmed nothing says what receipts come to."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from rules.capture.read import read
from rules.capture.values import Claimable
from widgets.capture_line import preview
from widgets.formats import MASK


@pytest.fixture
def insured(context):
    receipts = tuple(
        Claimable(id=n, policy="AUT-48213", number=n, due=date(2026, 9 + n, 5), open=887_50) for n in (2, 3)
    )
    return msgspec.structs.replace(context, receipts=receipts)


@pytest.mark.parametrize("line", ["p rec2", "l rec2-3", "p rec2 1500", "p rec*", "l rec2-3 3xq"])
def test_amounts_of_receipts_are_masked(line, catalogue, insured):
    reading = read(line, catalogue, insured)
    known = str(preview(reading, catalogue, insured, line=line))
    assert "887.50" in known or "1,775.00" in known
    hidden = str(preview(reading, catalogue, insured, line=line, hidden=True))
    assert "887" not in hidden
    assert "775" not in hidden
    assert MASK in hidden
