"""The lead's answers to requests for approval."""

from __future__ import annotations

from http import HTTPStatus

from litestar import post
from litestar.params import FromPath, JSONBody

from hub.auth import BEARER, DECIDERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.protocol import Answer, Answered
from storage.central.records import approvals


@post(
    "/v1/requests/{request_id:str}/answer",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=problem_specs(*REFUSED),
    operation_id="answer_request",
    summary="Answer a request for approval",
)
def answer(
    request_id: FromPath[str], data: JSONBody[Answer], who: SignedIn, store: TheStore, live: TheLive
) -> Answered:
    """Approve, deny or offer something else; the agent's desk hears of it with its next pull."""
    status = approvals.answer(store, who, request_id, data.verdict, data.terms, data.note)
    live.nudge()
    return Answered(id=request_id, status=status)
