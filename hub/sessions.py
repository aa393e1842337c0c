"""Signing in and out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from litestar import Request, delete, post
from litestar.params import JSONBody

from hub.auth import BEARER, EVERYBODY, SignedIn, TheStore, bearer, refusal, signed_in
from hub.limits import unhurried
from hub.metrics import TheMetrics
from hub.problems import Refusal, problem_specs
from rules.protocol import Refresh, Session, SignIn
from storage.central.connection import Store
from storage.central.doors import people

MOST_WAITING = 500
"""Sign-ins that wait for their turn: about as many as get it before their senders give up."""

LONGEST = {"user": 256, "password": 1024, "device": 128, "code": 16, "label": 256}
"""Characters of the fields of a sign-in."""

_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)


class _PasswordThreads:
    """Checking a password is slow on purpose; when a shift begins, work must not queue behind it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="sign-in")
        self._waiting = 0

    async def sign_in(self, store: Store, data: SignIn) -> Session:
        """Sign in when it is this one's turn.

        Raises:
            Refusal: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            detail = "too many sign in at the moment; try again"
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "busy", detail, {"retry-after": "10"})
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, people.sign_in, store, data)
        finally:
            self._waiting -= 1


_passwords = _PasswordThreads()


@post(
    "/v1/session",
    status_code=HTTPStatus.OK,
    guards=[unhurried],
    responses=problem_specs(*_REFUSED),
    operation_id="sign_in",
    summary="Sign in",
)
async def sign_in(data: JSONBody[SignIn], store: TheStore, metrics: TheMetrics) -> Session:
    """Sign in from a device: an access token for requests, a refresh token to renew it."""
    for field, most in LONGEST.items():
        if len(getattr(data, field)) > most:
            raise Refusal(HTTPStatus.BAD_REQUEST, "bad_request", f"{field}: at most {most} characters")
    try:
        return await _passwords.sign_in(store, data)
    except people.SignInRefused as error:
        metrics.count("agent_tui_sign_ins_refused_total", reason=error.code)
        raise refusal(error) from error


@post(
    "/v1/session/refresh",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    guards=[unhurried],
    responses=problem_specs(*_REFUSED),
    operation_id="refresh",
    summary="Refresh a session",
)
def refresh(data: JSONBody[Refresh], store: TheStore, metrics: TheMetrics) -> Session:
    """Exchange a refresh token, once, for a new pair of tokens."""
    try:
        return people.refresh(store, data.refresh_token)
    except people.SignInRefused as error:
        metrics.count("agent_tui_sign_ins_refused_total", reason=error.code)
        raise refusal(error) from error


@delete(
    "/v1/session",
    sync_to_thread=True,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED),
    operation_id="sign_out",
    security=BEARER,
    summary="Sign out",
)
def sign_out(request: Request[Any, Any, Any], store: TheStore) -> None:
    """End the session; an unknown or expired token has nothing left to end."""
    people.sign_out(store, bearer(request))


@delete(
    "/v1/sessions",
    sync_to_thread=True,
    guards=[signed_in],
    security=BEARER,
    roles=EVERYBODY,
    responses=problem_specs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    operation_id="sign_out_everywhere",
    summary="Sign out everywhere",
)
def sign_out_everywhere(who: SignedIn, store: TheStore) -> None:
    """End every session of the asking user, on this device and on all others."""
    people.sign_out_everywhere(store, who)
