"""Assignments: previews, orders, what came of them, and what each agent has."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from hub.auth import BEARER, DECIDERS, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.assigning import Assigned, AssignmentAsk, AssignmentPreview, AssignmentsQuery
from rules.tables import Table
from storage.central.leading import assigning, assignment_tables

_REFUSED = problem_specs(*REFUSED)


@post(
    "/v1/assignments/preview",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="preview_assignment",
    summary="What an order to assign would do",
)
def preview(data: JSONBody[AssignmentAsk], who: SignedIn, store: TheStore) -> AssignmentPreview:
    """What each agent has before and after, and a digest of the moves, which the order names."""
    return assigning.preview(store, who, data)


@post(
    "/v1/assignments",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="assign",
    summary="Assign, recall or share out clients",
)
def assign(data: JSONBody[AssignmentAsk], who: SignedIn, store: TheStore, live: TheLive) -> Assigned:
    """Carry out what was previewed; refused when it would be something else by now."""
    done = assigning.assign(store, who, data)
    live.nudge()
    return done


@get(
    "/v1/assignments",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="assignments",
    summary="Orders to assign",
)
def orders(
    who: SignedIn,
    store: TheStore,
    portfolio: Annotated[str, QueryParameter(max_length=200, description='name; "" = all')] = "",
) -> Table:
    """The newest orders: when, by whom, how, how many clients, why."""
    return assignment_tables.orders(store, who, AssignmentsQuery(portfolio=portfolio))


@get(
    "/v1/assignments/load",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="assignment_load",
    summary="What each agent has",
)
def load(
    who: SignedIn,
    store: TheStore,
    portfolio: Annotated[str, QueryParameter(max_length=200, description="name")],
) -> Table:
    """The agents who may be given clients of a portfolio, with what they have there."""
    return assignment_tables.load(store, who, portfolio)


@get(
    "/v1/assignments/{order_id:str}/moves",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="assignment_moves",
    summary="The clients whom an order moved",
)
def moves(order_id: FromPath[str], who: SignedIn, store: TheStore) -> Table:
    """The clients, masked, and between whom they changed hands."""
    return assignment_tables.moves(store, who, order_id)
