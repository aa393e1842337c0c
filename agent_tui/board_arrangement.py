"""How a lead arranged the board, kept in the data folder from one start to the next."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent_tui.home import home, private_folder
from screens.board.panes import Arrangement

FILE = "board.json"


def kept() -> Arrangement:
    """What was kept; the usual arrangement when there is nothing, or nothing that can be read."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Arrangement)
    except (OSError, msgspec.DecodeError):
        return Arrangement()  # a convenience: a board never fails to open over it


def keep(arrangement: Arrangement) -> None:
    """Keep it; a folder that can't be written to keeps nothing, and the board goes on."""
    path = _path()
    try:
        private_folder(path.parent)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(arrangement)))
        fresh.replace(path)
    except OSError:
        return


def _path() -> Path:
    return home() / FILE
