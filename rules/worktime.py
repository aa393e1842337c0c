"""Working time of agents: connection, occupancy, handling. All times in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from rules.rates import Ratio

Span = tuple[int, int]
"""From and to, in seconds from any common start."""


class Connection(msgspec.Struct, frozen=True):
    """Time logged in, of it unproductive, and the time that was required."""

    logged: int
    unproductive: int
    required: int

    @property
    def connected(self) -> int:
        """Logged less unproductive."""
        return self.logged - self.unproductive

    @property
    def met(self) -> bool:
        """Whether the connection reaches what was required."""
        return self.connected >= self.required

    @property
    def adherence(self) -> Ratio:
        """Connection of what was required."""
        return Ratio(self.connected, self.required)


def connection(sessions: Iterable[Span], unproductive: Iterable[Span], required: int) -> Connection:
    """Connection time: overlapping sessions count once, pauses only while logged in."""
    logged = union(sessions)
    paused = [
        (max(start, begin), min(end, finish))
        for start, end in union(unproductive)
        for begin, finish in logged
        if max(start, begin) < min(end, finish)
    ]
    return Connection(_length(logged), _length(paused), required)


def union(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap or touch made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return merged


def by_state(changes: Sequence[tuple[int, str]], logged: Iterable[Span]) -> dict[str, int]:
    """Seconds in each state while logged in.

    Args:
        changes: when each state began, in order; a state lasts until the next one.
        logged: when the agent was logged in; time before the first change is "available".
    """
    seconds: dict[str, int] = {}
    for begin, finish in union(logged):
        inside = [(max(at, begin), state) for at, state in changes if at < finish]
        before = [state for at, state in changes if at <= begin]
        steps = [(begin, before[-1] if before else "available")]
        steps += [step for step in inside if step[0] > begin]
        for (start, state), (end, _) in pairwise([*steps, (finish, "")]):
            seconds[state] = seconds.get(state, 0) + end - start
    return seconds


def _length(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)


class Handling(msgspec.Struct, frozen=True):
    """occupancy: busy of available time. handle_time: average seconds of a handled call (AHT)."""

    occupancy: Ratio
    handle_time: Ratio


def handling(talk: int, hold: int, wrap: int, idle: int, handled: int) -> Handling:
    """Occupancy and average handle time from an agent's seconds in each state."""
    busy = talk + hold + wrap
    return Handling(Ratio(busy, busy + idle), Ratio(busy, handled))


class Punctuality(msgspec.Struct, frozen=True):
    """A day against its shift, in seconds. shift: as much of it as has passed; kept: of that.

    late: from its beginning until the first session, early: from the last session to its end;
    0 when there was no session at all, which is an absence.
    """

    shift: int
    kept: int
    late: int
    early: int

    @property
    def adherence(self) -> Ratio:
        """Connected within the shift, pauses that it allows included, of the shift."""
        return Ratio(self.kept, self.shift)


def punctuality(
    sessions: Iterable[Span], unproductive: Iterable[Span], shift: Span, rest: int, now: int
) -> Punctuality:
    """Hold a day's sessions against a shift.

    Args:
        sessions: when the agent was logged in.
        unproductive: pauses.
        shift: from and to.
        rest: pauses while logged in that the shift allows.
        now: what lies after it is not looked at yet.
    """
    begin, end = shift
    until = max(begin, min(end, now))
    clipped = ((max(start, begin), min(finish, until)) for start, finish in sessions)
    logged = union((start, finish) for start, finish in clipped if start < finish)
    if not logged:
        return Punctuality(until - begin, 0, 0, 0)
    found = connection(logged, unproductive, 0)
    return Punctuality(
        shift=until - begin,
        kept=found.connected + min(rest, found.unproductive),
        late=logged[0][0] - begin,
        early=end - logged[-1][1] if now >= end else 0,
    )
