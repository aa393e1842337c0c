"""The lead's requests: live figures once, and as a stream."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from litestar import Request, get
from litestar.concurrency import sync_to_thread
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from hub.auth import BEARER, WATCHERS, SignedIn, TheStore, bearer, signed_in
from hub.live import Live, TheLive, Watcher, message
from hub.problems import problem_specs
from rules.protocol import Stats
from storage.central import people, stats
from storage.central.connection import Store

HEARTBEAT_SECONDS = 15.0
"""A silent stream says something this often: a dead connection shows only when one writes to it."""

_REFUSED = problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_EVENTS = ResponseSpec(
    str,
    media_type="text/event-stream",
    generate_examples=False,
    description="`id`: the figures' number; `data`: Stats",
)


@get(
    "/v1/stats",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses=_REFUSED,
    operation_id="figures",
    summary="Live figures",
)
def figures(who: SignedIn, store: TheStore) -> Stats:
    """The live figures of the reader's portfolios, now."""
    return stats.snapshot(store, who)


@get(
    "/v1/stats/stream",
    guards=[signed_in],
    security=BEARER,
    roles=WATCHERS,
    responses={**_REFUSED, HTTPStatus.OK: _EVENTS},
    operation_id="stream",
    summary="Live figures as a stream (server-sent events)",
)
async def stream(request: Request[Any, Any, Any], who: SignedIn, store: TheStore, live: TheLive) -> Stream:
    """The live figures as server-sent events: a whole snapshot at once and after each change.

    The stream ends when the session does; open it again with a fresh token.
    """
    watcher = live.watch(who)
    return Stream(
        _messages(store, live, watcher, bearer(request)),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _messages(store: Store, live: Live, watcher: Watcher, token: str) -> AsyncIterator[bytes]:
    """The snapshot at once, then each newer one; whether the session still holds is asked on the way."""
    try:
        yield message(await sync_to_thread(stats.snapshot, store, watcher.who))
        ask_at = time.monotonic() + HEARTBEAT_SECONDS
        while watcher.open:
            text = await watcher.next(HEARTBEAT_SECONDS)
            if time.monotonic() >= ask_at:
                ask_at = time.monotonic() + HEARTBEAT_SECONDS
                await sync_to_thread(people.who, store, token)
            if watcher.open:
                yield text or b": still here\n\n"
    except people.SignInRefused:
        return
    finally:
        live.leave(watcher)
