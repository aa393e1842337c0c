"""Each rule that can forbid a call: one client that it forbids, its name, its record, its end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import compliance
from rules.clients import Account, Address, Attempt, Client, HistoryEntry, Phone
from rules.contact import care, for_client, may_call, may_contact, may_reach, parameters
from rules.queue import placement
from rules.zones import instant
from tests.rules.examples import FRIDAY_10_IN_MEXICO, INSTANTS, client

SECOND = timedelta(seconds=1)
MOBILE = Phone(id="1", number="+525555550101")
US = {"country": "US", "zones": ("America/New_York",), "state": "NY"}
THURSDAY_NOON = instant(date(2026, 8, 20), time(12), "America/New_York")


def account(**changes: Any) -> Account:
    return msgspec.structs.replace(client().accounts[0], **changes)


def phone(**changes: Any) -> Phone:
    return msgspec.structs.replace(MOBILE, **changes)


def asked(entry: str, phone_id: str = "1") -> tuple[HistoryEntry, ...]:
    return (HistoryEntry(id="h", at=THURSDAY_NOON - timedelta(days=9), code=entry, phone=phone_id),)


def calls(*minutes: int, **changes: Any) -> tuple[Attempt, ...]:
    return tuple(Attempt(at=FRIDAY_10_IN_MEXICO - timedelta(minutes=n), **changes) for n in minutes)


DAY = 24 * 60
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("mx.deceased", {"hold_reason": "deceased"}, {}),
    ("mx.concurso", {"accounts": (account(flags=("concurso",)),)}, {}),
    ("mx.attorney", {"accounts": (account(flags=("attorney",)),)}, {}),
    ("mx.cease", {"do_not_contact": True}, {}),
    ("mx.court_order", {"accounts": (account(flags=("court_order",)),)}, {}),
    ("mx.minor_or_elder", {"born": date(2009, 11, 21)}, {}),
    ("mx.medium_stop", {"stopped_media": ("call",)}, {}),
    ("mx.medium_stop", {"phones": (phone(consents={"call": False}),)}, {}),
    ("mx.firm.redeco_registered", {}, {"mx.firm.redeco_registered": False}),
    ("mx.caller_id.hidden", {}, {"mx.caller_id.hidden": True}),
    ("mx.contact_point.sources", {"phones": (phone(source="buro", use="validate"),)}, {}),
    ("mx.contact_point.use", {"phones": (phone(use="none"),)}, {}),
    ("mx.contact_point.status", {"phones": (phone(status="reasignado"),)}, {}),
    ("mx.third_party.collection", {"phones": (phone(label="reference"),)}, {}),
    ("mx.third_party.collection", {"phones": (phone(status="validado_tercero"),)}, {}),
    ("mx.window", {"phones": (phone(zone="Pacific/Honolulu"),)}, {}),
    ("mx.window", {"addresses": (Address(id="a", text="x", zone="Pacific/Honolulu"),)}, {}),
    ("mx.inconvenient", {"suits": "17:00-19:00"}, {}),
    ("mx.weekdays.financial", {}, {"mx.weekdays.financial": "Mon-Thu"}),
    ("mx.weekdays.commercial", {}, {"mx.creditor": "commercial", "mx.weekdays.commercial": "Mon-Thu"}),
    ("mx.holidays", {}, {"mx.holidays.extra": ["2026-11-20"]}),
    ("mx.attempts.per_day", {"attempts": calls(10, 20, 30)}, {}),
    ("mx.attempts.per_week", {"attempts": calls(*(DAY * n for n in (1, 1, 2, 2, 3, 3, 4)))}, {}),
    ("us.deceased", US | {"hold_reason": "deceased", "do_not_contact": True}, {}),
    ("us.bankruptcy", US | {"accounts": (account(flags=("bankruptcy",)),), "do_not_contact": True}, {}),
    ("us.attorney", US | {"hold_reason": "attorney", "do_not_contact": True}, {}),
    ("us.cease", US | {"do_not_contact": True}, {}),
    ("us.court_order", US | {"accounts": (account(flags=("court_order",)),)}, {}),
    ("us.minor_or_elder", US | {"born": date(2015, 1, 1)}, {}),
    ("us.medium_stop", US | {"stopped_media": ("all",)}, {}),
    ("us.employer", US | {"phones": (phone(label="work", use="none"),)}, {}),
    ("us.employer", US | {"phones": (phone(label="work", consents={"call": False}),)}, {}),
    ("us.contact_point.use", US | {"phones": (phone(use="validate"),)}, {}),
    ("us.contact_point.status", US | {"phones": (phone(status="equivocado"),)}, {}),
    (
        "us.contact_point.sources",
        US | {"phones": (phone(source="publico"),)},
        {"us.contact_point.sources": ["entidad"]},
    ),
    ("us.third_party.location", US | {"phones": (phone(label="reference"),), "history": asked("MSJT")}, {}),
    ("us.window", US | {"phones": (phone(zone="Asia/Tokyo"),)}, {}),
    ("us.inconvenient", US | {"suits": "17:00-19:00"}, {}),
    ("us.weekdays", US, {"us.weekdays": "Sat"}),
    ("us.holidays", US, {"us.holidays": "block", "us.holidays.extra": ["2026-08-20"]}),
    ("us.hold", US | {"hold_until": THURSDAY_NOON + timedelta(days=1)}, {}),
    ("mx.hold", {"hold_until": FRIDAY_10_IN_MEXICO + timedelta(days=1)}, {}),
]


def verdict(changes: dict[str, Any], settings: dict[str, Any]) -> tuple[Client, datetime, Any]:
    person = client(**({"phones": (MOBILE,)} | changes))
    now = THURSDAY_NOON if person.country == "US" else FRIDAY_10_IN_MEXICO
    p = for_client(person, settings)
    return person, now, p


@pytest.mark.parametrize(("rule", "changes", "settings"), CASES)
def test_the_rule_that_refuses_is_named_and_recorded(
    rule: str, changes: dict[str, Any], settings: dict[str, Any]
) -> None:
    person, now, p = verdict(changes, settings)
    answer = may_call(msgspec.structs.replace(person, rules_version="Cards/3"), person.phones[0], now, p)
    assert (answer.allowed, answer.rule, answer.action) == (False, rule, "block")
    assert answer.version == f"{compliance.in_force().version} Cards/3"
    assert answer.inputs.items() >= answer.params.items()
    assert answer.inputs["phone"] == "1"
    assert datetime.fromisoformat(answer.inputs["at"]) == now
    if answer.until is not None:
        assert may_call(person, person.phones[0], answer.until, p).allowed
        assert not may_call(person, person.phones[0], answer.until - SECOND, p).allowed
    assert may_reach(person, now, p).rule == rule


@pytest.mark.parametrize(("rule", "changes", "settings"), CASES)
def test_the_queue_knows_what_the_call_knows(
    rule: str, changes: dict[str, Any], settings: dict[str, Any]
) -> None:
    """Who can't be called for a reason of their own is not ready; hours and firm close the lane."""
    person, now, p = verdict(changes, settings)
    lane = ("window", "weekdays", "holidays", "firm", "caller_id")
    if not rule.partition(".")[2].startswith(lane):
        place = placement(person, now, p)
        assert place.kind != "ready"
        if place.kind == "waiting":
            assert place.due_at is not None
            assert placement(person, place.due_at, p).kind == "ready"


