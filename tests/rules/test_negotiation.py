"""The ladder of offers: exact figures, honest authority, nothing of what is disputed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import catalogue as catalogues
from rules import negotiation as negotiations
from rules.authority import CHARGES, LEVELS, Grantor, reaches
from rules.buckets import BUCKETS, account_bucket
from rules.calendars import is_business_day
from rules.capacity import capacity
from rules.capture.body import to_body
from rules.capture.plans import instalments
from rules.capture.read import read
from rules.capture.receipts import claimable
from rules.capture.values import CaptureContext, PlanReading
from rules.clients import Account, Agreement, Client, Request
from rules.consistency import check
from rules.contact_parameters import parameters
from rules.credit import PRINCIPAL, TAXED
from rules.demand import due, payable
from rules.facts import Instalment, ResultBody, Terms
from rules.insurance.policies import Policy
from rules.negotiation import hints, ladder
from rules.offer_capture import granted_line
from rules.offers import monthly_load
from rules.steps import Offer, Scene
from rules.terms import resting_on
from tests.rules.examples import FRIDAY_10_IN_MEXICO, client
from tests.rules.insurance.policies import policy

DATA = negotiations.load(files("rules").joinpath("data/negotiation.toml").read_text(encoding="utf-8"))
CATALOGUE = catalogues.load(files("rules").joinpath("data/results.toml").read_text(encoding="utf-8"))
NAMES = (*(name for pair in TAXED for name in pair), *PRINCIPAL)
TODAY = date(2026, 11, 20)


def card(**changes: Any) -> Account:
    """A card 100 days past due: 1,000 of charges, 4,000 of principal due, 5,000 not due."""
    fields: dict[str, Any] = {
        "id": 70,
        "product": "card",
        "number": "4111",
        "currency": "MXN",
        "overdue": 5_000_00,
        "total": 10_000_00,
        "minimum": 800_00,
        "oldest_due": TODAY - timedelta(days=100),
        "components": {
            "gastos_cobranza": 300_00,
            "iva_gastos": 48_00,
            "moratorios": 652_00,
            "capital_vencido": 4_000_00,
            "capital_vigente": 5_000_00,
        },
    }
    return Account(**(fields | changes))


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Accounts of every product, age and size; some in part or wholly in dispute."""
    components = draw(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 10**7), min_size=1))
    total = sum(components.values())
    overdue = draw(st.integers(0, total))
    days = draw(st.sampled_from([0, 1, 29, 45, 75, 100, 130, 170, 400]))
    return Account(
        id=70,
        product=draw(st.sampled_from(["card", "loan", "sme", "insurance", "timeshare"])),
        number="4111",
        currency="MXN",
        overdue=overdue,
        total=total,
        minimum=draw(st.integers(0, total)),
        disputed=draw(st.sampled_from([0, 0, 1, overdue // 2, overdue, total])),
        status=draw(st.sampled_from(["open", "open", "charged_off"])),
        oldest_due=TODAY - timedelta(days=days),
        components=components,
    )


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
REASONS = st.sampled_from(["", *CATALOGUE.reasons])


def context(account: Account, today: date, country: str = "MX", last: date | None = None) -> CaptureContext:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=ZoneInfo("America/Mexico_City"))
    return CaptureContext(
        now=noon,
        currency=account.currency,
        country=country,
        due=due(account),
        total=account.total,
        minimum=account.minimum,
        client_id=7,
        account_id=account.id,
        last_promise_date=last,
    )


@given(accounts(), DAYS, REASONS, st.sampled_from(LEVELS), st.sampled_from(["es", "en"]))
def test_every_offer_adds_up_and_can_be_captured_as_it_stands(
    account: Account, today: date, reason: str, level: str, language: str
) -> None:
    last = today + timedelta(days=5)
    whose = client(accounts=(account,))
    offers = ladder(
        whose, account, DATA, today=today, level=level, reason=reason, last_promise=last, language=language
    )
    for offer in offers:
        terms = offer.terms
        waived = sum(terms.waived.values())
        assert sum(payment.amount for payment in terms.payments) == terms.to_pay
        assert terms.to_pay + waived - offer.interest == offer.covers
        assert offer.covers in (0, due(account), payable(account), account.minimum)
        assert all(part <= account.components[name] for name, part in terms.waived.items())
        days = [payment.due for payment in terms.payments]
        assert days == sorted(days)
        assert all(is_business_day(day, "MX") for day in days if day != today)
        assert offer.within == reaches(level, offer.level)
        _is_captured(offer, account, today, last)


def _is_captured(offer: Offer, account: Account, today: date, last: date) -> None:
    against = context(account, today, last=last)
    reading = read(offer.line, CATALOGUE, against)
    assert reading.complete, (offer.line, reading.errors)
    if offer.terms.kind in ("restructure", "remedial", "refer"):
        return
    body = to_body(reading, against, CATALOGUE, line=offer.line)
    if len(offer.terms.payments) > 1:
        assert body.instalments == offer.terms.payments
    else:
        assert [(body.due, body.amount)] == [(one.due, one.amount) for one in offer.terms.payments]


@given(accounts(), DAYS, REASONS, st.sampled_from(LEVELS))
def test_the_disputed_part_is_never_asked_for(account: Account, today: date, reason: str, level: str) -> None:
    offers = ladder(client(accounts=(account,)), account, DATA, today=today, level=level, reason=reason)
    for offer in offers:
        assert offer.terms.to_pay - offer.interest <= payable(account)
        if offer.terms.to_pay:
            assert due(account) > 0
    entry = DATA.by_reason.get(reason)
    undecided = entry and (entry.demand == "none" or (entry.demand == "rest" and not account.disputed))
    if undecided or account.product == "insurance":
        assert not any(offer.terms.waived for offer in offers)
    if undecided:
        assert not any(offer.terms.to_pay for offer in offers)


@given(accounts(), DAYS, st.sampled_from(LEVELS[:-1]))
def test_what_a_level_may_grant_is_what_the_table_says(account: Account, today: date, level: str) -> None:
    whose = client(accounts=(account,))
    bucket = account_bucket(account, today)
    limits = DATA.authority.limits(level, bucket)
    for offer in ladder(whose, account, DATA, today=today, level=level):
        terms = offer.terms
        if not terms.payments or terms.kind == "restructure":
            continue
        principal = sum(amount for name, amount in account.components.items() if name not in CHARGES)
        given_up = sum(amount for name, amount in terms.waived.items() if name not in CHARGES)
        allowed = (
            sum(terms.waived.values()) * 10_000 <= limits.waiver * payable(account)
            and given_up * 10_000 <= limits.principal * principal
            and len(terms.payments) <= limits.instalments
            and (terms.payments[0].due - today).days <= limits.defer_days
        )
        assert offer.within == allowed, offer
        if bucket in ("B0", "B1", "B2"):
            assert not given_up, "no principal is waived early"


def test_the_house_ladder_begins_with_everything_and_never_with_the_limit() -> None:
    offers = ladder(client(), card(), DATA, today=TODAY, level="agent")
    kinds = [offer.terms.kind for offer in offers]
    assert kinds[:5] == ["full", "date", "two_payments", "plan", "plan"]
    assert kinds[-2:] == ["restructure", "remedial"]
    waivers = [offer for offer in offers if offer.terms.waived]
    assert [str(offer.percent) for offer in waivers] == ["3.00", "5.00", "14.50", "35.00"]
    assert waivers[0].percent < waivers[1].percent, "the limit is not offered first"
    assert [offer.within for offer in waivers[:3]] == [True, True, False]
    assert waivers[0].terms.waived == {"gastos_cobranza": 258_62, "iva_gastos": 41_38}


def test_the_exact_figures_and_lines_of_a_card() -> None:
    offers = {
        offer.words[1]: offer
        for offer in ladder(client(), card(overdue=10_000_00), DATA, today=TODAY, level="agent")
    }
    assert offers["All of it today"].line == "ppt 10000 hoy liga"
    assert offers["On the pay day"].line == "ppt 10000 30nov"
    plan = offers["Plan of 3 payments"]
    assert plan.line == "plan 3xq 10000 30nov"
    assert [(one.due, one.amount) for one in plan.terms.payments] == [
        (date(2026, 11, 30), 3_333_33),
        (date(2026, 12, 15), 3_333_33),
        (date(2026, 12, 31), 3_333_34),
    ]
    assert (offers["Plan of 6 payments"].level, offers["Plan of 6 payments"].within) == ("senior", False)
    settled = offers["Settlement in one payment"]
    assert (settled.line, settled.level) == ("quit 6500 23nov", "remedial")


def test_a_charged_off_debt_may_be_settled_for_less() -> None:
    account = card(status="charged_off", oldest_due=TODAY - timedelta(days=400))
    old = DATA.authority.limits("remedial", account_bucket(account, TODAY))
    assert (old.waiver, old.principal) == (6000, 4000)
    assert DATA.authority.limits("agent", "CO") == DATA.authority.levels["agent"], "wider for higher levels"
    assert all(DATA.authority.limits("supervisor", bucket).principal == 0 for bucket in ("B0", "B1", "B2"))
    assert set(BUCKETS) >= set(DATA.authority.buckets)


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        ("OLVIDO", ["full", "refer", "refer"]),
        ("FLUJO", ["date", "refer", "refer"]),
        ("DESEMP", ["minimum", "deferral", "plan"]),
        ("REDUC", ["plan", "plan", "restructure"]),
        ("SOBREEND", ["plan", "restructure", "settlement"]),
        ("NOVOL", ["full", "refer", "refer"]),
        ("CLIENTES", ["date", "plan", "restructure"]),
        ("FRAUDE", ["refer"]),
        ("FALLEC", ["refer"]),
        ("INCONF", ["refer"]),
    ],
)
def test_the_reason_decides_what_is_offered_first(reason: str, first: list[str]) -> None:
    offers = ladder(client(), card(), DATA, today=TODAY, level="agent", reason=reason)
    assert [offer.terms.kind for offer in offers][: len(first)] == first
    if len(first) == 1:
        assert len(offers) == 1


