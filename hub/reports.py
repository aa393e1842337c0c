"""Reports for those who lead: what there is, a table, and the rows behind one of its numbers."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from hub.auth import BEARER, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import problem_specs
from rules.reports import ReportQuery, Reports, RowsQuery
from rules.tables import Table
from storage.central.reports import shelf

READERS = WATCHERS | {"backoffice"}
"""Who reads reports."""

_REFUSED = problem_specs(*REFUSED)

Day = Annotated[date | None, QueryParameter(description="a day, both ends included; none = the usual period")]
Name = Annotated[str, QueryParameter(max_length=100, description="none = all that you may see")]


@get(
    "/v1/reports",
    sync_to_thread=False,
    guards=[signed_in],
    security=BEARER,
    roles=READERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="reports",
    summary="The reports that there are",
)
def reports() -> Reports:
    """Every report with its title and usual period."""
    return shelf.listed()


@get(
    "/v1/reports/{name:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=READERS,
    responses=_REFUSED,
    operation_id="report",
    summary="A report as a table",
)
def report(
    name: FromPath[str],
    who: SignedIn,
    store: TheStore,
    since: Day = None,
    until: Day = None,
    portfolio: Name = "",
    team: Name = "",
    agent: Name = "",
) -> Table:
    """The report over the reader's portfolios and team."""
    query = ReportQuery(name=name, since=since, until=until, portfolio=portfolio, team=team, agent=agent)
    return shelf.table(store, who, query)


@get(
    "/v1/reports/{name:str}/rows",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=READERS,
    responses=_REFUSED,
    operation_id="report_rows",
    summary="The rows behind a number of a report",
)
def report_rows(
    name: FromPath[str],
    who: SignedIn,
    store: TheStore,
    row: Annotated[str, QueryParameter(max_length=200, description="key of the row; * = the total")],
    column: Annotated[str, QueryParameter(max_length=100, description="key of the column")],
    since: Day = None,
    until: Day = None,
    portfolio: Name = "",
    team: Name = "",
    agent: Name = "",
) -> Table:
    """What the number in a cell counts; that it was read is noted in the audit log."""
    query = RowsQuery(
        name=name,
        row=row,
        column=column,
        since=since,
        until=until,
        portfolio=portfolio,
        team=team,
        agent=agent,
    )
    return shelf.rows(store, who, query)
