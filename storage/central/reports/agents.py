"""What reports by agent have in common: the first columns, whose row it is, the finished table."""

from __future__ import annotations

from collections.abc import Iterable

from rules.reports import ReportName
from rules.tables import TOTAL, Cell, Column, Row, Table, totals
from rules.words import mark
from storage.central.reports.asked import Asked, Person

COLUMNS = (
    Column(key="agent", title=mark("agent"), kind="code"),
    Column(key="name", title=mark("name")),
    Column(key="team", title=mark("team")),
)

NOBODY = "-"
"""Key of the row of what is nobody's."""

NO_ONE = 0
"""What stands for nobody among the ids of people."""


def cells(asked: Asked, user_id: int) -> tuple[Cell, ...]:
    """The first cells of somebody's row."""
    person = asked.people.get(user_id)
    return (person.name, person.display_name, person.team) if person else (NOBODY, "", "")


def in_order(asked: Asked, user_ids: Iterable[int]) -> list[int]:
    """Those of some people who are asked about, in the order of reports; nobody comes last."""
    wanted = set(user_ids)
    return [key for key in asked.people if key in wanted] + ([NO_ONE] if NO_ONE in wanted else [])


def of_row(asked: Asked, row: str) -> list[int]:
    """The ids of the people whose numbers are in a row.

    Raises:
        KeyError: nobody of that name is asked about.
    """
    if row.startswith(TOTAL):
        return [*asked.people, *([NO_ONE] if asked.everybody else [])]
    if row == NOBODY:
        return [NO_ONE]
    return [person(asked, row).id]


def person(asked: Asked, name: str) -> Person:
    """Somebody by name.

    Raises:
        KeyError: nobody of that name is asked about.
    """
    for one in asked.people.values():
        if one.name == name:
            return one
    raise KeyError(name)


def made(
    asked: Asked, name: ReportName, columns: tuple[Column, ...], rows: tuple[Row, ...], note: str = ""
) -> Table:
    """A report with its totals."""
    return Table(
        name=name.name,
        title=name.title,
        columns=columns,
        rows=rows,
        totals=totals(columns, rows),
        at=asked.tx.now,
        since=asked.since,
        until=asked.until,
        note=note,
    )
