"""What the board says around its lists: the summary, the trends, the line behind a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from textual.content import Content

from rules.protocol import AgentRow, Asked, Decision, QueueRow, Stats
from rules.words import tr
from screens.board.columns import connected, directive_words, patience
from screens.board.queue_totals import projection
from screens.board.rows import KINDS, reason_words
from screens.board.service import BoardLink
from widgets.figures import age, percent, share, trend
from widgets.formats import lasting, moment, money, plain, whole
from widgets.shown import row, shown
from widgets.terms_lines import KINDS as TERMS
from widgets.terms_lines import phrase
from widgets.wording import LEVELS, LINKS, PRODUCTS, STATE_SIGNS, STATES, word

LINK_SIGNS = {
    "online": ("●", "$text-success"),
    "connecting": ("◌", "$text-warning"),
    "offline": ("○", "$text-error"),
}
REFUSED_SIGN = ("✗", "$text-error")
RULE = "$panel-rule"
OF_RECORDS = ("breach", "inconsistency", "case_due")
"""Kinds of decisions about a record: what it is has to be said in full."""


def spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the ends of a line of `width` cells; the left one is cut when they meet."""
    left = left.truncate(max(0, width - right.cell_length - 1), ellipsis=True)
    return row(left, " " * max(1, width - left.cell_length - right.cell_length), right)


def filled(parts: Sequence[Content], separator: Content, width: int, lines: int = 1) -> Content:
    """Parts laid into some lines, whole: a figure that is cut would be read as another one."""
    rows: list[Content] = []
    for part in parts:
        if rows and rows[-1].cell_length + separator.cell_length + part.cell_length <= width:
            rows[-1] = row(rows[-1], separator, part)
        elif len(rows) < lines:
            rows.append(row(" ", part))
        else:
            break
    return Content("\n").join(rows)


def top(who: str, link: BoardLink, stats: Stats | None, now: datetime, width: int) -> Content:
    """Two lines: who looks, how fresh the figures are, what the agents do; then the day's figures."""
    agents = stats.agents if stats is not None else ()
    clock = row((f"{now:%H:%M:%S}", "bold"), " ")
    separator, room = shown(" ─ ", RULE), width - clock.cell_length - 1
    head = [row((who, "bold")), *_freshness(link, stats, now)]
    parts = [*head, *_agents_now(agents, now, signs_alone=False)]
    if sum(part.cell_length for part in parts) + separator.cell_length * len(parts) > room:
        parts = [*head, *_agents_now(agents, now, signs_alone=True)]
    first = spread(filled(parts, separator, room), clock, width)
    second = filled(_day(agents), shown("   "), width) if stats is not None else Content("")
    return Content("\n").join((first, second))


def _freshness(link: BoardLink, stats: Stats | None, now: datetime) -> list[Content]:
    """The line to the hub; when it is lost, how old the figures are and why."""
    sign, style = LINK_SIGNS.get(link.state, REFUSED_SIGN)
    words = word(LINKS, link.state)
    if link.state == "online":
        return [shown(f"{sign} {words}", style)]
    if stats is not None:
        words = tr("{link}, figures {age} old", link=words, age=age(now - stats.at))
    else:
        words = f"{words} {age(now - link.since)}"
    reason = [shown(link.reason, "$text-warning")] if link.reason else []
    return [shown(f"{sign} {words}", style), *reason]


def _agents_now(agents: Sequence[AgentRow], now: datetime, *, signs_alone: bool) -> list[Content]:
    """How many agents need a look, and how many are in each state."""
    states = Counter(agent.state if agent.connected else "offline" for agent in agents)
    said = [
        f"{STATE_SIGNS[state]}{states[state]}" + ("" if signs_alone else f" {word(STATES, state)}")
        for state in STATE_SIGNS
        if states[state] and state != "offline"
    ]
    look = sum(patience(agent, now) > 0 for agent in agents if agent.connected)
    told = [shown(tr("{count} to look at!", count=look), "bold $text-warning")] if look else []
    return [*told, shown("  ".join(said))] if said else told


def _day(agents: Sequence[AgentRow]) -> list[Content]:
    """The team's day: every share with what it is a share of; money for each currency."""
    touches = sum(agent.touches for agent in agents)
    contacts = sum(agent.contacts for agent in agents)
    rpc = sum(agent.rpc for agent in agents)
    promises = sum(agent.promises for agent in agents)
    told = [_figure(tr("touches"), f"{touches:,}")]
    currencies = sorted({agent.currency for agent in agents})
    for currency in currencies:
        mine = [agent for agent in agents if agent.currency == currency]
        promised = sum(agent.promised_amount for agent in mine)
        recovered = sum(agent.recovered_amount for agent in mine)
        goal = sum(agent.goal for agent in mine)
        unit = f" {currency}" if len(currencies) > 1 else ""
        told.append(_figure(tr("recovered") + unit, of_goal(recovered, goal, whole(recovered), whole(goal))))
        told.append(_figure(tr("promised") + unit, whole(promised)))
    told.append(_figure(tr("PTP"), share(promises, rpc)))
    told.append(_figure(tr("RPC"), share(rpc, contacts)))
    told.append(_figure(tr("contact"), share(contacts, touches)))
    return told


