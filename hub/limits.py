"""How much one user and one address may ask of a hub, and how long a body may take to come."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.problems import Refusal

MOST_KEYS = 20_000
"""Users or addresses that are remembered at a time."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a second, and how many may come at once. A rate of 0 sets no limit.

    user_*: of one signed-in user. door_*: to sign in or refresh, of one address; a whole floor may
    share one. body_seconds: for a request's body to come. behind_proxy: the last address that
    ``X-Forwarded-For`` names is the caller's; else nobody's word on that is taken.
    """

    user_rate: float = 100
    user_burst: int = 400
    door_rate: float = 5
    door_burst: int = 600
    body_seconds: float = 20
    behind_proxy: bool = False


class Pace:
    """Lets so many pass in a burst, then so many a second, for each key of its own.

    Args:
        rate: a second; 0 = no limit.
        burst: at once, after a pause.
        clock: monotonic seconds.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._free_at: dict[Hashable, float] = {}

    def wait(self, key: Hashable) -> float:
        """Let one pass: 0; or the seconds after which it may, and nothing passed."""
        if not self._rate:
            return 0
        now = self._clock()
        free_at = max(self._free_at.get(key, now), now)
        early = free_at - now - (self._burst - 1) / self._rate
        if early > 0:
            return early
        if len(self._free_at) >= MOST_KEYS:
            self._free_at = {one: at for one, at in self._free_at.items() if at > now}
        self._free_at[key] = free_at + 1 / self._rate
        return 0


class Paces:
    """The paces of one hub, by user and by address."""

    def __init__(self, limits: Limits) -> None:
        self._behind_proxy = limits.behind_proxy
        self._users = Pace(limits.user_rate, limits.user_burst)
        self._doors = Pace(limits.door_rate, limits.door_burst)

    def let_user(self, user_id: int) -> None:
        """One more request of a user.

        Raises:
            Refusal: too many.
        """
        _let(self._users.wait(user_id), "too many requests of this user; wait and send it again")

    def let_address(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """One more sign-in from an address.

        Raises:
            Refusal: too many.
        """
        _let(
            self._doors.wait(self._address(connection)),
            "too many sign-ins from this address; wait and try again",
        )

    def _address(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        if self._behind_proxy and (forwarded := connection.headers.get("x-forwarded-for", "")):
            return forwarded.rpartition(",")[2].strip()
        return connection.client.host if connection.client else ""


def _let(seconds: float, detail: str) -> None:
    if seconds > 0:
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS, "too_many", detail, {"retry-after": str(math.ceil(seconds))}
        )


async def unhurried(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard: not too many sign-ins from one address."""
    connection.app.state.paces.let_address(connection)


def punctual(seconds: float) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware: a body that takes longer than this is given up."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, _in_time(receive, seconds), send)

        return serve

    return wrap


def _in_time(receive: Receive, seconds: float) -> Receive:
    """Hands on a request's body, all of it within so many seconds of the first look."""
    loop = asyncio.get_running_loop()
    deadline: float | None = None
    whole = False

    async def next_part() -> Any:
        nonlocal deadline, whole
        if whole:  # what may still come is the end of the connection, for which an answer may wait long
            return await receive()
        deadline = deadline or loop.time() + seconds
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError as error:
            raise Refusal(
                HTTPStatus.REQUEST_TIMEOUT,
                "too_slow",
                "the body took too long to come; send it again",
                {"connection": "close"},
            ) from error
        whole = not (message["type"] == "http.request" and message["more_body"])
        return message

    return next_part