def test_what_a_disputed_account_hears_first() -> None:
    whose = client()
    assert hints(whose, card(), "INCONF", DATA) == ("clarification_first",)
    assert hints(whose, card(disputed=100_00), "INCONF", DATA) == ("part_disputed",)
    assert hints(whose, card(disputed=5_000_00), "", DATA) == ("all_disputed",)
    assert hints(whose, card(overdue=0), "", DATA) == ("nothing_due",)
    assert hints(whose, card(), "FALLEC", DATA) == ("no_demand",)
    offers = ladder(whose, card(disputed=1_000_00), DATA, today=TODAY, level="agent", reason="INCONF")
    assert [offer.terms.kind for offer in offers][:2] == ["refer", "full"]
    assert offers[1].terms.to_pay == 4_000_00, "only the rest is asked for"


def test_payments_after_the_cover_ends_are_flagged() -> None:
    account = card(product="insurance")
    policy = Policy(
        id=1, account_id=70, number="A", kind="car", insurer="X", starts=date(2026, 1, 1),
        ends=date(2027, 1, 1), status="grace", channel="domi", currency="MXN",
        grace_ends=datetime(2026, 11, 25, 18, tzinfo=UTC),
    )  # fmt: skip
    whose = client(accounts=(account,), policies=(policy,))
    offers = ladder(whose, account, DATA, today=TODAY, level="agent", last_promise=date(2026, 11, 25))
    flagged = {offer.terms.kind: offer.terms.beyond_grace for offer in offers}
    assert flagged == {
        "full": False, "date": False, "two_payments": True, "plan": True, "refer": False
    }  # fmt: skip
    date_offer = offers[1]
    assert (date_offer.line, date_offer.notes) == ("ppt 5000 25nov", ("before_pay_day",))


