"""Activity by agent: attempts, contacts, right-party contacts and promises, with the rates between them."""

from __future__ import annotations

from rules.activity import Activity
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, pair, totals
from rules.words import mark
from storage.central.reports import behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="activity", title=mark("Activity by agent"), group="activity")

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="team", title=mark("team")),
    Column(key="attempts", title=mark("attempts"), kind="count", opens=True),
    Column(key="contacts", title=mark("contacts"), kind="count", opens=True),
    Column(key="rpc", title=mark("right-party contacts"), kind="count", opens=True),
    Column(key="promises", title=mark("promises"), kind="count", opens=True),
    Column(key="contact_rate", title=mark("contact rate"), kind="percent"),
    Column(key="rpc_rate", title=mark("right-party rate"), kind="percent"),
    Column(key="promise_rate", title=mark("promise rate"), kind="percent"),
)

_FLAGS = {"attempts": "A", "contacts": "C", "rpc": "R", "promises": "P"}

_COUNTED = """
    SELECT i.user_id,
        sum(CASE WHEN i.flags LIKE '%A%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%C%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%R%' THEN 1 ELSE 0 END),
        sum(CASE WHEN i.flags LIKE '%P%' THEN 1 ELSE 0 END)
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    WHERE i.retracted_by IS NULL AND i.day >= :since AND i.day <= :until
        AND c.portfolio_id IN :portfolios AND i.user_id IN :users
    GROUP BY i.user_id
"""


def table(asked: Asked) -> Table:
    """A row for each agent who did anything."""
    counts = {row[0]: [int(n) for n in row[1:]] for row in asked.tx.all(_COUNTED, **asked.terms)}
    rows = tuple(
        _row(person.name, person.display_name, person.team, counts[key])
        for key, person in asked.people.items()
        if key in counts
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


def _row(name: str, display_name: str, team: str, counts: list[int]) -> Row:
    attempts, contacts, rpc, promises = counts
    done = Activity(
        attempts=attempts,
        contacts=contacts,
        rpc=rpc,
        promises=promises,
        assigned=0,
        touched=0,
        handled=0,
        handling=0,
    )
    rates = (done.contact_rate, done.rpc_rate, done.promise_rate)
    return Row(key=name, cells=(name, display_name, team, *counts, *map(pair, rates)))


def rows(asked: Asked, row: str, column: str) -> Table:
    """The results behind a count."""
    flag = _FLAGS[column]
    condition = "i.flags LIKE :flag"
    if row.startswith(TOTAL):
        return behind.results(asked, NAME.title, f"i.user_id IN :users AND {condition}", flag=f"%{flag}%")
    return behind.results(asked, NAME.title, f"i.agent = :agent AND {condition}", agent=row, flag=f"%{flag}%")
