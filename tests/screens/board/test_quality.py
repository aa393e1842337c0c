"""Hearing calls: a sample is drawn by a line, the form is answered with digits, the score grows."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.evaluations import (
    Draw,
    Evaluate,
    Evaluated,
    Sample,
    SampledCall,
    SampleQuery,
    SampleRule,
    Samples,
    SamplesQuery,
)
from screens.board.quality import DrawLineRefused, read_draw
from storage.reference import quality
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

CALL = SampledCall(
    id="f1", agent="ana", client="Juana P.", at=NOW - timedelta(hours=20), code="PPT", amount=1_500_00,
    currency="MXN", note="paga el viernes", identity="confirmed", missed=("aviso",), breach="",
)  # fmt: skip
HEARD = msgspec.structs.replace(CALL, id="f2", agent="bruno", code="NEGP", score=0, failed=("privacy",))
RULE = SampleRule(portfolio="Vida", since=NOW.date() - timedelta(days=7), until=NOW.date(), codes=("PPT",))
SAMPLE = Sample(
    id="s1", portfolio="Vida", at=NOW - timedelta(hours=1), by="Lucía Ramos", seed=42, rule=RULE, size=2,
    heard=1, form=quality(), calls=(CALL, HEARD),
)  # fmt: skip
SIZES = pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")


@pytest.fixture
def hearing(board):
    board.service.replies |= {
        SamplesQuery: Samples(samples=(SAMPLE,)),
        SampleQuery: SAMPLE,
        Draw: SAMPLE,
        Evaluate: Evaluated(id="e1", score=9_600, failed=()),
    }
    return board


async def typed(app, pilot, *keys):
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()


def asked(app, kind):
    return [question for question in app.service.asked if isinstance(question, kind)]


async def test_a_line_draws_a_sample_and_opens_it(hearing):
    async with hearing.run_test(size=(80, 24)) as pilot:
        await typed(hearing, pilot, "v", "d", *"ana PPT #42", "enter")
        [draw] = asked(hearing, Draw)
        assert (draw.body.each, draw.body.agent, draw.body.codes, draw.body.seed) == (3, "ana", ("PPT",), 42)
        assert "seed 42" in hearing.text()


async def test_digits_answer_the_form_and_enter_keeps_it(hearing):
    async with hearing.run_test(size=(80, 40)) as pilot:
        await typed(hearing, pilot, "v", "enter", "enter", "2", *"1" * 13)
        assert "96/100" not in hearing.text(), "one is left"
        await typed(hearing, pilot, "n")
        assert "Answer every item first: 1 are left." in hearing.text()
        await typed(hearing, pilot, "1")
        assert "96/100 96.0 %" in hearing.text()
        await typed(hearing, pilot, "n", *"buen cierre", "enter")
        [kept] = asked(hearing, Evaluate)
        assert (kept.body.call, kept.body.sample, kept.body.note) == ("f1", "s1", "buen cierre")
        assert set(kept.body.answers) == set(SAMPLE.form.items)
        assert kept.body.answers["greeting"] == "no"


async def test_a_critical_item_is_called_so_at_once(hearing):
    async with hearing.run_test(size=(80, 40)) as pilot:
        await typed(hearing, pilot, "v", "enter", "enter", "1", "2")
        assert "✗ critical" in hearing.text()


async def test_what_the_centre_refuses_is_said_and_nothing_is_lost(hearing):
    async with hearing.run_test(size=(80, 40)) as pilot:
        await typed(hearing, pilot, "v", "enter", "enter", *"1" * 15, "n", "x")
        hearing.service.refuse = "offline"
        await typed(hearing, pilot, "enter")
        assert "the hub does not answer" in hearing.text()
        hearing.service.refuse = ""
        await typed(hearing, pilot, "enter")
        assert asked(hearing, Evaluate)[-1].body.note == "x"


@SIZES
@pytest.mark.parametrize("language", ["en", "es"])
async def test_samples_calls_and_form(hearing, snapshot, language, size):
    set_language(language)
    async with hearing.run_test(size=size) as pilot:
        await typed(hearing, pilot, "v")
        assert hearing.text() == snapshot
        await typed(hearing, pilot, "enter")
        assert hearing.text() == snapshot
        await typed(hearing, pilot, "enter", "1", "2", "3")
        assert hearing.text() == snapshot


def test_what_is_said_twice_is_refused():
    with pytest.raises(DrawLineRefused, match="bruno"):
        read_draw("ana bruno", "Vida", NOW)


def test_days_are_counted_back_from_the_leads_own_day():
    rule = read_draw("5 14d", "Vida", NOW)
    assert (rule.each, rule.until - rule.since) == (5, timedelta(days=14))
