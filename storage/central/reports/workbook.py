"""The workbook of some days: all reports and their facts, read at one moment, in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from rules.reports import ReportQuery
from rules.tables import Table
from rules.workbook import About, Part, WorkbookQuery
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.reports.asked import Asked, asked
from storage.central.reports.facts import FACTS
from storage.central.reports.shelf import SHELF, Report
from storage.central.upkeep import audit

T = TypeVar("T")

ROWS_AT_ONCE = 1000
"""Rows of facts in one part."""

LIVE = "live"
"""Group of the reports that know the present moment only."""


def parts(store: Store, who: Who, query: WorkbookQuery, actor: str) -> Iterator[Part]:
    """The parts of a workbook within somebody's scope; that it was read is noted first.

    All of it is read by one thread, at one moment, which does not hold up writers.

    Args:
        store: the central store.
        who: whose portfolios and team it is of.
        query: the days, and what of them.
        actor: who asks, for the audit log.

    Raises:
        NotDone: as a report of these days.
    """
    with store.read() as tx:
        whole = _asked(tx, who, query, "day")
    with store.begin() as tx:
        audit.note(
            tx,
            actor,
            "workbook_read",
            device=who.device,
            user=who.user_id,
            since=whole.since.isoformat(),
            until=whole.until.isoformat(),
        )
    with store.read() as tx:
        yield from _parts(tx, who, query)


def _parts(tx: Tx, who: Who, query: WorkbookQuery) -> Iterator[Part]:
    whole = _asked(tx, who, query, "day")
    yield Part(
        about=About(
            since=whole.since,
            until=whole.until,
            by=who.display_name or who.name,
            at=tx.now,
            portfolio=query.portfolio,
            team=query.team,
            agent=query.agent,
        )
    )
    for report in SHELF.values():
        if report.name.group != LIVE:
            yield Part(sheet=_table(tx, who, query, report, whole))
    for facts in FACTS:
        yield Part(
            sheet=Table(
                name=facts.name,
                title=facts.title,
                columns=facts.columns,
                rows=(),
                at=tx.now,
                since=whole.since,
                until=whole.until,
            )
        )
        for some in _chunks(facts.rows(whole), ROWS_AT_ONCE):
            yield Part(rows=some)


def _table(tx: Tx, who: Who, query: WorkbookQuery, report: Report, whole: Asked) -> Table:
    """A report of the days; one of a longer usual period is of that, where a single day is asked for."""
    if report.name.period != "day" and whole.since == whole.until:
        query = WorkbookQuery(
            until=whole.until, portfolio=query.portfolio, team=query.team, agent=query.agent
        )
    return report.table(_asked(tx, who, query, report.name.period))


def _asked(tx: Tx, who: Who, query: WorkbookQuery, period: str) -> Asked:
    report = ReportQuery(
        name="",
        since=query.since,
        until=query.until,
        portfolio=query.portfolio,
        team=query.team,
        agent=query.agent,
    )
    return asked(tx, who, report, period)


def _chunks(rows: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    source = iter(rows)
    while some := tuple(islice(source, size)):
        yield some
