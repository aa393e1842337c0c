"""Money at the receipts desk: payments and what they pay, deposits, transfers, refunds of two people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from hub.auth import BEARER, OFFICE, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.books.payment_desk import Deciding, Moving, Ordered, Payments, Refunding, Trace, Why
from rules.questions import Done
from storage.central.money import listing, refunding, reversing, tracing, transferring

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/payments",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="payments",
    summary="Payments, those with a deposit first, and the orders that wait",
)
def listed(who: SignedIn, store: TheStore, search: Annotated[str, QueryParameter()] = "") -> Payments:
    """At most 500; a search is by reference, account, policy, policy/receipt or amount."""
    return listing.listed(store, who, search)


@get(
    "/v1/payments/{payment_id:int}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="payment_trace",
    summary="Where a payment's money went",
)
def traced(payment_id: FromPath[int], who: SignedIn, store: TheStore) -> Trace:
    """What it pays now, and every movement of it."""
    return tracing.trace(store, who, payment_id)


@post(
    "/v1/payments/{payment_id:int}/apply",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="apply_deposit",
    summary="Apply a payment's deposit",
)
def apply(
    payment_id: FromPath[int], data: JSONBody[Why], who: SignedIn, store: TheStore, live: TheLive
) -> Done:
    """Whole receipts, the oldest due first; components of a credit in their order."""
    reversing.apply_deposit(store, who, payment_id, data.why)
    live.nudge()
    return Done()


@post(
    "/v1/payments/{payment_id:int}/take-back",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="take_payment_back",
    summary="Take what a payment pays back to deposit",
)
def take_back(
    payment_id: FromPath[int], data: JSONBody[Why], who: SignedIn, store: TheStore, live: TheLive
) -> Done:
    """The money stays; what it paid is owed again."""
    reversing.take_back_payment(store, who, payment_id, data.why)
    live.nudge()
    return Done()


@post(
    "/v1/payments/{payment_id:int}/bounce",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="bounce_payment",
    summary="A payment did not hold",
)
def bounce(
    payment_id: FromPath[int], data: JSONBody[Why], who: SignedIn, store: TheStore, live: TheLive
) -> Done:
    """What it paid is owed again, and it is in no figure any more."""
    reversing.bounce_payment(store, who, payment_id, data.why)
    live.nudge()
    return Done()


@post(
    "/v1/payments/{payment_id:int}/transfer",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="transfer_payment",
    summary="Move a payment's money to another account",
)
def transfer(
    payment_id: FromPath[int], data: JSONBody[Moving], who: SignedIn, store: TheStore, live: TheLive
) -> Ordered:
    """At once between accounts of one policyholder; to another's by instruction and a second person."""
    order = transferring.transfer(store, who, payment_id, data.to, data.amount, data.why, data.instruction)
    live.nudge()
    return Ordered(order=order)


@post(
    "/v1/payments/{payment_id:int}/refund",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="order_refund",
    summary="Order that a payment's deposit goes back to who paid",
)
def refund(payment_id: FromPath[int], data: JSONBody[Refunding], who: SignedIn, store: TheStore) -> Ordered:
    """Another person approves it."""
    return Ordered(order=refunding.ask_refund(store, who, payment_id, data.amount, data.why))


@post(
    "/v1/money-orders/{order_id:str}",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="decide_money_order",
    summary="Approve or deny a refund or transfer",
)
def decide(
    order_id: FromPath[str], data: JSONBody[Deciding], who: SignedIn, store: TheStore, live: TheLive
) -> Done:
    """Never one's own; what is approved is done at once."""
    refunding.decide(store, who, order_id, data.verdict, data.why)
    live.nudge()
    return Done()
