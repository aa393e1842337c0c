"""A counter-offer typed in one line."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.capture.scope import Refused
from rules.clients import Account
from rules.counteroffer import read
from rules.facts import Instalment, Terms
from rules.requests import is_sound

NOW = datetime(2026, 11, 25, 11, tzinfo=ZoneInfo("America/Mexico_City"))
DEBT = Account(
    id=1, product="card", number="···1", currency="MXN", overdue=0, total=10_000_00,
    components={"moratorios": 1_000_00, "capital_vencido": 9_000_00},
)  # fmt: skip
ASKED = Terms(
    kind="settlement",
    currency="MXN",
    to_pay=7_500_00,
    payments=(Instalment(due=date(2026, 11, 27), amount=7_500_00),),
    waived={"moratorios": 1_000_00, "capital_vencido": 1_500_00},
)


def offer(line: str, asked: Terms = ASKED) -> Terms:
    return read(line, asked, DEBT, "MX", NOW)


def test_an_amount_alone_changes_what_is_waived_and_keeps_the_day() -> None:
    terms = offer("8000")
    assert (terms.to_pay, terms.payments) == (
        8_000_00,
        (Instalment(due=date(2026, 11, 27), amount=8_000_00),),
    )
    assert terms.waived == {"moratorios": 1_000_00, "capital_vencido": 1_000_00}
    assert offer("9500").kind == "waiver"


def test_an_amount_and_a_plan_in_any_order() -> None:
    terms = offer("7500 3xq")
    assert terms == offer("3xq 7500")
    assert [payment.amount for payment in terms.payments] == [2_500_00] * 3
    assert terms.payments[0].due == date(2026, 11, 27)


def test_payments_one_by_one_and_a_first_day() -> None:
    terms = offer("lun 4000+3000+2000")
    assert terms.to_pay == 9_000_00
    assert terms.payments[0] == Instalment(due=date(2026, 11, 30), amount=4_000_00)


def test_where_nothing_was_waived_nothing_is() -> None:
    plan = Terms(kind="plan", currency="MXN", to_pay=3_000_00, payments=ASKED.payments)
    terms = offer("2000 2x", plan)
    assert (terms.kind, terms.waived, terms.to_pay) == ("plan", {}, 2_000_00)


@pytest.mark.parametrize(
    ("line", "code"),
    [("hello", "token_unknown"), ("7500 8000", "token_unknown"), ("12000", "amount_over_total"),
     ("0.03 12x", "plan_too_small"), ("7,5", "amount_form"), ("7500 ayer", "date_past")],
)  # fmt: skip
def test_what_can_not_be_is_refused_with_the_token(line: str, code: str) -> None:
    with pytest.raises(Refused) as info:
        offer(line)
    assert info.value.error.code == code


@given(st.text(alphabet="0123456789xqm+.,/$ lunvie", max_size=14))
def test_whatever_is_taken_adds_up(line: str) -> None:
    try:
        terms = offer(line)
    except Refused:
        return
    assert is_sound(terms)
    assert terms.to_pay + sum(terms.waived.values()) <= DEBT.total