def test_offers_on_a_premium_name_whole_receipts_and_end_with_the_cover() -> None:
    cover = policy(starts=date(2026, 10, 10), today=TODAY, paid=1, status="grace")
    second = cover.receipts[1]
    account = card(product="insurance", overdue=second.total, total=sum(one.open for one in cover.receipts))
    cover = msgspec.structs.replace(cover, grace_ends=second.grace_ends)
    whose = client(accounts=(account,), policies=(cover,))
    offers = ladder(whose, account, DATA, today=TODAY, level="agent", last_promise=TODAY + timedelta(days=5))
    against = msgspec.structs.replace(context(account, TODAY), receipts=claimable((cover,), 70))
    asked = [offer for offer in offers if offer.terms.payments]
    assert {offer.terms.kind for offer in asked} == {"full", "date", "two_payments", "plan"}
    for offer in asked:
        assert offer.terms.receipts == (second.id,)
        assert "rec2" in offer.line
        assert not offer.terms.beyond_grace, offer.line
        reading = read(offer.line, CATALOGUE, against)
        body = to_body(reading, against, CATALOGUE, line=offer.line)
        assert (reading.complete, body.receipts, body.amount) == (True, offer.terms.receipts, second.total)


@given(
    frequency=st.sampled_from(["annual", "semiannual", "quarterly", "monthly"]),
    paid=st.integers(0, 11),
    late=st.integers(1, 30),
    net=st.integers(1_000_00, 10**8),
)
def test_whatever_is_past_due_is_offered_by_whole_receipts(
    frequency: str, paid: int, late: int, net: int
) -> None:
    count = {"annual": 1, "semiannual": 2, "quarterly": 4, "monthly": 12}[frequency]
    paid = min(paid, count - 1)
    plain = policy(net=net, frequency=frequency, paid=paid)
    today = plain.receipts[paid].due + timedelta(days=late)
    cover = policy(net=net, frequency=frequency, paid=paid, today=today, status="grace")
    past = [one for one in cover.receipts if one.status == "overdue"]
    whole = sum(one.total for one in past)
    cover = msgspec.structs.replace(cover, grace_ends=past[0].grace_ends)
    account = card(product="insurance", overdue=whole, total=sum(one.open for one in cover.receipts))
    whose = client(accounts=(account,), policies=(cover,))
    against = msgspec.structs.replace(context(account, today), receipts=claimable((cover,), 70))
    for offer in ladder(whose, account, DATA, today=today, level="agent", last_promise=today):
        if not offer.terms.payments:
            continue
        assert offer.terms.receipts == tuple(one.id for one in past)
        assert sum(one.amount for one in offer.terms.payments) == offer.terms.to_pay == whole
        reading = read(offer.line, CATALOGUE, against)
        assert reading.complete, (offer.line, reading.errors)
        body = to_body(reading, against, CATALOGUE, line=offer.line)
        assert (body.receipts, body.amount) == (offer.terms.receipts, whole)
        assert len(offer.terms.payments) == 1 or body.instalments == offer.terms.payments


