"""Who is asking: bearer tokens and roles, checked before a body is read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import SkipValidation

from hub.problems import Refusal
from storage.central.connection import Store
from storage.central.doors.people import SignInRefused, Who, who

AGENTS = frozenset({"agent"})
"""Who works the queue."""

WATCHERS = frozenset({"lead", "admin", "auditor"})
"""Who reads the live figures."""

DECIDERS = frozenset({"lead", "admin"})
"""Who answers what waits for a decision."""

OFFICE = frozenset({"backoffice", "lead", "admin"})
"""Who works at the receipts desk."""

OFFICE_READERS = OFFICE | {"auditor"}
"""Who reads what is there."""

EVERYBODY = frozenset({"agent", "lead", "backoffice", "admin", "auditor"})
"""Whoever is signed in."""

BEARER = [{"bearer": list[str]()}]
"""What a handler of the signed-in says of itself in the OpenAPI document."""

SECURITY = Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")})

SignedIn = NamedDependency[SkipValidation[Who]]
TheStore = NamedDependency[SkipValidation[Store]]

_REFUSALS = {
    "bad_credentials": (HTTPStatus.UNAUTHORIZED, "user or password is wrong"),
    "second_factor_needed": (HTTPStatus.UNAUTHORIZED, "code: send the six digits of the second factor too"),
    "bad_code": (HTTPStatus.UNAUTHORIZED, "code: wrong, too old, or used before; wait for the next one"),
    "disabled": (HTTPStatus.FORBIDDEN, "this user is disabled; an administrator can enable it"),
    "device_revoked": (HTTPStatus.FORBIDDEN, "this device was revoked; its store has to be wiped"),
    "locked": (HTTPStatus.TOO_MANY_REQUESTS, "too many wrong passwords; wait and try again"),
    "expired": (HTTPStatus.UNAUTHORIZED, "the token is unknown or has expired; refresh it or sign in again"),
    "reused": (HTTPStatus.UNAUTHORIZED, "this refresh token was used before; sign in again"),
}


def refusal(error: SignInRefused) -> Refusal:
    """How a refused sign-in or token is answered."""
    status, detail = _REFUSALS.get(error.code, (HTTPStatus.UNAUTHORIZED, "sign in again"))
    headers = {"retry-after": str(error.retry_after)} if error.retry_after else None
    return Refusal(status, error.code, detail, headers)


def bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The access token of a request.

    Raises:
        Refusal: there is none.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "sign_in_needed",
            "send the access token of POST /v1/session as: Authorization: Bearer TOKEN",
        )
    return token.strip()


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard: a valid access token, and a role that the handler's ``roles`` option names."""
    token = bearer(connection)
    try:
        user = await sync_to_thread(who, connection.app.state.store, token)
    except SignInRefused as error:
        raise refusal(error) from error
    connection.scope["user"] = user
    connection.app.state.paces.let_user(user.user_id)
    roles = handler.opt["roles"]
    if user.role not in roles:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "wrong_role",
            f"role {user.role} may not do this; it needs {' or '.join(sorted(roles))}",
        )


def same_device(user: Who, device: str) -> None:
    """A session speaks for the device that it was opened on, and for no other.

    Raises:
        Refusal: the body names another device.
    """
    if device != user.device:
        raise Refusal(
            HTTPStatus.FORBIDDEN, "other_device", "device: not the device of this session; sign in from it"
        )
