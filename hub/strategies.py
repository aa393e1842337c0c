"""Strategies for those who lead: versions, a trial on the present portfolio, and loading one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from hub.auth import BEARER, DECIDERS, WATCHERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.strategies.questions import Draft, Load, LoadAnswer, Loaded, Simulated, Strategies, Taken
from rules.tables import Table
from storage.central.leading import strategy_work

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/strategies",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="strategies",
    summary="Strategies of the portfolios, with their versions",
)
def strategies(who: SignedIn, store: TheStore) -> Strategies:
    """Every version with who loaded it, when and why; and a model to begin one with."""
    return strategy_work.versions(store, who)


@get(
    "/v1/strategies/version",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="strategy_version",
    summary="A version of a strategy",
)
def strategy_version(
    who: SignedIn,
    store: TheStore,
    portfolio: Annotated[str, QueryParameter(max_length=200, description="name of the portfolio")],
    version: Annotated[int, QueryParameter(ge=1, le=10**9, description="number of the version")],
) -> Loaded:
    """The text as it was loaded, and its rules as a table."""
    return strategy_work.version(store, who, portfolio, version)


@post(
    "/v1/strategies/simulate",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="simulate_strategy",
    summary="Try a strategy on the present portfolio",
)
def simulate_strategy(data: JSONBody[Draft], who: SignedIn, store: TheStore) -> Simulated:
    """How many clients, and how much money, each rule would take; changes nothing."""
    return strategy_work.simulate(store, who, data.portfolio, data.text)


@post(
    "/v1/strategies/clients",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="strategy_clients",
    summary="Whom a rule of a strategy takes",
)
def strategy_clients(data: JSONBody[Taken], who: SignedIn, store: TheStore) -> Table:
    """The first clients of a rule and arm, masked."""
    return strategy_work.clients(store, who, data)


@post(
    "/v1/strategies",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=_REFUSED,
    operation_id="load_strategy",
    summary="Load a strategy",
)
def load_strategy(data: JSONBody[Load], who: SignedIn, store: TheStore, live: TheLive) -> LoadAnswer:
    """A new version that holds at once; the clients are placed anew in the minutes that follow."""
    answer = strategy_work.load(store, who, data)
    live.nudge()
    return answer
