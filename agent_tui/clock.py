"""The clock that the environment asks for: ``AGENT_TUI_CLOCK``, for demonstration and training."""

from __future__ import annotations

import os
from datetime import datetime

from agent_tui.failures import CommandError
from rules.words import tr
from storage.clock import Clock


def clock_start() -> datetime | None:
    """The instant in ``AGENT_TUI_CLOCK``, with its own offset; None when it is not set.

    Raises:
        CommandError: it is not an instant with its zone.
    """
    text = os.environ.get("AGENT_TUI_CLOCK")
    if not text:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise CommandError(
            tr("AGENT_TUI_CLOCK is {text!r}; it looks like 2026-11-20T09:00:00-06:00", text=text)
        )
    return start


def environment_clock() -> Clock:
    """The machine's clock, or one that starts at ``AGENT_TUI_CLOCK``.

    Raises:
        CommandError: it is not an instant with its zone.
    """
    return Clock(clock_start())
