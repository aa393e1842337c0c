"""The agent's own team at a glance: who is there, what each has done today, and the agent's place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from rules.protocol import AgentRow
from rules.questions import Question
from rules.ready import ready


class Mate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the team today, as on a lead's board, without the client; money in minor units of `currency`."""

    name: str
    display_name: str
    state: str
    since: datetime
    currency: str
    touches: int = 0
    rpc: int = 0
    promises: int = 0
    recovered: int = 0
    goal: int = 0


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """All of the team whose money is of one currency, taken together."""

    currency: str
    mates: int = 0
    touches: int = 0
    rpc: int = 0
    promises: int = 0
    recovered: int = 0
    goal: int = 0


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/team.

    name: the team's, "" = the agent is in none and alone here. me: the name that the asking agent
    signs in with. mates: the agent and the others, the most recovered first. at: as of when.
    """

    name: str
    me: str
    at: datetime
    mates: tuple[Mate, ...]


class TeamQuery(Question[Team], frozen=True, kw_only=True):
    """GET /v1/team: the asking agent's own."""

    PATH: ClassVar[str] = "/v1/team"
    ANSWER: ClassVar[Any] = Team


def team(name: str, me: str, at: datetime, rows: Iterable[AgentRow]) -> Team:
    """The team of an agent out of a board's rows; who is in no team sees nobody else."""
    mates = (_mate(row) for row in rows if row.name == me or (name and row.team == name))
    return Team(
        name=name, me=me, at=at, mates=tuple(sorted(mates, key=lambda one: (-one.recovered, one.name)))
    )


def _mate(row: AgentRow) -> Mate:
    return Mate(
        name=row.name,
        display_name=row.display_name,
        state=row.state,
        since=row.since,
        currency=row.currency,
        touches=row.touches,
        rpc=row.rpc,
        promises=row.promises,
        recovered=row.recovered_amount,
        goal=row.goal,
    )


def totals(found: Team) -> tuple[Total, ...]:
    """The team's sums, one for each currency."""
    currencies = dict.fromkeys(mate.currency for mate in found.mates)
    return tuple(
        _total(currency, [mate for mate in found.mates if mate.currency == currency])
        for currency in currencies
    )


def _total(currency: str, mates: list[Mate]) -> Total:
    names = ("touches", "rpc", "promises", "recovered", "goal")
    sums = {name: sum(getattr(mate, name) for mate in mates) for name in names}
    return Total(currency=currency, mates=len(mates), **sums)


def place(found: Team) -> tuple[int, int]:
    """The asking agent's place by what was recovered, and among how many of the same currency.

    Who has recovered the same has the same place. (0, 0): the agent is not among them.
    """
    own = next((mate for mate in found.mates if mate.name == found.me), None)
    if own is None:
        return 0, 0
    others = [mate for mate in found.mates if mate.currency == own.currency]
    return 1 + sum(mate.recovered > own.recovered for mate in others), len(others)


ready(Team)
