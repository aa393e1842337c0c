"""Strategies on the board: versions and rules, an edit that is tried before it holds, whom a rule takes."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from agent_tui.i18n import set_language
from rules.configuration import Fault
from rules.strategies.questions import (
    LoadAnswer,
    Loaded,
    LoadOrder,
    Simulate,
    Simulated,
    Strategies,
    StrategiesQuery,
    TakenQuery,
    Version,
    VersionQuery,
    Worked,
)
from rules.strategies.simulation import Simulation
from rules.strategies.tabled import table
from rules.tables import Table
from storage.reference import strategy, strategy_model
from tests.rules.examples import client
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

MODEL = strategy_model()
FAULT = Fault(14, "'sexo' can't decide: it is protected (sex)")
LOOKS = pytest.mark.parametrize(
    ("size", "language"), [((60, 24), "en"), ((80, 24), "es"), ((120, 40), "en"), ((200, 50), "es")]
)


def versions(*numbers: int) -> Strategies:
    made = tuple(
        Version(
            version=number, name="house", rules=6, loaded_by="lucia",
            loaded_at=NOW - timedelta(days=30 - number), why=f"why {number}",
        )
        for number in numbers
    )  # fmt: skip
    empty = Worked(portfolio="PyME", versions=())
    return Strategies(portfolios=(Worked(portfolio="Tarjetas Norte", versions=made), empty), model=MODEL)


def trial() -> Simulated:
    counted = Simulation(strategy(MODEL, 0), strategy(MODEL, 1), "MXN")
    for number in range(40):
        counted.add(client(ref=f"C{number}"), NOW.date())
    return Simulated(table=counted.table(NOW))


@pytest.fixture
def leading(board, monkeypatch):
    """The board with two versions of a strategy, and a terminal that lends itself to an editor."""
    monkeypatch.setattr(board, "suspend", nullcontext)
    board.service.replies |= {
        StrategiesQuery: versions(2, 1),
        VersionQuery: lambda asked: Loaded(
            text=f"# {asked.version}\n{MODEL}", rules=table(strategy(MODEL, asked.version), NOW)
        ),
        Simulate: trial(),
        TakenQuery: Table(name="clients", title="Clients of a rule", columns=(), rows=(), at=NOW),
        LoadOrder: LoadAnswer(version=3),
    }
    return board


@pytest.fixture
def editor(monkeypatch, tmp_path):
    """An editor that appends a line; what it was given to edit, and the names of the files."""
    seen = tmp_path / "seen"
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\necho "$1" >> {seen}\nstat -c %a "$1" >> {seen}\necho "# mended" >> "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    return seen


def gone(name: str) -> bool:
    return not Path(name).exists()


async def typed(app, pilot, *keys):
    for key in keys:
        app.type(key)
        await pilot.pause()
    await pilot.pause()


def asked(app, kind):
    return [question for question in app.service.asked if isinstance(question, kind)]


@LOOKS
async def test_versions_and_the_rules_of_the_one_under_the_cursor(leading, size, language, snapshot):
    set_language(language)
    async with leading.run_test(size=size) as pilot:
        await typed(leading, pilot, "y")
        text = leading.text()
        assert "Tarjetas Norte" in text
        assert "challenger" in text
        assert text == snapshot


async def test_enter_shows_whom_a_rule_takes_and_an_old_version_by_its_text(leading):
    async with leading.run_test(size=(120, 40)) as pilot:
        await typed(leading, pilot, "y", "enter", "down", "down", "enter")
        (first,) = asked(leading, TakenQuery)
        assert (first.body.rule, first.body.arm, first.body.text) == ("front_end", "champion", "")
        await typed(leading, pilot, "escape", "tab", "down", "enter", "enter")
        second = asked(leading, TakenQuery)[-1]
        assert second.body.text.startswith("# 1\n")


async def test_an_edit_is_tried_and_loaded_with_a_reason(leading, editor):
    async with leading.run_test(size=(80, 24)) as pilot:
        await typed(leading, pilot, "y", "e")
        (tried,) = asked(leading, Simulate)
        assert tried.body.text == f"# 2\n{MODEL}# mended\n"
        assert "40 clients" in leading.text()
        await typed(leading, pilot, "l", "enter")
        assert "A reason is needed" in leading.text()
        assert not asked(leading, LoadOrder)
        await typed(leading, pilot, *"half", "enter")
        (order,) = asked(leading, LoadOrder)
        assert (order.body.portfolio, order.body.why) == ("Tarjetas Norte", "half")
        assert order.body.text == tried.body.text
        assert len(asked(leading, StrategiesQuery)) == 2  # back on the versions, which were asked for anew
    name, mode = editor.read_text().split()
    assert mode == "600"
    assert gone(name)


async def test_faults_stand_by_line_and_can_be_mended_at_once(leading, editor):
    answers = iter((Simulated(faults=(FAULT,)), trial()))
    leading.service.replies[Simulate] = lambda _: next(answers)
    async with leading.run_test(size=(80, 24)) as pilot:
        await typed(leading, pilot, "y", "e")
        text = leading.text()
        assert "14" in text
        assert "protected" in text
        await typed(leading, pilot, "l")
        assert "why it is loaded" not in leading.text()
        await typed(leading, pilot, "e")
        assert "40 clients" in leading.text()
        assert asked(leading, Simulate)[-1].body.text.endswith("# mended\n# mended\n")


async def test_a_draft_that_was_left_is_taken_up_again(leading, editor):
    async with leading.run_test(size=(80, 24)) as pilot:
        await typed(leading, pilot, "y", "e", "escape", "e")
        assert asked(leading, Simulate)[-1].body.text.endswith("# mended\n# mended\n")


async def test_a_portfolio_without_a_strategy_begins_with_the_model(leading, editor):
    async with leading.run_test(size=(80, 24)) as pilot:
        await typed(leading, pilot, "y", "end", "e")
        (tried,) = asked(leading, Simulate)
        assert (tried.body.portfolio, tried.body.text) == ("PyME", f"{MODEL}# mended\n")


async def test_a_file_is_tried_by_its_path(leading, tmp_path):
    file = tmp_path / "s.toml"
    async with leading.run_test(size=(120, 40)) as pilot:
        await typed(leading, pilot, "y", "f", *str(file), "enter")
        assert "can't be read" in leading.text()
        file.write_text("[rules]\n")
        await typed(leading, pilot, "enter")
        assert asked(leading, Simulate)[-1].body.text == "[rules]\n"


@pytest.mark.parametrize("command", ["/no/such/editor", "false"])
async def test_an_editor_that_fails_changes_nothing(leading, monkeypatch, command):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)
    async with leading.run_test(size=(120, 40)) as pilot:
        await typed(leading, pilot, "y", "e")
        assert "✗" in leading.text()
        assert not asked(leading, Simulate)


async def test_what_the_hub_refuses_is_said(leading):
    async with leading.run_test(size=(80, 24)) as pilot:
        leading.service.refuse = "offline"
        await typed(leading, pilot, "y")
        assert "the hub does not answer" in leading.text()
