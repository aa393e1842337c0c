"""Parts of the queue on hold or first, and what stands in portfolios until it is mended."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from hub.auth import BEARER, DECIDERS, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.directives import DirectiveEnding, DirectiveOrder
from rules.questions import Done
from rules.standing import StandingQuery
from rules.tables import Table
from storage.central.leading import directives, standing_rows

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/directives",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="directives",
    summary="What is on hold or first",
)
def listed(who: SignedIn, store: TheStore) -> Table:
    """The directives in force, then those that ended of late."""
    return directives.listed(store, who)


@post(
    "/v1/directives",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="give_directive",
    summary="Put a part of the queue on hold or first",
)
def give(data: JSONBody[DirectiveOrder], who: SignedIn, store: TheStore, live: TheLive) -> Done:
    """In force from now on, for everybody who asks for clients."""
    directives.give(store, who, data)
    live.nudge()
    return Done()


@post(
    "/v1/directives/{directive_id:str}/end",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="end_directive",
    summary="End a directive before its time",
)
def end(
    directive_id: FromPath[str],
    data: JSONBody[DirectiveEnding],
    who: SignedIn,
    store: TheStore,
    live: TheLive,
) -> Done:
    """From now on the part is handed out as its clients deserve."""
    directives.end(store, who, directive_id, data)
    live.nudge()
    return Done()


@get(
    "/v1/standing/{kind:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="standing",
    summary="Clients without an owner or a next step",
)
def standing(
    kind: FromPath[str],
    who: SignedIn,
    store: TheStore,
    portfolio: Annotated[str, QueryParameter(max_length=200, description="name")],
) -> Table:
    """The clients behind a matter that stands in a portfolio; that they were read is noted."""
    return standing_rows.rows(store, who, StandingQuery(kind=kind, portfolio=portfolio))
