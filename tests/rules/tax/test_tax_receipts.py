"""What tax receipts a premium receipt needs, by when, and whether a stamped one fits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.rates import share
from rules.tax.tax_checks import Expected, Stamped, StampedLine, StampedPayment, differences
from rules.tax.tax_receipts import Applied, Figures, Need, Premium, alarm, needs, rate

DUE = date(2026, 3, 10)
PREMIUM = Premium(id=1, opens=DUE, subtotal=1_000_000, tax=160_000, total=1_160_000)
LIFE = Premium(id=2, opens=DUE, subtotal=920_000, tax=0, total=920_000)
INVOICE = "6F1B0D1E-1111-4222-8333-000000000001"


def paid(*parts: tuple[str, int], channel: str = "spei") -> list[Applied]:
    return [
        Applied(payment_id=number, on=date.fromisoformat(on), amount=amount, channel=channel)
        for number, (on, amount) in enumerate(parts, start=1)
    ]


def test_nothing_is_needed_before_money_comes() -> None:
    assert needs(PREMIUM, []) == ()


def test_a_receipt_paid_whole_in_its_month_needs_one_invoice_by_the_end_of_it() -> None:
    (invoice,) = needs(PREMIUM, paid(("2026-03-31", 1_160_000)))
    assert (invoice.kind, invoice.figures.method, invoice.due) == ("invoice", "PUE", date(2026, 3, 31))
    assert (invoice.figures.form, invoice.figures.base, invoice.figures.tax) == (
        "03", Decimal("10000.00"), Decimal("1600.00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "option", "method", "due"),
    [
        ("2026-04-17", True, "PUE", date(2026, 4, 17)),
        ("2026-04-18", True, "PPD", date(2026, 5, 5)),
        ("2026-04-01", False, "PPD", date(2026, 5, 5)),
        ("2026-02-20", False, "PUE", date(2026, 2, 28)),
    ],
)
def test_the_limit_is_that_of_the_month_of_issue(on: str, option: bool, method: str, due: date) -> None:
    invoice = needs(PREMIUM, paid((on, 1_160_000)), financial_sector=option)[0]
    assert (invoice.figures.method, invoice.due) == (method, due)


def test_parts_need_an_invoice_to_be_defined_and_a_complement_each_by_day_five() -> None:
    invoice, *complements = needs(
        PREMIUM, paid(("2026-03-12", 500_000), ("2026-04-09", 400_000), ("2026-12-15", 260_000))
    )
    assert (invoice.figures.method, invoice.figures.form, invoice.figures.total) == ("PPD", "99", 1_160_000)
    assert [(one.due, one.figures.number, one.figures.before, one.figures.after) for one in complements] == [
        (date(2026, 4, 5), 1, 1_160_000, 660_000),
        (date(2026, 5, 5), 2, 660_000, 260_000),
        (date(2027, 1, 5), 3, 260_000, 0),
    ]
    assert complements[0].figures.base == Decimal("4310.344828")
    assert complements[0].figures.tax == Decimal("689.655172")


def test_parts_that_make_it_whole_within_the_month_need_one_invoice_unless_parts_were_asked_for() -> None:
    parts = paid(("2026-03-12", 500_000), ("2026-03-30", 660_000))
    assert [one.figures.method for one in needs(PREMIUM, parts)] == ["PUE"]
    assert [one.kind for one in needs(PREMIUM, parts, in_parts=True)] == [
        "invoice", "complement", "complement",
    ]  # fmt: skip


def test_what_was_let_go_counts_as_paid() -> None:
    short = msgspec.structs.replace(PREMIUM, adjusted=50)
    assert needs(short, paid(("2026-03-12", 1_159_950)))[0].figures.method == "PUE"


def test_life_insurance_is_exempt() -> None:
    _, complement = needs(LIFE, paid(("2026-04-12", 920_000)))
    assert (complement.figures.rate, complement.figures.base, complement.figures.tax) == (
        0, Decimal("9200.000000"), Decimal("0.000000"),
    )  # fmt: skip


def test_a_premium_set_off_against_a_claim_is_a_compensation() -> None:
    (invoice,) = needs(PREMIUM, paid(("2026-03-12", 1_160_000), channel="offset"))
    assert invoice.figures.form == "17"


@given(subtotal=st.integers(1_000, 10**9), known=st.sampled_from((0, 800, 1600)))
def test_the_rate_is_found_from_the_amounts(subtotal: int, known: int) -> None:
    assert rate(subtotal, share(subtotal, known)) == known


@given(
    subtotal=st.integers(1_000, 10**8),
    known=st.sampled_from((0, 800, 1600)),
    parts=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 10**8)), min_size=1, max_size=8),
)
def test_balances_chain_and_sums_hold(subtotal: int, known: int, parts: list[tuple[int, int]]) -> None:
    tax = share(subtotal, known)
    premium = Premium(id=1, opens=DUE, subtotal=subtotal, tax=tax, total=subtotal + tax)
    given_parts = [
        Applied(payment_id=number, on=DUE + timedelta(days=40 + days), amount=amount)
        for number, (days, amount) in enumerate(parts)
    ]
    invoice, *complements = needs(premium, given_parts)
    balance = premium.total
    for number, one in enumerate(complements, start=1):
        figures = one.figures
        assert (figures.number, figures.before, figures.after) == (number, balance, balance - figures.total)
        assert figures.after >= 0
        assert abs(figures.base + figures.tax - Decimal(figures.total).scaleb(-2)) <= Decimal("0.000001")
        balance = figures.after
    assert sum(one.figures.total for one in complements) == min(premium.total, sum(a for _, a in parts))
    assert invoice.figures.base + invoice.figures.tax == Decimal(premium.total).scaleb(-2)


@pytest.mark.parametrize(
    ("status", "differs", "ahead", "level"),
    [
        ("needed", False, -1, "late"), ("requested", False, 0, "soon"), ("needed", False, 2, "soon"),
        ("needed", False, 3, "ok"), ("stamped", False, -9, ""), ("stamped", True, -9, "late"),
        ("cancelled", True, -9, ""),
    ],
)  # fmt: skip
def test_alarms(status: str, differs: bool, ahead: int, level: str) -> None:
    assert alarm(DUE + timedelta(days=ahead), status, DUE, differs=differs) == level


# What was stamped against what it has to say


def complement() -> Need:
    return needs(PREMIUM, paid(("2026-04-09", 500_000)))[1]


def stamped_for(figures: Figures, **more: object) -> Stamped:
    line = StampedLine(
        invoice=INVOICE,
        number=figures.number,
        before=figures.before,
        paid=figures.total,
        after=figures.after,
        currency="MXN",
        base=figures.base,
        tax=figures.tax,
    )
    assert figures.paid_on
    payment = StampedPayment(
        on=figures.paid_on, form=figures.form, currency="MXN", amount=figures.total, lines=(line,)
    )
    found = Stamped(
        uuid="6F1B0D1E-1111-4222-8333-000000000002",
        kind="complement",
        issuer="SEG010101AB1",
        receiver="PEGJ800101AB1",
        issued="2026-04-10T09:00:00",
        stamped="2026-04-10T09:00:00",
        currency="XXX",
        total=0,
        use="CP01",
        payments=(payment,),
    )
    return msgspec.structs.replace(found, **more)


def expected(figures: Figures) -> Expected:
    return Expected(
        kind="complement", figures=figures, currency="MXN", receiver="PEGJ800101AB1", invoice=INVOICE
    )


def test_a_complement_that_says_what_it_has_to_fits() -> None:
    figures = complement().figures
    assert differences(expected(figures), stamped_for(figures)) == ()


def test_each_difference_is_named_with_both_values() -> None:
    figures = complement().figures
    wrong = msgspec.structs.replace(figures, number=2, before=1_100_000)
    found = differences(expected(figures), stamped_for(wrong, total=100, receiver="XAXX010101000"))
    assert [(one.code, one.expected, one.found) for one in found] == [
        ("receiver", "PEGJ800101AB1", "XAXX010101000"),
        ("shell", "XXX 0.00 CP01", "XXX 1.00 CP01"),
        ("number", "1", "2"),
        ("before", "11600.00", "11000.00"),
        ("chain", "6000.00", "6600.00"),
    ]


def test_a_complement_for_another_invoice_is_said_so_alone() -> None:
    figures = complement().figures
    other = msgspec.structs.replace(expected(figures), invoice="OTHER")
    assert [one.code for one in differences(other, stamped_for(figures))] == ["invoice"]


def test_an_invoice_in_place_of_a_complement_is_of_another_kind() -> None:
    figures = complement().figures
    assert [one.code for one in differences(expected(figures), stamped_for(figures, kind="invoice"))] == [
        "kind"
    ]


def test_lines_that_pay_more_than_the_payment_are_found() -> None:
    figures = complement().figures
    good = stamped_for(figures)
    small = msgspec.structs.replace(good.payments[0], amount=400_000)
    found = differences(expected(figures), msgspec.structs.replace(good, payments=(small,)))
    assert [(one.code, one.expected, one.found) for one in found] == [("sum", "4000.00", "5000.00")]
