"""Every form of every field, in both languages, and what is refused instead of guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.capture.values import PlanReading, Reading

AMOUNTS = [
    ("1500", 1_500_00),
    ("1,500.50", 1_500_50),
    ("$1500", 1_500_00),
    ("$1,500.5", 1_500_50),
    ("50%", 1_775_00),
    ("33.33%", 1_183_22),
    ("todo", 10_650_00),
    ("full", 10_650_00),
    ("VENC", 3_550_00),
    ("due", 3_550_00),
    ("min", 500_00),
]

DATES = [
    ("hoy", date(2026, 11, 24)),
    ("today", date(2026, 11, 24)),
    ("mañana", date(2026, 11, 25)),
    ("manana", date(2026, 11, 25)),
    ("MAN", date(2026, 11, 25)),
    ("tom", date(2026, 11, 25)),
    ("vie", date(2026, 11, 27)),
    ("fri", date(2026, 11, 27)),
    ("Miércoles", date(2026, 11, 25)),
    ("mar", date(2026, 12, 1)),  # it is Tuesday: today has a word of its own
    ("+3", date(2026, 11, 27)),
    ("15/12", date(2026, 12, 15)),
    ("24/11", date(2026, 11, 24)),
    ("23/11", date(2027, 11, 23)),
    ("15/12/2026", date(2026, 12, 15)),
    ("15/12/26", date(2026, 12, 15)),
    ("15dic", date(2026, 12, 15)),
    ("15dec", date(2026, 12, 15)),
    ("15-dic", date(2026, 12, 15)),
    ("dec15", date(2026, 12, 15)),
    ("3ene", date(2027, 1, 3)),
    ("d15", date(2026, 12, 15)),
    ("d24", date(2026, 11, 24)),
    ("d31", date(2026, 12, 31)),
    ("q", date(2026, 11, 30)),
    ("2026-12-15", date(2026, 12, 15)),
    ("2026/12/15", date(2026, 12, 15)),
]

HOURS = [
    ("10:30", "25 10:30"),
    ("10h", "25 10:00"),
    ("10h30", "25 10:30"),
    ("4pm", "24 16:00"),
    ("4:30PM", "24 16:30"),
    ("12am", "25 00:00"),
    ("12pm", "24 12:00"),
    ("11:42", "25 11:42"),
    ("11:43", "24 11:43"),
    ("man 9h", "25 09:00"),
    ("9h man", "25 09:00"),
    ("+2 16:00", "26 16:00"),
]

PLANS = [
    ("3x", PlanReading(count=3, rhythm="m")),
    ("3xq", PlanReading(count=3, rhythm="q")),
    ("3x q", PlanReading(count=3, rhythm="q")),
    ("q 3x", PlanReading(count=3, rhythm="q")),
    ("4xs", PlanReading(count=4, rhythm="w")),
    ("4x w", PlanReading(count=4, rhythm="w")),
    ("500+3x", PlanReading(count=3, rhythm="m", down=500_00)),
    ("$1,000.50+1xm", PlanReading(count=1, rhythm="m", down=1_000_50)),
    ("1000+500+500q", PlanReading(count=3, rhythm="q", amounts=(1_000_00, 500_00, 500_00))),
    ("1000+500+500 q", PlanReading(count=3, rhythm="q", amounts=(1_000_00, 500_00, 500_00))),
    ("$1,000.50+500", PlanReading(count=2, rhythm="m", amounts=(1_000_50, 500_00))),
    ("2000 1,500+500s", PlanReading(count=2, rhythm="w", amounts=(1_500_00, 500_00))),
    ("1500+30q", PlanReading(count=2, rhythm="q", amounts=(1_500_00, 30_00))),
    ("1500+3.00", PlanReading(count=2, rhythm="m", amounts=(1_500_00, 3_00))),
]

WINDOWS = [
    ("9-12", "09:00-12:00"),
    ("9:30-12h", "09:30-12:00"),
    ("16h-19h", "16:00-19:00"),
    ("4-7pm", "16:00-19:00"),
    ("11-1pm", "11:00-13:00"),
    ("9am-12pm", "09:00-12:00"),
    ("4:00-7:00", "04:00-07:00"),
    ("16-20", "16:00-20:00"),
]

OTHER = [
    ("p spei", "channel", "spei"),
    ("p OXXO", "channel", "oxxo"),
    ("p link", "channel", "liga"),
    ("p branch", "channel", "banco"),
    ("p auto", "channel", "domi"),
    ("p agente", "channel", "agente"),
    ("p r:desemp", "reason", "DESEMP"),
    ("p R:Olv", "reason", "OLVIDO"),
    ("p r:unemp", "reason", "DESEMP"),
    ("p t2", "phone", "2"),
    ("refi a:svc", "destination", "SVC"),
    ("refi to:fraud", "destination", "FRA"),
    ("p /paga el viernes / o antes", "note", "paga el viernes / o antes"),
    ("cese m:tel", "medium", "call"),
    ("cese m:whats", "medium", "whatsapp"),
    ("cese m:carta", "medium", "mail"),
    ("cese m:mail", "medium", "mail"),
    ("cese m:e", "medium", "email"),
    ("cese m:todo", "medium", "all"),
    ("cese SMS", "medium", "sms"),
    ("cese correo", "medium", "email"),
    ("cese e:Oficio-12/2026 /por escrito", "evidence", "Oficio-12/2026"),
    ("m a:esposa", "party", "conyuge"),
    ("m a:Co-Worker", "party", "empleado"),
    ("abog a:Juan-Pérez", "party", "Juan Pérez"),
    ("fall a:nd", "party", "nd"),
    ("sini #ABC-123", "reference", "ABC-123"),
    ("sini#2026/0088 /auto", "reference", "2026/0088"),
    ("sini #2026/0088 /auto", "note", "auto"),
    ("paga #a1 500 tpv", "reference", "a1"),
    ("p vie/paga en caja #12/3", "note", "paga en caja #12/3"),
    ("p vie/paga en caja", "note", "paga en caja"),
    ("p 15/12/paga en caja", "note", "paga en caja"),
]

REFUSED = [
    ("zzz", "code_unknown", "zzz", ()),
    ("pp", "code_ambiguous", "pp", ("PPT", "PPP")),
    ("ab", "code_ambiguous", "ab", ("ABOG",)),
    ("aban", "code_system", "aban", ()),
    ("1500 p", "code_missing", "1500", ()),
    ("/nota", "code_missing", "", ()),
    ("r:desemp", "code_unknown", "r:desemp", ()),
    ("p spe", "token_unknown", "spe", ("spei",)),
    ("p vienres", "token_unknown", "vienres", ("viernes",)),
    ("p 1.500", "amount_form", "1.500", ("1500", "1.50")),
    ("p 1,50", "amount_form", "1,50", ("1.50",)),
    ("p 1500.505", "amount_form", "1500.505", ("1500505", "1500.50")),
    ("p 0", "amount_zero", "0", ()),
    ("p 5²", "token_unknown", "5²", ()),
    ("p 4111111111111111", "amount_too_large", "4111111111111111", ()),
    ("p 0%", "percent_form", "0%", ("50%", "100%")),
    ("p 101%", "percent_form", "101%", ("50%", "100%")),
    ("p 20000", "amount_over_total", "20000", ("todo",)),
    ("p 1500 2000", "field_twice", "2000", ()),
    ("p vie sab", "field_twice", "sab", ()),
    ("noco 1500", "field_not_allowed", "1500", ()),
    ("p 10h", "field_not_allowed", "10h", ()),
    ("p 3x", "field_not_allowed", "3x", ()),
    ("p ayer", "date_past", "ayer", ("hoy",)),
    ("p 2026-11-23", "date_past", "2026-11-23", ("hoy",)),
    ("p 31/11", "date_invalid", "31/11", ()),
    ("p 12/15", "date_invalid", "12/15", ("15dic",)),
    ("p 15/12x", "date_invalid", "15/12x", ()),
    ("p 15/123", "date_invalid", "15/123", ()),
    ("p 2026-02-30", "date_invalid", "2026-02-30", ()),
    ("p d32", "date_invalid", "d32", ()),
    ("y +1", "date_future", "+1", ("hoy",)),
    ("r 25h", "time_invalid", "25h", ("10:30", "10h", "4pm")),
    ("r 13pm", "time_invalid", "13pm", ("13h",)),
    ("r 10:60", "time_invalid", "10:60", ("10:30", "10h", "4pm")),
    ("r hoy", "time_past", "hoy", ("12h",)),
    ("r hoy 9h", "time_past", "9h", ("12h",)),
    ("l 1x", "plan_count", "1x", ("2x", "3x")),
    ("l 61x", "plan_count", "61x", ("2x", "3x")),
    ("l 3xz", "plan_rhythm", "3xz", ("3xq", "3xm", "3xw")),
    ("l 4000+3x", "plan_down", "4000+3x", ()),
    ("l 0.02 3x", "plan_too_small", "3x", ()),
    ("l 1500+3", "plan_or_days", "1500+3", ("1500 +3", "1500+3.00")),
    ("l 1000+500+3x", "plan_mixed", "1000+500+3x", ("500+3x", "1000+500+500")),
    ("l 1000+500z", "plan_rhythm", "1000+500z", ("1000+500q", "1000+500m", "1000+500w")),
    ("l 1000+0.001q", "amount_form", "1000+0.001q", ()),
    ("l 2000 1000+500q", "plan_sum", "1000+500q", ("1500.00",)),
    ("l 9000+9000q", "amount_over_total", "9000+9000q", ("todo",)),
    ("p 1000+500", "field_not_allowed", "1000+500", ()),
    ("p 9-12", "token_unknown", "9-12", ()),
    ("noha 4-7", "window_half", "4-7", ("16:00-19:00", "4:00-7:00")),
    ("noha 9-4", "window_half", "9-4", ("9:00-16:00",)),
    ("noha 12-9", "window_order", "12-9", ("9-12", "9:30-12:00", "4-7pm")),
    ("noha 25h-26h", "window_form", "25h-26h", ("9-12", "9:30-12:00", "4-7pm")),
    ("cese m:", "medium_unknown", "m:", ("m:call", "m:sms", "m:whatsapp", "m:email", "m:mail", "m:all")),
    ("cese m:t", "medium_ambiguous", "m:t", ("m:telefono", "m:text", "m:todos")),
    (
        "cese m:fax",
        "medium_unknown",
        "m:fax",
        ("m:call", "m:sms", "m:whatsapp", "m:email", "m:mail", "m:all"),
    ),
    ("p m:sms", "field_not_allowed", "m:sms", ()),
    ("p #A1", "field_not_allowed", "#A1", ()),
    ("sini #", "text_missing", "#", ("#ABC-123",)),
    ("m a:-", "text_missing", "a:-", ("a:juan-perez", "a:nd")),
    ("sini #4111-1111-1111-1111", "card_number", "#4111-1111-1111-1111", ()),
    ("sini #4111.1111.1111.1111", "card_number", "#4111.1111.1111.1111", ()),
    ("abog a:4111-1111-1111-1111", "card_number", "a:4111-1111-1111-1111", ()),
    ("cese e:cvv:123", "card_number", "e:cvv:123", ()),
    ("p r:des", "reason_ambiguous", "r:des", ("r:desemp", "r:desast", "r:descon")),
    ("p r:zzz", "reason_unknown", "r:zzz", ()),
    ("refi a:s", "destination_ambiguous", "a:s", ("a:svc", "a:sup", "a:sin", "a:sal", "a:sis")),
    ("refi to:xyz", "destination_unknown", "to:xyz", ()),
    ("p t3", "phone_unknown", "t3", ("t1", "t2")),
    ("p t0", "phone_unknown", "t0", ("t1", "t2")),
    ("n /no", "note_short", "no", ()),
    ("p /4111 1111 1111 1111", "card_number_in_note", "", ()),
]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(("word", "minor"), AMOUNTS)
def test_amounts(reads: Callable[..., Reading], word: str, minor: int, language: str) -> None:
    assert (reads(f"p {word}", language).amount, reads(f"p {word}", language).errors) == (minor, ())


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(("word", "on"), DATES)
def test_dates(reads: Callable[..., Reading], word: str, on: date, language: str) -> None:
    reading = reads(f"p {word} 1500", language)
    assert (reading.due, reading.amount, reading.errors) == (on, 1_500_00, ())


@pytest.mark.parametrize(("words", "at"), HOURS)
def test_hours(reads: Callable[..., Reading], words: str, at: str) -> None:
    callback = reads(f"r {words}").callback
    assert callback is not None
    assert f"{callback:%d %H:%M}" == at


@pytest.mark.parametrize(("words", "plan"), PLANS)
def test_plans(reads: Callable[..., Reading], words: str, plan: PlanReading) -> None:
    reading = reads(f"l {words}")
    assert (reading.plan, reading.complete) == (plan, True)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(("word", "hours"), WINDOWS)
def test_windows(reads: Callable[..., Reading], word: str, hours: str, language: str) -> None:
    reading = reads(f"noha {word} man 10h", language)
    assert (reading.window, reading.errors) == (hours, ())
    assert reading.callback is not None


@pytest.mark.parametrize(("line", "field", "value"), OTHER)
def test_other_fields(reads: Callable[..., Reading], line: str, field: str, value: str) -> None:
    reading = reads(line)
    assert (getattr(reading, field), reading.errors) == (value, ())


@pytest.mark.parametrize(("line", "code", "token", "offers"), REFUSED)
def test_refused_with_what_would_do(
    reads: Callable[..., Reading], line: str, code: str, token: str, offers: tuple[str, ...]
) -> None:
    reading = reads(line)
    assert not reading.complete
    error = reading.errors[0]
    assert (error.code, error.token, error.offers) == (code, token, offers)


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("p1500", "p 1500"),
        ("ppt$1500", "ppt $1500"),
        ("p15/12", "p 15/12"),
        ("p+3", "p +3"),
        ("r10:30", "r 10:30"),
    ],
)
def test_a_digit_may_follow_the_code(reads: Callable[..., Reading], glued: str, apart: str) -> None:
    assert reads(glued) == reads(apart)
    assert reads(glued).complete


def test_d15_is_a_code_first_and_a_date_later(reads: Callable[..., Reading]) -> None:
    assert (reads("d15").code, reads("d15").amount) == ("DISP", 15_00)
    assert reads("p d15").due == date(2026, 12, 15)


def test_order_of_fields_does_not_matter(reads: Callable[..., Reading]) -> None:
    assert reads("ppt 1500 vie spei r:olvido t2") == reads("PPT t2 r:OLVIDO SPEI Vie 1500")


def test_day_and_month_in_english_are_taken_only_when_one_order_is_possible(
    reads: Callable[..., Reading],
) -> None:
    assert reads("p 3/4").due == date(2027, 4, 3)
    (error,) = reads("p 3/4", "en").errors
    assert (error.code, error.offers) == ("date_ambiguous", ("3apr", "4mar"))
    assert reads("p 12/15", "en").due == reads("p 15/12", "en").due == date(2026, 12, 15)
    assert reads("p 4/4", "en").due == date(2027, 4, 4)


def test_a_payment_that_is_claimed_lies_in_the_past(reads: Callable[..., Reading]) -> None:
    assert reads("y 12/11").due == date(2026, 11, 12)
    assert reads("y vie").due == date(2026, 11, 20)
    assert reads("y ayer").due == date(2026, 11, 23)
    assert reads("y d30").due == date(2026, 10, 30)
    assert reads("y 15dic").due == date(2025, 12, 15)


def test_figures_of_the_account_that_are_not_known_are_refused(reads: Callable[..., Reading]) -> None:
    for word in ("todo", "venc", "50%"):
        (error,) = reads(f"p {word}", due=None, total=None).errors
        assert (error.code, error.token) == ("amount_unknown", word)
    (error,) = reads("p", due=None).errors
    assert (error.code, error.params) == ("missing", {"field": "amount"})
    assert reads("p", due=0).errors[0].code == "missing"


def test_without_limits_the_account_is_not_looked_at(reads: Callable[..., Reading]) -> None:
    assert reads("p 20000", limits=False).complete
    assert reads("p 31dic", limits=False, last_promise_date=date(2026, 12, 4)).complete
    (error,) = reads("p 31dic", last_promise_date=date(2026, 12, 4)).errors
    assert (error.code, error.offers) == ("date_too_far", ("2026-12-04",))


def test_the_limits_themselves_are_allowed(reads: Callable[..., Reading]) -> None:
    last = date(2026, 12, 4)
    assert reads("p 10650 4dic", last_promise_date=last).complete
    assert not reads("p 10650.01").complete
    assert not reads("p 5dic", last_promise_date=last).complete
    assert reads("d 10650.01").complete  # what is disputed may be more than what is owed


def test_a_default_date_never_lies_beyond_the_last_day(reads: Callable[..., Reading]) -> None:
    tomorrow = date(2026, 11, 25)
    reading = reads("p", last_promise_date=tomorrow)
    assert (reading.due, reading.complete) == (tomorrow, True)
    assert reads("p", last_promise_date=tomorrow, limits=False).due == date(2026, 11, 27)
    assert reads("p", last_promise_date=date(2026, 11, 20)).errors[0].code == "date_too_far"


def test_a_plan_without_an_amount_can_be_read_but_not_saved(reads: Callable[..., Reading]) -> None:
    assert reads("l3xq", due=None, limits=False).complete
    assert reads("l3xq", due=None).errors[0].code == "missing"


def test_an_hour_that_the_clocks_skip_is_refused(reads: Callable[..., Reading]) -> None:
    night = datetime(2026, 3, 7, 20, tzinfo=ZoneInfo("America/New_York"))
    assert reads("r 2:30", now=night).errors[0].code == "time_skipped"
    assert reads("r 3:30", now=night).complete


def test_defaults_roll_to_a_business_day_and_typed_dates_do_not(reads: Callable[..., Reading]) -> None:
    wednesday = datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("America/Hermosillo"))
    assert reads("p", now=wednesday).due == date(2026, 11, 30)
    assert reads("p +3", now=wednesday).due == date(2026, 11, 28)
    friday = wednesday.replace(day=27)
    callback = reads("r", now=friday).callback
    assert callback is not None
    assert f"{callback:%d %H:%M}" == "30 10:00"


def test_an_empty_line_is_no_fault(reads: Callable[..., Reading]) -> None:
    assert reads("  ") == Reading()
