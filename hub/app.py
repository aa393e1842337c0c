"""The hub as an ASGI application on one central store."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, ExceptionHandlersMap, HTTPScope, Message, Receive, Scope, Send

from hub import (
    approvals,
    asks,
    assigning,
    board,
    charges,
    commissions,
    decisions,
    directives,
    faults,
    health,
    intent_orders,
    matching,
    messages,
    notices,
    office,
    payments,
    policies,
    problems,
    quality,
    records,
    reports,
    rulebooks,
    sessions,
    staff,
    strategies,
    tax_receipts,
    teams,
    work,
    workbooks,
)
from hub.auth import SECURITY, TheStore
from hub.inflate import inflating
from hub.intents import Intents
from hub.limits import Limits, Paces, punctual
from hub.live import Live, TheLive
from hub.log import log
from hub.metrics import Metrics, TheMetrics
from hub.teams import Teams
from rules.paying.gateways import Gateway
from rules.protocol import SPOKEN
from rules.ready import ready
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.records.closing import NotDone

ready(*SPOKEN)

VERSION = "1"
MAX_BODY_BYTES = 1024 * 1024
SLOW_SECONDS = 1.0
"""A request that takes longer is worth a line in the log, as one that failed is."""
QUIET = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)
"""Failures of every day, or of a flood: the metrics count them, the log does not fill up with them."""
_REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_STREAM = "/v1/stats/stream"

HANDLERS = [
    sessions.sign_in,
    sessions.refresh,
    sessions.sign_out,
    sessions.sign_out_everywhere,
    work.lease,
    work.renew,
    work.release,
    work.send_events,
    work.changes,
    work.agenda,
    rulebooks.rulebooks,
    board.figures,
    board.stream,
    approvals.answer,
    records.close_case,
    records.care_for_inconsistency,
    records.close_review,
    assigning.preview,
    assigning.assign,
    assigning.orders,
    assigning.load,
    assigning.moves,
    directives.listed,
    directives.give,
    directives.end,
    directives.standing,
    quality.draw_sample,
    quality.samples,
    quality.sample,
    quality.evaluate,
    messages.send,
    messages.listed,
    messages.readers,
    messages.read,
    teams.own_team,
    staff.people,
    staff.change,
    commissions.runs,
    commissions.statement,
    commissions.make_draft,
    commissions.lock_run,
    commissions.adjust,
    commissions.clear_breach,
    strategies.strategies,
    strategies.strategy_version,
    strategies.simulate_strategy,
    strategies.strategy_clients,
    strategies.load_strategy,
    reports.reports,
    reports.report,
    reports.report_rows,
    workbooks.parts,
    office.waiting,
    matching.listed,
    matching.open_run,
    matching.add,
    matching.match,
    matching.row_table,
    matching.resolve,
    matching.close,
    asks.listed,
    asks.one,
    asks.ask_own,
    asks.work_out,
    asks.answer,
    asks.do,
    asks.withdraw,
    policies.listed,
    policies.one,
    payments.listed,
    payments.traced,
    payments.apply,
    payments.take_back,
    payments.bounce,
    payments.transfer,
    payments.refund,
    payments.decide,
    charges.charges,
    charges.make_batch,
    charges.batch_part,
    charges.take_results,
    charges.revoke_mandate,
    charges.tell_renewal,
    tax_receipts.shown,
    tax_receipts.detail,
    tax_receipts.request,
    tax_receipts.attach,
    tax_receipts.send,
    tax_receipts.accept,
    notices.notice,
    intent_orders.listed,
    intent_orders.withdraw,
    intent_orders.ask_again,
    intent_orders.refund,
    intent_orders.terminal_file,
    health.healthz,
    health.readyz,
    health.metrics_text,
    health.openapi_document,
]


def make_app(store: Store, limits: Limits | None = None, gateways: Sequence[Gateway] = ()) -> Litestar:
    """The hub's application; it owns no state beyond its background work.

    Several hubs may serve one PostgreSQL; one alone a SQLite file. gateways: those through which
    payments are taken; notices of others are refused.
    """
    limits = limits or Limits()
    metrics = Metrics()
    live = Live(store, metrics, faults.unavailable(store))
    intents = Intents(store, gateways, metrics, faults.unavailable(store))

    @asynccontextmanager
    async def background(_: Litestar) -> AsyncIterator[None]:
        live.start()
        intents.start()
        try:
            yield
        finally:
            intents.stop()
            live.stop()

    return Litestar(
        HANDLERS,
        state=State({"store": store, "live": live, "paces": Paces(limits)}),
        dependencies=_dependencies(store, live, metrics, {one.name: one for one in gateways}),
        exception_handlers=_exception_handlers(store),
        middleware=[_watched(metrics), punctual(limits.body_seconds), inflating],
        lifespan=[background],
        compression_config=CompressionConfig(backend="gzip", minimum_size=1024, exclude=[_STREAM]),
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="agent-tui hub",
            version=VERSION,
            components=SECURITY,
            path="/v1/openapi",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )


def _dependencies(
    store: Store, live: Live, metrics: Metrics, gateways: dict[str, Gateway]
) -> dict[str, Provide]:
    """What handlers ask for. Each hangs on the one before: those that do not are each given a task."""

    def live_of(store: TheStore) -> Live:
        return live

    def metrics_of(live: TheLive) -> Metrics:
        return metrics

    found_teams = Teams(store)

    def teams_of(metrics: TheMetrics) -> Teams:
        return found_teams

    def who(request: Request[Any, Any, Any], metrics: TheMetrics) -> Any:
        return request.scope["user"]

    return {
        "store": Provide(lambda: store, sync_to_thread=False),
        "live": Provide(live_of, sync_to_thread=False),
        "metrics": Provide(metrics_of, sync_to_thread=False),
        "teams": Provide(teams_of, sync_to_thread=False),
        "who": Provide(who, sync_to_thread=False),
        "gateways": Provide(lambda: gateways, sync_to_thread=False),
    }


def _exception_handlers(store: Store) -> ExceptionHandlersMap:
    return {
        problems.Refusal: problems.answer_refusal,
        NotDone: decisions.answer_not_done,
        HTTPException: problems.answer_http,
        RecursionError: problems.answer_too_deep,
        UnicodeDecodeError: problems.answer_not_utf8,
        **dict.fromkeys(faults.unavailable(store), problems.answer_store_away),
        **dict.fromkeys(faults.unstorable(store), problems.answer_unstorable),
        Exception: problems.answer_unexpected,
    }


def _watched(metrics: Metrics) -> Any:
    """Middleware: gives each request an id, counts it and notes its time."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            request_id = _request_id(scope)
            structlog.contextvars.bind_contextvars(request_id=request_id)
            began = time.perf_counter()

            async def note(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableScopeHeaders.from_message(message)["x-request-id"] = request_id
                    _note(metrics, scope, message["status"], time.perf_counter() - began)
                await send(message)

            await app(scope, receive, note)

        return serve

    return wrap


def _request_id(scope: Scope) -> str:
    """The caller's ``X-Request-ID`` if it is harmless, else one of ours."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


def _note(metrics: Metrics, scope: HTTPScope, status: int, seconds: float) -> None:
    route = scope.get("path_template", "unknown")
    method = scope["method"] if scope["method"] in ("GET", "POST", "DELETE") else "other"
    metrics.count("agent_tui_requests_total", method=method, route=route, status=str(status))
    metrics.took(seconds, method, route)
    if (status < HTTPStatus.BAD_REQUEST and seconds < SLOW_SECONDS) or status in QUIET:
        return
    who = scope.get("user")
    log.log(
        logging.WARNING if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO,
        "answered",
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        user=who.user_id if isinstance(who, Who) else None,
        device=who.device if isinstance(who, Who) else None,
    )