def test_a_company_of_a_few_years_is_no_minor() -> None:
    company, now, p = verdict({"born": date(2020, 5, 4), "kind": "company"}, {})
    assert may_call(company, company.phones[0], now, p).allowed


def test_every_rule_that_blocks_calls_has_an_example() -> None:
    modules = ("rules/contact.py", "rules/stops.py")
    blocking = {
        name
        for name, rule in compliance.in_force().rules.items()
        if "block" in rule.action and rule.status == "evaluated" and rule.used_by in modules
    }
    tested = {rule for rule, _, _ in CASES}
    assert [name for name in blocking if not any(name.startswith(one) for one in tested)] == []


def test_hard_stops_come_in_their_order() -> None:
    flags = ("court_order", "attorney", "bankruptcy")
    person = client(
        **(US | {"accounts": (account(flags=flags),), "hold_reason": "deceased", "do_not_contact": True})
    )
    p = parameters("US")
    named = []
    for change in (
        {},
        {"hold_reason": ""},
        {"accounts": (account(flags=flags[:2]),)},
        {"accounts": (account(flags=flags[:1]),)},
        {"do_not_contact": False},
    ):
        person = msgspec.structs.replace(person, **change)
        named.append(may_contact(person, THURSDAY_NOON, p).rule)
    assert named == ["us.deceased", "us.bankruptcy", "us.attorney", "us.cease", "us.court_order"]


