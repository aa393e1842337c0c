"""The lead's answers to requests for approval."""

from __future__ import annotations

from http import HTTPStatus

from litestar import post
from litestar.params import FromPath, JSONBody

from hub.auth import BEARER, DECIDERS, SignedIn, TheStore, signed_in
from hub.live import TheLive
from hub.problems import Refusal, problem_specs
from rules.protocol import Answer, Answered
from storage.central import approvals
from storage.central.closing import NotDone

_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)
_WHY = {
    "unknown_request": (HTTPStatus.NOT_FOUND, "there is no request with this id"),
    "forbidden": (HTTPStatus.FORBIDDEN, "the request is of a portfolio that is not yours"),
    "own_request": (HTTPStatus.FORBIDDEN, "who asks can't answer: another person has to"),
    "beyond_authority": (
        HTTPStatus.FORBIDDEN,
        "terms: beyond your own authority; a higher level has to grant them",
    ),
    "already_answered": (HTTPStatus.CONFLICT, "the request does not wait for an answer any more"),
    "unknown_verdict": (HTTPStatus.BAD_REQUEST, "verdict: one of approve, deny, counter"),
    "bad_terms": (
        HTTPStatus.BAD_REQUEST,
        "terms: payments must sum to to_pay, lie ahead, and not exceed what is owed; a counter needs terms",
    ),
    "card_number_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card number"),
    "card_code_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card's security code"),
}
"""Why an answer is not taken: status and detail by the store's code."""


@post(
    "/v1/requests/{request_id:str}/answer",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=problem_specs(*_REFUSED),
    operation_id="answer_request",
    summary="Answer a request for approval",
)
def answer(
    request_id: FromPath[str], data: JSONBody[Answer], who: SignedIn, store: TheStore, live: TheLive
) -> Answered:
    """Approve, deny or offer something else; the agent's desk hears of it with its next pull."""
    try:
        status = approvals.answer(store, who, request_id, data.verdict, data.terms, data.note)
    except NotDone as error:
        why, detail = _WHY[error.code]
        raise Refusal(why, error.code, detail) from error
    live.nudge()
    return Answered(id=request_id, status=status)
