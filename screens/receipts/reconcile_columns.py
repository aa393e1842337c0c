"""Reconciliations in a list, and the status of one of their rows."""

from __future__ import annotations

from datetime import datetime

from rules.tables import Row
from rules.tools.matching import STATUSES, Run
from rules.tools.matching_tables import COLUMNS
from rules.words import tr
from widgets.columns import Column
from widgets.formats import full_day, plain

_STATUS = next(place for place, column in enumerate(COLUMNS) if column.key == "status")


def status_of(found: Row) -> str:
    """The status of a row, from its words."""
    return next(code for code, words in STATUSES.items() if words == found.cells[_STATUS])


def run_columns() -> tuple[Column[Run], ...]:
    """What a run is called, what waits in it, by how much the sides differ; then when, whose."""
    return (
        Column("name", tr("name"), 20, lambda run, _: run.name, lambda run: run.name, grow=True),
        Column("waiting", tr("waiting"), 8, _waits, lambda run: run.waiting, _tone, right=True),
        Column("net", tr("difference"), 18, _difference, _net, right=True),
        Column("made", tr("made"), 12, _made, lambda run: run.made, rank=1),
        Column("status", tr("status"), 9, _status, lambda run: run.status, rank=2),
        Column("portfolio", tr("portfolio"), 18, lambda run, _: run.portfolio, lambda run: run.portfolio,
               rank=3),
        Column("by", tr("by"), 10, lambda run, _: run.made_by, lambda run: run.made_by, rank=4),
    )  # fmt: skip


def _waits(run: Run, _: datetime) -> str:
    return f"{run.waiting:,}" if run.waiting else "✓"


def _tone(run: Run, _: datetime) -> str:
    return "warn" if run.waiting else "good"


def _net(run: Run) -> int:
    return sum(total.collected - total.accounted for total in run.totals)


def _difference(run: Run, _: datetime) -> str:
    return f"{plain(_net(run))} {run.currency}"


def _made(run: Run, now: datetime) -> str:
    return full_day(run.made.astimezone(now.tzinfo).date())


def _status(run: Run, _: datetime) -> str:
    return tr("closed") if run.status == "closed" else tr("open")