# How often: for each debt

TWO = (account(), account(id=71, number="5222"))


def test_limits_count_for_each_debt_and_one_free_debt_is_enough() -> None:
    used_up = calls(10, 20, 30, account_id=70)
    person, p = client(accounts=TWO, attempts=used_up), parameters("MX")
    now = FRIDAY_10_IN_MEXICO
    assert may_contact(person, now, p).allowed
    assert may_contact(person, now, p, account_id=70).rule == "mx.attempts.per_day"
    assert may_contact(person, now, p, account_id=71).allowed
    whole = msgspec.structs.replace(person, attempts=calls(10, 20, 30))
    assert not may_contact(whole, now, p, account_id=71).allowed, "a call about nothing in particular"
    paid = msgspec.structs.replace(person, accounts=(TWO[0], account(id=71, overdue=0)))
    assert not may_contact(paid, now, p).allowed, "nothing may be asked for on the other"


def test_a_conversation_and_its_consent_are_about_one_debt() -> None:
    p = parameters("US")
    talk = (Attempt(at=THURSDAY_NOON - timedelta(days=2), conversation=True, account_id=70),)
    person = client(**(US | {"accounts": TWO, "attempts": talk}))
    assert may_contact(person, THURSDAY_NOON, p, 70).rule == "us.calls.after_conversation"
    assert may_contact(person, THURSDAY_NOON, p, 71).allowed
    for account_id, lifted in ((71, False), (70, True), (None, True)):
        consent = (HistoryEntry(id="c", at=talk[0].at, code="RLLA", account_id=account_id),)
        told = msgspec.structs.replace(person, history=consent)
        assert may_contact(told, THURSDAY_NOON, p, 70).allowed == lifted


def test_student_loans_of_one_servicing_account_are_one_debt() -> None:
    p = parameters("US")
    seven = tuple(Attempt(at=THURSDAY_NOON - timedelta(hours=n), account_id=70) for n in range(7))
    for servicing, allowed in (("S1", False), ("S2", True), ("", True)):
        loans = (account(servicing="S1" if servicing else ""), account(id=71, servicing=servicing))
        person = client(**(US | {"accounts": loans, "attempts": seven}))
        assert may_contact(person, THURSDAY_NOON, p, 71).allowed == allowed
    apart = parameters("US", {"us.calls.student_loans": False})
    loans = (account(servicing="S1"), account(id=71, servicing="S1"))
    assert may_contact(client(**(US | {"accounts": loans, "attempts": seven})), THURSDAY_NOON, apart).allowed


