"""The columns of the lead board: how figures of portfolios, agents and decisions are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from rules.protocol import AgentRow, Decision, QueueRow
from rules.text import fold
from rules.words import mark, tr
from widgets.case_lines import KINDS as CASES
from widgets.columns import Column
from widgets.figures import age, percent
from widgets.formats import whole
from widgets.terms_lines import KINDS as TERMS
from widgets.terms_lines import percent as percent_waived
from widgets.wording import ISSUES, STATES, rule_words, word

STATE_SIGNS = {
    "available": "●",
    "on_call": "◉",
    "wrap_up": "◐",
    "break": "○",
    "meal": "○",
    "training": "◇",
    "meeting": "◇",
    "offline": "×",
}
"""State of an agent to the sign that says it without colour."""

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

KINDS = {
    "broken_promise": mark("broken promise"),
    "breach": mark("call against a rule"),
    "conflict": mark("conflict"),
    "late": mark("late fact"),
    "refused": mark("refused fact"),
    "needs_lead": mark("needs a lead"),
    "approval": mark("approval"),
    "inconsistency": mark("wrong data"),
    "case_due": mark("case overdue"),
}
"""Kind of a decision to its words."""

REASONS = {
    "lease_gone": mark("the client was no longer held"),
    "lease_expired": mark("the hold had run out"),
    "taken": mark("another agent held the client"),
    "promise_unpaid": mark("nothing was paid"),
    "promise_partial": mark("paid in part"),
    "second_promise": mark("the account had an open promise"),
    "clock": mark("the workstation's clock was wrong"),
    "stop_stays": mark("a stop was to be taken back later than allowed"),
    "consent_withdrawn": mark("the client had withdrawn this permission"),
    "point_restricted": mark("the client had asked not to use it"),
    "point_retired": mark("the contact point is out of use"),
    "point_changed": mark("changed at the centre meanwhile"),
    "point_known": mark("the client has it already"),
    "beyond_authority": mark("agreed on more than the agent may grant"),
    "forbidden_wording": mark("the agreement's words may not be sent"),
    "needs_lead": mark("needs the lead first"),
    "wrong_portfolio": mark("not of this portfolio"),
    "conflict_of_interest": mark("I know this person"),
    **ISSUES,
    **CASES,
}
"""Reasons of decisions that have words; any other is shown as it came."""


def reason_words(decision: Decision) -> str:
    """Why a decision waits: of a breach the contact rule, of an approval what is asked for."""
    if decision.asked is not None:
        terms = decision.asked.request.terms
        share, count = percent_waived(terms), len(terms.payments)
        waived = f" −{share} %" if share else ""
        return f"{word(TERMS, terms.kind)}{waived}" + (f" · {count}×" if count > 1 else "")
    return rule_words(decision.reason) if decision.kind == "breach" else word(REASONS, decision.reason)


DECIDED = {
    "approve": mark("Approved; the agent sees it now."),
    "deny": mark("Denied; the agent sees it now."),
    "counter": mark("Offered; the agent sees it now."),
    "taken": mark("It is yours now."),
    "settled": mark("Closed."),
    "ended": mark("Closed; the agent sees the answer, and the client comes back to the queue."),
}
"""Decision to what the board says once the hub has kept it."""

NOT_DECIDED = {
    "unknown_request": mark("Not sent: there is no such request any more."),
    "already_answered": mark("Not sent: it was answered, taken back or has ended meanwhile."),
    "own_request": mark("You asked for this yourself: another lead has to answer."),
    "beyond_authority": mark("Not sent: the terms are beyond your own authority."),
    "forbidden": mark("Not sent: the portfolio is not yours."),
    "wrong_role": mark("Not sent: your role does not decide this."),
    "unknown_inconsistency": mark("Not sent: it is not in your portfolios any more."),
    "unknown_case": mark("Not sent: it is not in your portfolios any more."),
    "unknown_review": mark("Not sent: it is not in your portfolios any more."),
    "unknown_owner": mark("Not sent: your role does not decide this."),
    "already_closed": mark("Not sent: somebody closed it meanwhile."),
    "bad_terms": mark("Not sent: the terms can't be kept as they are."),
    "card_number_in_note": mark("Not sent: the note holds a card number."),
    "card_code_in_note": mark("Not sent: the note holds a card's security code."),
    "offline": mark("Not sent: the hub does not answer. Try again."),
}
"""Why a decision was not kept, by the hub's code."""


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


def _state_tone(agent: AgentRow, now: datetime) -> str:
    if agent.state == "offline" or not agent.connected:
        return "muted"
    return ("good" if agent.state in ("available", "on_call") else "", "warn", "bad")[patience(agent, now)]


def _time_in_state(agent: AgentRow, now: datetime) -> str:
    return age(now - agent.since) + ("", "!", "‼")[patience(agent, now)]


def _goal_tone(done: int, goal: int) -> str:
    return "good" if goal and done >= goal else ""


def _number(
    key: str, title: str, value: Callable[[QueueRow], int], rank: int, width: int = 5
) -> Column[QueueRow]:
    return Column(
        key, title, width, text=lambda row, _now: f"{value(row):,}" if value(row) else "·", order=value,
        tone=lambda row, _now: "" if value(row) else "muted", right=True, rank=rank,
    )  # fmt: skip


