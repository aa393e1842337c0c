"""The hub's HTTP interface as typed methods (docs/protocol.md)."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from rules.live_figures import NotThisSnapshot, applied
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
    StatsChange,
)
from rules.questions import Done, Question, body, path, query
from rules.ready import ready
from storage.sync.address import check_address
from storage.sync.failures import (
    DeviceRevoked,
    HubRefused,
    HubUnavailable,
    HubUntrusted,
    SignInNeeded,
)
from storage.sync.trust import Trust, distrusted, tls_context

A = TypeVar("A")
T = TypeVar("T")

ready(*SPOKEN)

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
SIGN_IN_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
"""Checking passwords takes its time, above all when everybody's shift begins."""
DOWNLOAD_TIMEOUT = httpx.Timeout(10.0, connect=5.0, read=180.0)
"""The hub reads all of it before it sends the first byte."""
GZIP_FROM_BYTES = 1024
"""Shorter bodies go as they are: there is nothing to gain."""
GZIP = 16 + zlib.MAX_WBITS
NO_GZIP = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
"""What a hub of an earlier version answers to a gzipped body."""
DEVICE_REVOKED = "device_revoked"
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
        trust: how the hub proves that it is the one.
        transport: another way to reach the hub, for tests.

    Raises:
        HubAddressError: plain HTTP beyond this machine, or not a URL; or there is no such trust.
    """

    def __init__(
        self,
        base_url: str,
        trust: Trust = Trust(),  # noqa: B008 - frozen
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        secure = check_address(base_url)
        self.token = ""
        self.measured: Callable[[Measured], None] = lambda _: None
        self._gzip = True
        self._followed: tuple[str, Stats] | None = None
        self._http = httpx.AsyncClient(
            base_url=base_url,
            transport=transport,
            follow_redirects=False,
            # Plain HTTP stays on this machine: no proxy of the environment, and no certificates,
            # of which reading the usual list would cost the start 20 ms.
            trust_env=secure,
            verify=tls_context(trust) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def sign_in(self, user: str, password: str, device: str, *, code: str = "") -> Session:
        """Sign in, with the second factor's code where it is asked for; its token is used from here on."""
        request = SignIn(user=user, password=password, device=device, code=code)
        return await self._session("/v1/session", request)

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
        """Send facts, gzipped when there are many; one result each, in the same order."""
        plain = msgspec.json.encode(batch)
        if not self._gzip or len(plain) < GZIP_FROM_BYTES:
            return (await self._timed("POST", "/v1/events", EventResults, plain))[0]
        try:
            return (await self._timed("POST", "/v1/events", EventResults, _Gzipped(plain)))[0]
        except HubRefused as error:
            if error.status not in NO_GZIP:
                raise
        answer, _ = await self._timed("POST", "/v1/events", EventResults, plain)
        self._gzip = False  # it was not the facts that the hub could not read
        return answer

    async def changes(
        self, cursor: str | None, limit: int = 100, *, waiting: int = 0, since: datetime | None = None
    ) -> Changes:
        """What changed since a cursor; None = what is held, as it is now, and where to go on from.

        `HubRefused` with status 410 = start again without a cursor. waiting, since: how many facts
        have still to be sent, and when the oldest was made.
        """
        begin = {"from": "now"} if cursor is None else {"cursor": cursor}
        params: dict[str, Any] = {"limit": limit} | begin
        outbox = {"outbox-waiting": str(waiting)}
        if since is not None:
            outbox["outbox-since"] = since.astimezone(UTC).isoformat()
        return (await self._timed("GET", "/v1/changes", Changes, params=params, headers=outbox))[0]

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

        Opened again it goes on where it stood, as far as the hub remembers.

        Raises:
            HubUnavailable: it ended or fell silent; open it again.
            SignInNeeded, HubRefused: it was not opened.
        """
        from httpx_sse import EventSource, SSEError

        patience = httpx.Timeout(TIMEOUT.read, connect=TIMEOUT.connect, read=STREAM_SILENCE_SECONDS)
        request = self._request("GET", "/v1/stats/stream", patience=patience)
        if self._followed is not None:
            request.headers["last-event-id"] = self._followed[0]
        try:
            response = await self._http.send(request, stream=True)
            try:
                if response.is_error:
                    await response.aread()
                    raise _failure(response)
                async for event in EventSource(response).aiter_sse():
                    if event.data:  # a heartbeat comes as an event without any
                        yield self._follow(event.id, event.event, event.data)
            finally:
                await response.aclose()
        except (httpx.HTTPError, SSEError) as error:
            raise HubUnavailable(type(error).__name__) from error
        raise HubUnavailable("the stream ended")

    def _follow(self, mark: str, kind: str, text: str) -> Stats:
        """The figures after one message of the stream."""
        before, self._followed = self._followed, None
        if kind != "change":
            stats = _decode_text(text, Stats)
        elif before is None:
            raise HubUnavailable("a change of figures that were never sent")
        else:
            try:
                stats = applied(before[1], _decode_text(text, StatsChange))
            except NotThisSnapshot as error:
                raise HubUnavailable(f"a change was lost: {error}") from error
        self._followed = mark, stats
        return stats

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

    async def ask(self, question: Question[A]) -> A:
        """Ask something, or give an order; `HubRefused` says why it is not answered."""
        response = await self._ask(question.METHOD, path(question), body(question), dict(query(question)))
        if question.ANSWER is None:
            return Done()  # type: ignore[return-value]  # Question[Done] has no other answer
        found: A = _decode(response, question.ANSWER)
        return found

    async def download(self, question: Question[Any], out: BinaryIO) -> None:
        """Ask for what is too large to hold, and write it to a file as it comes; raises as `ask`."""
        request = self._request(
            question.METHOD, path(question), params=dict(query(question)), patience=DOWNLOAD_TIMEOUT
        )
        try:
            response = await self._http.send(request, stream=True)
            try:
                if not response.is_success:
                    await response.aread()
                    raise _failure(response)
                async for some in response.aiter_bytes():
                    out.write(some)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise HubUnavailable(type(error).__name__) from error

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
        headers: dict[str, str] | None = None,
    ) -> tuple[T, Measured]:
        began = time.monotonic()
        answer = _decode(await self._ask(method, path, body, params, patience, headers), kind)
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
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            response = await self._http.send(self._request(method, path, body, params, patience, headers))
        except httpx.HTTPError as error:
            failure = HubUntrusted if distrusted(error) else HubUnavailable
            raise failure(type(error).__name__) from error
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
        headers: dict[str, str] | None = None,
    ) -> httpx.Request:
        sent = dict(headers or {})
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        content = None
        if body is not None:
            sent["content-type"] = "application/json"
            content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        if isinstance(body, _Gzipped):
            sent["content-encoding"] = "gzip"
            content = body.packed
        return self._http.build_request(
            method, path, content=content, params=params, headers=sent, timeout=patience
        )


class _Gzipped(bytes):
    """A body, as JSON, that is to be gzipped on its way."""

    @property
    def packed(self) -> bytes:
        """The body gzipped, at the speed that the screen does not notice."""
        return zlib.compress(self, level=1, wbits=GZIP)


def _decode(response: httpx.Response, kind: type[T]) -> T:
    return _decode_text(response.content, kind)


def _decode_text(text: bytes | str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise HubUnavailable(f"not an answer of a hub: {error}") from error


_LATER = ("too_many", "too_slow")
"""Refusals of the moment, not of what was sent."""


def _failure(response: httpx.Response) -> Exception:
    """What an answer that is not a success means: ask again later, sign in, or no."""
    status = response.status_code
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        # A proxy or some other server in between: it knows nothing about our facts.
        problem = None
    if problem is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or problem.code in _LATER:
        return HubUnavailable(f"HTTP {status}", _retry_after(response))
    if problem.code == DEVICE_REVOKED:
        return DeviceRevoked(problem.code, status, problem.detail)
    if status == HTTPStatus.UNAUTHORIZED:
        return SignInNeeded(problem.code, status, problem.detail)
    return HubRefused(problem.code, status, problem.detail)


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None
