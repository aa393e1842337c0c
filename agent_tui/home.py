"""Where this installation keeps its files."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The data folder: ``AGENT_TUI_HOME``, else the user's own place for application data."""
    chosen = os.environ.get("AGENT_TUI_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("agent-tui", appauthor=False)


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter, and return it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
