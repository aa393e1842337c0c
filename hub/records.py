"""What leads and the back office do to records: end a case, look after an inconsistency, close a matter."""

from __future__ import annotations

from http import HTTPStatus

from litestar import post
from litestar.params import FromPath, JSONBody

from hub.auth import BEARER, DECIDERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import Refusal, problem_specs
from rules.protocol import CaseClosing, InconsistencyCare, ReviewClosing
from storage.central.records import closing

KEEPERS = frozenset(closing.OWNERS)
"""Who ends cases and inconsistencies."""


@post(
    "/v1/cases/{case_id:str}/close",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=KEEPERS,
    responses=problem_specs(*REFUSED),
    operation_id="close_case",
    summary="End a case",
)
def close_case(
    case_id: FromPath[str], data: JSONBody[CaseClosing], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """End a case; what it had stopped is given back, and the client comes back to the queue."""
    closing.close(store, who, case_id, data.outcome, data.note)
    live.nudge()


@post(
    "/v1/inconsistencies/{inconsistency_id:str}",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=KEEPERS,
    responses=problem_specs(*REFUSED),
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
    """Name the owner, or close it with a note; one of the two. The back office closes its own."""
    if bool(data.owner) == (data.status == "closed"):
        raise Refusal(
            HTTPStatus.BAD_REQUEST, "bad_request", "give an owner, or status closed: one of the two"
        )
    if data.owner and who.role not in DECIDERS:
        raise Refusal(HTTPStatus.FORBIDDEN, "wrong_role", "owner: named by a lead or an administrator")
    if data.owner:
        closing.assign(store, who, inconsistency_id, data.owner)
    else:
        closing.settle(store, who, inconsistency_id, data.note)
    live.nudge()


@post(
    "/v1/reviews/{review_id:str}/close",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=DECIDERS,
    responses=problem_specs(*REFUSED),
    operation_id="close_review",
    summary="Close a matter that was seen",
)
def close_review(
    review_id: FromPath[str], data: JSONBody[ReviewClosing], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """Close what waited for a lead, and keep who did it, when, and the word on it."""
    closing.close_review(store, who, review_id, data.note)
    live.nudge()
