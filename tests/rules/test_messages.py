"""What may be in a message, and in one to several."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.correspondence import holds_client_data
from rules.messages import LONGEST, cleaned, problem
from rules.protocol import AgentRow
from rules.team import place, team, totals

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_message"),
        ("a" * LONGEST, ""),
        ("a" * (LONGEST + 1), "long_message"),
        ("paid with 4111 1111 1111 1111", "card_number_in_note"),
        ("cvv 123", "card_code_in_note"),
        ("Meta del día: 1,500,000.00 · cierre 18:00", ""),
    ],
)
def test_a_text_is_refused_for_what_it_holds(text: str, code: str) -> None:
    assert problem(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "llamen a 55 1234 5678",
        "marca al (662) 123-1234",
        "correo mfruiz@example.com",
        "RFC RUOM850214AB1",
        "curp GODE561231HDFRRN09",
        "SSN 123-45-6789",
        "CLABE 032180000118359719",
        "póliza 8821345599",
    ],
)
def test_what_names_a_client_is_seen(text: str) -> None:
    assert holds_client_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "Junta hoy 2026-11-25 a las 17:30",
        "Del 01/11/2026 al 30/11/2026 de 9:00 a 18:00",
        "La meta del mes es 12,500,000.00 y llevamos 8,750,300.50",
        "Buckets B1 a B3, 250 cuentas, 15% de quita",
        "Llamen primero a Vida 1-29",
    ],
)
def test_what_a_lead_says_to_all_is_let_through(text: str) -> None:
    assert not holds_client_data(text)


@given(st.text())
def test_a_text_is_safe_to_show_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\x1b" not in once


def row(name: str, recovered: int, *, team: str = "red", currency: str = "MXN") -> AgentRow:
    return AgentRow(
        name=name, display_name=name.title(), state="available", since=NOW, currency=currency, team=team,
        touches=3, recovered_amount=recovered, goal=100, client="Juana P.",
    )  # fmt: skip


ROWS = (
    row("ana", 50),
    row("beto", 80),
    row("caro", 50),
    row("dan", 999, currency="USD"),
    row("eva", 70, team="blue"),
)


def test_a_team_is_the_own_one_and_nothing_of_a_client() -> None:
    found = team("red", "ana", NOW, ROWS)
    assert [mate.name for mate in found.mates] == ["dan", "beto", "ana", "caro"]
    assert "Juana" not in repr(found)


def test_who_recovered_the_same_has_the_same_place_among_the_same_money() -> None:
    assert place(team("red", "ana", NOW, ROWS)) == (2, 3)
    assert place(team("red", "caro", NOW, ROWS)) == (2, 3)
    assert place(team("red", "beto", NOW, ROWS)) == (1, 3)
    assert place(team("red", "nobody", NOW, ROWS)) == (0, 0)


def test_sums_are_kept_apart_by_currency() -> None:
    found = {
        total.currency: (total.mates, total.recovered, total.touches)
        for total in totals(team("red", "ana", NOW, ROWS))
    }
    assert found == {"MXN": (3, 180, 9), "USD": (1, 999, 3)}


def test_who_is_in_no_team_sees_nobody_else() -> None:
    rows = (row("ana", 1, team=""), row("beto", 2, team=""))
    assert [mate.name for mate in team("", "ana", NOW, rows).mates] == ["ana"]
