"""The agents as boards show them now, and the rows behind each of their figures."""

from __future__ import annotations

import msgspec

from rules.periods import month
from rules.protocol import AgentRow
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, totals
from rules.words import mark
from storage.central.counting import figures, stats
from storage.central.reports import live
from storage.central.reports import promised as promises
from storage.central.reports.asked import Asked

NAME = ReportName(name="live_agents", title=mark("The agents now"), group="live")

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="team", title=mark("team")),
    Column(key="state", title=mark("state"), kind="code"),
    Column(key="since", title=mark("since"), kind="instant"),
    Column(key="touches", title=mark("touches"), kind="count", opens=True),
    Column(key="contacts", title=mark("contacts"), kind="count", opens=True),
    Column(key="rpc", title=mark("right-party contacts"), kind="count", opens=True),
    Column(key="promises", title=mark("promises"), kind="count", opens=True),
    Column(key="promised", title=mark("promised"), kind="money", opens=True),
    Column(key="recovered", title=mark("recovered"), kind="money", opens=True),
    Column(key="goal", title=mark("goal"), kind="money"),
    Column(key="kept", title=mark("kept rate of the month"), kind="percent", opens=True),
    Column(key="connected", title=mark("connected"), kind="seconds"),
    Column(key="required", title=mark("required"), kind="seconds"),
    Column(key="code", title=mark("last code"), kind="code"),
)

_MEASURES = {
    "touches": figures.TOUCH,
    "contacts": figures.CONTACT,
    "rpc": figures.RIGHT_PARTY,
    "promises": figures.PROMISE,
}


def table(asked: Asked) -> Table:
    """The rows of a board's agents, equal to it to the cent.

    Raises:
        NotDone: only_today.
    """
    names = {person.name for person in asked.people.values()}
    rows = tuple(
        _row(agent) for agent in stats.seen(asked.tx, live.viewer(asked)).agents if agent.name in names
    )
    return Table(
        name=NAME.name,
        title=NAME.title,
        columns=COLUMNS,
        rows=rows,
        totals=totals(COLUMNS, rows),
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
    )


def _row(agent: AgentRow) -> Row:
    return Row(
        key=agent.name,
        currency=agent.currency,
        cells=(
            agent.name,
            agent.display_name,
            agent.team,
            agent.state,
            agent.since.isoformat(),
            agent.touches,
            agent.contacts,
            agent.rpc,
            agent.promises,
            agent.promised_amount,
            agent.recovered_amount,
            agent.goal,
            (agent.kept, agent.matured),
            agent.connected_seconds,
            agent.required_seconds,
            agent.last_code,
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """What a figure of an agent, or of all of a currency, counts.

    Raises:
        KeyError: the column opens no rows, or there is no such agent.
        NotDone: only_today.
    """
    live.viewer(asked)
    titles = {one.key: one.title for one in COLUMNS if one.opens}
    title = titles[column]
    those, currency = _whose(asked, row)
    if column == "promised":
        return live.promised(those, title, None, currency)
    if column == "recovered":
        return live.payments(those, title, None, currency)
    if column == "kept":
        return _matured(those, title)
    return live.results(those, title, _MEASURES[column], None)


def _whose(asked: Asked, row: str) -> tuple[Asked, str]:
    """The question of some agents alone, and the currency of their figures."""
    if row.startswith(TOTAL):
        currency = row.removeprefix(TOTAL)
        people = {key: one for key, one in asked.people.items() if currency in ("", one.home.currency)}
    else:
        people = {key: one for key, one in asked.people.items() if one.name == row}
        currency = next((one.home.currency for one in people.values()), "")
    if not people:
        raise KeyError(row)
    found = msgspec.structs.replace(asked, people=people, everybody=False, unfiltered=False)
    return found, currency


def _matured(asked: Asked, title: str) -> Table:
    """The promises that fell due this month and were kept, kept in part or broken."""
    condition = """
        p.status IN ('kept', 'partial', 'broken')
            AND EXISTS (SELECT 1 FROM interaction i WHERE i.id = p.event_id AND i.day IS NOT NULL)
    """
    tables = []
    for one in live.each_day(asked):
        first, last = month(one.until)
        of_month = msgspec.structs.replace(one, since=first, until=last)
        tables.append(promises.rows(of_month, title, list(asked.people), condition))
    return live.together(asked, promises.COLUMNS, title, tables)
