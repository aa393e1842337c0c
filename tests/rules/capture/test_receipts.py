"""Premium receipts on the line: which are meant, for their exact sum, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.capture.body import to_body
from rules.capture.complete import suggest
from rules.capture.read import read
from rules.capture.receipts import claimable, word_for
from rules.capture.values import CaptureContext, Claimable, PlanReading, Reading, ReceiptsReading
from rules.capture.wording import describe, message, warnings
from rules.capture.write import write
from rules.catalogue import Catalogue
from tests.rules.insurance.policies import policy

FORMS = [
    ("rec2", (2,), 1_887_33),
    ("REC2", (2,), 1_887_33),
    ("rec2-4", (2, 3, 4), 4_262_00),
    ("rec2,4", (2, 4), 3_074_66),
    ("rec4,2", (2, 4), 3_074_66),
    ("rec2,3-4", (2, 3, 4), 4_262_00),
    ("rec*", (), 4_262_00),
    ("rectodos", (), 4_262_00),
    ("recall", (), 4_262_00),
]


@pytest.mark.parametrize(("word", "numbers", "amount"), FORMS)
def test_their_sum_is_what_is_promised(
    reads: Callable[..., Reading], word: str, numbers: tuple[int, ...], amount: int
) -> None:
    for language in ("es", "en"):
        reading = reads(f"p {word} vie", language)
        assert (reading.complete, reading.amount) == (True, amount), reading.errors
        assert reading.receipts == ReceiptsReading(numbers=numbers)


def test_a_promise_for_one_receipt_takes_seven_keys(reads: Callable[..., Reading]) -> None:
    line = "p rec2"
    reading = reads(line)
    assert (reading.code, reading.amount, reading.complete) == ("PPT", 1_887_33, True)
    assert len(line) + len("⏎") <= 8


def test_the_fact_holds_their_ids(
    catalogue: Catalogue, context: Callable[..., CaptureContext], reads: Callable[..., Reading]
) -> None:
    for line, ids in (("p rec2,4", (102, 104)), ("l rec*", (102, 103, 104)), ("p", ())):
        assert to_body(reads(line), context(), catalogue, line=line).receipts == ids


@pytest.mark.parametrize("code", ["p", "ppp", "l", "paga", "y"])
def test_the_results_that_take_them(reads: Callable[..., Reading], code: str) -> None:
    assert reads(f"{code} rec2").complete


@pytest.mark.parametrize("code", ["quit", "domi", "r", "n"])
def test_other_results_take_none(reads: Callable[..., Reading], code: str) -> None:
    assert "field_not_allowed" in [error.code for error in reads(f"{code} rec2").errors]


@pytest.mark.parametrize(
    ("line", "code", "offers"),
    [
        ("p rec1", "receipt_paid", ("rec2-4",)),
        ("p rec1-2", "receipt_paid", ("rec2-4",)),
        ("p rec5", "receipt_cancelled", ("rec2-4",)),
        ("p rec9", "receipt_unknown", ("rec2-4",)),
        ("p rec2/4", "receipts_form", ("rec2", "rec2,4")),
        ("p rec4-2", "receipts_form", ("rec2-4",)),
        ("p rec0", "receipts_form", ("rec2", "rec2-4", "rec*")),
        ("p rec2-", "receipts_form", ("rec2", "rec2-4", "rec*")),
        ("p rec2@777", "receipts_policy", ("rec2@213",)),
        ("p rec2 1500", "receipts_sum", ("1887.33",)),
        ("p rec2 1900", "receipts_sum", ("1887.33", "rec2")),
        ("p rec2 3080", "receipts_sum", ("1887.33", "rec2-3")),
        ("l rec2-3 1000+500q", "receipts_sum", ("3074.67",)),
    ],
)
def test_what_would_do_is_offered(
    reads: Callable[..., Reading], line: str, code: str, offers: tuple[str, ...]
) -> None:
    error = reads(line).errors[0]
    assert (error.code, error.offers) == (code, offers)
    assert message(error)


def test_a_lapsed_receipt_asks_for_rehabilitation_first(reads: Callable[..., Reading]) -> None:
    lapsed = Claimable(id=1, policy="A1", number=1, due=date(2026, 10, 1), open=500_00, status="lapsed")
    assert [error.code for error in reads("p rec1", receipts=(lapsed,)).errors] == ["receipt_lapsed"]
    assert [error.code for error in reads("p rec*", receipts=(lapsed,)).errors] == ["receipts_all_closed"]
    assert [error.code for error in reads("p rec1", receipts=()).errors] == ["receipts_none"]


@pytest.mark.parametrize(
    ("amount", "complete"), [("1887.33", True), ("1886.33", True), ("1886.32", False), ("1887.34", False)]
)
def test_short_by_the_tolerance_is_whole(reads: Callable[..., Reading], amount: str, complete: bool) -> None:
    assert reads(f"p rec2 {amount}").complete is complete


def test_what_was_paid_is_what_they_say(reads: Callable[..., Reading]) -> None:
    assert reads("y rec2 1000").complete


def test_a_plan_pays_one_receipt_after_the_other(
    catalogue: Catalogue, context: Callable[..., CaptureContext], reads: Callable[..., Reading]
) -> None:
    reading = reads("l rec2-4")
    assert reading.plan == PlanReading(count=3, rhythm="q", amounts=(1_887_33, 1_187_34, 1_187_33))
    body = to_body(reading, context(), catalogue, line="")
    assert sum(payment.amount for payment in body.instalments) == body.amount == 4_262_00
    assert reads("l rec2").plan == PlanReading(count=3, rhythm="q"), "one receipt: equal parts"
    assert reads("l rec2-4 2xq").plan == PlanReading(count=2, rhythm="q")


def test_an_earlier_receipt_that_stays_open_is_spoken_of(
    reads: Callable[..., Reading], context: Callable[..., CaptureContext], catalogue: Catalogue
) -> None:
    assert warnings(reads("p rec3"), context()) == ("due before and not in it: receipt 2",)
    assert warnings(reads("p rec2-3"), context()) == ()
    assert ("receipts 2-4", False) in describe(reads("p rec2-4"), catalogue, context())
    assert ("every open receipt", False) in describe(reads("p rec*"), catalogue, context())


def two_policies() -> tuple[Claimable, ...]:
    """Two policies of one account: 213 has receipts 1 and 2 open, 900 has 2 and 3."""
    return tuple(
        Claimable(
            id=number * 10 + place,
            policy=name,
            number=number,
            due=date(2026, 8 + number, 5),
            open=100_00 * number,
        )
        for place, name, numbers in ((1, "AUT-48213", (1, 2)), (2, "VID-55900", (2, 3)))
        for number in numbers
    )


def test_a_number_that_two_policies_have_is_never_guessed(reads: Callable[..., Reading]) -> None:
    both = two_policies()
    assert reads("p rec1", receipts=both).amount == 100_00, "only one policy has it"
    refused = reads("p rec2", receipts=both).errors[0]
    assert (refused.code, refused.offers) == ("receipts_which", ("rec2@213", "rec2@900"))
    assert reads("p rec2@900", receipts=both).complete
    assert reads("p rec*@900", receipts=both).amount == 500_00
    assert reads("p rec*", receipts=both).amount == 800_00, "every open one"
    assert word_for([22], both) == "rec2@900"
    assert word_for([21, 22], both) == "", "no one word names them"


def test_a_beginning_is_completed(catalogue: Catalogue, context: Callable[..., CaptureContext]) -> None:
    assert suggest("p rec", catalogue, context()) == "p rec2"


def test_without_a_client_a_line_still_reads(reads: Callable[..., Reading]) -> None:
    reading = reads("p rec2-4 1500", limits=False, receipts=())
    assert (reading.complete, reading.amount) == (True, 1_500_00)


@given(
    paid=st.integers(0, 11), chosen=st.sets(st.integers(1, 12), min_size=1), net=st.integers(100_00, 10**8)
)
def test_any_choice_reads_back_and_sums_to_the_cent(
    paid: int, chosen: set[int], net: int, catalogue: Catalogue
) -> None:
    insured = policy(net=net, paid=paid)
    known = claimable((insured,), insured.account_id)
    against = CaptureContext(
        now=datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("America/Mexico_City")),
        total=sum(one.open for one in known),
        account_id=insured.account_id,
        receipts=known,
    )
    line = f"p rec{','.join(str(number) for number in sorted(chosen, reverse=True))}"
    reading = read(line, catalogue, against)
    if min(chosen) <= paid:
        assert [error.code for error in reading.errors] == ["receipt_paid"]
        return
    assert reading.amount == sum(one.total for one in insured.receipts if one.number in chosen)
    assert read(write(reading, against), catalogue, against) == reading
    body = to_body(reading, against, catalogue, line=line)
    assert word_for(body.receipts, known) == write(reading, against).split()[1]
