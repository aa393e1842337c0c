"""Requests to the back office: list them, answer, do or take back; figures by hand."""

from __future__ import annotations

from http import HTTPStatus

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from hub.auth import BEARER, OFFICE, OFFICE_READERS, SignedIn, TheStore, signed_in
from hub.decisions import REFUSED
from hub.live import TheLive
from hub.problems import problem_specs
from rules.backoffice.office_asks import (
    AskFigures,
    AskInFull,
    Asking,
    Asks,
    Doing,
    OfficeAsk,
    Verdict,
    Withdrawal,
)
from storage.central.policies import answering, ask_list, carrying, entering

_REFUSED = problem_specs(*REFUSED)


@get(
    "/v1/asks",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="asks",
    summary="Requests to the back office",
)
def listed(who: SignedIn, store: TheStore, kind: FromQuery[str] = "", ended: FromQuery[bool] = False) -> Asks:
    """What waits in the reader's portfolios, by its day; `ended`: what was done, denied or taken back."""
    return ask_list.listed(store, who, kind, ended=ended)


@get(
    "/v1/asks/{ask_id:str}",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE_READERS,
    responses=_REFUSED,
    operation_id="ask",
    summary="A request in full",
)
def one(ask_id: FromPath[str], who: SignedIn, store: TheStore) -> AskInFull:
    """The request, what it came to when it was asked and what it comes to now, or why it can't be done."""
    return ask_list.in_full(store, who, ask_id)


@post(
    "/v1/asks",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="ask_own",
    summary="Ask for something as the back office",
)
def ask_own(data: JSONBody[OfficeAsk], who: SignedIn, store: TheStore, live: TheLive) -> Asking:
    """Keep a request on a policy, by its number; another person answers it."""
    ask_id, folio = entering.ask(store, who, data)
    live.nudge()
    return Asking(id=ask_id, folio=folio)


@post(
    "/v1/asks/figures",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="ask_figures",
    summary="What something would come to",
)
def work_out(data: JSONBody[OfficeAsk], who: SignedIn, store: TheStore) -> AskFigures:
    """The calculation with its steps; nothing is asked, nothing changes."""
    return ask_list.figures(store, who, data)


@post(
    "/v1/asks/{ask_id:str}/answer",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="answer_ask",
    summary="Grant or deny a request",
)
def answer(
    ask_id: FromPath[str], data: JSONBody[Verdict], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """Answer a request, or end one that was granted and tried in vain; never the own one."""
    answering.answer(store, who, ask_id, data.verdict, data.note)
    live.nudge()


@post(
    "/v1/asks/{ask_id:str}/do",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="do_ask",
    summary="Do what was granted",
)
def do(ask_id: FromPath[str], data: JSONBody[Doing], who: SignedIn, store: TheStore, live: TheLive) -> None:
    """Do it in one transaction, if it still comes to the amount that was seen; never the own one."""
    carrying.do(store, who, ask_id, data.amount)
    live.nudge()


@post(
    "/v1/asks/{ask_id:str}/withdraw",
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=OFFICE,
    responses=_REFUSED,
    operation_id="withdraw_ask",
    summary="Take a request back",
)
def withdraw(
    ask_id: FromPath[str], data: JSONBody[Withdrawal], who: SignedIn, store: TheStore, live: TheLive
) -> None:
    """End a request of which nothing is to come any more, with a reason."""
    answering.withdraw(store, who, ask_id, data.note)
    live.nudge()
