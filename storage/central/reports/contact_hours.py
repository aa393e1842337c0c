"""Contact by weekday and hour, in the client's own time: a heat map as a table."""

from __future__ import annotations

import msgspec

from rules.contact_hours import FEW
from rules.reports import ReportName
from rules.tables import TOTAL, Column, Row, Table
from rules.words import mark
from storage.central.reports import agents, hours
from storage.central.reports.asked import Asked

NAME = ReportName(
    name="contact_hours", title=mark("Contact by weekday and hour"), group="trends", period="91d"
)

WEEKDAYS = ("0", "1", "2", "3", "4", "5", "6")
"""Keys of the rows, "0" = Monday."""

COLUMNS = (Column(key="weekday", title=mark("weekday"), kind="code"), *hours.COLUMNS, *hours.TOTALS)


def table(asked: Asked) -> Table:
    """A row for each weekday, "0" = Monday; every weekday is there."""
    found = hours.by(asked, lambda place: WEEKDAYS[place.day.weekday()])
    rows = tuple(
        Row(key=key, cells=(key, *hours.cells(found.get(key, {})), *hours.whole(found.get(key, {}))))
        for key in WEEKDAYS
    )
    made = agents.made(asked, NAME, COLUMNS, rows)
    few = made.totals[0].cells[made.place("attempts")]
    return msgspec.structs.replace(made, note="few" if isinstance(few, int) and few < FEW else "")


def rows(asked: Asked, row: str, column: str) -> Table:
    """The attempts behind a cell."""
    if not row.startswith(TOTAL) and row not in WEEKDAYS:
        raise KeyError(row)
    return hours.rows(
        asked,
        NAME.title,
        column,
        lambda place: row.startswith(TOTAL) or WEEKDAYS[place.day.weekday()] == row,
    )
