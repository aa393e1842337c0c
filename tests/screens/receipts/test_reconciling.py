"""Reconciliations by what the back office types and sees, on files and a real store."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from agent_tui import jobs
from agent_tui.i18n import set_language
from rules.explained import Explained
from rules.office import Office, OfficeQuery
from rules.questions import Done
from rules.tools.matching import (
    CloseRun,
    MatchRun,
    OpenRun,
    ResolveRows,
    RunRowsQuery,
    RunsQuery,
    SendPart,
)
from screens.board.service import FILE
from screens.receipts import reconcile_new, reconciling
from storage.central import office
from storage.central.doors.who import Who
from storage.central.matching import rows, runs
from storage.central.refusing import NotDone
from tests.hub.world import fill
from tests.screens.board.conftest import NOW, StillBoard
from tests.screens.receipts.conftest import TestedReceipts

pytestmark = pytest.mark.anyio

COLLECTED = [
    ("recibo", "importe"),
    ("P1-R1", "3550.00"),
    ("P2-R1", "1200.00"),
    ("P3-R2", "980.50"),
    ("P4-R1", "2100.00"),
]
ACCOUNTED = [("Póliza", "No. recibo", "Monto"), ("P1", "1", "3,550.00"), ("P2", "1", "1,199.40"),
             ("P4", "1", "2,000.00"), ("P9", "1", "640.00"), ("P1", "1", "3,550.00")]  # fmt: skip


class DeskOnStore(StillBoard):
    """Answers from a central store, as the hub would, and does work on files really."""

    def __init__(self, store, who: Who) -> None:
        super().__init__()
        self._store, self.me = store, who
        self._answers = {
            OfficeQuery: lambda q: Office(waiting=(), at=NOW),
            RunsQuery: lambda q: runs.listed(store, who),
            OpenRun: lambda q: runs.open_run(store, who, q.body),
            SendPart: lambda q: runs.add(store, who, q.run, q.body) or Done(),
            MatchRun: lambda q: runs.match(store, who, q.run, q.body.rows),
            RunRowsQuery: lambda q: rows.table(store, who, q.run, q.status, q.skip),
            ResolveRows: lambda q: rows.resolve(store, who, q.run, q.body),
            CloseRun: lambda q: runs.close(store, who, q.run),
        }

    def ask(self, question, heard) -> None:
        self.asked.append(question)
        try:
            heard(self._answers[type(question)](question), "")
        except NotDone as error:
            heard(None, error.code)

    def run(self, job, heard) -> None:
        self.jobs.append(job)
        try:
            heard(jobs.run(job), "")
        except Explained as error:
            heard(None, f"{FILE}{error}")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("agent_tui.table_jobs.folder", lambda: tmp_path)
    for name, lines in (("cobrado", COLLECTED), ("contabilidad", ACCOUNTED)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(lines)
    return tmp_path


@pytest.fixture
def desk(sqlite_store, files) -> TestedReceipts:
    fill(sqlite_store, 1)
    with sqlite_store.read() as tx:
        user = tx.value("SELECT id FROM app_user WHERE name = 'backoffice'")
    who = Who(user_id=user, name="backoffice", display_name="Olga", role="backoffice", device="d")
    return TestedReceipts(DeskOnStore(sqlite_store, who))


async def typed(desk, pilot, *keys):
    desk.type(*keys)
    for _ in range(8):
        await pilot.pause()


async def opened(desk, pilot):
    await pilot.pause()
    await typed(desk, pilot, "r")
    assert isinstance(desk.screen, reconciling.ReconcileScreen)


async def made(desk, pilot, files):
    await opened(desk, pilot)
    await typed(desk, pilot, "n")
    await typed(desk, pilot, "1", *"cobrado.csv", "enter")
    await typed(desk, pilot, "3", *"contabilidad.csv", "enter")
    await typed(desk, pilot, "m")


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_worked_example_from_two_files(desk, files, snapshot, size, language) -> None:
    set_language(language)
    async with desk.run_test(size=size) as pilot:
        await made(desk, pilot, files)
        assert desk.text() == snapshot


async def test_columns_are_proposed_and_totals_shown_before_it_is_made(desk, files) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot)
        await typed(desk, pilot, "n", "1", *"cobrado.csv", "enter")
        await typed(desk, pilot, "3", *"contabilidad.csv", "enter")
        text = desk.text()
        assert "5 Columns, accounting Póliza 'No. recibo' Monto" in text
        [total] = [line for line in text.splitlines() if "Total " in line and "7,830.50" in line]
        assert total.split()[-4:] == ["7,830.50", "10,939.40", "-3,108.90", "4"]
        await typed(desk, pilot, "6", *["backspace"] * 4, *"200", "enter")
        assert any(line.split()[:3] == ["within", "tolerance", "2"] for line in desk.text().splitlines())


async def test_rows_are_settled_and_the_run_closed_and_written(desk, files) -> None:
    async with desk.run_test(size=(100, 30)) as pilot:
        await made(desk, pilot, files)
        assert office.waiting(desk.service._store, desk.service.me).waiting[-1].count == 4
        await typed(desk, pilot, "x")
        assert "wait to be settled" in desk.text()
        await typed(desk, pilot, "tab", "1", "enter")
        assert "Say why" in desk.text()
        await typed(desk, pilot, *"error de captura", "enter")
        assert "Settled; 3 wait" in desk.text()
        for _ in range(3):
            await typed(desk, pilot, "a", "3", *"diciembre", "enter")
        assert "x closes the run" in desk.text()
        await typed(desk, pilot, "x", "x", "e")
        book = CalamineWorkbook.from_path(str(next(files.glob("*.xlsx"))))
        assert book.get_sheet_by_name("Totals").to_python()[-1][1:3] == [5.0, "MXN"]
        written = {row[0]: row for row in book.get_sheet_by_name("Reconciliation").to_python()}
        assert written["P1-R1"][1:6] == ["duplicate", "MXN", 3550.0, 7100.0, -3550.0]
        assert written["P4-R1"][-4:-1] == ["accounting corrects it", "error de captura", "backoffice"]
        assert office.waiting(desk.service._store, desk.service.me).waiting[-1].count == 0


async def test_the_same_files_again_are_said_to_be_so(desk, files) -> None:
    async with desk.run_test(size=(100, 30)) as pilot:
        await made(desk, pilot, files)
        await typed(desk, pilot, "n", "1", *"cobrado.csv", "enter")
        await typed(desk, pilot, "3", *"contabilidad.csv", "enter")
        await typed(desk, pilot, "m")
        assert isinstance(desk.screen, reconcile_new.ReconcileNewScreen)
        assert "These very files were reconciled before" in desk.text()
        await typed(desk, pilot, "m")
        assert len(runs.listed(desk.service._store, desk.service.me).runs) == 2


async def test_a_file_beside_the_store(desk, files) -> None:
    async with desk.run_test(size=(100, 30)) as pilot:
        await opened(desk, pilot)
        await typed(desk, pilot, "n", "3", *"contabilidad.csv", "enter")
        await typed(desk, pilot, "2", *["backspace"] * 20, *"ayer referencia", "enter")
        assert "Nov 24, 2026" in desk.text()
        await typed(desk, pilot, "m")
        [run] = runs.listed(desk.service._store, desk.service.me).runs
        assert (run.key_form, run.totals[3].rows + run.totals[1].rows) == ("reference", 4)


async def test_rows_of_one_status(desk, files) -> None:
    async with desk.run_test(size=(100, 30)) as pilot:
        await made(desk, pilot, files)
        await typed(desk, pilot, "t")
        rows_shown = [line for line in desk.text().splitlines() if "-R1" in line]
        assert [line.split()[0].lstrip("▸") for line in rows_shown] == ["P4-R1"]
