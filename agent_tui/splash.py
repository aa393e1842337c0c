"""The first thing on the screen: a frame by plain escape codes, before anything is imported.

It tells within a few milliseconds that the command was heard. The application paints over
it; whoever fails before that takes it away again.
"""

from __future__ import annotations

import os
import sys

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H", "\x1b[?25h\x1b[?1049l"
DIM, PLAIN = "\x1b[2m", "\x1b[0m"


class _Frame:
    shown = False


def show() -> None:
    """Paint the frame, if there is a terminal that can show it."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return
    columns, rows = os.get_terminal_size()
    name = " agent-tui "
    rule = "─" * max(0, columns - len(name))
    sys.stdout.write(f"{ENTER}{name}{DIM}{rule}\x1b[{rows - 1};1H{'─' * columns}{PLAIN}")
    sys.stdout.flush()
    _Frame.shown = True


def hand_over() -> None:
    """The application paints from here on, and leaves the terminal as it was found."""
    _Frame.shown = False


def take_away() -> None:
    """Back to the terminal as it was, if the frame is still there."""
    if _Frame.shown:
        sys.stdout.write(LEAVE)
        sys.stdout.flush()
        _Frame.shown = False
