"""Service of a call centre: service level, abandonment, the dialler's dropped calls."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rules.rates import Rate, Ratio

DROP_LIMIT = 300
"""Dropped calls of those answered live, at most (telemarketing rule, taken as house limit)."""

DROP_SLOW = 250
"""From this rate on the dialler is to dial more slowly (house value)."""

DROP_WINDOW = 30
"""Days over which the limit holds, for each campaign."""

THRESHOLD, SHORT_ABANDON = 20, 5
"""Seconds: answered within is in time; abandoned within does not count against the queue (house values)."""


class Offered(msgspec.Struct, frozen=True):
    """One inbound call: seconds waited, and whether it was answered or abandoned."""

    wait: int
    answered: bool


class ServiceLevel(msgspec.Struct, frozen=True, kw_only=True):
    """How a queue was served. short: abandoned so soon that they do not count against it."""

    offered: int
    answered: int
    abandoned: int
    short: int
    in_time: int
    waited: int

    @property
    def level(self) -> Ratio:
        """Answered in time, of those offered without the short abandons."""
        return Ratio(self.in_time, self.offered - self.short)

    @property
    def plain_level(self) -> Ratio:
        """Answered in time, of all offered."""
        return Ratio(self.in_time, self.offered)

    @property
    def abandonment(self) -> Ratio:
        """Abandoned of offered, both without the short abandons."""
        return Ratio(self.abandoned - self.short, self.offered - self.short)

    @property
    def plain_abandonment(self) -> Ratio:
        """Abandoned of offered."""
        return Ratio(self.abandoned, self.offered)

    @property
    def answer_speed(self) -> Ratio:
        """Average seconds until an answered call was answered (ASA)."""
        return Ratio(self.waited, self.answered)


def service_level(
    calls: Iterable[Offered], threshold: int = THRESHOLD, short_abandon: int = SHORT_ABANDON
) -> ServiceLevel:
    """Measure a queue; both limits in seconds, and a call at the limit is still within it."""
    rows = list(calls)
    answered = [call for call in rows if call.answered]
    abandoned = [call for call in rows if not call.answered]
    return ServiceLevel(
        offered=len(rows),
        answered=len(answered),
        abandoned=len(abandoned),
        short=sum(call.wait <= short_abandon for call in abandoned),
        in_time=sum(call.wait <= threshold for call in answered),
        waited=sum(call.wait for call in answered),
    )


class DropRate(msgspec.Struct, frozen=True):
    """A campaign's dropped calls of those that a person answered, and whether it keeps the limit."""

    rate: Ratio
    within_limit: bool


def drop_rate(answered_live: int, dropped: int, limit: Rate = DROP_LIMIT) -> DropRate:
    """The dialler's abandonment over its 30-day window; the limit holds on the unrounded ratio."""
    rate = Ratio(dropped, answered_live)
    return DropRate(rate, not rate.exceeds(limit))


def pacing(found: DropRate) -> str:
    """What the dialler is to do: stop above the limit, slow down shortly below it, else go on ("ok")."""
    if not found.within_limit:
        return "stop"
    return "slow" if found.rate.reaches(DROP_SLOW) else "ok"
