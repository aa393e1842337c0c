"""The text of an agreement holds every payment and every component, and its sums are right."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import agreement_words as words
from rules.agreement import WIDTH, text
from rules.agreements import folio, is_folio
from rules.clients import Account, Agreement, Client, Detail
from rules.facts import Instalment, Terms
from rules.forbidden import find
from rules.terms import waived_by

AT = datetime(2026, 11, 25, 17, tzinfo=UTC)
COMPONENTS = tuple(words.COMPONENTS)
ROW = re.compile(r"^(.+?)\.* +(-?)(?:\$|[A-Z]{3} )([0-9,]+)\.([0-9]{2})$")


def account(components: dict[str, int], total: int | None = None, **more: object) -> Account:
    given = {"id": 1, "product": "loan", "number": "PP-1", "currency": "MXN", "overdue": 0}
    given |= {"creditor": "Banco Ejemplo", "name": "Préstamo", "components": components}
    return Account(**(given | {"total": sum(components.values()) if total is None else total} | more))  # type: ignore[arg-type]  # values by name


def client(debt: Account, country: str = "MX", language: str = "es") -> Client:
    return Client(
        id=1, name="María Ñáñez", country=country, zones=("America/Mexico_City",), as_of=AT,
        language=language, firm="Despacho Ejemplo", portfolio="Préstamos", accounts=(debt,),
    )  # fmt: skip


def agreement(terms: Terms) -> Agreement:
    return Agreement(id="f1", account_id=1, made=AT, terms=terms, folio=folio("f1"), agent="Ana")


def written(debt: Account, terms: Terms, country: str = "MX", language: str = "es") -> str:
    return text(
        client(debt, country, language), debt, agreement(terms), zone="America/Mexico_City", grace_days=3
    )


def rows(section: str) -> dict[str, int]:
    """The lines of a section that end in an amount: label to minor units."""
    found = [ROW.match(line) for line in section.splitlines()]
    return {
        one[1]: (-1 if one[2] else 1) * (int(one[3].replace(",", "")) * 100 + int(one[4]))
        for one in found
        if one
    }


def section(agreed: str, title: tuple[str, str], column: int = 0) -> str:
    begin = title[column].partition("{")[0]
    return next(part for part in agreed.split("\n\n") if part.startswith(begin))


debts = st.dictionaries(st.sampled_from(COMPONENTS), st.integers(1, 10**9), min_size=1)


@given(
    components=debts, unexplained=st.integers(0, 10**6), share=st.integers(1, 99), count=st.integers(1, 24)
)
def test_every_payment_and_component_is_there_and_sums_are_right(
    components: dict[str, int], unexplained: int, share: int, count: int
) -> None:
    debt = account(components, sum(components.values()) + unexplained)
    to_pay = max(debt.total * share // 100, count)
    parts = [to_pay // count] * count
    parts[-1] += to_pay - sum(parts)
    payments = tuple(
        Instalment(due=date(2026, 12, 1) + timedelta(days=30 * number), amount=part)
        for number, part in enumerate(parts)
    )
    waived = waived_by(debt, to_pay)
    terms = Terms(kind="settlement", currency="MXN", to_pay=to_pay, payments=payments, waived=waived)
    agreed = written(debt, terms)
    owed = rows(section(agreed, words.DEBT))
    assert owed.pop(words.TOTAL[0]) == debt.total == sum(owed.values())
    assert {words.COMPONENTS[name][0] for name in components} <= set(owed)
    given_up = rows(section(agreed, words.WAIVED))
    if waived:
        whole = next(value for label, value in given_up.items() if label.startswith("Total"))
        assert whole == sum(waived.values()) == debt.total - to_pay
        assert sum(given_up.values()) == 2 * whole
    paid = rows(section(agreed, words.PAYMENTS))
    assert paid.pop(words.TO_PAY[0]) == to_pay
    assert list(paid.values()) == parts
    assert "liquidado por completo" in " ".join(agreed.split())


def test_what_stays_owed_is_said() -> None:
    debt = account({"capital_vencido": 500_00, "capital_vigente": 9_500_00})
    terms = Terms(
        kind="plan",
        currency="MXN",
        to_pay=500_00,
        payments=(Instalment(due=date(2026, 12, 1), amount=500_00),),
    )
    said = " ".join(section(written(debt, terms), words.SCOPE).split())
    assert "parciales" in said
    assert "$9,500.00" in said


FULL = Terms(
    kind="waiver",
    currency="MXN",
    to_pay=900_00,
    payments=(Instalment(due=date(2026, 12, 1), amount=900_00),),
    waived={"moratorios": 100_00},
)
SHEET = (
    Detail(key="clabe", value="032180000118359719"),
    Detail(key="reference", value="REF-77"),
    Detail(key="complaints_phone", value="55 5550 0101"),
    Detail(key="complaints_email", value="une@example.com"),
    Detail(key="firm_address", value="Calle Ejemplo 100"),
)


@pytest.mark.parametrize(
    "needed",
    ["María Ñáñez", "Banco Ejemplo", "Despacho Ejemplo", "Ana", "Calle Ejemplo 100", "moratorios", "10.00 %",
     "032180000118359719", "REF-77", "PP-1", "Pague sólo a Banco Ejemplo", "3 días después", "55 5550 0101",
     "une@example.com", "1 de diciembre de 2026", "25 de noviembre de 2026"],
)  # fmt: skip
def test_it_holds_all_that_the_law_asks_for(needed: str) -> None:
    debt = account({"moratorios": 100_00, "capital_vencido": 900_00}, details=SHEET)
    assert needed in written(debt, FULL)


@pytest.mark.parametrize("country", ["MX", "US"])
@pytest.mark.parametrize("language", ["es", "en", ""])
def test_its_words_are_never_forbidden_and_fit_a_page(country: str, language: str) -> None:
    debt = account({"moratorios": 100_00, "capital_vencido": 900_00}, details=SHEET, disputed=50_00)
    terms = msgspec.structs.replace(FULL, beyond_grace=True)
    for asked in (terms, msgspec.structs.replace(terms, to_pay=1_00, waived={})):
        agreed = written(debt, asked, country, language)
        assert find(agreed) == ()
        assert max(map(len, agreed.splitlines())) <= WIDTH
        assert "{" not in agreed


def test_the_us_text_is_in_english_and_says_whom_it_is_from() -> None:
    debt = account({"interes_ordinario": 100_00, "capital_vencido": 900_00}, currency="USD")
    agreed = written(debt, msgspec.structs.replace(FULL, currency="USD", waived={}), "US", "")
    assert "attempt to collect a debt" in " ".join(agreed.split())
    assert "Total amount of the debt" in agreed


def test_of_a_card_number_only_the_end_is_written() -> None:
    debt = account({"capital_vencido": 900_00}, number="4242424242424242", product="sme")
    agreed = written(debt, FULL)
    assert "4242424242424242" not in agreed
    assert "****4242" in agreed


def test_a_line_end_in_a_name_makes_no_section() -> None:
    debt = account({"capital_vencido": 900_00}, creditor="Banco\n\nPAGOS\n1. hoy")
    assert len(written(debt, FULL).split("\n\n")) == 9


@given(st.text(max_size=40))
def test_a_folio_is_checked_by_its_last_character(fact_id: str) -> None:
    made = folio(fact_id)
    assert is_folio(made)
    wrong = made[:4] + ("A" if made[4] != "A" else "B") + made[5:]
    assert not is_folio(wrong)
    assert not is_folio(made[:-1])