def queue_columns() -> tuple[Column[QueueRow], ...]:
    """Portfolio and bucket: what is left, what was done, and the goal."""
    return (
        Column("portfolio", tr("portfolio"), 14, lambda row, _: row.portfolio,
               lambda row: fold(row.portfolio), grow=True),
        Column("bucket", tr("bkt"), 4, lambda row, _: row.bucket, lambda row: row.bucket),
        _number("pending", tr("pend"), lambda row: row.pending, 0),
        _number("leased", tr("desk"), lambda row: row.leased, 6, 4),
        _number("waiting", tr("wait"), lambda row: row.waiting, 7),
        _number("untouched", tr("fresh"), lambda row: row.untouched, 9),
        _number("unlocatable", tr("unloc"), lambda row: row.unlocatable, 10),
        _number("worked", tr("wkd"), lambda row: row.worked, 1),
        _number("contacted", tr("cont"), lambda row: row.contacted, 4),
        _number("rpc", tr("RPC"), lambda row: row.rpc, 5, 4),
        _number("promised", tr("PTP"), lambda row: row.promised, 2, 4),
        _queue_money("promised_amount", tr("promised"), lambda row: row.promised_amount, 8),
        _queue_money("recovered_amount", tr("recovered"), lambda row: row.recovered_amount, 3),
        Column(
            "goal", tr("goal"), 7,
            text=lambda row, _: percent(row.recovered_amount, row.goal),
            order=lambda row: row.recovered_amount / row.goal if row.goal else -1.0,
            tone=lambda row, _: _goal_tone(row.recovered_amount, row.goal), right=True, rank=3,
        ),
    )  # fmt: skip


def _queue_money(key: str, title: str, value: Callable[[QueueRow], int], rank: int) -> Column[QueueRow]:
    return Column(
        key, title, 10, text=lambda row, _: whole(value(row)) if value(row) else "·",
        order=value, tone=lambda row, _: "" if value(row) else "muted", right=True, rank=rank,
    )  # fmt: skip


def agent_columns() -> tuple[Column[AgentRow], ...]:
    """Agents: what each does now and has done today."""
    return (
        Column("name", tr("agent"), 13, lambda row, _: row.display_name or row.name,
               lambda row: fold(row.display_name or row.name), grow=True),
        Column("state", tr("state"), 14, lambda row, _: state_words(row.state),
               lambda row: row.state, _state_tone),
        Column("since", tr("time"), 7, _time_in_state, lambda row: row.since, _state_tone, right=True),
        Column("client", tr("client"), 10, lambda row, _: row.client or "·", lambda row: row.client,
               lambda row, _: "" if row.client else "muted", rank=8),
        _count("touches", tr("tchs"), lambda row: row.touches, 1),
        _count("contacts", tr("cont"), lambda row: row.contacts, 5),
        _count("rpc", tr("RPC"), lambda row: row.rpc, 4),
        _count("promises", tr("PTP"), lambda row: row.promises, 2),
        _agent_money("promised", tr("promised"), lambda row: row.promised_amount, 7),
        _agent_money("recovered", tr("recovered"), lambda row: row.recovered_amount, 3),
        Column("goal", tr("goal"), 7, lambda row, _: percent(row.recovered_amount, row.goal),
               lambda row: row.recovered_amount / row.goal if row.goal else -1.0,
               lambda row, _: _goal_tone(row.recovered_amount, row.goal), right=True, rank=6),
        Column("last", tr("last"), 10, _last, lambda row: (row.last_at is not None, row.last_at or row.since),
               rank=9),
    )  # fmt: skip


def _count(key: str, title: str, value: Callable[[AgentRow], int], rank: int) -> Column[AgentRow]:
    return Column(
        key, title, 4, text=lambda row, _: f"{value(row)}" if value(row) else "·", order=value,
        tone=lambda row, _: "" if value(row) else "muted", right=True, rank=rank,
    )  # fmt: skip


def _agent_money(key: str, title: str, value: Callable[[AgentRow], int], rank: int) -> Column[AgentRow]:
    return Column(
        key, title, 10, text=lambda row, _: whole(value(row)) if value(row) else "·",
        order=value, tone=lambda row, _: "" if value(row) else "muted", right=True, rank=rank,
    )  # fmt: skip


def _last(row: AgentRow, now: datetime) -> str:
    return f"{row.last_code} {age(now - row.last_at)}" if row.last_at else "·"


def decision_columns() -> tuple[Column[Decision], ...]:
    """What waits for the lead: oldest first as it comes."""
    return (
        Column("kind", tr("decision"), 15, lambda row, _: word(KINDS, row.kind), lambda row: row.kind,
               lambda row, _: "bad" if row.kind == "conflict" else "warn"),
        Column("at", tr("age"), 8, lambda row, now: age(now - row.at), lambda row: row.at, right=True),
        Column("agent", tr("agent"), 10, lambda row, _: row.agent, lambda row: row.agent, rank=1),
        Column("client", tr("client"), 10, lambda row, _: row.client, lambda row: row.client, grow=True),
        Column("amount", tr("amount"), 10, lambda row, _: whole(row.amount) if row.amount else "·",
               lambda row: row.amount, right=True, rank=2),
        Column("reason", tr("why"), 12, lambda row, _: reason_words(row),
               lambda row: row.reason, grow=True, rank=3),
    )  # fmt: skip
