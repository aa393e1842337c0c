"""Activity of agents: attempts, contacts, promises and the rates between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from rules.rates import Ratio


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the call log. flags: the catalogue's letters of its code; times in seconds."""

    agent: str
    account: str
    flags: str
    talk: int = 0
    hold: int = 0
    wrap: int = 0


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent or a team did; each rate with its numerator and denominator.

    touched: distinct accounts with an attempt. handled: calls with talk time, which took
    `handling` seconds in all.
    """

    attempts: int
    contacts: int
    rpc: int
    promises: int
    assigned: int
    touched: int
    handled: int
    handling: int

    @property
    def contact_rate(self) -> Ratio:
        """Contacts of attempts."""
        return Ratio(self.contacts, self.attempts)

    @property
    def rpc_rate(self) -> Ratio:
        """Right-party contacts of attempts."""
        return Ratio(self.rpc, self.attempts)

    @property
    def rpc_per_contact(self) -> Ratio:
        """Right-party contacts of contacts."""
        return Ratio(self.rpc, self.contacts)

    @property
    def promise_rate(self) -> Ratio:
        """Promises of right-party contacts."""
        return Ratio(self.promises, self.rpc)

    @property
    def coverage(self) -> Ratio:
        """Accounts touched of accounts assigned (penetración)."""
        return Ratio(self.touched, self.assigned)

    @property
    def touches_per_assigned(self) -> Ratio:
        """Attempts for each assigned account."""
        return Ratio(self.attempts, self.assigned)

    @property
    def intensity(self) -> Ratio:
        """Attempts for each touched account."""
        return Ratio(self.attempts, self.touched)

    @property
    def handle_time(self) -> Ratio:
        """Average seconds of a handled call (AHT)."""
        return Ratio(self.handling, self.handled)


def activity(calls: Iterable[Call], assigned: int) -> Activity:
    """Sum up calls. A row without flag A (blocked before it was placed) is no attempt."""
    rows = list(calls)
    handled = [call for call in rows if call.talk > 0]
    return Activity(
        attempts=_count(rows, "A"),
        contacts=_count(rows, "C"),
        rpc=_count(rows, "R"),
        promises=_count(rows, "P"),
        assigned=assigned,
        touched=len({call.account for call in rows if "A" in call.flags}),
        handled=len(handled),
        handling=sum(call.talk + call.hold + call.wrap for call in handled),
    )


def by_agent(calls: Iterable[Call], assigned: Mapping[str, int]) -> dict[str, Activity]:
    """The activity of each agent who has accounts assigned or made a call."""
    rows = list(calls)
    agents = list(dict.fromkeys((*assigned, *(call.agent for call in rows))))
    return {
        agent: activity((call for call in rows if call.agent == agent), assigned.get(agent, 0))
        for agent in agents
    }


def _count(calls: list[Call], flag: str) -> int:
    return sum(flag in call.flags for call in calls)
