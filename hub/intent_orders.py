"""Payments under way by terminal or link: what there is, and the back office's orders about them."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from hub.auth import BEARER, OFFICE, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.paying.intent_orders import RefundWish, TerminalFile, TerminalFileRead, UnderWayList
from rules.questions import Done
from storage.central.intents import orders

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/intents",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="intents",
    summary="Payments under way by terminal or link",
)
def listed(who: SignedIn, store: TheStore, over: FromQuery[bool] = False) -> UnderWayList:
    """Those of which nothing is known first; with `over` also those that ended of late."""
    return orders.listed(store, who, over=over)


@post(
    "/v1/intents/{intent_id:str}/withdraw",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="withdraw_intent",
    summary="Give a payment up",
)
def withdraw(intent_id: FromPath[str], who: SignedIn, store: TheStore, live: TheLive) -> Done:
    """At once where no gateway knows of it; else the gateway is asked, and may say that it was paid."""
    orders.withdraw(store, who, intent_id)
    live.nudge()
    return Done()


@post(
    "/v1/intents/{intent_id:str}/again",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="ask_gateway_again",
    summary="Ask the gateway about a payment now",
)
def ask_again(intent_id: FromPath[str], who: SignedIn, store: TheStore) -> Done:
    """The hub's worker asks within a second or so."""
    orders.ask_again(store, who, intent_id)
    return Done()


@post(
    "/v1/intents/{intent_id:str}/refund",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="refund_intent",
    summary="Order money of a payment back to who paid it",
)
def refund(
    intent_id: FromPath[str], data: JSONBody[RefundWish], who: SignedIn, store: TheStore, live: TheLive
) -> Done:
    """Another person has to approve the order; then the gateway gives the money back."""
    orders.refund(store, who, intent_id, data)
    live.nudge()
    return Done()


@post(
    "/v1/terminal-files",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="terminal_file",
    summary="Read a terminal's daily file in",
)
def terminal_file(
    data: JSONBody[TerminalFile], who: SignedIn, store: TheStore, live: TheLive
) -> TerminalFileRead:
    """Say which payment each row is; those that were not booked yet are booked now."""
    found = orders.take_file(store, who, data)
    live.nudge()
    return found
