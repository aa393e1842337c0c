"""Every report by its name, and how one is asked for."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rules.reports import ReportName, ReportQuery, Reports, RowsQuery
from rules.tables import Table
from storage.central.connection import Store
from storage.central.doors.who import Who
from storage.central.records.closing import NotDone
from storage.central.reports import (
    activity,
    activity_by_portfolio,
    activity_by_team,
    best_hours,
    bucket_curve,
    channels,
    cleanup,
    commissions,
    commitments,
    connection_time,
    contact_hours,
    containment,
    dialler,
    efficiency,
    goals,
    goals_by_portfolio,
    handling,
    kept,
    live_agents,
    live_queue,
    pipeline,
    planner,
    promise_curve,
    quality,
    recovered,
    recovery,
    rolling_soon,
    rolls,
    rooms,
    service,
    strategies,
    tax_receipts,
    tool_use,
)
from storage.central.reports.asked import Asked, asked
from storage.central.upkeep import audit


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report: its name, the table, and the rows behind the cell of a row and column."""

    name: ReportName
    table: Callable[[Asked], Table]
    rows: Callable[[Asked, str, str], Table]


SHELF = {
    name.name: Report(name=name, table=module.table, rows=module.rows)
    for module in (
        live_queue,
        live_agents,
        activity,
        activity_by_portfolio,
        activity_by_team,
        handling,
        connection_time,
        kept,
        tool_use,
        service,
        dialler,
        contact_hours,
        best_hours,
        bucket_curve,
        promise_curve,
        commissions,
        quality,
        strategies,
        goals,
        goals_by_portfolio,
        recovered,
        recovery,
        efficiency,
        containment,
        rolls,
        rolling_soon,
        commitments,
        pipeline,
        rooms,
        channels,
        planner,
        cleanup,
        tax_receipts,
    )
    for name in (module.NAME,)
}


def listed() -> Reports:
    """What may be asked for."""
    return Reports(reports=tuple(report.name for report in SHELF.values()))


def table(store: Store, who: Who, query: ReportQuery) -> Table:
    """A report.

    Raises:
        NotDone: unknown_report, or what `asked` says.
    """
    report = _found(query.name)
    with store.read() as tx:
        return report.table(asked(tx, who, query, report.name.period))


def rows(store: Store, who: Who, query: RowsQuery) -> Table:
    """The rows behind a number of a report; that they were read is noted.

    Raises:
        NotDone: unknown_report, unknown_cell, or what `asked` says.
    """
    report = _found(query.name)
    again = ReportQuery(
        name=query.name,
        since=query.since,
        until=query.until,
        portfolio=query.portfolio,
        team=query.team,
        agent=query.agent,
    )
    with store.read() as tx:
        try:
            found = report.rows(asked(tx, who, again, report.name.period), query.row, query.column)
        except KeyError as error:
            raise NotDone("unknown_cell") from error
    audit.note_reading(store, who.name, "rows_read", who.device)
    return found


def _found(name: str) -> Report:
    if name not in SHELF:
        raise NotDone("unknown_report")
    return SHELF[name]
