from __future__ import annotations

import pytest

from rules.books.payment_desk import Moving
from rules.books.payment_line import read_refund, read_transfer
from rules.capture.scope import Refused


@pytest.mark.parametrize(
    ("line", "moving"),
    [
        ("AUT-9 mal aplicado", Moving(to="AUT-9", why="mal aplicado")),
        ("AUT-9 1,500.50 mal aplicado", Moving(to="AUT-9", amount=1_500_50, why="mal aplicado")),
        (
            "000123 $80 #C-88 es de su hermano",
            Moving(to="000123", amount=80_00, instruction="C-88", why="es de su hermano"),
        ),
    ],
)
def test_where_how_much_by_which_instruction_and_why(line: str, moving: Moving) -> None:
    assert read_transfer(line) == moving


def test_the_amount_of_a_refund_may_be_left_out() -> None:
    assert read_refund("1500 pagó dos veces") == (1_500_00, "pagó dos veces")
    assert read_refund("pagó dos veces") == (0, "pagó dos veces")


@pytest.mark.parametrize(
    ("read", "line", "code"),
    [
        (read_transfer, "", "transfer_to"),
        (read_transfer, "AUT-9", "money_why"),
        (read_transfer, "AUT-9 1500 #C-88", "money_why"),
        (read_refund, "1500", "money_why"),
        (read_refund, "1,50 por error", "amount_form"),
    ],
)
def test_what_is_missing_is_said(read: object, line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(line)  # type: ignore[operator]  # one of the two readers
    assert refused.value.error.code == code
