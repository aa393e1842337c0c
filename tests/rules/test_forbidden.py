"""Wording that may not be sent, found through whatever is put between its letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.forbidden import find, refuse_if_forbidden


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Si no paga lo vamos a EMBARGAR", ("embargar",)),
        ("irá a la cárcel", ("carcel",)),
        ("E.M.B.A.R.G.O", ("embargo",)),
        ("em-bargo", ("embargo",)),
        ("em\u200bbargo", ("embargo",)),
        ("le va   a, ir... mal", ("le va a ir mal",)),
        ("citatorio del juzgado", ("citatorio", "juzgado")),
        ("usted es un ratero", ("ratero",)),
        ("YOU WILL BE ARRESTED", ("be arrested",)),
        ("this is a court order, deadbeat", ("court order", "deadbeat")),
        ("we will tell your boss", ("tell your boss",)),
        ("embargo, embargo y embargo", ("embargo",)),
    ],
)
def test_found(text: str, found: tuple[str, ...]) -> None:
    assert find(text) == found
    problem = refuse_if_forbidden(text)
    assert problem is not None
    assert (problem.code, problem.params["words"]) == ("forbidden_wording", ", ".join(found))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Convenio: 3 pagos de $500.00 con la referencia 88-12. Gracias por su tiempo.",
        "Sin embargo, queremos encontrar un acuerdo con usted.",
        "El saldo incluye intereses moratorios y gastos de cobranza.",
        "Sr. Ladrón de Guevara, Club Deportivo 12",
        "Ms. Marshall, this is an attempt to collect a debt.",
        "Si desea quejarse del trato: Unidad Especializada (UNE).",
        "Your payment plan: 3 payments of $500.00. Thank you for your time.",
    ],
)
def test_what_may_be_sent(text: str) -> None:
    assert find(text) == ()
    assert refuse_if_forbidden(text) is None


@given(st.text("ab /.-’é\u200b\x1b", max_size=30), st.sampled_from([".", "-", " ", "_", "·", "\u200b"]))
def test_letters_set_apart_are_found_in_any_text(around: str, gap: str) -> None:
    assert "carcel" in find(f"{around} ; {gap.join('cárcel')} ; {around}")
