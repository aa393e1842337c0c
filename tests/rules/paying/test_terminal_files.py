"""A terminal's daily file: its columns by any name, its rows, and nothing of a card but four digits."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.paying import taking
from rules.paying.intents import Intent
from rules.paying.terminal_columns import FileRefused, rows
from rules.paying.terminal_files import TerminalRow, match

MEXICO = ZoneInfo("America/Mexico_City")
HEAD = ["Fecha", "Hora", "Importe", "Autorización", "No. de tarjeta", "Estatus", "Referencia"]


def test_the_columns_are_found_below_a_title_and_a_card_leaves_four_digits() -> None:
    table = [
        ["Reporte de ventas"],
        [],
        HEAD,
        ["20/11/2026", "14:05", "$1,500.50", "ab123", "4152 31** **** 1234", "Aprobada", "0A1B-2C3D"],
        ["20/11/2026", "14:09", 200.0, "x9", "4242424242424242", "Devolución", ""],
        ["20/11/2026", "15:00", 10, "y", "", "Declinada", ""],
        ["", "", "", "", "", "", ""],
    ]
    assert rows(table, MEXICO) == (
        TerminalRow(
            line=4, amount=1500_50, reference="0A1B-2C3D", auth_code="AB123", last4="1234",
            at=datetime(2026, 11, 20, 14, 5, tzinfo=MEXICO),
        ),
        TerminalRow(
            line=6, amount=10_00, outcome="declined", auth_code="Y",
            at=datetime(2026, 11, 20, 15, tzinfo=MEXICO),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", "", "mucho", "1", "", "", ""], "Line 2: mucho is no amount."),
        (["", "", "-5", "1", "", "", ""], "Line 2: -5 is no amount above zero."),
        (["", "", "5", "1", "", "quizá", ""], "Line 2: quizá is neither approved nor declined"),
        (["ayer", "", "5", "1", "", "", ""], "Line 2: ayer is no day that can be read"),
    ],
)
def test_what_can_not_be_read_is_said_with_its_line(cells: list[str], said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        rows([HEAD, cells], MEXICO)


def test_a_file_without_the_columns_says_which_are_needed() -> None:
    with pytest.raises(FileRefused, match="Importe"):
        rows([["Nombre", "Total"], ["a", "1"]], MEXICO)


def test_a_row_is_found_by_folio_or_by_code_and_amount_together() -> None:
    by_folio = Intent(
        id="019aa-0000-0A1B2C3D", account_id=1, method="terminal", amount=100, currency="MXN",
        asked=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    by_code = Intent(
        id="019aa-0000-99999999", account_id=1, method="terminal", amount=200, currency="MXN",
        asked=datetime(2026, 11, 20, tzinfo=UTC), status="approved", auth_code="AB1",
    )  # fmt: skip
    found = match(
        (
            TerminalRow(line=2, amount=100, reference="0a1b 2c3d"),
            TerminalRow(line=3, amount=200, auth_code="ab1"),
            TerminalRow(line=4, amount=201, auth_code="ab1"),
            TerminalRow(line=5, amount=100, reference=taking.folio(by_folio.id)),
        ),
        (by_folio, by_code),
    )
    assert [one.verdict for one in found] == ["settled", "known", "unknown", "twice"]
