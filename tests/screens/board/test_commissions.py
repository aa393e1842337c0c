"""Commissions on the board: drafts, locking by a second person, adjustments, what is behind a number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_tui.i18n import set_language
from rules.commissions import (
    Adjust,
    Adjusting,
    ClearBreach,
    Clearing,
    Draft,
    Locking,
    LockRun,
    MakeDraft,
    Run,
    Runs,
    RunsQuery,
    Sum,
)
from rules.questions import Done
from rules.reports import ReportQuery, RowsQuery
from rules.tables import Column, Row, Table, totals
from screens.board.breaches import BreachesScreen
from screens.board.commissions import CommissionsScreen
from screens.board.staff import StaffScreen
from screens.board.table_page import RowsScreen
from storage.central.reports.commissions import BREACHES, COLUMNS, PAYMENTS
from storage.reference import commission
from tests.screens.board.conftest import NOW

pytestmark = pytest.mark.anyio

OCTOBER = date(2026, 10, 1)


def run(run_id: str, portfolio: str, status: str = "draft", made_by: str = "nora", **more: Any) -> Run:
    given: dict[str, Any] = {
        "month": OCTOBER,
        "made_at": NOW - timedelta(days=2),
        "terms": commission(),
        "sums": (Sum(currency="MXN", people=2, recovered=230_000_00, amount=3_450_00),),
    }
    locked = {"locked_at": NOW - timedelta(days=1), "locked_by": "raul"} if status == "locked" else {}
    return Run(id=run_id, portfolio=portfolio, status=status, made_by=made_by, **(given | locked | more))


RUNS = (
    run("r1", "Tarjetas Norte"),
    run("r2", "Vida individual", "locked"),
    run("r3", "Autos", made_by="lucia"),
)


def lines(query: ReportQuery) -> Table:
    def line(name: str, recovered: int, rate: str, amount: int, breaches: int) -> Row:
        status = "locked" if query.portfolio == "Vida individual" else "draft"
        cells = {
            "agent": name,
            "name": name.title(),
            "portfolio": query.portfolio,
            "month": "2026-10-01",
            "status": status,
            "paid": amount,
            "recovered": recovered,
            "rate": rate,
            "breaches": breaches,
            "adjusted": 0,
            "attained": (recovered, 200_000_00),
            "quality": (18_400, 20_000),
            "evaluated": 2,
            "amount": amount,
            "goal": 200_000_00,
        }
        return Row(key=f"r/{name}/MXN", currency="MXN", cells=tuple(cells[one.key] for one in COLUMNS))

    rows = (line("ana", 230_000_00, "1.50 %", 3_450_00, 0), line("bruno", 50_000_00, "0.00 %", 0, 1))
    return Table(
        name="commissions",
        title="Commissions",
        columns=COLUMNS,
        rows=rows,
        totals=totals(COLUMNS, rows),
        at=NOW,
        since=query.since,
        until=query.until,
    )


def behind(query: RowsQuery) -> Table:
    columns: tuple[Column, ...] = BREACHES if query.column == "breaches" else PAYMENTS
    at = datetime.fromisoformat("2026-10-14T12:00:00-06:00").isoformat()
    cells: tuple[Any, ...] = (at, "bruno", "Juana P.", "INFO", "mx.window")
    if columns is PAYMENTS:
        cells = (at, "ana", "Juana P.", "A-77", "spei", "SPEI-1", 230_000_00)
    row = Row(key="call-7", currency="MXN", cells=cells)
    return Table(name="rows", title="Commissions", columns=columns, rows=(row,), at=NOW)


@pytest.fixture
def paying(board):
    """The board with three runs of October."""
    known = {one.id: one for one in RUNS}

    def lock(order: LockRun) -> Run:
        found = known[order.run]
        return msgspec.structs.replace(found, status="locked", locked_at=NOW, locked_by="lucia")

    def adjust(order: Adjust) -> Run:
        [total] = known[order.run].sums
        added = msgspec.structs.replace(total, adjusted=order.body.amount)
        return msgspec.structs.replace(known[order.run], sums=(added,))

    board.service.replies = {
        RunsQuery: Runs(runs=RUNS, portfolios=("Tarjetas Norte", "Vida individual", "Autos")),
        ReportQuery: lines,
        RowsQuery: behind,
        MakeDraft: lambda order: run("r9", order.body.portfolio, made_by="lucia", month=order.body.month),
        LockRun: lock,
        Adjust: adjust,
        ClearBreach: Done(),
    }
    return board


def orders(app, kind: type) -> list[Any]:
    return [one for one in app.service.asked if isinstance(one, kind)]


async def typed(app, pilot, *keys):
    app.type(*keys)
    await pilot.pause()
    await pilot.pause()


async def opened(app, pilot):
    await pilot.pause()
    await typed(app, pilot, "tab", "tab", "o")
    assert isinstance(app.screen, CommissionsScreen)


@pytest.mark.parametrize(
    ("size", "language"),
    [((60, 24), "es"), ((80, 24), "en"), ((120, 40), "es")],
    ids=["60es", "80en", "120es"],
)
async def test_runs_and_lines_are_in_sight(paying, snapshot, size, language):
    set_language(language)
    async with paying.run_test(size=size) as pilot:
        await opened(paying, pilot)
        text = paying.text()
        for told in ("2026-10", "Tarjetas Norte", "3,450.00", "bruno"):
            assert told in text
        assert text == snapshot


async def test_a_draft_is_made_of_a_portfolio_and_month(paying):
    async with paying.run_test(size=(80, 24)) as pilot:
        await opened(paying, pilot)
        await typed(paying, pilot, "d")
        assert "Tarjetas Norte 2026-10" in paying.text()
        await typed(paying, pilot, "ctrl+u", *"autos 9/2026", "enter")
        [order] = orders(paying, MakeDraft)
        assert order.body == Draft(portfolio="Autos", month=date(2026, 9, 1))
        assert "✓ Draft made" in paying.text()
        assert "▸2026-09" in paying.text()


async def test_a_draft_that_cant_be_is_said(paying):
    async with paying.run_test(size=(120, 40)) as pilot:
        await opened(paying, pilot)
        for line, words in (
            ("Tarjetas", "a portfolio and a month"),
            ("Autos 2026-13", "not a month"),
            ("Casas 2026-10", "Tarjetas Norte · Vida individual"),
        ):
            await typed(paying, pilot, "d", "ctrl+u", *line, "enter")
            assert words in paying.text()
            await typed(paying, pilot, "escape")
    assert orders(paying, MakeDraft) == []


async def test_locking_asks_once_and_says_who_made_it(paying):
    async with paying.run_test(size=(80, 24)) as pilot:
        await opened(paying, pilot)
        await typed(paying, pilot, "l")
        assert "l again locks it for good" in paying.text()
        assert "made by nora" in paying.text()
        assert orders(paying, LockRun) == []
        await typed(paying, pilot, "l")
        [order] = orders(paying, LockRun)
        assert (order.run, order.body) == ("r1", Locking(made_at=RUNS[0].made_at))
        assert "✓ Locked" in paying.text()


async def test_moving_on_takes_the_question_back(paying):
    async with paying.run_test(size=(80, 24)) as pilot:
        await opened(paying, pilot)
        for key in ("l", "down", "up", "l"):
            await typed(paying, pilot, key)
        assert orders(paying, LockRun) == []


async def test_what_is_locked_or_ones_own_is_not_locked(paying):
    async with paying.run_test(size=(80, 24)) as pilot:
        await opened(paying, pilot)
        for words in ("The run is locked", "another person has to lock it"):
            await typed(paying, pilot, "down")
            await typed(paying, pilot, "l", "l")
            assert words in paying.text()
    assert orders(paying, LockRun) == []


async def test_an_adjustment_says_how_much_and_why(paying):
    async with paying.run_test(size=(80, 24)) as pilot:
        await opened(paying, pilot)
        await typed(paying, pilot, "a")
        assert "The run is a draft" in paying.text()
        await typed(paying, pilot, "down", "enter")
        await typed(paying, pilot, "down", "a", *"-500", "enter")
        assert "say why" in paying.text()
        await typed(paying, pilot, *" pago devuelto", "enter")
        [order] = orders(paying, Adjust)
        wanted = Adjusting(agent="bruno", amount=-500_00, why="pago devuelto", currency="MXN")
        assert (order.run, order.body) == ("r2", wanted)
        assert "✓ Adjusted" in paying.text()


async def test_enter_on_a_number_opens_what_is_behind_it(paying):
    async with paying.run_test(size=(120, 40)) as pilot:
        await opened(paying, pilot)
        await typed(paying, pilot, "tab", "enter")
        assert not isinstance(paying.screen, RowsScreen)
        await typed(paying, pilot, "right", "right", "enter")
        assert isinstance(paying.screen, RowsScreen)
        assert "SPEI-1" in paying.text()
        [query] = orders(paying, RowsQuery)
        assert (query.row, query.column, query.portfolio) == ("r/ana/MXN", "recovered", "Tarjetas Norte")
        assert (query.since, query.until) == (OCTOBER, date(2026, 10, 31))
        await typed(paying, pilot, "escape")
        assert isinstance(paying.screen, CommissionsScreen)


async def test_a_breach_is_cleared_with_a_reason(paying):
    async with paying.run_test(size=(80, 24)) as pilot:
        await opened(paying, pilot)
        await typed(paying, pilot, "tab", "down", *["right"] * 4, "enter")
        assert isinstance(paying.screen, BreachesScreen)
        await typed(paying, pilot, "x", "enter")
        assert orders(paying, ClearBreach) == []
        await typed(paying, pilot, *"asked for that hour", "enter")
        [order] = orders(paying, ClearBreach)
        assert (order.call, order.body) == ("call-7", Clearing(why="asked for that hour"))
        assert "✓ Cleared" in paying.text()


def test_every_key_of_people_and_commissions_stands_in_the_documentation():
    page = Path(__file__).parents[3].joinpath("docs/board.md").read_text(encoding="utf-8")
    for owner in (StaffScreen, CommissionsScreen, BreachesScreen):
        for binding in owner.BINDINGS:
            assert binding.id, binding
            assert f"`{binding.id}`" in page, binding.id
