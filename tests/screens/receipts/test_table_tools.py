"""Crossing and pivoting by what the back office types and sees, on files of its own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from agent_tui import jobs
from agent_tui.i18n import set_language
from rules.explained import Explained
from rules.jobs import Job
from rules.tools.crossing import Compared, Cross, Key, Source
from rules.tools.pivoting import Measure, Pivot
from rules.tools.table_jobs import CrossFiles, CrossToFile, Looked, SaveRecipe
from screens.board.service import FILE
from screens.receipts import crossing, pivoting
from tests.screens.board.conftest import StillBoard
from tests.screens.receipts.conftest import TestedReceipts

pytestmark = pytest.mark.anyio

LEFT = [("poliza", "nombre", "importe"), ("007", "Ana", "10.00"), ("008", "Eva", "7.50"), ("008", "Eva", "x")]
RIGHT = [("policy", "amount", "canal"), ("7", "9.50", "spei"), ("9", "1.00", "tpv")]


class WorkingBoard(StillBoard):
    """Does work on files really."""

    def run(self, job: Job, heard) -> None:
        self.jobs.append(job)
        try:
            heard(jobs.run(job), "")
        except Explained as error:
            heard(None, f"{FILE}{error}")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("agent_tui.table_jobs.folder", lambda: tmp_path)
    for name, rows in (("left", LEFT), ("right", RIGHT)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return tmp_path


@pytest.fixture
def desk(receipts: TestedReceipts, files: Path) -> TestedReceipts:
    service = WorkingBoard()
    service.replies = receipts.service.replies
    return TestedReceipts(service)


async def opened(desk, pilot, screen):
    await pilot.pause()
    await desk.push_screen(screen(desk.service))
    await pilot.pause()


async def typed(desk, pilot, *keys):
    desk.type(*keys)
    for _ in range(8):
        await pilot.pause()


async def with_files(desk, pilot, files):
    await opened(desk, pilot, crossing.CrossScreen)
    await typed(desk, pilot, "1", *"left.csv", "enter")
    await typed(desk, pilot, "2", *"right.csv", "enter")


@pytest.mark.parametrize("width", [60, 80])
async def test_two_files_are_crossed_as_soon_as_both_are_named(desk, files, width) -> None:
    async with desk.run_test(size=(width, 24)) as pilot:
        await with_files(desk, pilot, files)
        text = desk.text()
        assert "3 Keys poliza=policy" in text
        assert "Left 3 = 0 matched + 2 only here + 1 repeated + 0 no key" in text
        await typed(desk, pilot, "5", "5")
        text = desk.text()
        assert "Left 3 = 1 matched + 1 only here + 1 repeated + 0 no key" in text
        assert "Right 2 = 1 matched + 1 only here + 0 repeated + 0 no key" in text
        assert any("both" in line and "Ana" in line for line in text.splitlines())


async def test_how_repeated_keys_and_amounts(desk, files) -> None:
    async with desk.run_test(size=(100, 30)) as pilot:
        await with_files(desk, pilot, files)
        await typed(desk, pilot, "5", "5", "4", "4", "6")
        recipe = [job for job in desk.service.jobs if isinstance(job, CrossFiles)][-1].recipe
        assert (recipe.how, recipe.duplicates) == ("anti", "first")
        await typed(desk, pilot, "4", "4", "4", "4", "7", *"imp", "tab", *"=amo", "tab", *" 0.50", "enter")
        assert "amounts: 0 equal, 1 within tolerance, 0 different, 0 not read" in desk.text()
        await typed(desk, pilot, "7", *"x", "enter")
        assert "0.50x is no tolerance; write 1.00" in desk.text()


async def test_paths_are_completed(desk, files) -> None:
    async with desk.run_test(size=(100, 24)) as pilot:
        await opened(desk, pilot, crossing.CrossScreen)
        await typed(desk, pilot, "1", *"l", "tab")
        assert desk.screen.line.value == "left.csv"
        await typed(desk, pilot, "enter")
        assert "3 rows" in desk.text()


async def test_a_file_that_is_none_is_said_and_stays_on_the_line(desk, files) -> None:
    async with desk.run_test(size=(240, 24)) as pilot:
        await opened(desk, pilot, crossing.CrossScreen)
        await typed(desk, pilot, "1", *"none.csv", "enter")
        assert "there is no such file" in desk.text()
        assert desk.screen.line.value.endswith("none.csv")


async def test_a_recipe_is_saved_and_run_with_two_keys(desk, files) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await with_files(desk, pilot, files)
        await typed(desk, pilot, "5", "5", "w", *"Cierre", "enter")
        assert isinstance(desk.service.jobs[-1], SaveRecipe)
        assert "Saved as cierre" in desk.text()
        await typed(desk, pilot, "escape")
        await opened(desk, pilot, crossing.CrossScreen)
        await typed(desk, pilot, "o")
        await typed(desk, pilot, "enter")
        text = desk.text()
        assert "3 Keys poliza=policy" in text
        assert "Left 3 = 1 matched" in text


async def test_the_whole_result_goes_to_excel(desk, files) -> None:
    async with desk.run_test(size=(120, 24)) as pilot:
        await with_files(desk, pilot, files)
        await typed(desk, pilot, "e")
        assert isinstance(desk.service.jobs[-1], CrossToFile)
        assert (files / "cross.xlsx").stat().st_size > 0
        assert "Written" in desk.text()


async def test_a_table_is_pivoted(desk, files) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await opened(desk, pilot, pivoting.PivotScreen)
        await typed(desk, pilot, "1", *"left.csv", "enter")
        assert "4 Figures sum:importe count" in desk.text()
        await typed(desk, pilot, "2", *"nom", "tab", "enter")
        text = desk.text()
        assert "1 cell left out: left.csv, row 4, importe: x" in text
        [eva] = [line for line in text.splitlines() if "Eva" in line]
        assert eva.split()[-2:] == ["7.50", "2"]
        await typed(desk, pilot, "4", *" mean", "enter")
        assert "mean of which column" in desk.text()
        await typed(desk, pilot, "escape", "e")
        [(table, form)] = desk.service.exported
        assert (form, table.totals[0].cells[1:]) == ("xlsx", (1750, 3))


@pytest.mark.parametrize("size", [(60, 24), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("tool", ["cross", "pivot"])
async def test_how_it_looks(desk, files, snapshot, tool, size, language) -> None:
    set_language(language)
    looked = {
        name: Looked(path=f"/tables/{name}.csv", columns=rows[0], rows=len(rows) - 1)
        for name, rows in (("left", LEFT), ("right", RIGHT))
    }
    left, right = (Source(path=str(files / f"{name}.csv")) for name in looked)
    key = (Key(left="poliza", right="policy", clean=("zeros",)),)
    cross = Cross(left=left, right=right, keys=key, compared=Compared(left="importe", right="amount"))
    pivot = Pivot(
        source=left, rows=("nombre",), values=(Measure(of="sum", column="importe"), Measure(of="count"))
    )
    async with desk.run_test(size=size) as pilot:
        await opened(desk, pilot, crossing.CrossScreen if tool == "cross" else pivoting.PivotScreen)
        screen = desk.screen
        screen.looked = {"left": looked["left"], "right": looked["right"], "file": looked["left"]}
        screen.take_recipe(cross if tool == "cross" else pivot)
        screen.work_out()
        await typed(desk, pilot)
        # Where the files are is another place in each run; what is drawn must not be.
        screen.source = lambda what: Source(path=looked["right" if what == "right" else "left"].path)
        screen.draw_settings()
        await pilot.pause()
        assert desk.text() == snapshot
