"""An agent's own day: time by state, connection, calls, money against goals.

What the centre counts for an agent comes as `rules.protocol.DayFigures`, the same that a lead
sees; what the workstation adds is its own facts that are not counted there yet.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.goals import DailyGoal
from rules.protocol import DayFigures
from rules.rates import Ratio


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's own day as it is shown.

    states: seconds in each state of `rules.facts.STATES` at this workstation. logged: their
    sum. connected, required: seconds of connection time, required 0 = none set. handled,
    handling: calls made here and the seconds that they took. Money in minor units of
    `currency`; goals 0 = none set. heard: as of when the centre's figures are, None = not
    heard from it today. waiting: own facts that it has not counted yet.
    """

    date: date
    currency: str
    states: dict[str, int]
    connected: int
    required: int
    touches: int
    contacts: int
    rpc: int
    promises: int
    promised: int
    recovered: int
    recovered_month: int
    goal: int
    goal_month: int
    pace: DailyGoal
    handled: int = 0
    handling: int = 0
    hours: tuple[int, ...] = ()
    heard: datetime | None = None
    waiting: int = 0

    @property
    def logged(self) -> int:
        """Seconds at this workstation."""
        return sum(self.states.values())

    @property
    def adherence(self) -> Ratio:
        """Connection time of what is required."""
        return Ratio(self.connected, self.required)

    @property
    def met(self) -> bool:
        """Whether the connection time reaches what is required."""
        return self.connected >= self.required

    @property
    def contact_rate(self) -> Ratio:
        """Contacts of attempts."""
        return Ratio(self.contacts, self.touches)

    @property
    def rpc_rate(self) -> Ratio:
        """Right-party contacts of attempts."""
        return Ratio(self.rpc, self.touches)

    @property
    def promise_rate(self) -> Ratio:
        """Promises of right-party contacts."""
        return Ratio(self.promises, self.rpc)

    @property
    def handle_time(self) -> Ratio:
        """Average seconds of a call (AHT)."""
        return Ratio(self.handling, self.handled)

    @property
    def left_today(self) -> int:
        """Minor units that the day's goal still asks for."""
        return max(self.goal - self.recovered, 0)


def connected_at(figures: DayFigures, now: datetime) -> int:
    """Seconds of connection time by `now`, if it goes on as the centre saw it last."""
    running = max(int((now - figures.at).total_seconds()), 0) if figures.working else 0
    return figures.connected + running
