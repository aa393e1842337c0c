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
from hub.channels import Watcher
from hub.live import Live, TheLive
from hub.problems import problem_specs
from rules.protocol import Stats
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors import people
from storage.central.upkeep import audit

HEARTBEAT_SECONDS = 15.0
"""A silent stream says something this often: a dead connection shows only when one writes to it."""

_REFUSED = problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_EVENTS = ResponseSpec(
    str,
    media_type="text/event-stream",
    generate_examples=False,
    description="`stats`: Stats; `change`: StatsChange; `id`: for Last-Event-ID",
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
    audit.note_reading(store, who.name, "board_read", who.device)
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
    """The live figures as server-sent events: a whole snapshot, then what changes.

    A reader that comes back with `Last-Event-ID` is told what it missed. The stream ends when
    the session does, or when the reader may see something else; open it again with a fresh token.
    """
    await sync_to_thread(audit.note_reading, store, who.name, "board_read", who.device)
    watcher = live.watch(who, request.headers.get("last-event-id", ""))
    return Stream(
        _messages(store, live, watcher, bearer(request)),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _messages(store: Store, live: Live, watcher: Watcher, token: str) -> AsyncIterator[bytes]:
    """What the watcher is due; whether the session still holds is asked on the way."""
    try:
        ask_at = time.monotonic() + HEARTBEAT_SECONDS
        while watcher.open:
            text = await watcher.next(HEARTBEAT_SECONDS)
            if time.monotonic() >= ask_at:
                ask_at = time.monotonic() + HEARTBEAT_SECONDS
                who = await sync_to_thread(people.who, store, token)
                if stats.scope(who) != watcher.channel.who:
                    return
            if watcher.open:
                yield text or b": still here\n\n"
    except people.SignInRefused:
        return
    finally:
        live.leave(watcher)
