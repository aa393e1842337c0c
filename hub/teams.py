"""The agents' own teams, live: one read of the store for all teams that somebody looks at."""

from __future__ import annotations

import threading
import time
from http import HTTPStatus

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from hub.auth import AGENTS, BEARER, SignedIn, signed_in
from hub.problems import problem_specs
from rules.protocol import Stats
from rules.team import Team, team
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors.who import Who

FRESH_SECONDS = 2.0
"""Whoever asks within this time of a read gets what it read."""

LINGER_SECONDS = 30.0
"""A team that nobody has asked for in this time is read no more until somebody does."""


class Teams:
    """The newest figures of each team that is looked at; one thread reads for all who ask meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._asked: dict[str, float] = {}
        self._found: dict[str, Stats] = {}
        self._number = -1
        self._read_at = 0.0

    def of(self, who: Who) -> Team:
        """The team of an agent, no older than `FRESH_SECONDS`."""
        with self._lock:
            now = time.monotonic()
            self._asked[who.team] = now
            if who.team not in self._found or now - self._read_at >= FRESH_SECONDS:
                self._read(now)
            found = self._found[who.team]
        return team(who.team, who.name, found.at, found.agents)

    def _read(self, now: float) -> None:
        """Read the teams anew; where no figure has moved they are what they were, as of now."""
        asked = {name: at for name, at in self._asked.items() if now - at < LINGER_SECONDS}
        number = stats.number(self._store)
        if number == self._number and asked.keys() <= self._found.keys():
            at = self._store.now()
            self._found = {name: msgspec.structs.replace(self._found[name], at=at) for name in asked}
        else:
            found = stats.snapshots(self._store, [_all_of(name) for name in asked])
            self._found = dict(zip(asked, found, strict=True))
            self._number = number
        self._asked, self._read_at = asked, time.monotonic()


def _all_of(name: str) -> Who:
    """Who sees all that a team does, in whichever portfolio: a lead of it."""
    return Who(user_id=0, name="", display_name="", role="lead", device="", team=name)


TheTeams = NamedDependency[SkipValidation[Teams]]


@get(
    "/v1/team",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="team",
    summary="The agent's own team, live",
)
def own_team(who: SignedIn, teams: TheTeams) -> Team:
    """Who of the team is there and what each has done today; nothing of any client."""
    return teams.of(who)