def test_massachusetts_counts_home_and_mobile_apart_from_other_numbers() -> None:
    p = parameters("US")
    phones = (MOBILE, phone(id="2", label="work"))
    twice = tuple(Attempt(at=THURSDAY_NOON - timedelta(days=n), phone="1") for n in (1, 2))
    person = client(**(US | {"state": "MA", "phones": phones, "attempts": twice}))
    answers = [may_call(person, one, THURSDAY_NOON, p) for one in phones]
    assert [answer.rule for answer in answers] == ["us.state_overrides", ""]
    assert may_reach(person, THURSDAY_NOON, p).allowed
    eight_days_ago = tuple(Attempt(at=THURSDAY_NOON - timedelta(days=8), phone="2") for _ in range(2))
    person = msgspec.structs.replace(person, attempts=eight_days_ago)
    answers = [may_call(person, one, THURSDAY_NOON, p) for one in phones]
    assert [answer.rule for answer in answers] == ["", "us.state_overrides"]
    assert answers[1].until is not None
    assert (answers[1].until - THURSDAY_NOON).days >= 20


ATTEMPTS = st.lists(
    st.tuples(
        st.integers(0, 35 * DAY),
        st.booleans(),
        st.booleans(),
        st.sampled_from([None, 70, 71, 99]),
        st.sampled_from([None, "1", "2"]),
    ),
    max_size=12,
)


@given(
    INSTANTS,
    ATTEMPTS,
    st.sampled_from(["", "09:00-12:00", "20:00-22:00", "23:00-23:30", "nonsense"]),
    st.sampled_from(["MX", "MA", "NY"]),
    st.none() | st.sampled_from([70, 71]),
)
def test_until_is_the_first_instant_at_which_the_same_question_is_answered_yes(
    now: datetime, past: list[Any], suits: str, place: str, account_id: int | None
) -> None:
    zone = "America/Mexico_City" if place == "MX" else "America/New_York"
    person = client(
        country="MX" if place == "MX" else "US",
        zones=(zone,),
        state=place,
        suits=suits,
        accounts=TWO,
        phones=(MOBILE, phone(id="2", label="work")),
        attempts=tuple(
            Attempt(at=now - timedelta(minutes=m), counted=c, conversation=t, account_id=a, phone=n)
            for m, c, t, a, n in past
        ),
    )
    p = for_client(person)
    for number in person.phones:
        answer = may_call(person, number, now, p, account_id)
        if suits == "23:00-23:30":
            assert (answer.allowed, answer.until) == (False, None), "never within the legal hours"
        elif not answer.allowed:
            assert answer.until is not None
            assert may_call(person, number, answer.until, p, account_id).allowed
            assert not may_call(person, number, answer.until - SECOND, p, account_id).allowed
    if may_reach(person, now, p).allowed:
        assert any(may_call(person, number, now, p).allowed for number in person.phones)


# What has to be known


@pytest.mark.parametrize(
    ("rule", "changes", "settings"),
    [
        ("mx.prescription.years", {"accounts": (account(product="timeshare"),)}, {}),
        ("mx.prescription.years", {"accounts": (account(flags=("pagare",)),)}, {}),
        ("us.timebarred", US | {"accounts": (account(),)}, {}),
        ("us.scra", US | {"accounts": (account(flags=("scra",), oldest_due=date(2026, 8, 1)),)}, {}),
        ("mx.firm.redeco_registered.checked", {}, {"mx.firm.redeco_registered.checked": "2026-10-19"}),
    ],
)
def test_some_things_are_warned_of_and_forbid_nothing(
    rule: str, changes: dict[str, Any], settings: dict[str, Any]
) -> None:
    person, now, p = verdict(changes, settings)
    if "accounts" in changes and rule != "us.scra":
        old = tuple(msgspec.structs.replace(one, oldest_due=date(2021, 1, 1)) for one in person.accounts)
        person = msgspec.structs.replace(person, accounts=old)
    if rule.startswith("mx.prescription"):
        now += timedelta(days=3)  # a Monday: commerce does not call on Saturdays, either
    (warning,) = care(person, now, p)
    assert (warning.allowed, warning.rule, warning.action) == (True, rule, "warn")
    assert may_call(person, person.phones[0], now, p).allowed


def test_a_register_looked_at_within_the_month_is_fine() -> None:
    p = parameters("MX", {"mx.firm.redeco_registered.checked": "2026-10-20"})
    assert care(client(), FRIDAY_10_IN_MEXICO, p) == ()
