"""Quality of calls by agent: evaluations of the days, the newest of each call."""

from __future__ import annotations

from rules.rates import WHOLE
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table, totals
from rules.words import mark
from storage.central.connection import document, instant
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.asked import Asked

NAME = ReportName(name="quality", title=mark("Quality by agent"), group="quality")

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="team", title=mark("team")),
    Column(key="heard", title=mark("calls heard"), kind="count", opens=True),
    Column(key="score", title=mark("average score"), kind="percent"),
    Column(key="failed", title=mark("with a critical failure"), kind="count", opens=True),
)
ROWS = (
    Column(key="at", title=mark("heard"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="score", title=mark("score"), kind="percent"),
    Column(key="failed", title=mark("critical")),
    Column(key="by", title=mark("heard by"), kind="code"),
    Column(key="note", title=mark("note")),
)

_FOUND = """
    SELECT e.id, e.user_id, u.name, e.at, c.name, i.code, e.score, e.failed, b.name, e.note
    FROM evaluation e
    JOIN interaction i ON i.id = e.interaction_id
    JOIN client c ON c.id = i.client_id
    JOIN app_user u ON u.id = e.user_id
    JOIN app_user b ON b.id = e.by_user_id
    WHERE e.day >= :since AND e.day <= :until AND c.portfolio_id IN :portfolios AND e.user_id IN :users
        AND NOT EXISTS (
            SELECT 1 FROM evaluation later
            WHERE later.interaction_id = e.interaction_id AND (later.at, later.id) > (e.at, e.id)
        )
    ORDER BY e.at DESC, e.id
"""


def table(asked: Asked) -> Table:
    """A row for each agent of whom a call was heard; the average is the sum of scores over its most."""
    scores: dict[int, list[int]] = {}
    failures: dict[int, int] = {}
    for row in asked.tx.all(_FOUND, **asked.terms):
        scores.setdefault(row[1], []).append(row[6])
        failures[row[1]] = failures.get(row[1], 0) + bool(document(row[7]))
    rows = tuple(
        Row(
            key=person.name,
            cells=(
                person.name,
                person.display_name,
                person.team,
                len(scores[key]),
                (sum(scores[key]), WHOLE * len(scores[key])),
                failures[key],
            ),
        )
        for key, person in asked.people.items()
        if key in scores
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


def rows(asked: Asked, row: str, column: str) -> Table:
    """The evaluations behind a count.

    Raises:
        KeyError: the column opens no rows.
    """
    if column not in ("heard", "failed"):
        raise KeyError(column)
    found = [
        one
        for one in asked.tx.all(_FOUND, **asked.terms)
        if (row.startswith(TOTAL) or one[2] == row) and (column == "heard" or document(one[7]))
    ]
    lines = tuple(
        Row(
            key=one[0],
            cells=(
                instant(one[3]).isoformat(),
                one[2],
                masked(one[4]),
                one[5],
                (one[6], WHOLE),
                ", ".join(document(one[7])),
                one[8],
                one[9],
            ),
        )
        for one in found
    )
    return behind.table(asked, NAME.title, ROWS, lines)
