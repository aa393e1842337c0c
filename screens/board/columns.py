"""The columns of the lead board: how figures of the queue, of agents and of decisions are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from rules.protocol import AgentRow, Decision, QueueRow
from rules.text import fold
from rules.words import mark, tr
from screens.board.queue_totals import projection
from screens.board.rows import KINDS, reason_words
from widgets.columns import Column
from widgets.figures import age, percent
from widgets.formats import lasting, spark, whole
from widgets.wording import STATE_SIGNS, STATES, word

R = TypeVar("R", QueueRow, AgentRow)

PATIENCE = {
    "available": (3, 8),
    "on_call": (10, 20),
    "wrap_up": (2, 5),
    "break": (15, 20),
    "meal": (45, 60),
    "meeting": (30, 60),
    "training": (60, 120),
}
"""Minutes in a state after which it deserves a look, and after which it needs one."""

DIRECTIVES = {"hold": ("‖", mark("on hold")), "first": ("↑", mark("goes first"))}
"""What a lead wants of a part of the queue, to its sign and its words."""

TREND_HOURS = 12
"""So many hours, up to the last that was worked, are drawn in a row of the queue."""


# The queue


def queue_columns(*, strategies: bool = False) -> tuple[Column[QueueRow], ...]:
    """Portfolio, strategy and bucket: what is left, what was done, the goal, and where the day is heading.

    Args:
        strategies: a strategy holds somewhere, so that rows differ by it.
    """
    strategy: Column[QueueRow] = Column(
        "strategy", tr("strategy"), 10, lambda row, _: row.strategy or "·", lambda row: row.strategy,
        lambda row, _: "" if row.strategy else "muted",
    )  # fmt: skip
    return (
        Column("portfolio", tr("portfolio"), 14, lambda row, _: row.portfolio,
               lambda row: fold(row.portfolio), grow=True),
        *([strategy] if strategies else []),
        Column("bucket", tr("bkt"), 4, _bucket, lambda row: row.bucket,
               lambda row, _: {"hold": "warn", "first": "good"}.get(row.directive, "")),
        _count("pending", tr("pend"), lambda row: row.pending, 0),
        _count("leased", tr("desk"), lambda row: row.leased, 6, 4),
        _count("waiting", tr("wait"), lambda row: row.waiting, 10),
        _count("untouched", tr("fresh"), lambda row: row.untouched, 9),
        _count("unlocatable", tr("unloc"), lambda row: row.unlocatable, 13),
        _count("worked", tr("wkd"), lambda row: row.worked, 1),
        _count("contacted", tr("cont"), lambda row: row.contacted, 7),
        _count("rpc", tr("RPC"), lambda row: row.rpc, 8, 4),
        _count("promised", tr("PTP"), lambda row: row.promised, 2, 4),
        _money("promised_amount", tr("promised"), lambda row: row.promised_amount, 11),
        _money("recovered_amount", tr("recovered"), lambda row: row.recovered_amount, 3),
        _goal(3),
        Column("goal_amount", tr("of goal"), 10, lambda row, _: whole(row.goal) if row.goal else "·",
               lambda row: row.goal, lambda *_: "muted", right=True, rank=12),
        Column("projection", tr("heads for"), 10, _projected, lambda row: row.recovered_amount,
               lambda row, now: _goal_tone(projection(row, now) or 0, row.goal), right=True, rank=4),
        Column("trend", tr("by hour"), TREND_HOURS, lambda row, _: day_trend(row.trend),
               lambda row: sum(row.trend), rank=5),
        Column("directive", tr("order"), 11, lambda row, _: directive_words(row.directive),
               lambda row: row.directive, rank=14),
    )  # fmt: skip


def directive_words(directive: str) -> str:
    """Sign and words of what a lead wants of a part of the queue."""
    sign, words = DIRECTIVES.get(directive, ("", ""))
    return f"{sign} {tr(words)}" if sign else ""


def day_trend(by_hour: tuple[int, ...]) -> str:
    """The last hours of the day up to the last that was worked, as bars."""
    last = max((hour for hour, count in enumerate(by_hour) if count), default=-1)
    return spark(by_hour[max(0, last + 1 - TREND_HOURS) : last + 1])


def _bucket(row: QueueRow, _now: datetime) -> str:
    return row.bucket + DIRECTIVES.get(row.directive, ("", ""))[0]


def _projected(row: QueueRow, now: datetime) -> str:
    heading = projection(row, now)
    return "–" if heading is None else whole(heading)


# Agents


def agent_columns(measured: Callable[[], datetime]) -> tuple[Column[AgentRow], ...]:
    """Agents: what each does now and has done today.

    Args:
        measured: the instant up to which the rows' connection time is counted.
    """
    return (
        Column("name", tr("agent"), 13, lambda row, _: row.display_name or row.name,
               lambda row: fold(row.display_name or row.name), grow=True),
        Column("state", tr("state"), 14, lambda row, _: state_words(row.state),
               lambda row: row.state, _state_tone),
        Column("since", tr("time"), 7, _time_in_state, lambda row: row.since, _state_tone, right=True),
        Column("client", tr("client"), 10, lambda row, _: row.client or "·", lambda row: row.client,
               lambda row, _: "" if row.client else "muted", rank=10),
        _count("touches", tr("tchs"), lambda row: row.touches, 1, 4),
        _count("contacts", tr("cont"), lambda row: row.contacts, 5, 4),
        _count("rpc", tr("RPC"), lambda row: row.rpc, 4, 4),
        _count("promises", tr("PTP"), lambda row: row.promises, 2, 4),
        _money("promised", tr("promised"), lambda row: row.promised_amount, 9),
        _money("recovered", tr("recovered"), lambda row: row.recovered_amount, 3),
        _goal(8),
        Column("kept", tr("kept %"), 7, lambda row, _: percent(row.kept, row.matured),
               lambda row: row.kept / row.matured if row.matured else -1.0,
               right=True, rank=6, opens=True),
        Column("connection", tr("conn"), 10, lambda row, now: _connection(row, now, measured()),
               lambda row: row.connected_seconds,
               lambda row, _: "" if row.connected_seconds else "muted", right=True, rank=11),
        Column("last", tr("last"), 10, _last, lambda row: (row.last_at is not None, row.last_at or row.since),
               rank=7),
    )  # fmt: skip


def state_words(state: str) -> str:
    """Sign and word of an agent's state."""
    return f"{STATE_SIGNS.get(state, '?')} {word(STATES, state)}"


