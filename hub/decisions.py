"""Decisions of leads that could not be taken: one answer for all of their requests."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Request, Response

from hub.problems import Refusal, answer_refusal
from rules.protocol import Problem
from rules.sharing import METHODS
from storage.central.records.closing import NotDone

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
    "unknown_version": (HTTPStatus.NOT_FOUND, "version: the portfolio's strategy has none of this number"),
    "bad_strategy": (HTTPStatus.BAD_REQUEST, "text: it has faults; POST /v1/strategies/simulate says which"),
    "unknown_sample": (HTTPStatus.NOT_FOUND, "there is no sample with this id in your portfolios"),
    "unknown_call": (HTTPStatus.NOT_FOUND, "call: no call of your portfolios and team has this id"),
    "no_calls": (HTTPStatus.CONFLICT, "nobody was spoken to in these days with these codes"),
    "bad_number": (HTTPStatus.BAD_REQUEST, "each: 1 to 100 calls of each agent"),
    "unknown_item": (HTTPStatus.BAD_REQUEST, "answers: an item that the portfolio's form does not have"),
    "missing_item": (HTTPStatus.BAD_REQUEST, "answers: every item of the portfolio's form needs one"),
    "bad_answer": (HTTPStatus.BAD_REQUEST, "answers: yes, no or na"),
    "nothing_applies": (HTTPStatus.BAD_REQUEST, "answers: at least one item has to apply"),
    "only_today": (HTTPStatus.BAD_REQUEST, "since, until: live figures are of today alone"),
    "not_by_people": (HTTPStatus.BAD_REQUEST, "team, agent: a queue belongs to no team and no agent"),
    "unknown_order": (HTTPStatus.NOT_FOUND, "there is no order with this id in your portfolios and team"),
    "unknown_method": (HTTPStatus.BAD_REQUEST, f"method: one of {', '.join(METHODS)}"),
    "one_agent": (HTTPStatus.BAD_REQUEST, "to_agents: one, for this method"),
    "nobody_to_share_with": (HTTPStatus.CONFLICT, "to_agents: name an agent who is not absent today"),
    "too_many_clients": (
        HTTPStatus.CONFLICT,
        "more than 100,000 clients: name a bucket, a rule of the strategy, or agents to take them from",
    ),
    "nothing_to_move": (HTTPStatus.CONFLICT, "nobody would change hands"),
    "unknown_directive": (HTTPStatus.NOT_FOUND, "there is no directive with this id in your portfolios"),
    "unknown_directive_kind": (HTTPStatus.BAD_REQUEST, "kind: hold or first"),
    "unknown_part": (HTTPStatus.NOT_FOUND, "strategy, bucket: nobody has stood there in this portfolio"),
    "bad_until": (HTTPStatus.BAD_REQUEST, "until: an instant ahead, with its offset from UTC"),
    "bad_period": (HTTPStatus.BAD_REQUEST, "since, until: the first day before the last, 400 days at most"),
    "unknown_kind": (HTTPStatus.BAD_REQUEST, "kind: one of notice, urgent, coaching"),
    "bad_audience": (HTTPStatus.BAD_REQUEST, "audience: user:NAME, team:NAME or all"),
    "empty_message": (HTTPStatus.BAD_REQUEST, "text: empty"),
    "long_message": (HTTPStatus.BAD_REQUEST, "text: at most 1,000 characters"),
    "coaching_to_one": (HTTPStatus.BAD_REQUEST, "audience: a coaching note is for one agent, user:NAME"),
    "client_in_broadcast": (
        HTTPStatus.BAD_REQUEST,
        "text, client_id, matter: a message to several holds nothing of a client (e-mail, id, long number)",
    ),
    "nobody_there": (HTTPStatus.CONFLICT, "audience: nobody in it works today"),
    "unknown_client": (HTTPStatus.NOT_FOUND, "client_id, matter: no client that both of you may see"),
    "unknown_message": (HTTPStatus.NOT_FOUND, "there is no message of yours with this id"),
    "id_taken": (HTTPStatus.CONFLICT, "id: belongs to another message; make a new one"),
    "unknown_run": (HTTPStatus.NOT_FOUND, "there is no run with this id in your portfolios"),
    "bad_month": (HTTPStatus.BAD_REQUEST, "month: it has not begun, or is before 2000"),
    "run_locked": (HTTPStatus.CONFLICT, "the run is locked: what is still to be mended is an adjustment"),
    "not_locked": (HTTPStatus.CONFLICT, "the run is a draft: make it anew instead of adjusting it"),
    "changed_meanwhile": (HTTPStatus.CONFLICT, "it is another one by now: look at it again"),
    "own_run": (HTTPStatus.FORBIDDEN, "who made the draft can't lock it: another person has to"),
    "month_not_over": (HTTPStatus.CONFLICT, "the month is not over yet"),
    "not_all_yours": (HTTPStatus.FORBIDDEN, "agents of other teams are in it: who leads all of them has to"),
    "own_adjustment": (HTTPStatus.FORBIDDEN, "agent: nobody adjusts the own commission"),
    "bad_amount": (HTTPStatus.BAD_REQUEST, "amount: more or less than 0, in minor units"),
    "unknown_currency": (HTTPStatus.BAD_REQUEST, "currency: not one of this run"),
    "why_missing": (HTTPStatus.BAD_REQUEST, "why: has to be said"),
    "unknown_breach": (HTTPStatus.NOT_FOUND, "no call against a rule of yours to decide has this id"),
    "already_cleared": (HTTPStatus.CONFLICT, "it is cleared already; nothing was changed"),
    "nothing_to_change": (HTTPStatus.BAD_REQUEST, "at least one field has to be given"),
    "bad_team": (HTTPStatus.BAD_REQUEST, "team: 1 to 60 characters"),
    "other_team": (HTTPStatus.FORBIDDEN, "team: who leads one team moves nobody into another"),
    "unknown_level": (HTTPStatus.BAD_REQUEST, "level: not a level of authority"),
    "level_too_high": (HTTPStatus.FORBIDDEN, "level: above your own"),
    "bad_shift": (HTTPStatus.BAD_REQUEST, "shifts: each weekday once, hours in order, rest within them"),
    "bad_skill": (HTTPStatus.BAD_REQUEST, "skills: up to 30 words of letters, digits and hyphens"),
    "bad_absence": (HTTPStatus.BAD_REQUEST, "absence: until is before since, or more than a year later"),
    "absence_overlaps": (HTTPStatus.CONFLICT, "absence: the agent is absent on one of these days already"),
    "unknown_cover": (HTTPStatus.BAD_REQUEST, "cover: no other agent whom you lead is called so"),
    "unknown_absence": (HTTPStatus.NOT_FOUND, "cancel: the agent has no absence with this id"),
    "card_number_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card number"),
    "card_code_in_note": (HTTPStatus.BAD_REQUEST, "note: holds a card's security code"),
}
"""Why something stays as it is: status and detail by the store's code."""


def answer_not_done(request: Request[Any, Any, Any], error: NotDone) -> Response[Problem]:
    """Say why a decision was not taken; nothing was changed."""
    status, detail = _WHY[error.code]
    return answer_refusal(request, Refusal(status, error.code, detail))
