"""For those who run the hub: is it alive, can it serve, what does it count, what does it offer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, get

from hub.auth import TheStore
from hub.live import TheLive
from hub.metrics import TheMetrics
from hub.problems import Refusal, problem_specs


@get(
    "/healthz",
    sync_to_thread=False,
    operation_id="healthz",
    summary="Alive",
)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get(
    "/readyz",
    sync_to_thread=True,
    responses=problem_specs(),
    operation_id="readyz",
    summary="Ready",
)
def readyz(store: TheStore, live: TheLive) -> dict[str, str]:
    """The store answers and the background work runs: requests may be sent here."""
    if live.draining:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", "the hub is about to end")
    if not live.beating:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", "the hub's background work has stopped")
    with store.read() as tx:
        tx.value("SELECT 1")
    return {"status": "ok"}


@get(
    "/metrics",
    sync_to_thread=False,
    media_type="text/plain; version=0.0.4",
    operation_id="metrics_text",
    summary="Metrics for Prometheus",
)
def metrics_text(metrics: TheMetrics) -> bytes:
    """Figures of this process and of the store for Prometheus; no personal data."""
    return metrics.text()


@get("/openapi.json", sync_to_thread=False, media_type=MediaType.JSON, include_in_schema=False)
def openapi_document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """All of this, as an OpenAPI document."""
    return request.app.openapi_schema.to_schema()