def _figure(label: str, value: str) -> Content:
    return row((label, "$text-muted"), " ", (value, "bold"))


def of_goal(done: int, goal: int, done_words: str, goal_words: str) -> str:
    """``$18,450/$40,000 46.1 %``; without a goal what was done, alone."""
    return f"{done_words}/{goal_words} {percent(done, goal)}" if goal else done_words


def trends(stats: Stats | None) -> Content:
    """Touches, contacts and promises by hour of the working day so far."""
    if stats is None:
        return Content("")
    kinds = (
        (tr("touches"), stats.touches_by_hour, "$text-primary"),
        (tr("contacts"), stats.contacts_by_hour, "$text-accent"),
        (tr("promises"), stats.promises_by_hour, "$text-success"),
    )
    busy = [hour for _, by_hour, _ in kinds for hour, count in enumerate(by_hour) if count]
    if not busy:
        return shown(tr("nothing yet today"), "$text-muted")
    first, last = min(busy), max(busy)
    lines = [trend(label, by_hour, first, last, style) for label, by_hour, style in kinds if by_hour]
    scale = shown(tr("hours {first} to {last}", first=first, last=last), "$text-muted")
    return Content("\n").join([*lines, scale])


def behind(
    item: QueueRow | AgentRow | Decision | None, now: datetime, measured: datetime, width: int, lines: int
) -> Content:
    """The figures of the row under the cursor in full, to the cent and with what they count.

    Args:
        item: the row.
        now: the present instant.
        measured: the instant up to which the agents' connection time is counted.
        width: cells of a line.
        lines: how many there are.
    """
    if isinstance(item, QueueRow):
        head = " ".join(filter(None, (item.portfolio, item.strategy, item.bucket)))
        parts = _queue_parts(item, now)
    elif isinstance(item, AgentRow):
        head, parts = item.display_name or item.name, _agent_parts(item, now, measured)
    elif isinstance(item, Decision) and item.asked is not None:
        head, parts = word(KINDS, item.kind), _approval_parts(item, item.asked)
    elif isinstance(item, Decision):
        head = word(KINDS, item.kind)
        parts = [
            (tr("agent"), item.agent),
            (tr("client"), item.client),
            (tr("portfolio"), item.portfolio),
            (tr("since"), moment(item.at, now)),
            (tr("amount"), money(item.amount, item.currency) if item.amount else ""),
            (tr("why"), reason_words(item) if item.kind in OF_RECORDS or item.n else ""),
            (tr("owner"), (item.owner or tr("nobody yet")) if item.kind == "inconsistency" else ""),
        ]
    else:
        return Content("")
    told = [_figure(label, value) for label, value in parts if value]
    return filled([shown(f"▸ {head}", "bold $text-primary"), *told], shown("  "), width, lines)


def _approval_parts(item: Decision, asked: Asked) -> list[tuple[str, str]]:
    request, account = asked.request, asked.account
    return [
        (tr("agent"), item.agent),
        (word(TERMS, request.terms.kind), phrase(request.terms, asked.country)),
        (
            f"{account.name or word(PRODUCTS, account.product)} {account.bucket}",
            tr("{days} days", days=account.days),
        ),
        (tr("payoff"), plain(account.total)),
        (tr("client"), item.client),
        (tr("reason"), request.reason),
        (tr("needs"), word(LEVELS, request.level)),
    ]


def _recovered(item: QueueRow | AgentRow) -> str:
    done, goal = item.recovered_amount, item.goal
    return of_goal(done, goal, money(done, item.currency), plain(goal))


def _queue_parts(item: QueueRow, now: datetime) -> list[tuple[str, str]]:
    heading = projection(item, now)
    return [
        (tr("order"), directive_words(item.directive)),
        (tr("left"), f"{item.pending + item.leased + item.waiting:,}"),
        (tr("untouched"), f"{item.untouched:,}"),
        (tr("unlocatable"), f"{item.unlocatable:,}" if item.unlocatable else ""),
        (tr("recovered"), _recovered(item)),
        (tr("heads for"), "" if heading is None else money(heading, item.currency)),
        (tr("contact"), share(item.contacted, item.worked)),
        (tr("RPC"), share(item.rpc, item.contacted)),
        (tr("PTP"), share(item.promised, item.rpc)),
        (tr("promised"), money(item.promised_amount, item.currency)),
    ]


def _agent_parts(item: AgentRow, now: datetime, measured: datetime) -> list[tuple[str, str]]:
    hours = lasting(connected(item, now, measured))
    required = item.required_seconds
    return [
        (word(STATES, item.state), age(now - item.since)),
        (tr("contact"), share(item.contacts, item.touches)),
        (tr("RPC"), share(item.rpc, item.contacts)),
        (tr("PTP"), share(item.promises, item.rpc)),
        (tr("promised"), money(item.promised_amount, item.currency)),
        (tr("recovered"), _recovered(item)),
        (tr("kept"), share(item.kept, item.matured) if item.matured else ""),
        (tr("connected"), f"{hours}/{lasting(timedelta(seconds=required))}" if required else hours),
        (tr("last"), f"{item.last_code} {item.last_at.astimezone(now.tzinfo):%H:%M}" if item.last_at else ""),
    ]
