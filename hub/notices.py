"""Notices of gateways (webhooks): no session, proof by signature, each taken in once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Request, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from hub.auth import TheStore
from hub.limits import unhurried
from hub.live import TheLive
from hub.problems import Refusal, problem_specs
from rules.paying.gateways import Gateway, NoticeRefused
from rules.questions import Done
from storage.central.intents import notices

TheGateways = NamedDependency[SkipValidation[dict[str, Gateway]]]

_WHY = {
    "bad_signature": "the signature does not prove that this notice is the gateway's",
    "too_old": "the notice was signed too long ago; send it anew",
    "unreadable": "body: not a notice of this gateway",
}


@post(
    "/v1/notices/{gateway:str}",
    status_code=HTTPStatus.OK,
    guards=[unhurried],
    responses=problem_specs(
        HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ),
    operation_id="notice",
    summary="A gateway tells how a payment stands",
)
async def notice(
    gateway: FromPath[str],
    request: Request[Any, Any, Any],
    store: TheStore,
    live: TheLive,
    gateways: TheGateways,
) -> Done:
    """Keep a notice that is proved to be the gateway's; one that is known already changes nothing."""
    known = gateways.get(gateway)
    if known is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "unknown_gateway", "this hub speaks to no gateway of this name")
    body = await request.body()
    try:
        told = known.notice(body, dict(request.headers), store.now())
    except NoticeRefused as refused:
        code = str(refused)
        raise Refusal(HTTPStatus.BAD_REQUEST, code, _WHY[code]) from refused
    await sync_to_thread(notices.take, store, known.name, told)
    live.nudge()
    return Done()
