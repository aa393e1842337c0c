"""Every failure as one form of answer: RFC 9457 problem details with a code for machines."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from hub.log import log, request_id, where
from rules.protocol import Problem

PROBLEM_JSON = "application/problem+json"

_CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "sign_in_needed",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_TIMEOUT: "too_slow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}


class Refusal(Exception):
    """A request that is answered with a problem; nothing was changed.

    Args:
        status: the HTTP status.
        code: what it is, for machines; docs/protocol.md lists them.
        detail: what, where and how to mend it, in English (the workstation has its own words).
        headers: further headers, such as ``Retry-After``.
    """

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers


def problem_specs(*statuses: HTTPStatus) -> dict[int, ResponseSpec]:
    """The problem answers of a handler, for the OpenAPI document.

    Any may be refused as too many, or because the store is away; one with a body as too slow.
    """
    slow = [HTTPStatus.REQUEST_TIMEOUT] if HTTPStatus.REQUEST_ENTITY_TOO_LARGE in statuses else []
    return {
        status: ResponseSpec(
            Problem, description=status.phrase, media_type=PROBLEM_JSON, generate_examples=False
        )
        for status in (*statuses, *slow, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    }


def answer_refusal(_: Request[Any, Any, Any], error: Refusal) -> Response[Problem]:
    """The answer to a request that we refuse ourselves."""
    return _answer(error.status, error.code, error.detail, error.headers)


def answer_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """The answer to a request that the framework refuses: unknown path, malformed body..."""
    status = HTTPStatus(error.status_code)
    detail = _fields(error) if isinstance(error, ValidationException) else error.detail
    code = _CODES.get(status, "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    return _answer(status, code, detail or status.description, error.headers)


def answer_too_deep(_: Request[Any, Any, Any], __: RecursionError) -> Response[Problem]:
    """The answer to JSON that is nested deeper than anything of ours."""
    return _answer(HTTPStatus.BAD_REQUEST, "bad_request", "the body is nested too deep")


def answer_not_utf8(_: Request[Any, Any, Any], __: UnicodeDecodeError) -> Response[Problem]:
    """The answer to a body or parameter whose text is in no encoding of ours."""
    return _answer(HTTPStatus.BAD_REQUEST, "bad_request", "the text is not UTF-8")


def answer_unstorable(_: Request[Any, Any, Any], __: Exception) -> Response[Problem]:
    """The answer to a value that no store can hold."""
    detail = "a number is beyond 64 bits, or a text holds a NUL character"
    return _answer(HTTPStatus.BAD_REQUEST, "bad_request", detail)


def answer_store_away(_: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer while the central store can't be reached; sending again later is safe."""
    log.error("store_unavailable", **where(error))
    detail = "the central store does not answer now; send the same request again later"
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "store_unavailable", detail, {"retry-after": "5"})


def answer_unexpected(_: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The answer to a fault of ours: nothing of its inside goes out; the log has the way to it."""
    log.error("unexpected", **where(error))
    detail = f"an unexpected error; the hub's log holds it under request {request_id()}"
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)


def _fields(error: ValidationException) -> str:
    """Which field is wrong and why: ``events[0].seq: Expected `int`, got `str```."""
    wrong = error.extra if isinstance(error.extra, list) else []
    said = [
        f"{'body' if item['key'] == 'data' else item['key']}: {item['message']}"
        for item in wrong
        if isinstance(item, dict) and "key" in item
    ]
    return "; ".join(said) or error.detail


def _answer(
    status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None
) -> Response[Problem]:
    problem = Problem(
        type=f"urn:agent-tui:problem:{code}",
        title=status.phrase,
        status=status,
        detail=detail,
        code=code,
        instance=f"urn:agent-tui:request:{request_id()}",
    )
    if status is HTTPStatus.UNAUTHORIZED:
        headers = {**(headers or {}), "www-authenticate": "Bearer"}
    return Response(problem, status_code=status, headers=headers, media_type=PROBLEM_JSON)