def patience(agent: AgentRow, now: datetime) -> int:
    """0: as it should be; 1: look; 2: act. By the time in the present state."""
    look, act = PATIENCE.get(agent.state, (None, None))
    if look is None or act is None:
        return 0
    minutes = (now - agent.since) / timedelta(minutes=1)
    return (minutes >= look) + (minutes >= act)


def connected(agent: AgentRow, now: datetime, measured: datetime) -> timedelta:
    """The connection time of the day: it runs on while the agent works."""
    running = max(timedelta(), now - measured) if agent.working else timedelta()
    return timedelta(seconds=agent.connected_seconds) + running


def _connection(agent: AgentRow, now: datetime, measured: datetime) -> str:
    found = lasting(connected(agent, now, measured))
    required = agent.required_seconds
    return f"{found}/{lasting(timedelta(seconds=required))}" if required else found


def _state_tone(agent: AgentRow, now: datetime) -> str:
    if agent.state == "offline" or not agent.connected:
        return "muted"
    return ("good" if agent.state in ("available", "on_call") else "", "warn", "bad")[patience(agent, now)]


def _time_in_state(agent: AgentRow, now: datetime) -> str:
    return age(now - agent.since) + ("", "!", "‼")[patience(agent, now)]


def _last(row: AgentRow, now: datetime) -> str:
    return f"{row.last_code} {age(now - row.last_at)}" if row.last_at else "·"


# Decisions


def decision_columns() -> tuple[Column[Decision], ...]:
    """What waits for the lead: oldest first as it comes."""
    return (
        Column("kind", tr("decision"), 15, lambda row, _: word(KINDS, row.kind), lambda row: row.kind,
               lambda row, _: "bad" if row.kind == "conflict" else "warn"),
        Column("at", tr("age"), 8, lambda row, now: age(now - row.at), lambda row: row.at, right=True),
        Column("agent", tr("agent"), 10, lambda row, _: row.agent, lambda row: row.agent, rank=1),
        Column("client", tr("client"), 10, lambda row, _: row.client or row.portfolio,
               lambda row: row.client or row.portfolio, grow=True),
        Column("amount", tr("amount"), 10, lambda row, _: whole(row.amount) if row.amount else "·",
               lambda row: row.amount, right=True, rank=2),
        Column("reason", tr("why"), 12, lambda row, _: reason_words(row),
               lambda row: row.reason, grow=True, rank=3),
    )  # fmt: skip


# Figures of queue and agents alike


def _count(key: str, title: str, value: Callable[[R], int], rank: int, width: int = 5) -> Column[R]:
    return Column(
        key, title, width, text=lambda row, _: f"{value(row):,}" if value(row) else "·", order=value,
        tone=lambda row, _: "" if value(row) else "muted", right=True, rank=rank, opens=True,
    )  # fmt: skip


def _money(key: str, title: str, value: Callable[[R], int], rank: int) -> Column[R]:
    return Column(
        key, title, 10, text=lambda row, _: whole(value(row)) if value(row) else "·", order=value,
        tone=lambda row, _: "" if value(row) else "muted", right=True, rank=rank, opens=True,
    )  # fmt: skip


def _goal(rank: int) -> Column[R]:
    return Column(
        "goal", tr("goal"), 7, text=lambda row, _: percent(row.recovered_amount, row.goal),
        order=lambda row: row.recovered_amount / row.goal if row.goal else -1.0,
        tone=lambda row, _: _goal_tone(row.recovered_amount, row.goal), right=True, rank=rank,
    )  # fmt: skip


def _goal_tone(done: int, goal: int) -> str:
    return "good" if goal and done >= goal else ""
