"""The capture form: the same value as the line, seen as fields."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rules.capture.read import read
from rules.capture.values import CaptureContext, Claimable
from rules.catalogue import load
from widgets.capture_form import CaptureForm
from widgets.form_fields import FIELDS, choices, fields_of, line_of, offered

CATALOGUE = load(files("rules").joinpath("data/results.toml").read_text(encoding="utf-8"))
CONTEXT = CaptureContext(
    now=datetime(2026, 11, 24, 11, 42, tzinfo=ZoneInfo("America/Mexico_City")),
    due=355000,
    total=1065000,
    minimum=120000,
    phones=("a", "b"),
    receipts=tuple(
        Claimable(
            id=number,
            policy="AUT-48213",
            number=number,
            due=date(2026, 9 + number, 5),
            open=887_50,
            status=status,
        )
        for number, status in enumerate(("paid", "overdue", "pending"), start=1)
    ),
)
CODES = [result.code.lower() for result in CATALOGUE.offered()] + ["p", "l", "r", "xx", "pp"]
AMOUNTS = ["1500", "$1,500.50", "50%", "todo", "venc", "min", "1.234", "-"]
DAYS = ["hoy", "9h", "vie", "+3", "15/12", "15dic", "q", "d15", "2026-12-15", "3/4", "10:30", "4pm", "10h"]
PLANS = ["3x", "3xq", "500+3xm", "500+700q", "500+3", "200+1300"]
CHOICES = ["spei", "oxxo", "banco", "r:desemp", "r:des", "a:rem", "t2", "t9", "qwerty"]
RECEIPTS = ["rec2", "rec2-3", "rec3,2", "rec*", "rec1", "rec2/3", "rec2@213", "rec2@9", "recx"]
TEXTS = ["#2026/88", "#", "e:of-9/26", "a:Ana-Ruiz", "a:esposa", "m:sms", "m:t", "9-12", "4-7", "12-9"]
LINES = st.builds(
    lambda code, words, note: " ".join([code, *words]) + (f" /{note}" if note else ""),
    st.sampled_from(CODES),
    st.lists(st.sampled_from(AMOUNTS + DAYS + PLANS + CHOICES + RECEIPTS + TEXTS), max_size=4),
    st.sampled_from(["", "dice que paga el viernes / quincena", "x", "4111 1111 1111 1111"]),
)


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_line_to_form_to_line_keeps_the_reading(line):
    before = read(line, CATALOGUE, CONTEXT)
    again = line_of(fields_of(line, before, CATALOGUE, CONTEXT))
    after = read(again, CATALOGUE, CONTEXT)
    if before.errors:
        assert not after.complete
        assert replace(after, errors=()) == replace(before, errors=())
        assert sorted(error.code for error in after.errors) == sorted(error.code for error in before.errors)
        kept = {
            "plan_sum",
            "receipts_sum",
            "amount_over_total",
            "plan_too_small",
            "plan_down",
        }  # a value reads, and is too much
        assert {error.token for error in before.errors if error.code not in kept} <= {
            "",
            *again.replace("/", " /").split(),
            *again.split("/"),
        } | {error.token for error in after.errors}
    else:
        assert after == before


def test_a_choice_is_found_by_its_value_or_its_words():
    assert [value for value, _ in choices("channel", "spe", CATALOGUE, CONTEXT)] == ["spei"]
    assert ("PPT", "Promesa de pago total/exigible") in choices("code", "promesa", CATALOGUE, CONTEXT) or (
        "PPT",
        "Promise to pay in full",
    ) in choices("code", "promise", CATALOGUE, CONTEXT)
    everything = choices("channel", "", CATALOGUE, CONTEXT)
    assert choices("channel", "spei", CATALOGUE, CONTEXT) == everything


@given(
    st.dictionaries(
        st.sampled_from(["reference", "evidence", "party", "medium"]),
        st.text("ab ñ/-19#:", min_size=1, max_size=8),
        max_size=3,
    )
)
def test_fields_of_one_word_stay_one_word(texts):
    line = line_of({"code": "cese", **texts})
    assert len(line.split()) == 1 + sum(bool(text.strip()) for text in texts.values())


@pytest.mark.parametrize("typed", ["2,3", "2 3", "2, 3", "2 - 3", "rec2-3", "todos"])
def test_receipts_are_written_as_people_write_lists(typed):
    reading = read(line_of({"code": "ppt", "receipts": typed}), CATALOGUE, CONTEXT)
    assert (reading.complete, reading.amount) == (True, 1_775_00)


def test_the_form_lists_the_receipts_that_can_be_named_and_hides_their_amounts():
    assert [value for value, _ in choices("receipts", "", CATALOGUE, CONTEXT)] == ["2", "3"]
    assert "887.50" in choices("receipts", "", CATALOGUE, CONTEXT)[0][1]
    assert "887.50" not in choices("receipts", "", CATALOGUE, CONTEXT, hidden=True)[0][1]


def test_an_account_without_receipts_has_no_field_for_them():
    assert "receipts" in offered("PPT", CATALOGUE, CONTEXT)
    assert "receipts" not in offered("PPT", CATALOGUE, replace(CONTEXT, receipts=()))


def test_a_day_whose_hour_has_passed_is_not_lost():
    line = "rlla hoy 9h"
    again = line_of(fields_of(line, read(line, CATALOGUE, CONTEXT), CATALOGUE, CONTEXT))
    assert again == "RLLA hoy 9h"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "line",
    [
        "ABOG a:juan-perez /tel 5555 1234",
        "CESE m:whatsapp e:of-9",
        "NOHA 09:00-12:00",
        "SINI #S-33/21",
        "PLAN 1000.00+500.00q",
        "ppt 12.345 vieee /lo que",
        "zzz 12 #4111111111111111",
        "rlla hoy 9h",
        "ppt 15",
        "/solo una nota",
        "",
    ],
)
async def test_opening_and_leaving_the_form_loses_nothing(desk, line):
    app = desk()
    async with app.run_test(size=(80, 30)) as pilot:
        app.desk.line.put(line)
        before = app.desk.line.reading
        app.type("\t")
        await pilot.pause()
        app.type("\x1b")
        await pilot.pause()
        after = app.desk.line.reading
        if before is None:
            assert after is None
            return
        assert replace(after, errors=()) == replace(before, errors=())
        typed = "".join(app.desk.line.value.lower().split())
        for word in line.lower().split():
            if word in {error.token for error in before.errors}:
                assert word in typed


@pytest.mark.anyio
async def test_a_name_that_is_part_of_a_relation_stays_the_name(desk):
    app = desk()
    async with app.run_test(size=(80, 30)) as pilot:
        app.type("abog\tAna Fam\t")
        await pilot.pause()
        assert app.desk.query_one("#party").value == "Ana Fam"
        app.type("\r")
        await pilot.pause()
        assert app.desk.said == ["1:ABOG a:Ana-Fam"]


@pytest.mark.anyio
async def test_the_form_opens_with_what_the_line_says_and_saves_the_same(desk):
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("ppt 1500 vie spei\t")
        await pilot.pause()
        form = app.desk.query_one(CaptureForm)
        assert form.query_one("#amount").value == "1500.00"
        assert form.query_one("#date").value == "2026-11-27"
        assert form.query_one("#channel").value == "spei"
        app.type("\r")
        await pilot.pause()
        assert app.desk.said == ["1:PPT 1500.00 2026-11-27 spei"]


@pytest.mark.anyio
async def test_what_was_not_understood_waits_in_its_own_field(desk):
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("ppt 1500 viernez\t")
        await pilot.pause()
        assert app.focused.id == "rest"
        assert app.focused.value == "viernez"
        app.type("\x1b")
        await pilot.pause()
        assert app.focused is app.desk.line
        assert app.desk.line.value == "PPT 1500.00 viernez"
        assert [error.token for error in app.desk.line.reading.errors] == ["viernez"]


@pytest.mark.anyio
async def test_a_capture_by_form_alone_with_keys_in_one_burst(desk):
    app = desk()
    async with app.run_test(size=(80, 30)) as pilot:
        app.type("\tppp\t800\tvie\t")
        await pilot.pause()
        assert app.focused.id == "channel"
        spei = [value for value, _ in choices("channel", "", CATALOGUE, CONTEXT)].index("spei") + 1
        app.type(f"{spei}")
        await pilot.pause()
        form = app.desk.query_one(CaptureForm)
        assert form.query_one("#channel").value == "spei"
        assert app.focused.id == "reason"
        app.type("\r")
        await pilot.pause()
        assert app.desk.said == ["1:ppp 800 vie spei"]


@pytest.mark.anyio
async def test_defaults_stand_dimmed_and_are_not_typed(desk):
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("p\t")
        await pilot.pause()
        amount = app.desk.query_one("#amount")
        assert (amount.value, amount.placeholder) == ("", "3550.00")
        assert app.desk.form.line == "PPT"


@pytest.mark.anyio
async def test_a_result_shows_the_fields_it_takes(desk):
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("noco\t")
        await pilot.pause()
        there = [name for name in FIELDS if app.desk.query_one(f"#{name}").display]
        assert there == ["code", "phone", "note"]


@pytest.mark.anyio
async def test_an_incomplete_form_is_not_saved(desk):
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        app.type("\t\r")
        await pilot.pause()
        assert app.desk.said == []
        assert app.focused.id == "code"
