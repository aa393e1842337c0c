"""What the sync does next, as a pure function of what it sees: no clock, no network.

Times are seconds of one monotonic clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

CLIENTS_AHEAD = 5
PULL_SECONDS = 5.0
EAGER_PULL_SECONDS = 1.0
"""How often changes are asked for while a client on the phone waits for a lead's answer."""
AGENDA_SECONDS = 60.0
TEAM_SECONDS = 3.0
"""How often the team's figures are asked for while somebody looks at them."""
EMPTY_SECONDS = 5.0
"""How soon an empty queue is asked again."""
LONGEST_EMPTY_SECONDS = 60.0
IDLE_SECONDS = 30.0

FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 30.0


class SendEvents(msgspec.Struct, frozen=True):
    """Send the oldest facts of the outbox."""


class Renew(msgspec.Struct, frozen=True):
    """Extend every lease that is held."""


class TakeLeases(msgspec.Struct, frozen=True):
    """Ask for clients, so that `want` are held in all."""

    want: int


class TakeSearch(msgspec.Struct, frozen=True):
    """Ask for a client to be searched for."""


class TakeClient(msgspec.Struct, frozen=True):
    """Ask for the one client that the agent wants to see."""

    client_id: int


class TakeBlock(msgspec.Struct, frozen=True):
    """Ask for clients to be worked without a link."""


class ReturnBlock(msgspec.Struct, frozen=True):
    """Give back the clients that were taken for working without a link."""


class PullChanges(msgspec.Struct, frozen=True):
    """Ask what changed."""


class PullAgenda(msgspec.Struct, frozen=True):
    """Ask what the agent has to see to."""


class PullTeam(msgspec.Struct, frozen=True):
    """Ask how the agent's team stands."""


class Wait(msgspec.Struct, frozen=True):
    """Nothing to do for so long, unless somebody nudges."""

    seconds: float


Block = Literal["", "take", "return"]
"""What is wanted of the clients for working without a link."""

Action = (
    SendEvents
    | TakeClient
    | TakeBlock
    | ReturnBlock
    | Renew
    | TakeLeases
    | TakeSearch
    | PullChanges
    | PullAgenda
    | PullTeam
    | Wait
)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What the sync knows at one moment.

    unsent: facts that may be sent. at_hand: clients that can be worked, of `ahead` wanted.
    held: leases to be renewed, also of a client that is shown after its own is over.
    renew_due: when that must be. lease_due, pull_due, agenda_due: not before. retry_at: end of the
    pause after a failure; nothing is done before, whatever happens. pulled_at: when changes
    were last asked for. waiting_answer: a request about the client on the desk is open.
    search: the agent waits for a client to be searched for. asked: the client that the agent
    waits for. block: what is wanted of the clients for working offline. team_watched: somebody looks at
    the team's figures, which are not asked for before team_due.
    """

    now: float
    unsent: int
    at_hand: int
    held: int
    renew_due: float = 0.0
    lease_due: float = 0.0
    pull_due: float = 0.0
    agenda_due: float = 0.0
    asked: int | None = None
    retry_at: float = 0.0
    ahead: int = CLIENTS_AHEAD
    pulled_at: float = 0.0
    waiting_answer: bool = False
    search: bool = False
    block: Block = ""
    team_watched: bool = False
    team_due: float = 0.0

    @property
    def next_pull(self) -> float:
        """When to ask for changes: sooner while somebody waits for one."""
        eager = self.pulled_at + EAGER_PULL_SECONDS
        return min(self.pull_due, eager) if self.waiting_answer else self.pull_due


def plan(view: View) -> tuple[Action, ...]:
    """The actions of the next round, in order; a lone `Wait` when there is nothing to do.

    Facts go first: the hub then knows that their clients are free again.
    """
    if view.now < view.retry_at:
        return (Wait(view.retry_at - view.now),)
    short = view.at_hand < view.ahead
    actions: list[Action] = []
    if view.unsent:
        actions.append(SendEvents())
    if view.asked is not None:
        actions.append(TakeClient(view.asked))
    if view.block == "take":
        actions.append(TakeBlock())
    elif view.block == "return":
        actions.append(ReturnBlock())
    if view.held and view.now >= view.renew_due:
        actions.append(Renew())
    if short and view.now >= view.lease_due:
        actions.append(TakeLeases(view.ahead))
    if view.search:
        actions.append(TakeSearch())
    if view.now >= view.next_pull:
        actions.append(PullChanges())
    if view.now >= view.agenda_due:
        actions.append(PullAgenda())
    if view.team_watched and view.now >= view.team_due:
        actions.append(PullTeam())
    if actions:
        return tuple(actions)
    alarms = [view.now + IDLE_SECONDS, view.next_pull, view.agenda_due]
    alarms += [view.renew_due] if view.held else []
    alarms += [view.lease_due] if short else []
    alarms += [view.team_due] if view.team_watched else []
    return (Wait(min(alarms) - view.now),)


def retry_pause(failures: int, chance: float, asked: float | None = None) -> float:
    """Seconds to wait after `failures` failures in a row: doubling, with jitter.

    Args:
        failures: 1 or more.
        chance: in [0, 1), so that many workstations don't come back at the same instant.
        asked: what the hub asked for (Retry-After), never undercut.
    """
    longest: float = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(failures - 1, 10))
    return max(longest * (0.5 + chance / 2), asked or 0.0)


def renewal_due(now: float, lifetime: float) -> float:
    """When leases that live for `lifetime` seconds from now are to be renewed: at a third."""
    return now + max(lifetime / 3, 1.0)


def asking_due(now: float, opens_in: float | None) -> float:
    """When to ask for clients again if an answer brought fewer than wanted.

    The hub gives all that it may at once, so asking again at once brings nothing.

    Args:
        now: the moment of the answer.
        opens_in: seconds until the hub expects more, None = it could not say.
    """
    pause = EMPTY_SECONDS if opens_in is None else min(max(opens_in, 1.0), LONGEST_EMPTY_SECONDS)
    return now + pause
