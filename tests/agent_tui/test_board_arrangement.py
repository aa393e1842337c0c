"""The board's arrangement from one start to the next."""

from __future__ import annotations

import pytest

from agent_tui import board_arrangement
from screens.board.panes import Arrangement


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_is_kept_comes_back(folder):
    one = Arrangement(
        share=65, folded=("agents",), sorts={"queue": ("pending", True)}, out={"queue": ("rpc",)}
    )
    board_arrangement.keep(one)
    assert board_arrangement.kept() == one
    assert [path.name for path in folder.iterdir()] == ["board.json"]


@pytest.mark.parametrize("text", ["", "{", '{"share": "wide"}', "[]"])
def test_a_file_that_can_not_be_read_is_no_obstacle(folder, text):
    folder.mkdir()
    (folder / "board.json").write_text(text)
    assert board_arrangement.kept() == Arrangement()


def test_a_folder_that_can_not_be_written_to_is_none_either(folder):
    folder.write_text("a file where the folder should be")
    board_arrangement.keep(Arrangement(share=70))
    assert board_arrangement.kept() == Arrangement()
