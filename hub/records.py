"""What leads and the back office do to records: end a case, look after an inconsistency, close a matter."""

from __future__ import annotations

from http import HTTPStatus

from litestar import post
from litestar.params import FromPath, JSONBody

from hub.auth import BEARER, DECIDERS, SignedIn, TheStore, signed_in
from hub.live import TheLive
from hub.problems import Refusal, problem_specs
from rules.protocol import CaseClosing, InconsistencyCare, ReviewClosing
from storage.central import closing

KEEPERS = frozenset(closing.OWNERS)
"""Who ends cases."""

_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)
_WHY = {
    "unknown_case": (HTTPStatus.NOT_FOUND, "there is no case with this id in your portfolios"),
    "unknown_inconsistency": (
        HTTPStatus.NOT_FOUND,
        "there is no inconsistency with this id in your portfolios",
    ),
    "unknown_review": (HTTPStatus.NOT_FOUND, "there is no matter with this id in your portfolios"),
    "not_so": (HTTPStatus.CONFLICT, "this matter ends with its request, inconsistency or case"),
    "already_closed": (HTTPStatus.CONFLICT, "it is closed already; nothing was changed"),
    "unknown_outcome": (HTTPStatus.BAD_REQUEST, "outcome: not one in which this kind of case may end"),
    "unknown_owner": (
        HTTPStatus.BAD_REQUEST,
        "owner: no lead, back-office or administrator of this portfolio has this name",
    ),
    "card_number_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card number"),
    "card_code_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card's security code"),
}
"""Why a record stays as it is: status and detail by the store's code."""


def _refusal(error: closing.NotDone) -> Refusal:
    status, detail = _WHY[error.code]
    return Refusal(status, error.code, detail)


@post(
    "/v1/cases/{case_id:str}/close",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=KEEPERS,
    responses=problem_specs(*_REFUSED),
    operation_id="close_case",
    summary="End a case",
)
def close_case(
    case_id: FromPath[str], data: JSONBody[CaseClosing], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """End a case; what it had stopped is given back, and the client comes back to the queue."""
    try:
        closing.close(store, who, case_id, data.outcome, data.note)
    except closing.NotDone as error:
        raise _refusal(error) from error
    live.nudge()


@post(
    "/v1/inconsistencies/{inconsistency_id:str}",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=problem_specs(*_REFUSED),
    operation_id="care_for_inconsistency",
    summary="Give an inconsistency an owner, or close it",
)
def care_for_inconsistency(
    inconsistency_id: FromPath[str],
    data: JSONBody[InconsistencyCare],
    who: SignedIn,
    store: TheStore,
    live: TheLive,
) -> None:
    """Name the owner, or close it with a note; one of the two."""
    if bool(data.owner) == (data.status == "closed"):
        raise Refusal(
            HTTPStatus.BAD_REQUEST, "bad_request", "give an owner, or status closed: one of the two"
        )
    try:
        if data.owner:
            closing.assign(store, who, inconsistency_id, data.owner)
        else:
            closing.settle(store, who, inconsistency_id, data.note)
    except closing.NotDone as error:
        raise _refusal(error) from error
    live.nudge()


@post(
    "/v1/reviews/{review_id:str}/close",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=problem_specs(*_REFUSED),
    operation_id="close_review",
    summary="Close a matter that was seen",
)
def close_review(
    review_id: FromPath[str], data: JSONBody[ReviewClosing], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """Close what waited for a lead, and keep who did it, when, and the word on it."""
    try:
        closing.close_review(store, who, review_id, data.note)
    except closing.NotDone as error:
        raise _refusal(error) from error
    live.nudge()
