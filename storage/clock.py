"""The clock of a process: today's, or one that starts elsewhere for training and tests."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells aware UTC instants. It runs on from where it was started.

    Args:
        start: where the clock starts; None = the machine's own time.
    """

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("a clock starts at an instant with its zone, such as 2026-11-20T09:00:00-06:00")
        self.start = start
        self._began = time.monotonic()

    @property
    def set(self) -> bool:
        """Whether this clock was set, that is, shows another time than the machine's."""
        return self.start is not None

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        if self.start is None:
            return datetime.now(UTC)
        return self.start.astimezone(UTC) + timedelta(seconds=time.monotonic() - self._began)