def test_a_plan_over_several_receipts_pays_one_after_the_other() -> None:
    cover = policy(starts=date(2026, 9, 10), today=TODAY, grace_days=90, status="grace")
    late = [one for one in cover.receipts if one.due < TODAY]
    account = card(product="insurance", overdue=sum(one.total for one in late), total=12_000_00)
    whose = client(accounts=(account,), policies=(cover,))
    offers = ladder(whose, account, DATA, today=TODAY, level="agent")
    plan = next(offer for offer in offers if offer.terms.kind == "two_payments")
    assert [one.amount for one in plan.terms.payments] == [one.total for one in late]
    assert plan.terms.receipts == tuple(one.id for one in late)


def test_a_disputed_premium_names_no_receipts() -> None:
    cover = policy(starts=date(2026, 10, 10), today=TODAY, paid=1, status="grace")
    account = card(product="insurance", overdue=926_55, total=900_00, disputed=100_00)
    offers = ladder(client(accounts=(account,), policies=(cover,)), account, DATA, today=TODAY, level="agent")
    assert not any(offer.terms.receipts for offer in offers)


def test_a_capacity_sheet_marks_what_is_above_it() -> None:
    sheet = capacity(12_000_00, 8_000_00, 1_500_00)
    assert sheet.monthly == 2_500_00
    assert capacity(10_000_00, 2_000_00, 3_000_00).monthly == 1_000_00, "never above 40 % of the income"
    assert capacity(5_000_00, 6_000_00).monthly == 0
    assert str(sheet.pti(2_500_00).percent) == "33.33"
    offers = ladder(client(), card(), DATA, today=TODAY, level="agent", capacity=sheet)
    for offer in offers:
        assert ("above_capacity" in offer.notes) == (monthly_load(offer.terms.payments) > 2_500_00)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_what_can_be_set_aside_keeps_basics_and_limit(income: int, fixed: int, debts: int) -> None:
    sheet = capacity(income, fixed, debts)
    assert sheet.monthly >= 0
    if sheet.monthly:
        assert fixed + debts + sheet.monthly <= income
        assert not sheet.pti(sheet.monthly).exceeds(4000)


