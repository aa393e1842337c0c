"""A lead board of 1,000 agents and 2,000 parts of the queue, whose figures move by one agent at SIGUSR1."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from agent_tui.board_app import BoardApp
from rules.protocol import AgentRow, QueueRow, Stats
from screens.board.service import BoardLink

AGENTS, PARTS = 1_000, 2_000
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
STATES = ("available", "on_call", "wrap_up", "break")


class StillService:
    """Answers like a hub that stands still; orders go nowhere."""

    def __init__(self) -> None:
        self._changed: Callable[[], None] = lambda: None
        self._snapshot = Stats(
            number=1,
            at=NOW,
            queue=tuple(map(_part, range(PARTS))),
            agents=tuple(map(_agent, range(AGENTS))),
            decisions=(),
        )

    def __getattr__(self, name: str) -> Any:
        """Questions and orders are not what is measured."""
        return lambda *_: None

    def stats(self) -> Stats:
        """The figures."""
        return self._snapshot

    def link(self) -> BoardLink:
        """In order."""
        return BoardLink(state="online", since=NOW)

    def now(self) -> datetime:
        """Always the same, so that no age repaints a line."""
        return NOW

    def who(self) -> str:
        """The lead."""
        return "Lead"

    user = who

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` when an agent moved."""
        self._changed = changed

    def move(self) -> None:
        """The third agent gains a touch."""
        agents = list(self._snapshot.agents)
        agents[2] = msgspec.structs.replace(agents[2], touches=agents[2].touches + 1)
        self._snapshot = msgspec.structs.replace(
            self._snapshot, number=self._snapshot.number + 1, agents=tuple(agents)
        )
        self._changed()


def _part(number: int) -> QueueRow:
    return QueueRow(
        portfolio=f"Portfolio {number // 8:04d}",
        bucket=f"B{number % 8}",
        currency="MXN",
        pending=500 + number,
        worked=number % 90,
        recovered_amount=1_000_50 * (number % 70),
        goal=90_000_00,
        trend=tuple(range(24)),
        zone="America/Mexico_City",
        opens=480,
        closes=1_260,
    )


def _agent(number: int) -> AgentRow:
    return AgentRow(
        name=f"agent{number:04d}",
        display_name=f"Agent {number:04d}",
        state=STATES[number % len(STATES)],
        since=NOW - timedelta(seconds=number),
        currency="MXN",
        touches=number % 150,
        contacts=number % 60,
        rpc=number % 40,
        promises=number % 12,
        recovered_amount=750_25 * (number % 50),
        goal=4_000_000,
        last_code="PPT",
        last_at=NOW - timedelta(seconds=number),
    )


def main() -> None:
    """Open the board; move at each SIGUSR1."""
    service = StillService()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})

    def moving() -> None:
        while True:
            signal.sigwait({signal.SIGUSR1})
            service.move()

    threading.Thread(target=moving, daemon=True).start()
    BoardApp(lambda: service).run(mouse=False)


if __name__ == "__main__":
    main()
