"""Decisions of leads that could not be taken: one answer for all of their requests."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Request, Response

from hub.problems import Refusal, answer_refusal
from rules.protocol import Problem
from storage.central.closing import NotDone

REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)
"""Statuses with which a decision may be refused."""

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
    "unknown_report": (HTTPStatus.NOT_FOUND, "name: no report is called so; GET /v1/reports lists them"),
    "unknown_cell": (HTTPStatus.NOT_FOUND, "row, column: no number of this report that opens rows"),
    "unknown_portfolio": (HTTPStatus.NOT_FOUND, "portfolio: none of yours is called so"),
    "unknown_team": (HTTPStatus.NOT_FOUND, "team: no agent whom you lead is in one called so"),
    "unknown_agent": (HTTPStatus.NOT_FOUND, "agent: nobody whom you lead is called so"),
    "bad_period": (HTTPStatus.BAD_REQUEST, "since, until: the first day before the last, 400 days at most"),
    "card_number_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card number"),
    "card_code_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card's security code"),
}
"""Why something stays as it is: status and detail by the store's code."""


def answer_not_done(request: Request[Any, Any, Any], error: NotDone) -> Response[Problem]:
    """Say why a decision was not taken; nothing was changed."""
    status, detail = _WHY[error.code]
    return answer_refusal(request, Refusal(status, error.code, detail))
