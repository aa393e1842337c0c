from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import available_timezones

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clients import Account, Attempt, HistoryEntry, Phone
from rules.contact import ContactParameters, for_client, may_call, may_contact, next_open, parameters, window
from rules.zones import instant, local_time
from tests.rules.examples import INSTANTS, client

SECOND = timedelta(seconds=1)
MEXICO = ("America/Mexico_City", "America/Tijuana", "America/Hermosillo", "America/Cancun")
STATES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu")
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def zones_of(country: str) -> st.SearchStrategy[tuple[str, ...]]:
    zones = st.sampled_from(MEXICO if country == "MX" else STATES)
    return st.lists(zones, min_size=1, max_size=3, unique=True).map(tuple)


COUNTRIES_AND_ZONES = st.sampled_from(["MX", "US"]).flatmap(
    lambda country: st.tuples(st.just(country), zones_of(country))
)


@given(INSTANTS, COUNTRIES_AND_ZONES)
def test_the_window_opens_at_until_and_not_a_second_before(
    now: datetime, where: tuple[str, tuple[str, ...]]
) -> None:
    country, zones = where
    p = parameters(country)
    answer = window(now, zones, p)
    if answer.allowed:
        assert next_open(now, zones, p) == now
        return
    assert answer.until is not None
    assert answer.until > now
    assert window(answer.until, zones, p).allowed
    assert not window(answer.until - SECOND, zones, p).allowed


@given(INSTANTS, st.sampled_from(ZONES), st.sampled_from(["MX", "US"]))
def test_the_window_holds_in_every_zone_of_the_world(now: datetime, zone: str, country: str) -> None:
    p = parameters(country)
    answer = window(now, [zone], p)
    local = local_time(now, zone)
    if answer.allowed:
        assert p.start <= local.time() < p.end
        assert local.weekday() in p.weekdays
    else:
        assert answer.until is not None
        assert window(answer.until, [zone], p).allowed
        assert not window(answer.until - SECOND, [zone], p).allowed


@given(INSTANTS, zones_of("US"), zones_of("US"))
def test_another_zone_never_opens_the_window(
    now: datetime, zones: tuple[str, ...], more: tuple[str, ...]
) -> None:
    p = parameters("US")
    if window(now, zones + more, p).allowed:
        assert window(now, zones, p).allowed


ATTEMPTS = st.lists(st.tuples(st.integers(0, 20 * 24 * 60), st.booleans(), st.booleans()), max_size=12)


@given(
    INSTANTS, COUNTRIES_AND_ZONES, ATTEMPTS, st.none() | st.integers(1, 300), st.none() | st.integers(0, 10)
)
def test_until_is_the_exact_instant_at_which_all_rules_agree(
    now: datetime,
    where: tuple[str, tuple[str, ...]],
    past: list[tuple[int, bool, bool]],
    held_hours: int | None,
    consent_days_ago: int | None,
) -> None:
    country, zones = where
    p = parameters(country)
    history: tuple[HistoryEntry, ...] = ()
    if consent_days_ago is not None:
        history = (HistoryEntry(id="c", at=now - timedelta(days=consent_days_ago), code="RLLA"),)
    person = client(
        country=country,
        zones=zones,
        history=history,
        attempts=tuple(
            Attempt(at=now - timedelta(minutes=minutes), counted=counted, conversation=talked)
            for minutes, counted, talked in past
        ),
        hold_until=None if held_hours is None else now + timedelta(hours=held_hours),
        hold_reason="" if held_hours is None else "vulnerable",
    )
    answer = may_contact(person, now, p)
    if answer.allowed:
        return
    assert answer.until is not None
    assert may_contact(person, answer.until, p).allowed
    assert not may_contact(person, answer.until - SECOND, p).allowed


def test_a_conversation_and_its_consent_end_as_the_comments_to_regulation_f_say(
    us: ContactParameters,
) -> None:
    talked = instant(date(2026, 8, 14), time(12), "America/New_York")
    person = client(
        country="US", zones=("America/New_York",), attempts=(Attempt(at=talked, conversation=True),)
    )
    answer = may_contact(person, talked + timedelta(days=1), us)
    assert answer.rule == "us.calls.after_conversation"
    assert answer.until == instant(date(2026, 8, 21), time(8), "America/New_York")
    asked = msgspec.structs.replace(person, history=(HistoryEntry(id="r", at=talked, code="RLLA"),))
    assert may_contact(asked, talked + timedelta(days=3), us).allowed
    retracted = (HistoryEntry(id="r", at=talked, code="RLLA", status="retracted"),)
    assert not may_contact(
        msgspec.structs.replace(person, history=retracted), talked + timedelta(days=3), us
    ).allowed


def test_the_fourth_attempt_of_a_day_waits_for_the_next_one(now: datetime, mx: ContactParameters) -> None:
    attempts = tuple(Attempt(at=now - timedelta(minutes=30 * n)) for n in range(3))
    answer = may_contact(client(attempts=attempts), now, mx)
    assert answer.rule == "mx.attempts.per_day"
    assert answer.until == instant(date(2026, 11, 21), time(7), "America/Mexico_City")
    uncounted = tuple(msgspec.structs.replace(attempt, counted=False) for attempt in attempts)
    assert may_contact(client(attempts=uncounted), now, mx).allowed


