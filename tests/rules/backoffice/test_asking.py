"""Requests to the back office: what forbids one, what the client's document shows at once, who may grant."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from rules import folios
from rules.backoffice import ask_figures, asking
from rules.backoffice.ask_line import read_end, read_office, read_offset
from rules.backoffice.ask_problems import PROBLEMS
from rules.backoffice.asks import (
    KINDS,
    STATUSES,
    Cancellation,
    ChannelChange,
    ClaimOffset,
    Endorse,
    FrequencyChange,
    Rehabilitation,
)
from rules.backoffice.facts import AskBody
from rules.capture.scope import Refused
from rules.clients import Account, Client
from rules.insurance.policies import Claim, Policy
from screens.board.rows import NOT_DECIDED
from tests.rules.insurance.policies import at, policy

TODAY = date(2026, 5, 4)
CLAIM = Claim(id=5, number="S-77", on=date(2026, 4, 1), status="open", amount=50_000_00, deductible=5_000_00)


def client(one: Policy, **more: Any) -> Client:
    account = Account(id=70, product="insurance", number="A-70", currency="MXN", overdue=0, total=0)
    return Client(
        id=1, name="María Ruiz", country="MX", zones=("America/Mexico_City",), as_of=at(TODAY),
        accounts=(account,), policies=(one,), **more,
    )  # fmt: skip


def body(asks: Any, **more: Any) -> AskBody:
    return AskBody(**({"client_id": 1, "account_id": 70, "policy_id": 9, "asks": asks} | more))


def codes(asks: Any, one: Policy | None = None, **more: Any) -> list[str]:
    known = client(one or policy(paid=2, today=TODAY, claims=(CLAIM,)))
    return [problem.code for problem in asking.check(body(asks, **more), known, at(TODAY))]


END = Cancellation(on=TODAY, method="instalments")


@pytest.mark.parametrize(
    ("asks", "found"),
    [
        (END, []),
        (FrequencyChange(to="quarterly"), ["unequal_periods"]),
        (FrequencyChange(to="annual"), []),
        (ClaimOffset(claim_id=5, gross=50_000_00, deductible=0), []),
        (Cancellation(on=date(2028, 1, 1), method="instalments"), ["day_outside_term"]),
        (Cancellation(on=TODAY, method="by_feeling"), ["bad_ask"]),
        (FrequencyChange(to="weekly"), ["bad_ask"]),
        (Rehabilitation(mode="extend", amount=1), ["nothing_lapsed"]),
        (Rehabilitation(mode="somehow", amount=1), ["bad_ask"]),
        (ClaimOffset(claim_id=5, gross=1, deductible=2), ["bad_ask"]),
        (ClaimOffset(claim_id=6, gross=1, deductible=0), ["unknown_claim"]),
        (Endorse(delta=1, what="x"), ["office_only"]),
        (Endorse(delta=1, what=" "), ["office_only", "bad_ask"]),
        (ChannelChange(to="pigeon", first_receipt=1), ["bad_ask"]),
        (Cancellation(on=TODAY, method="instalments", reason="4111 1111 1111 1111"), ["card_number_in_note"]),
    ],
)
def test_what_may_be_asked(asks: Any, found: list[str]) -> None:
    assert codes(asks) == found


def test_a_request_is_about_an_account_and_policy_of_the_client() -> None:
    assert codes(END, account_id=71) == ["unknown_account"]
    assert codes(END, policy_id=8) == ["unknown_policy"]


def test_a_kind_is_asked_once_at_a_time_and_shows_at_once() -> None:
    one = client(policy(paid=2, today=TODAY))
    after = asking.apply(one, "f1", body(END, note="se muda"), at(TODAY), "ana")
    [ask] = after.asks
    assert (ask.status, ask.folio, ask.note) == ("open", asking.folio("f1"), "se muda")
    assert ask.amount == ask_figures.figures(END, one.policies[0], at(TODAY)).amount
    assert ask.due == date(2026, 5, 11)
    assert [each.code for each in asking.check(body(END), after, at(TODAY))] == ["ask_open"]
    answered = replace(after, asks=(replace(ask, status="denied"),))
    assert not list(asking.check(body(END), answered, at(TODAY)))


def test_an_account_number_is_not_shown_whole() -> None:
    change = ChannelChange(to="domi", first_receipt=103, clabe="032180000118359719", token="tok_1")
    [ask] = asking.apply(client(policy(today=TODAY)), "f1", body(change), at(TODAY), "ana").asks
    assert isinstance(ask.asks, ChannelChange)
    assert (ask.asks.clabe[-4:], ask.asks.token) == ("9719", "")
    assert "03218" not in ask.asks.clabe


@given(source=some.text(min_size=1), place=some.integers(3, 13), other=some.sampled_from("0123456789AZ"))
def test_a_folio_is_always_the_same_and_finds_a_wrong_character(source: str, place: int, other: str) -> None:
    folio = asking.folio(source)
    assert folio == asking.folio(source)
    assert folios.is_folio(folio, asking.PREFIX)
    assert not folios.is_folio(folio, "CV")
    if folio[place] not in (other, "-"):
        assert not folios.is_folio(folio[:place] + other + folio[place + 1 :], asking.PREFIX)


@given(amount=some.integers(-(10**9), 10**9), role=some.sampled_from(["backoffice", "lead", "admin"]))
def test_whoever_may_give_an_amount_may_give_less(amount: int, role: str) -> None:
    if asking.may_grant(role, amount, gives=True):
        assert asking.may_grant(role, amount // 2, gives=True)
    assert asking.may_grant(role, amount, gives=False)
    assert not asking.may_grant("agent", amount, gives=False)
    assert not asking.may_grant("auditor", amount, gives=True)


def test_every_kind_has_its_day_and_every_status_its_moves() -> None:
    assert set(asking.SERVICE_DAYS) == set(KINDS)
    assert {status for moves in asking.MOVES.values() for status in moves} | {"open"} == set(STATUSES)


def test_what_forbids_a_request_has_words() -> None:
    for code in (
        "bad_ask",
        "office_only",
        "ask_open",
        "day_outside_term",
        "unequal_periods",
        "unknown_claim",
    ):
        assert PROBLEMS[code]


# The lines


@pytest.mark.parametrize(
    ("line", "day", "method", "note"),
    [
        ("", TODAY, "instalments", ""),
        ("corto plazo", TODAY, "short_rate", ""),
        ("30/6 prorrata", date(2026, 6, 30), "pro_rata", ""),
        ("rescisión 1/4", date(2026, 4, 1), "rescission", ""),
        ("2026-12-31 /vendió el auto", date(2026, 12, 31), "instalments", "vendió el auto"),
        ("/ya no quiere", TODAY, "instalments", "ya no quiere"),
        ("1/2", date(2027, 2, 1), "instalments", ""),
    ],
)
def test_a_line_says_when_and_how_a_policy_ends(line: str, day: date, method: str, note: str) -> None:
    from agent_tui.i18n import set_language

    set_language("es")
    assert read_end(line, policy(today=TODAY), TODAY) == (Cancellation(on=day, method=method), note)


def test_a_day_without_its_year_is_the_one_of_the_term() -> None:
    from agent_tui.i18n import set_language

    set_language("es")
    one = policy(starts=date(2025, 8, 1), today=TODAY)
    assert read_end("1/9", one, TODAY)[0].on == date(2025, 9, 1)


@pytest.mark.parametrize("line", ["luego", "30/2", "corto prorrata"])
def test_a_line_that_says_no_end_is_refused(line: str) -> None:
    with pytest.raises(Refused):
        read_end(line, policy(today=TODAY), TODAY)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", ClaimOffset(claim_id=5, gross=50_000_00, deductible=5_000_00)),
        ("s-77 80000 todo",
         ClaimOffset(claim_id=5, gross=80_000_00, deductible=5_000_00, scope="all_remaining")),
        ("80,000.50 -6000 vencido", ClaimOffset(claim_id=5, gross=80_000_50, deductible=6_000_00)),
    ],
)  # fmt: skip
def test_a_line_says_what_a_claim_pays(line: str, asked: ClaimOffset) -> None:
    assert read_offset(line, policy(claims=(CLAIM,)))[0] == asked


def test_a_policy_without_a_claim_has_nothing_to_set_off() -> None:
    with pytest.raises(Refused, match="unknown_claim"):
        read_offset("", policy())
    with pytest.raises(Refused, match="unknown_claim"):
        read_offset("", policy(claims=(replace(CLAIM, status="rejected"),)))


@pytest.mark.parametrize(
    ("line", "asks", "claim"),
    [
        ("AUT-1 cancela corto plazo", Cancellation(on=TODAY, method="short_rate"), ""),
        ("AUT-1 cancel", Cancellation(on=TODAY, method=""), ""),
        ("AUT-1 compensa S-77 80000 -5000 todo",
         ClaimOffset(claim_id=0, gross=80_000_00, deductible=5_000_00, scope="all_remaining"), "S-77"),
        ("AUT-1 endoso +1200 se agrega cobertura", Endorse(delta=1_200_00, what="se agrega cobertura"), ""),
        ("AUT-1 endoso -800.50 baja", Endorse(delta=-800_50, what="baja"), ""),
        ("AUT-1 endoso b cambio de domicilio", Endorse(delta=0, what="cambio de domicilio"), ""),
        ("AUT-1 rehabilita conservar", Rehabilitation(mode="keep_end", amount=0), ""),
        ("AUT-1 mensual /por escrito", FrequencyChange(to="monthly"), ""),
        ("AUT-1 devolución", None, ""),
    ],
)  # fmt: skip
def test_a_line_of_the_back_office(line: str, asks: Any, claim: str) -> None:
    found = read_office(line, TODAY)
    assert (found.policy, found.asks, found.claim) == ("AUT-1", asks, claim)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "policy_first"),
        ("cancela", "policy_first"),
        ("AUT-1", "unknown_wish"),
        ("AUT-1 baila", "unknown_wish"),
        ("AUT-1 endoso +1200", "what_missing"),
        ("AUT-1 compensa", "unknown_claim"),
        ("AUT-1 rehabilita mucho", "unknown_mode"),
    ],
)
def test_a_line_that_can_t_be_taken_says_why(line: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        read_office(line, TODAY)


def test_a_request_is_due_in_business_days() -> None:
    friday = date(2026, 11, 13)  # the Monday after is a rest day
    assert asking.due_day("rehabilitation", friday, "MX") == friday + timedelta(days=4)


def test_every_reason_why_not_has_words() -> None:
    """Whatever the calculators, the requests and those who do them refuse is said in words."""
    root = Path(__file__).parents[3]
    files = [*(root / "rules" / "backoffice").glob("*.py"), root / "rules/insurance/instalment_change.py"]
    files += sorted((root / "storage" / "central" / "policies").glob("*.py"))
    said = {
        code
        for file in files
        for code in re.findall(
            r'(?:NoFigures|NotDone|CannotChange|Problem)\("(\w+)"\)', file.read_text("utf-8")
        )
    }
    assert len(said) > 30
    assert not said - set(NOT_DECIDED)
