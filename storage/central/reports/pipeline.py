"""Pipeline of cancellations by sales room and tier: new, in process, saved, cancelled, and what was saved."""

from __future__ import annotations

from rules.cancellations import ALL, CANCELLED, OPEN, SAVED, pipeline
from rules.reports import ReportName
from rules.tables import Cell, Column, Row, Table, pair
from rules.words import mark
from storage.central.reports import rooms as contracts
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.cancelling import Cancelling, cancelling, requests
from storage.central.reports.owners import key, parted

NAME = ReportName(name="pipeline", title=mark("Cancellation pipeline"), group="money", period="month")

COLUMNS = (
    Column(key="room", title=mark("sales room")),
    Column(key="tier", title=mark("tier"), kind="code"),
    Column(key="requests", title=mark("requests"), kind="count", opens=True),
    Column(key="requested", title=mark("amount"), kind="money", opens=True),
    Column(key="save_rate", title=mark("saved of closed"), kind="percent"),
    Column(key="save_amount", title=mark("amount saved of closed"), kind="percent", of="money"),
    Column(key="new", title=mark("new"), kind="count", opens=True),
    Column(key="open", title=mark("in process"), kind="count", opens=True),
    Column(key="open_amount", title=mark("amount in process"), kind="money", opens=True),
    Column(key="saved", title=mark("saved"), kind="count", opens=True),
    Column(key="saved_amount", title=mark("amount saved"), kind="money", opens=True),
    Column(key="cancelled", title=mark("cancelled"), kind="count", opens=True),
    Column(key="cancelled_amount", title=mark("amount cancelled"), kind="money", opens=True),
    Column(key="late", title=mark("past their day"), kind="count", opens=True),
    Column(key="next_due", title=mark("next last day"), kind="date"),
)


def table(asked: Asked) -> Table:
    """A row for each sales room, tier and currency; next_due: the first last day of those in process."""
    groups: dict[tuple[str, str, str], list[Cancelling]] = {}
    for one in cancelling(asked):
        groups.setdefault((one.room, one.tier, one.currency), []).append(one)
    rows = tuple(
        Row(
            key=key(*place),
            cells=(place[0], place[1], *_cells(asked, groups[place])),
            currency=place[2],
        )
        for place in sorted(groups)
    )
    return made(asked, NAME, COLUMNS, rows)


def _cells(asked: Asked, found: list[Cancelling]) -> tuple[Cell, ...]:
    counted = pipeline(requests(found))[ALL]
    due = min((one.due for one in found if one.state == OPEN and one.due is not None), default=None)
    return (
        counted.requests,
        counted.requested,
        pair(counted.save_rate),
        pair(counted.save_amount_rate),
        sum(one.new for one in found),
        counted.open,
        counted.requested - counted.closed_amount,
        counted.saved,
        counted.saved_amount,
        counted.closed - counted.saved,
        counted.closed_amount - counted.saved_amount,
        sum(is_late(asked, one) for one in found),
        None if due is None else due.isoformat(),
    )


def is_late(asked: Asked, one: Cancelling) -> bool:
    """Whether a request is still in process after the last day of its clock."""
    return one.state == OPEN and one.due is not None and one.due < asked.until


def rows(asked: Asked, row: str, column: str) -> Table:
    """The contracts behind a number.

    Raises:
        KeyError: there is no such cell, or it opens no rows.
    """
    if not any(one.opens for one in COLUMNS if one.key == column):
        raise KeyError(column)
    where = parted(row, ("room", "tier", "currency"))
    found = [
        one for one in cancelling(asked) if all(getattr(one, name) == value for name, value in where.items())
    ]
    state = column.removesuffix("_amount")
    if state in (OPEN, SAVED, CANCELLED):
        found = [one for one in found if one.state == state]
    elif column in ("new", "late"):
        found = [one for one in found if (one.new if column == "new" else is_late(asked, one))]
    return contracts.listed(asked, found)
