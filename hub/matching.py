"""Reconciliation of what was collected with what accounting reports: runs, rows, how these are settled."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from hub.auth import BEARER, OFFICE, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import problem_specs
from rules.questions import Done
from rules.tables import Table
from rules.tools.matching import NewRun, Part, Resolving, Run, Runs, Whole
from storage.central.matching import rows, runs

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/reconciliations",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="reconciliations",
    summary="The newest reconciliations",
)
def listed(who: SignedIn, store: TheStore) -> Runs:
    """Those of the reader's portfolios, with their totals."""
    return runs.listed(store, who)


@post(
    "/v1/reconciliations",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="open_reconciliation",
    summary="Open a reconciliation, to be filled with rows",
)
def open_run(data: JSONBody[NewRun], who: SignedIn, store: TheStore) -> Run:
    """Asking again with the same id opens nothing else."""
    return runs.open_run(store, who, data)


@post(
    "/v1/reconciliations/{run_id:str}/rows",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="reconciliation_part",
    summary="Send a part of the rows",
)
def add(run_id: FromPath[str], data: JSONBody[Part], who: SignedIn, store: TheStore) -> Done:
    """A part that is sent again changes nothing."""
    runs.add(store, who, run_id, data)
    return Done()


@post(
    "/v1/reconciliations/{run_id:str}/match",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="match_reconciliation",
    summary="Every part was sent: match",
)
def match(run_id: FromPath[str], data: JSONBody[Whole], who: SignedIn, store: TheStore) -> Run:
    """Where a side is the store's, it is put beside what was sent."""
    return runs.match(store, who, run_id, data.rows)


@get(
    "/v1/reconciliations/{run_id:str}/rows",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="reconciliation_rows",
    summary="The rows of a reconciliation",
)
def row_table(
    run_id: FromPath[str],
    who: SignedIn,
    store: TheStore,
    status: Annotated[str, QueryParameter(max_length=40, description="of one status; none = all")] = "",
    skip: Annotated[int, QueryParameter(ge=0, le=1_000_000, description="rows before the first")] = 0,
) -> Table:
    """Those that wait for somebody first; `more` says whether others follow."""
    return rows.table(store, who, run_id, status, skip)


@post(
    "/v1/reconciliations/{run_id:str}/resolve",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="resolve_reconciliation",
    summary="Settle rows with a reason",
)
def resolve(run_id: FromPath[str], data: JSONBody[Resolving], who: SignedIn, store: TheStore) -> Run:
    """Some rows, or all that wait of a status."""
    return rows.resolve(store, who, run_id, data)


@post(
    "/v1/reconciliations/{run_id:str}/close",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="close_reconciliation",
    summary="Close a reconciliation for good",
)
def close(run_id: FromPath[str], who: SignedIn, store: TheStore) -> Run:
    """Once every row that does not match was settled."""
    return runs.close(store, who, run_id)
