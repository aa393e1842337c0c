"""Handling of calls by agent: talk, hold, wrap-up, average handle time (AHT) and occupancy.

As the telephone system told them, for each agent, portfolio and day of which its file was
loaded; else as the workstation knows: from the beginning of a call until its result was saved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, pair
from rules.words import mark
from rules.worktime import handling
from storage.central.connection import Dialect, instant
from storage.central.counting.attendance import Worker, attendance
from storage.central.records.decisions import masked
from storage.central.reports import agents, behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="handling", title=mark("Handling of calls"), group="activity")

COLUMNS = (
    *agents.COLUMNS,
    Column(key="source", title=mark("source"), kind="code"),
    Column(key="handled", title=mark("handled calls"), kind="count", opens=True),
    Column(key="talk", title=mark("talk"), kind="seconds", opens=True),
    Column(key="hold", title=mark("hold"), kind="seconds", opens=True),
    Column(key="wrap", title=mark("wrap-up"), kind="seconds", opens=True),
    Column(key="handle_time", title=mark("handle time (AHT)"), kind="average", of="seconds"),
    Column(key="occupancy", title=mark("occupancy"), kind="percent", of="seconds"),
)

CALLS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="source", title=mark("source"), kind="code"),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="client", title=mark("client")),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="talk", title=mark("talk"), kind="seconds"),
    Column(key="hold", title=mark("hold"), kind="seconds"),
    Column(key="wrap", title=mark("wrap-up"), kind="seconds"),
)

_SPAN: dict[Dialect, str] = {
    "sqlite": "CAST(strftime('%s', i.at) AS INTEGER) - CAST(strftime('%s', i.started_at) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM date_trunc('second', i.at))"
    " - extract(epoch FROM date_trunc('second', i.started_at)) AS bigint)",
}
"""Whole seconds from the beginning of a call to its result, in each store's words."""

_TOLD = """
    SELECT DISTINCT t.portfolio_id, t.user_id, t.day
    FROM phone_call t
    WHERE t.portfolio_id IN :portfolios AND t.day >= :since AND t.day <= :until AND t.user_id IN :users
"""

_CALLS = f"""
    WITH told AS ({_TOLD}),
    calls AS (
        SELECT CAST(t.id AS TEXT) AS id, 'telephone' AS source, t.user_id, t.portfolio_id, t.at,
            NULL AS client_id, t.code, t.talk, t.hold, t.wrap
        FROM phone_call t
        WHERE t.portfolio_id IN :portfolios AND t.day >= :since AND t.day <= :until AND t.user_id IN :users
            AND t.outcome = 'answered' AND t.talk > 0
        UNION ALL
        SELECT i.id, 'workstation', i.user_id, c.portfolio_id, i.at, i.client_id, i.code, {{span}}, 0, 0
        FROM interaction i
        JOIN client c ON c.id = i.client_id
        LEFT JOIN told ON told.portfolio_id = c.portfolio_id AND told.user_id = i.user_id
            AND told.day = i.day
        WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until AND i.flags LIKE '%A%'
            AND +c.portfolio_id IN :portfolios AND i.user_id IN :users AND i.started_at < i.at
            AND told.user_id IS NULL
    )
"""  # noqa: S608 - our own words

_COUNTED = f"""{_CALLS}
    SELECT user_id, source, count(*), sum(talk), sum(hold), sum(wrap)
    FROM calls
    GROUP BY user_id, source
"""  # noqa: S608 - our own words

_LISTED = f"""{_CALLS}
    SELECT q.id, q.at, u.name, q.source, b.name, c.name, q.code, q.talk, q.hold, q.wrap
    FROM calls q
    JOIN app_user u ON u.id = q.user_id
    JOIN portfolio b ON b.id = q.portfolio_id
    LEFT JOIN client c ON c.id = q.client_id
    WHERE q.user_id IN :whose
    ORDER BY q.at DESC, q.id
    LIMIT :most
"""  # noqa: S608 - our own words


def table(asked: Asked) -> Table:
    """A row for each agent who handled a call; idle is what is left of the connection time."""
    times: defaultdict[int, Counter[str]] = defaultdict(Counter)
    sources: defaultdict[int, set[str]] = defaultdict(set)
    for user_id, source, handled, talk, hold, wrap in asked.tx.all(_told(asked, _COUNTED), **asked.terms):
        sources[user_id].add(source)
        times[user_id].update(handled=int(handled), talk=int(talk), hold=int(hold), wrap=int(wrap))
    connected = _connected(asked, list(times))
    rows = tuple(
        _row(asked, key, "+".join(sorted(sources[key])), times[key], connected[key])
        for key in agents.in_order(asked, times)
    )
    return agents.made(asked, NAME, COLUMNS, rows)


def _told(asked: Asked, statement: str) -> str:
    return statement.replace("{span}", _SPAN[asked.tx.dialect])


def _connected(asked: Asked, users: list[int]) -> Counter[int]:
    workers = {key: Worker(home=asked.people[key].home, minutes=0) for key in users if key in asked.people}
    found: Counter[int] = Counter()
    for one in attendance(asked.tx, workers, asked.since, asked.until):
        found[one.user_id] += one.connection.connected
    return found


def _row(asked: Asked, key: int, source: str, times: Counter[str], connected: int) -> Row:
    cells = agents.cells(asked, key)
    talk, hold, wrap = times["talk"], times["hold"], times["wrap"]
    idle = max(0, connected - talk - hold - wrap)
    found = handling(talk, hold, wrap, idle, times["handled"])
    return Row(
        key=str(cells[0]),
        cells=(
            *cells,
            source,
            times["handled"],
            talk,
            hold,
            wrap,
            *map(pair, (found.handle_time, found.occupancy)),
        ),
    )


def rows(asked: Asked, row: str, column: str) -> Table:
    """The calls behind a number."""
    if not any(one.key == column and one.opens for one in COLUMNS):
        raise KeyError(column)
    whose = list(asked.people) if row.startswith(TOTAL) else agents.of_row(asked, row)
    statement = _told(asked, _LISTED)
    found = asked.tx.all(statement, **asked.terms, whose=whose, most=behind.MOST_ROWS + 1)
    return behind.table(asked, NAME.title, CALLS, tuple(_call(*one) for one in found))


def _call(key: str, at: Any, agent: str, source: str, portfolio: str, client: str | None, *rest: Any) -> Row:
    cells = (instant(at).isoformat(), agent, source, portfolio, masked(client or ""), *rest)
    return Row(key=f"{source}/{key}", cells=cells)
