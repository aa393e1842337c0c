"""Cases: what each code opens, which clock it runs under, and what a dispute holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import demand
from rules.cases import OUTCOMES, disputed, lifts
from rules.catalogue import CASES, Catalogue
from rules.clients import Account, Case, Client, Detail
from rules.consequences import MEDIA, apply, consequences
from rules.consistency import check
from rules.contact import parameters
from rules.facts import ResultBody
from rules.zones import midnight
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client

ZONE = "America/Mexico_City"
Opens = Callable[..., Case]


def account(**changes: Any) -> Account:
    return msgspec.structs.replace(client().accounts[0], **changes)


@pytest.fixture
def opens(catalogue: Catalogue) -> Opens:
    """The one case that a code opens."""

    def found(
        code: str, person: Client | None = None, at: datetime = FRIDAY_10_IN_MEXICO, **fields: Any
    ) -> Case:
        person = person or client()
        body = ResultBody(client_id=person.id, code=code, **({"account_id": 70} | fields))
        made = consequences(
            "f1", catalogue.results[code], body, person, at, "ana", parameters(person.country)
        )
        [case] = made.cases
        assert apply(person, made).cases == (case, *person.cases)
        return case

    return found


@pytest.mark.parametrize(
    ("code", "kind", "destination"),
    [
        ("DISP", "dispute", "ACL"),
        ("NREC", "fraud", "FRA"),
        ("REFI", "referral", "SUP"),
        ("REST", "referral", "REM"),
        ("CANC", "cancellation", "RET"),
        ("SINI", "claim", "SIN"),
        ("ABOG", "attorney", "LEG"),
        ("FALL", "deceased", "SUP"),
        ("CESE", "cease", ""),
        ("SINC", "hardship", "REM"),
        ("ENFE", "hardship", ""),
    ],
)
def test_a_result_that_needs_a_record_opens_it(opens: Opens, code: str, kind: str, destination: str) -> None:
    fields = {"REFI": {"destination": "SUP"}, "REST": {"destination": "REM"}}.get(code, {})
    case = opens(code, note="x", **fields)
    assert (case.id, case.kind, case.destination, case.status) == ("f1", kind, destination, "open")
    assert (case.opened, case.agent, case.account_id) == (FRIDAY_10_IN_MEXICO, "ana", 70)


def test_other_results_open_nothing(catalogue: Catalogue) -> None:
    codes = {code for code, result in catalogue.results.items() if result.opens}
    assert codes == {
        *("DISP", "NREC", "REFI", "REST", "CANC", "SINI", "ABOG", "FALL", "CESE", "SINC", "ENFE")
    }
    assert set(OUTCOMES) == set(CASES)


@pytest.mark.parametrize(
    ("country", "product", "due", "clock"),
    [
        ("MX", "card", date(2027, 1, 4), "mx.clarification.hold"),  # 45 days
        ("MX", "loan", date(2027, 1, 4), "mx.clarification.hold"),
        ("MX", "insurance", date(2027, 1, 5), "mx.une.answer_days"),  # 30 business days, two holidays
        ("MX", "timeshare", date(2027, 1, 4), "service_level"),
        ("US", "card", date(2027, 1, 4), "us.validation.period"),
    ],
)
def test_a_dispute_is_answered_within_its_legal_term(
    opens: Opens, country: str, product: str, due: date, clock: str
) -> None:
    person = client(country=country, accounts=(account(product=product),))
    case = opens("DISP", person, note="x")
    assert (case.due, case.clock) == (due, clock)


@pytest.mark.parametrize(
    ("on", "destination", "due"),
    [
        (date(2026, 11, 20), "SVC", date(2026, 11, 24)),  # Friday: Monday, Tuesday
        (date(2026, 11, 20), "RET", date(2026, 11, 23)),
        (date(2026, 12, 24), "SUP", date(2026, 12, 28)),  # 25 December rests
        (date(2026, 12, 30), "REM", date(2027, 1, 5)),  # 1 January rests
        (date(2027, 1, 29), "ARC", date(2027, 3, 1)),  # 20 business days; the first Monday of February rests
        (date(2026, 11, 20), "ACL", date(2027, 1, 4)),
    ],
)
def test_a_destination_answers_within_its_service_level(
    opens: Opens, on: date, destination: str, due: date
) -> None:
    at = midnight(on, ZONE) + timedelta(hours=10)
    assert opens("REFI", at=at, destination=destination, note="x").due == due


def test_a_referred_client_comes_back_when_the_term_is_over(catalogue: Catalogue) -> None:
    body = ResultBody(client_id=7, code="REFI", account_id=70, destination="SVC", note="x")
    made = consequences(
        "f1", catalogue.results["REFI"], body, client(), FRIDAY_10_IN_MEXICO, "ana", parameters("MX")
    )
    assert made.not_before == midnight(date(2026, 11, 25), ZONE)


@pytest.mark.parametrize(
    ("signed", "requested", "tier", "due", "clock"),
    [
        ("2026-11-13", None, "T1", date(2026, 12, 11), "mx.timeshare.revocation_days"),  # 16 Nov rests
        ("2026-11-11", None, "T2", date(2026, 11, 23), "service_level"),
        ("2026-11-12", date(2026, 11, 18), "T1", date(2026, 12, 9), "mx.timeshare.revocation_days"),
        ("pendiente", None, "", date(2026, 11, 23), "service_level"),
    ],
)
def test_a_timeshare_cancellation_has_its_tier(
    opens: Opens, signed: str, requested: date | None, tier: str, due: date, clock: str
) -> None:
    contract = account(product="timeshare", details=(Detail("signed_on", signed),))
    case = opens("CANC", client(accounts=(contract,)), due=requested, reason="USO", note="x")
    assert (case.tier, case.due, case.clock) == (tier, due, clock)


def test_who_is_retained_no_longer_cancels(catalogue: Catalogue, opens: Opens) -> None:
    asked = client(cases=(opens("CANC", due=date(2026, 11, 20), reason="USO", note="x"),))
    body = ResultBody(client_id=7, code="RETN", account_id=70, note="x")
    made = consequences(
        "f2", catalogue.results["RETN"], body, asked, FRIDAY_10_IN_MEXICO, "ana", parameters("MX")
    )
    [case] = apply(asked, made).cases
    assert (case.status, case.outcome) == ("closed", "withdrawn")


def test_the_same_case_is_not_opened_twice(catalogue: Catalogue, opens: Opens) -> None:
    known = client(cases=(opens("SINI", reference="S-1"),))
    body = ResultBody(client_id=7, code="SINI", account_id=70, reference="S-1")
    result = catalogue.results["SINI"]
    assert not consequences("f2", result, body, known, FRIDAY_10_IN_MEXICO, "b", parameters("MX")).cases
    closed = client(cases=(msgspec.structs.replace(known.cases[0], status="closed"),))
    assert consequences("f2", result, body, closed, FRIDAY_10_IN_MEXICO, "b", parameters("MX")).cases


def test_what_the_agent_wrote_is_in_the_case(opens: Opens) -> None:
    claim = opens("SINI", reference="S-77", note="espera dictamen")
    assert (claim.reference, claim.note) == ("S-77", "espera dictamen")
    assert opens("SINI", reference="nd").reference == ""
    assert opens("ABOG", party="Lic. Peña", note="x").party == "Lic. Peña"
    assert opens("DISP", evidence="estado-de-cuenta", note="x").reference == "estado-de-cuenta"
    assert opens("CESE", medium="sms").reason == "sms"


@pytest.mark.parametrize(
    ("medium", "stopped", "no_calls"),
    [(None, MEDIA, True), ("all", MEDIA, True), ("call", ("call",), True), ("sms", ("sms",), False)],
)
def test_a_cease_stops_what_was_asked(
    catalogue: Catalogue, medium: str | None, stopped: tuple[str, ...], no_calls: bool
) -> None:
    for country in ("MX", "US"):
        person = client(country=country, stopped_media=("mail",))
        body = ResultBody(client_id=7, code="CESE", medium=medium)
        result = catalogue.results["CESE"]
        made = consequences("f1", result, body, person, FRIDAY_10_IN_MEXICO, "ana", parameters(country))
        after = apply(person, made)
        assert after.do_not_contact is no_calls
        assert set(after.stopped_media) == {*stopped, "mail"}


def test_hours_that_suit_are_kept(catalogue: Catalogue) -> None:
    for window, suits in (("16:00-19:00", "16:00-19:00"), ("nd", "09:00-10:00")):
        person = client(suits="09:00-10:00")
        body = ResultBody(client_id=7, code="NOHA", window=window)
        result = catalogue.results["NOHA"]
        made = consequences("f1", result, body, person, FRIDAY_10_IN_MEXICO, "ana", parameters("MX"))
        assert apply(person, made).suits == suits


def test_the_disputed_part_can_not_be_promised(catalogue: Catalogue) -> None:
    person = client(accounts=(account(disputed=500_00, overdue=1_500_00, total=1_500_00, minimum=1_200_00),))

    def problems(amount: int) -> list[str]:
        body = ResultBody(
            client_id=7,
            code="PPT",
            account_id=70,
            amount=amount,
            currency="MXN",
            due=date(2026, 11, 23),
            channel="spei",
        )
        found = check(catalogue.results["PPT"], body, person, FRIDAY_10_IN_MEXICO, parameters("MX"))
        return [problem.code for problem in found]

    assert problems(1_000_00) == []
    assert problems(1_000_01) == ["amount_disputed"]
    assert problems(1_500_01) == ["amount_above_total"]
    one = person.accounts[0]
    assert (demand.due(one), demand.payable(one), demand.minimum(one)) == (1_000_00, 1_000_00, 1_000_00)


@given(amounts=st.lists(st.none() | st.integers(1, 12_000_00), max_size=6), ends=st.sets(st.integers(0, 5)))
def test_what_is_disputed_is_always_the_sum_of_the_open_disputes(
    catalogue: Catalogue, amounts: list[int | None], ends: set[int]
) -> None:
    person = client()
    result, rules = catalogue.results["DISP"], parameters("MX")
    for number, amount in enumerate(amounts):
        body = ResultBody(client_id=7, code="DISP", account_id=70, amount=amount, note="x")
        made = consequences(f"f{number}", result, body, person, FRIDAY_10_IN_MEXICO, "ana", rules)
        person = apply(person, made)
        assert person.accounts[0].disputed == disputed(person.cases, 70) <= person.accounts[0].total
        assert demand.due(person.accounts[0]) >= 0


def test_what_confirms_a_case_lifts_nothing() -> None:
    stays = {
        (kind, outcome) for kind, ends in OUTCOMES.items() for outcome in ends if not lifts(kind, outcome)
    }
    assert ("deceased", "done") in stays
    assert ("cease", "done") in stays
    assert not any(outcome == "withdrawn" for _, outcome in stays)
