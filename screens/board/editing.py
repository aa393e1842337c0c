"""A text in the editor of the person's choice, from a private file that is gone afterwards."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from textual.app import App, SuspendNotSupported

from rules.explained import Explained
from rules.words import tr

EDITORS = ("sensible-editor", "nano", "vi")
"""What is tried where neither VISUAL nor EDITOR says."""


class NotEdited(Explained):
    """No editor could be opened; the message says why, and what to do instead."""


def edited(app: App[object], text: str) -> str:
    """The text as the editor left it; the screen waits meanwhile.

    Raises:
        NotEdited: there is no editor, it failed, or the terminal can't be lent to one.
    """
    command = _editor()
    handle, name = tempfile.mkstemp(prefix="strategy-", suffix=".toml")  # 0600: nobody else reads it
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        with app.suspend():
            ended = subprocess.run([*command, name], check=False)  # noqa: S603 - the person's own editor
        if ended.returncode:
            raise NotEdited(tr("{editor} ended with {code}", editor=command[0], code=ended.returncode))
        return path.read_text(encoding="utf-8")
    except SuspendNotSupported as error:
        raise NotEdited(tr("no editor opens here: write a file and load it with f")) from error
    except (OSError, UnicodeDecodeError) as error:
        raise NotEdited(tr("{editor} can't be used: {why}", editor=command[0], why=error)) from error
    finally:
        with suppress(FileNotFoundError):  # an editor may have put another file in its place, or none
            path.unlink()


def _editor() -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        if chosen := os.environ.get(name, "").strip():
            return shlex.split(chosen)
    found = next(filter(None, map(shutil.which, EDITORS)), None)
    if found is None:
        raise NotEdited(tr("there is no editor: set EDITOR, or write a file and load it with f"))
    return [found]
