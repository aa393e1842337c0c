"""Live figures as changes: what differs between two snapshots, and a snapshot brought up to date.

`applied(old, difference(old, new)) == new` for snapshots in order (`in_order`). Both ends run an
agent's connection time on by the clock alike, so that an agent who just works is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from rules.protocol import AgentRow, Decision, QueueRow, Stats, StatsChange

T = TypeVar("T")
K = TypeVar("K")
Group = tuple[str, str, str]
"""Portfolio, strategy and bucket; amounts in another currency are a further row of the same group."""

_HOURS = ("touches_by_hour", "contacts_by_hour", "promises_by_hour")


class NotThisSnapshot(ValueError):
    """The change was made from another snapshot than the one at hand."""


def in_order(stats: Stats) -> Stats:
    """A snapshot with its rows in the one order that both ends know.

    Queue by portfolio, strategy and bucket; agents by name; decisions: approvals first (somebody is on
    the phone), then the newest.
    """
    return msgspec.structs.replace(
        stats,
        queue=tuple(sorted(stats.queue, key=_group)),
        agents=tuple(sorted(stats.agents, key=_name)),
        decisions=tuple(sorted(stats.decisions, key=_urgency)),
    )


def difference(old: Stats, new: Stats) -> StatsChange:
    """What makes the old snapshot the new one; both in order."""
    groups, gone_groups = _changed(_grouped(old.queue), _grouped(new.queue))
    before = _by(_name, _run_on(old.agents, old.at, new.at))
    agents, gone_agents = _changed(before, _by(_name, new.agents))
    decisions, gone_decisions = _changed(_by(_id, old.decisions), _by(_id, new.decisions))
    hours = {name: getattr(new, name) for name in _HOURS if getattr(new, name) != getattr(old, name)}
    return StatsChange(
        since=old.number,
        number=new.number,
        at=new.at,
        queue=tuple(row for rows in groups for row in rows),
        agents=tuple(agents),
        decisions=tuple(decisions),
        gone_queue=gone_groups,
        gone_agents=gone_agents,
        gone_decisions=gone_decisions,
        **hours,
    )


def is_empty(change: StatsChange) -> bool:
    """Whether a change changes no figure."""
    return change == StatsChange(since=change.since, number=change.number, at=change.at)


def applied(stats: Stats, change: StatsChange) -> Stats:
    """The snapshot after a change.

    Raises:
        NotThisSnapshot: the change begins at another number.
    """
    if change.since != stats.number:
        raise NotThisSnapshot(f"a change since {change.since} on snapshot {stats.number}")
    groups = _merged(_grouped(stats.queue), _grouped(change.queue), change.gone_queue)
    agents = _by(_name, _run_on(stats.agents, stats.at, change.at))
    hours = {name: getattr(change, name) for name in _HOURS if getattr(change, name) is not None}
    return in_order(
        msgspec.structs.replace(
            stats,
            number=change.number,
            at=change.at,
            queue=tuple(row for rows in groups for row in rows),
            agents=_merged(agents, _by(_name, change.agents), change.gone_agents),
            decisions=_merged(_by(_id, stats.decisions), _by(_id, change.decisions), change.gone_decisions),
            **hours,
        )
    )


def _run_on(agents: Iterable[AgentRow], since: datetime, until: datetime) -> list[AgentRow]:
    """Rows as they are at a later moment if nothing happened: who works gains connection time."""
    seconds = int(until.timestamp()) - int(since.timestamp())
    return [
        msgspec.structs.replace(row, connected_seconds=row.connected_seconds + seconds)
        if row.working
        else row
        for row in agents
    ]


def _changed(old: Mapping[K, T], new: Mapping[K, T]) -> tuple[list[T], tuple[K, ...]]:
    """What is new or not as it was, and the keys of what is no more."""
    return [row for key, row in new.items() if old.get(key) != row], tuple(old.keys() - new.keys())


def _merged(old: Mapping[K, T], changed: Mapping[K, T], gone: Iterable[K]) -> tuple[T, ...]:
    without = set(gone)
    return tuple({key: row for key, row in {**old, **changed}.items() if key not in without}.values())


def _by(key: Callable[[T], K], rows: Iterable[T]) -> dict[K, T]:
    return {key(row): row for row in rows}


def _grouped(rows: Iterable[QueueRow]) -> dict[Group, tuple[QueueRow, ...]]:
    groups: dict[Group, tuple[QueueRow, ...]] = {}
    for row in rows:
        groups[_group(row)] = (*groups.get(_group(row), ()), row)
    return groups


def queue_key(row: QueueRow) -> str:
    """A queue row's own key, also in the report of the live queue: its group, and its currency."""
    return "/".join((*_group(row), row.currency))


def _group(row: QueueRow) -> Group:
    return row.portfolio, row.strategy, row.bucket


def _name(row: AgentRow) -> str:
    return row.name


def _id(row: Decision) -> str:
    return row.id


def _urgency(row: Decision) -> Any:
    return row.kind != "approval", -row.at.timestamp(), row.id
