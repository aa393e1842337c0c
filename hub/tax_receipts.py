"""Tax receipts (CFDI): the board, what is asked for, what came stamped, what went out."""

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
from rules.tax.tax_board import (
    OPEN,
    AttachedFiles,
    StampedFiles,
    TaxAcceptance,
    TaxBoard,
    TaxDetail,
    TaxRequests,
    TaxSending,
)
from storage.central.cfdi import board, orders, stamping

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/cfdi",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="tax_receipts",
    summary="Tax receipts by urgency",
)
def shown(
    who: SignedIn,
    store: TheStore,
    view: Annotated[
        str, QueryParameter(max_length=20, description="open, late, different or a status")
    ] = OPEN,
) -> TaxBoard:
    """The tax receipts of the reader's portfolios, those whose last day is nearest first."""
    return board.shown(store, who, view)


@get(
    "/v1/cfdi/{tax_id:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="tax_receipt",
    summary="A tax receipt in full",
)
def detail(tax_id: FromPath[str], who: SignedIn, store: TheStore) -> TaxDetail:
    """What it has to say, what does not fit, and where it may be sent."""
    return board.detail(store, who, tax_id)


@post(
    "/v1/cfdi/requested",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="request_tax_receipts",
    summary="Ask those who stamp for tax receipts",
)
def request(data: JSONBody[TaxRequests], who: SignedIn, store: TheStore) -> Table:
    """What each has to say, as the table that goes to them."""
    return orders.request(store, who, data)


@post(
    "/v1/cfdi/stamped",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="attach_tax_receipts",
    summary="Attach stamped tax receipts",
)
def attach(data: JSONBody[StampedFiles], who: SignedIn, store: TheStore) -> AttachedFiles:
    """Each is read, checked and attached by itself; one that can't be says why."""
    return stamping.attach(store, who, data)


@post(
    "/v1/cfdi/{tax_id:str}/sent",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="send_tax_receipt",
    summary="Note that a tax receipt went to the client",
)
def send(tax_id: FromPath[str], data: JSONBody[TaxSending], who: SignedIn, store: TheStore) -> Done:
    """To a validated address of the client, or by another medium."""
    orders.send(store, who, tax_id, data)
    return Done()


@post(
    "/v1/cfdi/{tax_id:str}/accepted",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="accept_tax_receipt",
    summary="Leave what does not fit as it is",
)
def accept(tax_id: FromPath[str], data: JSONBody[TaxAcceptance], who: SignedIn, store: TheStore) -> Done:
    """The differences and their task are closed, with a reason that is kept."""
    orders.accept(store, who, tax_id, data)
    return Done()
