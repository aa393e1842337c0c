"""Contracts of each sales room whose cancellation was asked for: how each stands, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from rules.cancellations import OPEN, STATES, STEPS
from rules.reports import ReportName
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.records.decisions import masked
from storage.central.reports import behind
from storage.central.reports.agents import made
from storage.central.reports.asked import Asked
from storage.central.reports.cancelling import Cancelling, cancelling

NAME = ReportName(name="rooms", title=mark("Contracts by sales room"), group="money", period="month")

COLUMNS = (
    Column(key="room", title=mark("sales room")),
    Column(key="contract", title=mark("contract"), kind="code"),
    Column(key="client", title=mark("client")),
    Column(key="tier", title=mark("tier"), kind="code"),
    Column(key="state", title=mark("state"), kind="word"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="step", title=mark("next step"), kind="word"),
    Column(key="due", title=mark("last day"), kind="date"),
    Column(key="left", title=mark("days left")),
    Column(key="asked", title=mark("asked for"), kind="date"),
    Column(key="closed", title=mark("closed"), kind="date"),
    Column(key="agent", title=mark("agent"), kind="code"),
)


def table(asked: Asked) -> Table:
    """A row for each contract."""
    return made(asked, NAME, COLUMNS, _rows(asked, cancelling(asked)))


def listed(asked: Asked, found: Iterable[Cancelling]) -> Table:
    """Contracts as the rows behind a number."""
    return behind.table(asked, NAME.title, COLUMNS, _rows(asked, found))


def rows(asked: Asked, row: str, column: str) -> Table:
    """A contract stands for itself.

    Raises:
        KeyError: always.
    """
    raise KeyError(column)


def _rows(asked: Asked, found: Iterable[Cancelling]) -> tuple[Row, ...]:
    ordered = sorted(found, key=lambda one: (one.room, one.currency, one.state != OPEN, one.asked_on, one.id))
    return tuple(
        Row(
            key=one.id,
            currency=one.currency,
            cells=(
                one.room,
                one.contract,
                masked(one.client),
                one.tier,
                STATES[one.state],
                one.amount,
                STEPS[one.step],
                None if one.due is None else one.due.isoformat(),
                None if one.due is None or one.state != OPEN else str((one.due - asked.until).days),
                one.asked_on.isoformat(),
                None if one.closed_on is None else one.closed_on.isoformat(),
                one.agent,
            ),
        )
        for one in ordered
    )
