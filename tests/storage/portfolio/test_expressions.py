from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.portfolio.expressions import (
    CellError,
    ExpressionError,
    Scope,
    Value,
    compile_expression,
    number,
)

SCOPE = Scope(
    columns=("id", "monto", "Saldo total", "Comisión", "estado", "vacía"),
    tables={"dias": {"Tarde": 23, "Al día": "", "*": 1}, "cortas": {"a": "x"}},
    today=date(2026, 11, 25),
)
ROW = ("7", "1,500.50", "$9,000", "10", "tarde", "")


def value(text: str, row: tuple[str, ...] = ROW) -> Value:
    return compile_expression(text, SCOPE).run(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id", "7"),
        ("ID", "7"),
        ("Saldo total", "$9,000"),
        ("[saldo TOTAL]", "$9,000"),
        ("comision", "10"),
        ("'Cliente ' & id", "Cliente 7"),
        ("'a' & vacía & 'b'", "ab"),
        ("monto + 1", Decimal("1501.50")),
        ("[Saldo total] - monto * 2", Decimal("5999.00")),
        ("([Saldo total] - monto) * 2", Decimal("14999.00")),
        ("-monto", Decimal("-1500.50")),
        ("[Saldo total] / 8", Decimal("1125")),
        ("monto + vacía", None),
        ("days_before(10)", date(2026, 11, 15)),
        ("days_before(vacía)", None),
        ("table('dias', estado)", Decimal(23)),
        ("days_before(table('dias', estado))", date(2026, 11, 2)),
        ("table('dias', 'al dia')", ""),
        ("table('dias', 'otro')", Decimal(1)),
        ("first(vacía, id)", "7"),
        ("first(vacía, vacía)", None),
        ("min(monto, 100)", Decimal(100)),
        ("max(monto, vacía)", Decimal("1500.50")),
    ],
)
def test_what_an_expression_gives(text: str, expected: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nada", "there is no column nada"),
        ("monto +", "something is missing"),
        ("(monto", "parenthesis"),
        ("monto monto", "can't read on from 'monto'"),
        ("dias('x')", "there is no function dias"),
        ("table('nada', id)", "there is no table nada"),
        ("days_before()", "called wrongly"),
        ("table(id, id)", "called wrongly"),
        ("id; drop", "can't read on"),
        ("__import__('os')", "there is no function __import__"),
        ("id.upper", "can't read on"),
        ("", "something is missing"),
    ],
)
def test_what_is_refused_when_the_mapping_is_read(text: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said.replace("(", r"\(")):
        compile_expression(text, SCOPE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("estado + 1", "not a number"),
        ("monto / 0", "division by zero"),
        ("table('cortas', id)", "not in the mapping's table cortas"),
        ("days_before(monto)", "not a whole number of days"),
        ("days_before(-1)", "not a whole number of days"),
    ],
)
def test_what_is_refused_when_a_cell_is_read(text: str, said: str) -> None:
    with pytest.raises(CellError, match=said):
        value(text)


def test_an_expression_knows_the_columns_that_it_reads() -> None:
    assert compile_expression("id & [Saldo total]", SCOPE).columns == ("id", "Saldo total")


@pytest.mark.parametrize(
    ("written", "decimal", "expected"),
    [
        ("1500", ".", "1500"),
        ("-3.25", ".", "-3.25"),
        ("1,234,567.89", ".", "1234567.89"),
        ("$ 12", ".", "12"),
        ("1.234,50", ",", "1234.50"),
        ("12,5", ",", "12.5"),
    ],
)
def test_how_numbers_may_be_written(written: str, decimal: str, expected: str) -> None:
    assert number(written, decimal) == Decimal(expected)


@pytest.mark.parametrize(
    "written", ["1,50", "12,34,567", "1e5", "nan", "inf", "0x10", "1.2.3", "٣", "12 mil"]
)
def test_what_is_no_number_is_never_guessed(written: str) -> None:
    with pytest.raises(CellError):
        number(written)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        compiled = compile_expression(text, SCOPE)
        compiled.run(ROW)
    except (ExpressionError, CellError):
        pass


@given(
    st.decimals(min_value=0, max_value=10**12, places=2), st.decimals(min_value=0, max_value=10**12, places=2)
)
def test_arithmetic_is_exact(a: Decimal, b: Decimal) -> None:
    row = ("", str(a), str(b), "", "", "")
    assert value("[Saldo total] - monto + monto", row) == b
