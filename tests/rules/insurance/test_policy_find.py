from __future__ import annotations

import pytest

from rules.insurance.policy_find import Find, read


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", Find()),
        ("AUT-123", Find(text="AUT-123")),
        ("gracia domi", Find(status="grace", channel="domi")),
        ("Domiciliación Ruiz Ortega cancelada", Find(text="Ruiz Ortega", status="cancelled", channel="domi")),
        ("lapsed grace tdc tdd", Find(text="grace tdd", status="lapsed", channel="tdc")),
    ],
)
def test_a_line_names_status_channel_and_part_of_a_name(line: str, found: Find) -> None:
    assert read(line) == found
