"""The rows behind a number: results, promises, payments and clients, named as far as a lead may see them."""

from __future__ import annotations

from typing import Any

from rules.buckets import parted
from rules.tables import Cell, Column, Row, Table
from rules.words import mark
from storage.central.connection import day, instant
from storage.central.records.decisions import masked
from storage.central.reports.asked import Asked

MOST_ROWS = 2000
"""So many are shown; all of them leave by an export."""

RESULTS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="portfolio", title=mark("portfolio")),
    Column(key="bucket", title=mark("bucket"), kind="code"),
    Column(key="code", title=mark("code"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="due", title=mark("due"), kind="date"),
    Column(key="strategy", title=mark("strategy"), kind="code"),
)

_RESULTS = """
    SELECT i.id, i.at, i.agent, c.name, p.name, i.bucket, i.code, i.amount, i.due, i.strategy, i.currency
    FROM interaction i
    JOIN client c ON c.id = i.client_id
    JOIN portfolio p ON p.id = c.portfolio_id
    WHERE i.retracted_by IS NULL AND {when} AND +c.portfolio_id IN :portfolios AND {whose} AND {condition}
    ORDER BY i.at DESC, i.id
    LIMIT :most
"""


_IN_THESE_DAYS = "i.day >= :since AND i.day <= :until"
_ASKED_ABOUT = "(i.user_id IN :users OR (:everybody AND i.user_id IS NULL))"


def results(
    asked: Asked,
    title: str,
    condition: str,
    *,
    when: str = _IN_THESE_DAYS,
    whose: str = _ASKED_ABOUT,
    **terms: Any,
) -> Table:
    """Results of calls that meet a condition on ``i`` (interaction) and ``c`` (client); newest first.

    Args:
        asked: the days and the people.
        title: what the rows are, English, to be translated.
        condition: SQL of our own, with parameters.
        when: likewise, in the place of the days.
        whose: likewise, in the place of the people who are asked about.
        terms: the parameters' values.
    """
    statement = _RESULTS.replace("{when}", when).replace("{whose}", whose).replace("{condition}", condition)
    found = asked.tx.all(statement, **(asked.terms | terms), most=MOST_ROWS + 1)
    rows = tuple(
        Row(
            key=row[0],
            currency=row[10],
            cells=(
                instant(row[1]).isoformat(),
                row[2],
                masked(row[3]),
                row[4],
                parted(row[5])[0],
                row[6],
                row[7],
                None if row[8] is None else day(row[8]).isoformat(),
                row[9],
            ),
        )
        for row in found
    )
    return table(asked, title, RESULTS, rows)


def table(asked: Asked, title: str, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Table:
    """Rows as a table, the first `MOST_ROWS` of them; give it one more to say that there are more."""
    return Table(
        name="rows",
        title=title,
        columns=columns,
        rows=rows[:MOST_ROWS],
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
        more=len(rows) > MOST_ROWS,
    )


def money(amount: int | None) -> Cell:
    """Minor units as a cell."""
    return None if amount is None else int(amount)