def request(offer: Offer, status: str = "approved", **changes: Any) -> Request:
    fields: dict[str, Any] = {
        "id": "q1",
        "account_id": 70,
        "terms": offer.terms,
        "asked": FRIDAY_10_IN_MEXICO,
        "agent": "ana",
        "level": offer.level,
        "status": status,
        "answered_by": "lupe",
    }
    return Request(**(fields | changes))


def asked(account: Account, kind: str = "settlement") -> Offer:
    offers = ladder(client(accounts=(account,)), account, DATA, today=TODAY, level="agent")
    return next(offer for offer in offers if offer.terms.kind == kind and not offer.within)


def test_what_was_granted_stands_on_top_and_rests_on_its_request() -> None:
    account = card()
    wanted = asked(account)
    whose = client(accounts=(account,), requests=(request(wanted),))
    top = ladder(whose, account, DATA, today=TODAY, level="agent")[0]
    assert (top.within, top.request_id, top.granted_by) == (True, "q1", "lupe")
    assert top.terms == wanted.terms
    assert _problems(top.line, whose, account) == []
    assert _rests_on(top.line, whose, account) == "q1"
    better = wanted.line.replace(str(wanted.terms.to_pay // 100), str(wanted.terms.to_pay // 100 - 500))
    assert _problems(better, whose, account) == ["needs_approval"], "less than what was granted"


@pytest.mark.parametrize("status", ["open", "denied", "used", "withdrawn", "expired"])
def test_what_was_not_granted_is_no_authority(status: str) -> None:
    account = card()
    wanted = asked(account)
    whose = client(accounts=(account,), requests=(request(wanted, status),))
    assert _problems(wanted.line, whose, account) == ["needs_approval"]
    assert all(offer.request_id is None for offer in ladder(whose, account, DATA, today=TODAY, level="agent"))


def test_a_counter_offer_counts_with_its_own_terms_while_it_stands() -> None:
    account = card()
    wanted = asked(account)
    counter = msgspec.structs.replace(wanted.terms, to_pay=9_000_00, waived={"gastos_cobranza": 1_000_00})
    whose = client(accounts=(account,), requests=(request(wanted, "countered", counter=counter),))
    top = ladder(whose, account, DATA, today=TODAY, level="agent")[0]
    assert (top.terms.to_pay, top.line) == (9_000_00, "quit 9000 23nov")
    assert _problems(wanted.line, whose, account) == ["needs_approval"]
    late = ladder(whose, account, DATA, today=TODAY + timedelta(days=30), level="agent")
    assert late[0].request_id is None, "the offer stood for a few days only"


def test_a_settlement_may_be_granted_in_several_payments() -> None:
    account = card()
    wanted = asked(account)
    payments = instalments(PlanReading(count=3, rhythm="q"), 7_500_00, date(2026, 11, 30), "MX")
    counter = msgspec.structs.replace(
        wanted.terms, to_pay=7_500_00, waived={"gastos_cobranza": 2_500_00}, payments=payments
    )
    whose = client(accounts=(account,), requests=(request(wanted, "countered", counter=counter),))
    top = ladder(whose, account, DATA, today=TODAY, level="agent")[0]
    assert top.line == "quit 3xq 7500 30nov"
    assert _body(top.line, account).instalments == payments
    assert _problems(top.line, whose, account) == []
    assert _problems("quit 4xq 7500 30nov", whose, account) == ["needs_approval"], "more payments"
    assert _problems("quit 3xm 7500 30nov", whose, account) == ["needs_approval"], "later ones"


def _body(line: str, account: Account) -> ResultBody:
    against = context(account, TODAY)
    reading = read(line, CATALOGUE, against)
    assert reading.complete, reading.errors
    return to_body(reading, against, CATALOGUE, line=line)


def _problems(line: str, whose: Client, account: Account, level: str = "agent") -> list[str]:
    body = _body(line, account)
    found = check(
        CATALOGUE.results[body.code], body, whose, FRIDAY_10_IN_MEXICO, parameters("MX"),
        Grantor(level, DATA.authority),
    )  # fmt: skip
    return [problem.code for problem in found]


def _rests_on(line: str, whose: Client, account: Account) -> str | None:
    body = _body(line, account)
    grantor = Grantor("agent", DATA.authority)
    return resting_on(CATALOGUE.results[body.code], body, whose, TODAY, grantor)


@pytest.mark.parametrize(
    ("line", "level", "allowed"),
    [
        ("plan 3xq", "agent", True),
        ("plan 4xq", "agent", False),
        ("plan 6xq", "senior", True),
        ("plan 3x 20ene", "agent", False),
        ("plan 3x 20ene", "supervisor", True),
        ("quit 9500", "agent", True),
        ("quit 9499", "agent", False),
        ("quit 9000", "senior", True),
        ("quit 8550", "supervisor", True),
        ("quit 8549", "supervisor", False),
        ("quit 7000", "remedial", True),
        ("quit 2000", "committee", True),
        ("ppt", "agent", True),
        ("l3xq", "agent", True),
    ],
)
def test_terms_above_the_level_need_an_approval(line: str, level: str, allowed: bool) -> None:
    account = card()
    assert _problems(line, client(accounts=(account,)), account, level) == (
        [] if allowed else ["needs_approval"]
    )


@pytest.mark.parametrize("status", ["issued", "delivered", "void"])
def test_a_second_restructure_within_a_year_is_for_the_committee(status: str) -> None:
    account = card()
    offer = asked(account, "restructure")
    assert offer.level == "supervisor"
    before = Agreement(
        id="a", account_id=70, made=FRIDAY_10_IN_MEXICO - timedelta(days=100), terms=offer.terms, folio="F",
        status=status,
    )  # fmt: skip
    whose = client(accounts=(account,), agreements=(before,))
    again = next(
        one
        for one in ladder(whose, account, DATA, today=TODAY, level="agent")
        if one.terms.kind == "restructure"
    )
    assert again.level == "committee"


def test_a_restructure_costs_what_its_formula_says() -> None:
    account = card(
        product="sme", total=24_000_00, overdue=24_000_00, components={"capital_vencido": 24_000_00}
    )
    data = msgspec.structs.replace(DATA, restructure_rates={"sme": 250})
    offer = next(
        one
        for one in ladder(client(accounts=(account,)), account, data, today=TODAY, level="agent")
        if one.terms.kind == "restructure"
    )
    assert [one.amount for one in offer.terms.payments] == [2_339_69] * 11 + [2_339_72]
    assert offer.terms.to_pay == 28_076_31
    assert offer.interest == 4_076_31


def test_terms_that_were_granted_by_hand_become_a_line() -> None:
    account = card()
    scene = _scene(account)
    payments = (
        Instalment(due=date(2026, 11, 30), amount=1_000_00),
        Instalment(due=date(2026, 12, 30), amount=500_00),
        Instalment(due=date(2027, 2, 1), amount=500_01),
    )
    terms = Terms(kind="plan", currency="MXN", to_pay=2_000_01, payments=payments)
    reading = read(granted_line(terms, scene), CATALOGUE, context(account, TODAY))
    assert reading.complete
    assert reading.amount == 2_000_01


def _scene(account: Account) -> Scene:
    return Scene(
        client=client(accounts=(account,)), account=account, authority=DATA.authority, rates={},
        today=TODAY, level="agent", reason="", capacity=None, last_promise=None, language="es",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[authority", "can't be read"),
        (("[authority.levels.senior]", "[authority.levels.elder]"), "levels of authority"),
        (("B1 = { principal", "B9 = { principal"), "unknown buckets: B9"),
        (('"full", "date", "halves", "plan_3", "frequency"', '"fool"'), "unknown steps: fool"),
        (('kind = "full"', 'kind = "fool"'), "can't be read"),
    ],
)
def test_data_that_cannot_be_right_is_refused(wrong: Any, said: str) -> None:
    text = files("rules").joinpath("data/negotiation.toml").read_text(encoding="utf-8")
    broken = wrong if isinstance(wrong, str) else text.replace(*wrong)
    with pytest.raises(ValueError, match=said):
        negotiations.load(broken)


def test_every_reason_of_the_data_is_in_the_catalogue() -> None:
    assert set(DATA.by_reason) <= set(CATALOGUE.reasons)
    assert all(step.es and step.en for step in DATA.steps.values())
