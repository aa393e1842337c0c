"""Amounts, days, hours and phones as they are written on the screen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.i18n import set_language
from rules.money import parse_minor
from widgets.formats import day, full_day, lasting, left, masked, moment, money, phone_number, plain, spark

TIJUANA = ZoneInfo("America/Tijuana")
NOW = datetime(2026, 11, 20, 17, 42, tzinfo=UTC).astimezone(TIJUANA)


@pytest.fixture(autouse=True)
def _spanish():
    set_language("es")
    yield
    set_language("en")


@given(st.integers(-(10**14), 10**14))
def test_an_amount_is_written_to_the_cent(minor):
    assert parse_minor(plain(minor).replace(",", "")) == minor


def test_a_foreign_currency_is_never_a_bare_sign():
    assert money(150_000, "MXN", "MX") == "$1,500.00"
    assert money(150_000, "USD", "MX") == "USD 1,500.00"
    assert money(150_000, "USD", "US") == "$1,500.00"
    assert money(150_000, "USD") == "USD 1,500.00"
    set_language("en")
    assert money(150_000, "USD") == "$1,500.00"


def test_days_in_both_languages():
    assert (day(date(2026, 1, 5)), full_day(date(2026, 1, 5))) == ("05-ene", "05-ene-2026")
    set_language("en")
    assert (day(date(2026, 1, 5)), full_day(date(2026, 1, 5))) == ("Jan 05", "Jan 05, 2026")


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=2), "11:42"),
        (timedelta(days=1), "mañana 09:42"),
        (timedelta(days=3), "lun 09:42"),
        (timedelta(days=9), "29-nov 09:42"),
        (timedelta(days=-2), "18-nov 09:42"),
    ],
)
def test_an_instant_is_told_from_where_and_when_the_reader_is(ahead, words):
    assert moment((NOW + ahead).astimezone(UTC), NOW) == words


def test_a_midnight_between_is_tomorrow():
    late = NOW.replace(hour=23, minute=50)
    assert moment(late + timedelta(minutes=20), late).endswith("00:10")
    assert moment(late + timedelta(minutes=20), late) != "00:10"


def test_spans():
    assert lasting(timedelta(minutes=42)) == "0:42"
    assert lasting(timedelta(hours=26, minutes=5)) == "26:05"
    assert lasting(timedelta(seconds=-5)) == "0:00"
    assert "47:59" in left(timedelta(hours=47, minutes=59))
    assert "2" in left(timedelta(hours=48))


@pytest.mark.parametrize(
    "number",
    ["+526621231234", "+525512345678", "+523312345678", "+528112345678", "+529991234567", "+12135550123"],
)
def test_phones_of_both_countries_are_grouped_as_phonenumbers_does(number):
    expected = phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)
    assert phone_number(number) == expected


@pytest.mark.parametrize(
    "number", ["", "no phone", "+52", "+5266212312345", "+449999", "++1", "+1213555012x"]
)
def test_what_is_no_phone_is_shown_as_it_stands_or_grouped_never_lost(number):
    digits = [one for one in number if one.isdecimal()]
    assert [one for one in phone_number(number) if one.isdecimal()] == digits


@given(st.text(max_size=30), st.integers(1, 8))
def test_a_masked_number_tells_its_end_alone(number, keep):
    told = masked(number, keep)
    assert told.endswith(number[-keep:])
    assert len(told.replace("···", "")) <= max(keep, len(number) if len(number) <= keep else keep)


@given(st.lists(st.integers(0, 10**6), max_size=24))
def test_a_trend_has_one_sign_for_each_value_and_the_highest_at_its_top(values):
    line = spark(tuple(values))
    assert len(line) == len(values)
    if any(values):
        assert line[values.index(max(values))] == "█"
