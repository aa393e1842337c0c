from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from rules.catalogue import Catalogue
from rules.clients import Client, Promise
from rules.consequences import check
from rules.contact import ContactParameters
from rules.facts import Instalment, ResultBody
from rules.insurance.policies import Policy
from rules.promises import last_date
from rules.zones import instant
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client

TODAY = FRIDAY_10_IN_MEXICO.date()
ZONE = "America/Mexico_City"


def promise(**changes: Any) -> ResultBody:
    fields: dict[str, Any] = {
        "client_id": 7,
        "code": "PPT",
        "account_id": 70,
        "amount": 1_500_00,
        "currency": "MXN",
        "due": TODAY + timedelta(days=3),
        "channel": "spei",
    }
    return ResultBody(**(fields | changes))


@pytest.fixture
def codes(catalogue: Catalogue, now: datetime, mx: ContactParameters) -> Any:
    def found(body: ResultBody, person: Client | None = None) -> dict[str, dict[str, str]]:
        problems = check(catalogue.results[body.code], body, person or client(), now, mx)
        return {problem.code: problem.params for problem in problems}

    return found


def test_an_honest_promise_may_be_saved(codes: Any) -> None:
    assert codes(promise()) == {}
    assert codes(promise(due=TODAY)) == {}
    assert codes(promise(account_id=None)) == {}  # there is only one account it can mean
    assert codes(promise(line="ppt 10004 2026-12-15")) == {}  # digits of two words, no card number


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": None}, "missing_field"),
        ({"due": None}, "missing_field"),
        ({"channel": None}, "missing_field"),
        ({"amount": 0}, "amount_not_positive"),
        ({"amount": -5}, "amount_not_positive"),
        ({"amount": 9_000_01}, "amount_above_total"),
        ({"currency": "USD"}, "currency_mismatch"),
        ({"account_id": 999}, "unknown_account"),
        ({"due": TODAY - timedelta(days=1)}, "date_in_past"),
        ({"due": TODAY + timedelta(days=6)}, "promise_too_far"),
        ({"note": "dicta 4111 1111 1111 1111"}, "card_number_in_note"),
        ({"line": "ppt 1500 /4111111111111111"}, "card_number_in_note"),
        ({"note": "cvv 123"}, "card_code_in_note"),
    ],
)
def test_what_is_wrong_is_named(codes: Any, changes: dict[str, Any], code: str) -> None:
    assert code in codes(promise(**changes))


def test_a_missing_field_says_which(codes: Any) -> None:
    assert codes(promise(channel=""))["missing_field"] == {"field": "channel"}


def test_later_buckets_may_promise_further_ahead(codes: Any) -> None:
    late = client(
        accounts=(msgspec.structs.replace(client().accounts[0], oldest_due=TODAY - timedelta(days=75)),)
    )
    assert codes(promise(due=TODAY + timedelta(days=10)), late) == {}
    problem = codes(promise(due=TODAY + timedelta(days=11)), late)["promise_too_far"]
    assert problem["last"] == (TODAY + timedelta(days=10)).isoformat()


def with_cover_until(day: date) -> Client:
    cover = Policy(
        id=1,
        account_id=70,
        number="AUT-1",
        kind="car",
        insurer="Demo",
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
        status="grace",
        channel="agente",
        currency="MXN",
        grace_ends=instant(day, time(12), ZONE),
    )
    return client(policies=(cover,))


def test_a_premium_is_promised_before_the_cover_ends(codes: Any, mx: ContactParameters) -> None:
    insured = with_cover_until(TODAY + timedelta(days=2))
    assert codes(promise(due=TODAY + timedelta(days=2)), insured) == {}
    assert codes(promise(due=TODAY + timedelta(days=3)), insured)["after_grace"]["last"] == "2026-11-22"
    assert last_date(insured, insured.accounts[0], TODAY, mx) == date(2026, 11, 22)


def test_a_plan_may_go_on_beyond_the_cover(codes: Any) -> None:
    insured = with_cover_until(TODAY + timedelta(days=2))
    payments = tuple(Instalment(due=TODAY + timedelta(days=days), amount=100_00) for days in (1, 16, 31))
    assert codes(promise(code="PLAN", due=payments[0].due, instalments=payments), insured) == {}


def test_a_cover_that_has_ended_limits_nothing_more(codes: Any) -> None:
    assert codes(promise(), with_cover_until(TODAY - timedelta(days=1))) == {}


def test_one_open_promise_for_each_account(codes: Any, now: datetime) -> None:
    held = Promise(id="p", account_id=70, made=now, due=TODAY, amount=100_00, currency="MXN")
    assert codes(promise(), client(promises=(held,)))["promise_open"]["amount"] == "100.00"
    kept = msgspec.structs.replace(held, status="kept")
    other = msgspec.structs.replace(held, account_id=71)
    assert codes(promise(), client(promises=(kept, other))) == {}


def test_a_plan_is_checked_as_a_whole(codes: Any) -> None:
    dates = (date(2026, 11, 30), date(2026, 12, 15), date(2026, 12, 31))
    plan = promise(
        code="PLAN", due=dates[0], instalments=tuple(Instalment(due=due, amount=3_000_00) for due in dates)
    )
    assert codes(plan) == {}
    dearer = msgspec.structs.replace(
        plan, instalments=tuple(Instalment(due=due, amount=3_000_01) for due in dates)
    )
    assert codes(dearer)["amount_above_total"]["amount"] == "9000.03"
    assert "missing_field" in codes(msgspec.structs.replace(plan, instalments=()))


def callback(at: datetime) -> ResultBody:
    return ResultBody(client_id=7, code="RLLA", callback_at=at)


def test_a_callback_at_a_forbidden_hour_names_the_next_legal_one(codes: Any, now: datetime) -> None:
    assert codes(callback(now + timedelta(hours=1))) == {}
    assert "callback_past" in codes(callback(now))
    sunday = instant(date(2026, 11, 22), time(10), ZONE)
    problem = codes(callback(sunday))["callback_forbidden_hour"]
    assert problem["rule"] == "mx.weekdays.financial"
    assert datetime.fromisoformat(problem["next"]) == instant(date(2026, 11, 23), time(7), ZONE)


def test_an_account_of_nobody_is_refused_for_any_result(codes: Any) -> None:
    assert "unknown_account" in codes(ResultBody(client_id=7, code="NOCO", account_id=999))


def test_a_promise_must_name_one_of_several_accounts(codes: Any) -> None:
    first = client().accounts[0]
    several = client(accounts=(first, msgspec.structs.replace(first, id=71)))
    assert "unknown_account" in codes(promise(account_id=None), several)
