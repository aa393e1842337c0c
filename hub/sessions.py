"""Signing in and out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from litestar import Request, delete, post
from litestar.params import JSONBody

from hub.auth import BEARER, TheStore, bearer, refusal
from hub.problems import problem_specs
from rules.protocol import Refresh, Session, SignIn
from storage.central import people

_password_threads = ThreadPoolExecutor(2, thread_name_prefix="sign-in")
"""Checking a password is slow on purpose; when a shift begins, work must not queue behind it."""

_REFUSED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS,
)


@post(
    "/v1/session",
    status_code=HTTPStatus.OK,
    responses=problem_specs(*_REFUSED),
    operation_id="sign_in",
    summary="Sign in",
)
async def sign_in(data: JSONBody[SignIn], store: TheStore) -> Session:
    """Sign in from a device: an access token for requests, a refresh token to renew it."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(_password_threads, people.sign_in, store, data)
    except people.SignInRefused as error:
        raise refusal(error) from error


@post(
    "/v1/session/refresh",
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
    responses=problem_specs(*_REFUSED),
    operation_id="refresh",
    summary="Refresh a session",
)
def refresh(data: JSONBody[Refresh], store: TheStore) -> Session:
    """Exchange a refresh token, once, for a new pair of tokens."""
    try:
        return people.refresh(store, data.refresh_token)
    except people.SignInRefused as error:
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
