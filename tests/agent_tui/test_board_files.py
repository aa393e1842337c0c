"""Files that leave the board: tables, saved reports, and the workbook over a real hub."""

from __future__ import annotations

import asyncio
import queue
import threading
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from agent_tui import board_files
from agent_tui.board_feed import BoardFeed
from agent_tui.hub_sign_in import HubSignIn
from rules.protocol import Session
from rules.saved_reports import SavedReport
from rules.tables import Column, Row, Table
from rules.workbook import WorkbookQuery
from screens.board.service import FILE, Heard
from storage.sync.client import HubClient
from tests.hub.world import PASSWORD

TABLE = Table(
    name="activity",
    title="Activity by agent",
    columns=(Column(key="agent", title="agent", kind="code"),),
    rows=(Row(key="ana", cells=("ana",)),),
    at=datetime(2026, 11, 25, 17, tzinfo=UTC),
    since=date(2026, 11, 25),
    until=date(2026, 11, 25),
)


@pytest.fixture(autouse=True)
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a browser would put files; it is not there yet."""
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "Downloads"


@pytest.fixture
def feed(hub_url: str) -> Iterator[BoardFeed]:
    """The feed of a lead who has signed in."""
    kept: list[Session] = []

    def client() -> HubClient:
        return HubClient(hub_url)

    assert asyncio.run(HubSignIn(client, str(uuid4()), kept.append).sign_in("lead", PASSWORD)) is None
    board = BoardFeed(client, kept[0])
    arrived = threading.Event()
    board.subscribe(arrived.set)
    assert board.stats() is not None or arrived.wait(10)
    yield board
    board.close()


def told(do: Callable[[Heard], None]) -> tuple[str | None, str]:
    heard: queue.Queue[tuple[str | None, str]] = queue.Queue()
    do(lambda path, why: heard.put((path, why)))
    return heard.get(timeout=20)


def test_a_table_goes_to_the_downloads_or_the_data_folder(
    feed: BoardFeed, tmp_path: Path, downloads: Path
) -> None:
    path, why = told(lambda heard: feed.export(TABLE, "csv", heard))
    assert (path, why) == (str(tmp_path / "home" / "exports" / "activity-by-agent-2026-11-25.csv"), "")
    downloads.mkdir()
    first, _ = told(lambda heard: feed.export(TABLE, "xlsx", heard))
    second, _ = told(lambda heard: feed.export(TABLE, "xlsx", heard))
    assert (first, second) == (
        str(downloads / "activity-by-agent-2026-11-25.xlsx"),
        str(downloads / "activity-by-agent-2026-11-25-2.xlsx"),
    )
    assert Path(str(second)).stat().st_mode & 0o777 == 0o600
    assert CalamineWorkbook.from_path(str(second)).get_sheet_by_index(0).to_python() == [["agent"], ["ana"]]


def test_what_can_not_be_written_is_said(feed: BoardFeed, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "exports").write_text("in the way")
    assert told(lambda heard: feed.export(TABLE, "csv", heard)) == (None, f"{FILE}File exists")
    assert told(lambda heard: feed.workbook(WorkbookQuery(), heard)) == (None, f"{FILE}File exists")


def test_what_a_report_asks_for_is_saved(feed: BoardFeed) -> None:
    saved = SavedReport(report="activity", period="last_week", team="red")
    path, _ = told(lambda heard: feed.save(saved, heard))
    assert path is not None
    assert tomllib.loads(Path(path).read_text()) == {
        "report": "activity",
        "period": "last_week",
        "team": "red",
    }


def test_the_workbook_comes_over_the_hub(feed: BoardFeed) -> None:
    path, why = told(lambda heard: feed.workbook(WorkbookQuery(), heard))
    assert why == ""
    book = CalamineWorkbook.from_path(str(path))
    assert {"Index", "Activity by agent", "Results"} <= set(book.sheet_names)
    assert told(lambda heard: feed.workbook(WorkbookQuery(team="nobody's"), heard)) == (None, "unknown_team")
    assert list(board_files.folder().iterdir()) == [Path(str(path))]