def test_massachusetts_is_stricter(us: ContactParameters) -> None:
    now = instant(date(2026, 8, 20), time(12), "America/New_York")
    attempts = tuple(Attempt(at=now - timedelta(days=n)) for n in (1, 2))
    person = client(country="US", zones=("America/New_York",), attempts=attempts)
    assert may_contact(person, now, us).allowed
    answer = may_contact(msgspec.structs.replace(person, state="MA"), now, us)
    assert (answer.allowed, answer.rule) == (False, "us.state_overrides")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"do_not_contact": True}, "mx.cease"),
        ({"hold_reason": "deceased"}, "mx.deceased"),
    ],
)
def test_hard_stops_come_first_and_have_no_end(
    changes: dict[str, object], rule: str, now: datetime, mx: ContactParameters
) -> None:
    answer = may_contact(client(**changes), now.replace(hour=8), mx)
    assert (answer.allowed, answer.rule, answer.until) == (False, rule, None)


def test_rest_days_and_weekdays_by_creditor() -> None:
    saturday = instant(date(2026, 11, 21), time(10), "America/Mexico_City")
    bank = client()
    club = client(
        accounts=(Account(id=1, product="timeshare", number="1", currency="MXN", overdue=1, total=1),)
    )
    assert may_contact(bank, saturday, for_client(bank)).allowed
    refused = may_contact(club, saturday, for_client(club))
    assert refused.rule == "mx.weekdays.commercial"
    assert refused.until == instant(date(2026, 11, 23), time(7), "America/Mexico_City")
    christmas = instant(date(2026, 12, 25), time(10), "America/Mexico_City")
    assert may_contact(bank, christmas, for_client(bank)).rule == "mx.holidays"
    open_house = for_client(bank, {"mx.holidays": "allow"})
    assert may_contact(bank, christmas, open_house).allowed
    bank_calendar = for_client(bank, {"mx.holidays.extra": ["2026-11-20"]})
    assert not may_contact(
        bank, instant(date(2026, 11, 20), time(10), "America/Mexico_City"), bank_calendar
    ).allowed


@pytest.mark.parametrize(
    ("phone", "rule"),
    [
        (Phone(id="1", number="+52", status="equivocado"), "mx.contact_point.status"),
        (Phone(id="1", number="+52", status="dado_de_baja"), "mx.contact_point.status"),
        (Phone(id="1", number="+52", use="validate"), "mx.contact_point.use"),
        (Phone(id="1", number="+52", source="tercero"), "mx.contact_point.sources"),
        (Phone(id="1", number="+52", zone="Asia/Tokyo"), "mx.window"),
    ],
)
def test_a_number_may_forbid_the_call(phone: Phone, rule: str, now: datetime, mx: ContactParameters) -> None:
    answer = may_call(client(phones=(phone,)), phone, now, mx)
    assert (answer.allowed, answer.rule) == (False, rule)


def test_calls_close_together_on_one_number_are_warned_of(us: ContactParameters) -> None:
    now = instant(date(2026, 8, 20), time(12), "America/New_York")
    phone = Phone(id="1", number="+1")
    person = client(
        country="US",
        zones=("America/New_York",),
        phones=(phone,),
        attempts=(Attempt(at=now - timedelta(minutes=4), phone="1"),),
    )
    answer = may_call(person, phone, now, us)
    assert (answer.allowed, answer.rule) == (True, "us.calls.pattern")
    assert may_call(person, phone, now + timedelta(minutes=1), us).rule == ""


def test_zones_too_far_apart_never_open(now: datetime) -> None:
    mornings = parameters("US", {"us.window.end": "11:00"})
    answer = window(now, ["America/New_York", "Pacific/Honolulu"], mornings)
    assert (answer.allowed, answer.until) == (False, None)


def test_a_client_without_a_zone_is_anywhere_in_the_country(us: ContactParameters) -> None:
    early = instant(date(2026, 8, 20), time(9), "America/New_York")
    assert not may_contact(client(country="US", zones=()), early, us).allowed


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mx.windows.start": "08:00"}, "unknown parameter 'mx.windows.start'"),
        ({"mx.window.start": "8 am"}, "mx.window.start is '8 am'"),
        ({"mx.window.end": "06:00"}, "must come before"),
        ({"mx.weekdays.financial": "Lun-Vie"}, "Mon-Sat"),
        ({"mx.attempts.per_day": -1}, "mx.attempts.per_day is -1"),
        ({"mx.creditor": "private"}, "financial or commercial"),
    ],
)
def test_a_bad_parameter_is_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parameters("MX", settings)


def test_a_client_carries_the_rules_of_its_portfolio() -> None:
    person = client(rules={"mx.attempts.per_day": 2, "mx.holidays": "allow", "mx.of_a_newer_hub": 1})
    assert for_client(person) == parameters("MX", {"mx.attempts.per_day": 2, "mx.holidays": "allow"})
    given = for_client(person, {"mx.attempts.per_day": 1})
    assert (given.per_day, given.rest_days_block) == (1, False)
    assert for_client(client()) == parameters("MX")


def test_settings_of_other_matters_are_left_alone() -> None:
    assert parameters("MX", {"on_hold": True, "zone": "America/Tijuana"}) == parameters("MX")
    assert parameters("MX", {"mx.attempts.per_day": 0}).per_day is None
