"""The hub's HTTP interface as typed methods (docs/protocol.md)."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from rules.protocol import (
    SPOKEN,
    Agenda,
    Answer,
    Answered,
    CaseClosing,
    Changes,
    EventBatch,
    EventResults,
    InconsistencyCare,
    LeaseRequest,
    Leases,
    Problem,
    Refresh,
    Renewal,
    Renewed,
    ReviewClosing,
    Rulebooks,
    Session,
    SignIn,
    Stats,
)
from rules.ready import ready
from rules.words import tr
from storage.sync.failures import HubAddressError, HubRefused, HubUnavailable, SignInNeeded

T = TypeVar("T")

ready(*SPOKEN)

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
SIGN_IN_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
"""Checking passwords takes its time, above all when everybody's shift begins."""
STREAM_SILENCE_SECONDS = 40.0
"""More than two heartbeats of the stream (15 s each): after that the connection is dead."""


class Measured(msgspec.Struct, frozen=True):
    """How an answer with a server time came: round_trip in seconds, monotonic."""

    server_time: datetime
    round_trip: float


class HubClient:
    """One hub, one connection pool, one token.

    Args:
        base_url: ``https://host`` or, on this machine alone, ``http://localhost:port``.
        transport: another way to reach the hub, for tests.

    Raises:
        HubAddressError: plain HTTP beyond this machine, or not a URL.
    """

    def __init__(self, base_url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        secure = check_address(base_url)
        self.token = ""
        self.measured: Callable[[Measured], None] = lambda _: None
        self._http = httpx.AsyncClient(
            base_url=base_url,
            transport=transport,
            follow_redirects=False,
            # Plain HTTP stays on this machine: no proxy of the environment, and no certificates,
            # of which reading the usual list would cost the start 20 ms.
            trust_env=secure,
            verify=True if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def sign_in(self, user: str, password: str, device: str) -> Session:
        """Sign in; the token of the answer is used from here on."""
        return await self._session("/v1/session", SignIn(user=user, password=password, device=device))

    async def refresh(self, refresh_token: str) -> Session:
        """A new pair of tokens for an old one; the new one is used from here on."""
        return await self._session("/v1/session/refresh", Refresh(refresh_token=refresh_token))

    async def sign_out(self) -> None:
        """End the session."""
        await self._ask("DELETE", "/v1/session")
        self.token = ""

    async def leases(self, request: LeaseRequest) -> tuple[Leases, Measured]:
        """Clients to hold, and how their times are to be read."""
        return await self._timed("POST", "/v1/leases", Leases, request)

    async def renew(self, leases: dict[str, int]) -> tuple[Renewed, Measured]:
        """Extend leases, id to token."""
        return await self._timed("POST", "/v1/leases/renew", Renewed, Renewal(leases=leases))

    async def release(self, lease_id: str, token: int) -> bool:
        """Give a client back; False when the lease was not held any more."""
        try:
            await self._ask("DELETE", f"/v1/leases/{quote(lease_id, safe='')}", params={"token": token})
        except HubRefused as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return False
            raise
        return True

    async def events(self, batch: EventBatch) -> EventResults:
        """Send facts; one result each, in the same order."""
        return (await self._timed("POST", "/v1/events", EventResults, batch))[0]

    async def changes(self, cursor: str | None, limit: int = 100) -> Changes:
        """What changed since a cursor; `HubRefused` with status 410 = start again without one."""
        params: dict[str, Any] = {"limit": limit} | ({"cursor": cursor} if cursor is not None else {})
        return (await self._timed("GET", "/v1/changes", Changes, params=params))[0]

    async def agenda(self) -> Agenda:
        """What the agent has to see to, wherever the clients are."""
        return (await self._timed("GET", "/v1/agenda", Agenda))[0]

    async def rulebooks(self) -> Rulebooks:
        """What the portfolios do differently from the house."""
        return (await self._timed("GET", "/v1/rulebooks", Rulebooks))[0]

    async def stats(self) -> Stats:
        """The live figures, once."""
        return _decode(await self._ask("GET", "/v1/stats"), Stats)

    async def stats_stream(self) -> AsyncGenerator[Stats, None]:
        """The live figures, at once and after each change, until the connection ends.

        Raises:
            HubUnavailable: it ended or fell silent; open it again.
            SignInNeeded, HubRefused: it was not opened.
        """
        from httpx_sse import EventSource, SSEError

        patience = httpx.Timeout(TIMEOUT.read, connect=TIMEOUT.connect, read=STREAM_SILENCE_SECONDS)
        request = self._request("GET", "/v1/stats/stream", patience=patience)
        try:
            response = await self._http.send(request, stream=True)
            try:
                if response.is_error:
                    await response.aread()
                    raise _failure(response)
                async for event in EventSource(response).aiter_sse():
                    yield _decode_text(event.data, Stats)
            finally:
                await response.aclose()
        except (httpx.HTTPError, SSEError) as error:
            raise HubUnavailable(type(error).__name__) from error
        raise HubUnavailable("the stream ended")

    async def answer(self, request_id: str, answer: Answer) -> Answered:
        """Answer a request for approval; `HubRefused` says why it is not taken."""
        path = f"/v1/requests/{quote(request_id, safe='')}/answer"
        return _decode(await self._ask("POST", path, answer), Answered)

    async def care(self, inconsistency_id: str, care: InconsistencyCare) -> None:
        """Give an inconsistency an owner, or close it; `HubRefused` says why not."""
        await self._ask("POST", f"/v1/inconsistencies/{quote(inconsistency_id, safe='')}", care)

    async def close_case(self, case_id: str, closing: CaseClosing) -> None:
        """End a case; `HubRefused` says why not."""
        await self._ask("POST", f"/v1/cases/{quote(case_id, safe='')}/close", closing)

    async def close_review(self, review_id: str, closing: ReviewClosing) -> None:
        """Close a matter that was seen; `HubRefused` says why not."""
        await self._ask("POST", f"/v1/reviews/{quote(review_id, safe='')}/close", closing)

    async def _session(self, path: str, body: SignIn | Refresh) -> Session:
        session, _ = await self._timed("POST", path, Session, body, patience=SIGN_IN_TIMEOUT)
        self.token = session.access_token
        return session

    async def _timed(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: Any = None,
        params: dict[str, Any] | None = None,
        patience: httpx.Timeout = TIMEOUT,
    ) -> tuple[T, Measured]:
        began = time.monotonic()
        answer = _decode(await self._ask(method, path, body, params, patience), kind)
        measured = Measured(answer.server_time, time.monotonic() - began)  # type: ignore[attr-defined]  # every timed answer has it
        self.measured(measured)
        return answer, measured

    async def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: dict[str, Any] | None = None,
        patience: httpx.Timeout = TIMEOUT,
    ) -> httpx.Response:
        try:
            response = await self._http.send(self._request(method, path, body, params, patience))
        except httpx.HTTPError as error:
            raise HubUnavailable(type(error).__name__) from error
        if not response.is_success:
            raise _failure(response)
        return response

    def _request(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: dict[str, Any] | None = None,
        patience: httpx.Timeout = TIMEOUT,
    ) -> httpx.Request:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        content = None
        if body is not None:
            content = msgspec.json.encode(body)
            headers["content-type"] = "application/json"
        return self._http.build_request(
            method, path, content=content, params=params, headers=headers, timeout=patience
        )


def check_address(url: str) -> bool:
    """See that client data may travel to a URL; whether by TLS (else on this machine alone).

    Raises:
        HubAddressError: it is not http(s), or plain HTTP to another machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HubAddressError(
            tr("{url} is not the address of a hub; it looks like https://hub.example.com", url=url)
        )
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise HubAddressError(
            tr("{url} is plain HTTP: client data would travel in the clear. Use https://", url=url)
        )
    return parts.scheme == "https"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _decode(response: httpx.Response, kind: type[T]) -> T:
    return _decode_text(response.content, kind)


def _decode_text(text: bytes | str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise HubUnavailable(f"not an answer of a hub: {error}") from error


def _failure(response: httpx.Response) -> Exception:
    """What an answer that is not a success means: ask again later, sign in, or no."""
    status = response.status_code
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        # A proxy or some other server in between: it knows nothing about our facts.
        problem = None
    if problem is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return HubUnavailable(f"HTTP {status}", _retry_after(response))
    if status == HTTPStatus.UNAUTHORIZED:
        return SignInNeeded(problem.code, status, problem.detail)
    return HubRefused(problem.code, status, problem.detail)


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None
