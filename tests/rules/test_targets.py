from __future__ import annotations

import pytest

from rules.targets import read
from storage.reference import targets


def test_a_portfolios_targets_stand_on_top_of_the_houses() -> None:
    found = targets("[containment]\nB1 = 37.5\n[targets]\nkept_rate = 62")
    assert found.containment == {"B1": 3750, "B2": 5500, "B3": 4000}
    assert found.indicators["kept_rate"] == 6200


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"containment": {"B9": 40}}, "unknown name 'B9'"),
        ({"containment": {"CO": 40}}, "unknown name 'CO'"),
        ({"targets": {"happiness": 40}}, "unknown name 'happiness'"),
        ({"targets": {"goal": "much"}}, "write a percentage"),
        ({"targets": {"goal": True}}, "write a percentage"),
        ({"targets": {"goal": 12.345}}, "two decimals"),
        ({"targets": {"goal": -1}}, "0 to 1000"),
    ],
)
def test_what_is_no_target_is_refused(raw: dict[str, dict[str, object]], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read(raw)
