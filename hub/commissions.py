"""Commissions: runs as drafts, locked by a second person, adjusted by new rows; an agent's own statement."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get, post
from litestar.params import FromPath, JSONBody

from hub.auth import AGENTS, BEARER, DECIDERS, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.problems import problem_specs
from rules.commissions import Adjusting, Clearing, Draft, Locking, Run, Runs, Statement
from storage.central.leading import commission_statements as kept
from storage.central.leading import commissions

_REFUSED = problem_specs(*REFUSED)
_READ = problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@get(
    "/v1/commissions",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_READ,
    operation_id="commission_runs",
    summary="The runs of commissions",
)
def runs(who: SignedIn, store: TheStore) -> Runs:
    """The runs of the reader's portfolios, the newest month first."""
    return kept.runs(store, who)


@get(
    "/v1/commissions/mine",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=AGENTS,
    responses=_READ,
    operation_id="commission_statement",
    summary="The reader's own commissions",
)
def statement(who: SignedIn, store: TheStore) -> Statement:
    """An agent's own lines of locked runs, with what was adjusted after."""
    return kept.statement(store, who)


@post(
    "/v1/commissions",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="make_commission_draft",
    summary="Make a draft of a month's commissions",
)
def make_draft(data: JSONBody[Draft], who: SignedIn, store: TheStore) -> Run:
    """Work out the commissions of a portfolio and month; an earlier draft gives way."""
    return commissions.make(store, who, data.portfolio, data.month)


@post(
    "/v1/commissions/{run_id:str}/lock",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="lock_commission_run",
    summary="Lock a month's commissions for good",
)
def lock_run(run_id: FromPath[str], data: JSONBody[Locking], who: SignedIn, store: TheStore) -> Run:
    """Lock the draft that was looked at; another person than its maker does so."""
    return commissions.lock(store, who, run_id, data.made_at)


@post(
    "/v1/commissions/{run_id:str}/adjustments",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="adjust_commission",
    summary="Adjust an agent's commission of a locked run",
)
def adjust(run_id: FromPath[str], data: JSONBody[Adjusting], who: SignedIn, store: TheStore) -> Run:
    """An amount more or less, as a row of its own; never for oneself."""
    return commissions.adjust(store, who, run_id, data)


@post(
    "/v1/breaches/{call_id:str}/clear",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="clear_breach",
    summary="Clear a call of having been against a rule",
)
def clear_breach(call_id: FromPath[str], data: JSONBody[Clearing], who: SignedIn, store: TheStore) -> None:
    """Drafts made from now on leave the call out."""
    commissions.clear_breach(store, who, call_id, data.why)
