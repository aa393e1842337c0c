"""Bodies that come gzipped, inflated on their way in and never by more than is read.

The limit of a request's body holds for what comes out: the pieces are small, and whoever reads
them stops at the limit, so a body that would swell to gigabytes costs one piece too many.
"""

from __future__ import annotations

import zlib
from http import HTTPStatus

from litestar.enums import ScopeType
from litestar.exceptions import ClientException, HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.types.asgi_types import HTTPReceiveMessage

PIECE_BYTES = 64 * 1024
GZIP = 16 + zlib.MAX_WBITS


def inflating(app: ASGIApp) -> ASGIApp:
    """Middleware: a request that says ``Content-Encoding: gzip`` is read as if it had come plain.

    Answers 415 for any other encoding, 400 for a body that is no gzip or ends early.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        coding = _coding(scope) if scope["type"] == ScopeType.HTTP else b""
        if coding in (b"", b"identity"):
            await app(scope, receive, send)
        elif coding == b"gzip":
            await app(scope, _Inflated(receive).read, send)
        else:
            raise HTTPException(
                status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail="Content-Encoding: gzip or none"
            )

    return serve


def _coding(scope: Scope) -> bytes:
    return dict(scope["headers"]).get(b"content-encoding", b"").strip().lower()


class _Inflated:
    """The receiving end of a request whose body is gzipped."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._inflater = zlib.decompressobj(GZIP)
        self._more = True

    async def read(self) -> HTTPReceiveMessage:
        """The next piece, `PIECE_BYTES` at most; or that the sender has gone."""
        pending = self._inflater.unconsumed_tail
        if not pending and self._more:
            message = await self._receive()
            if message["type"] != "http.request":
                return message  # type: ignore[return-value]  # a disconnection, as it came
            pending, self._more = message["body"], message.get("more_body", False)
        try:
            piece = self._inflater.decompress(pending, PIECE_BYTES)
        except zlib.error as error:
            raise ClientException("the body is not gzip") from error
        more = self._more or bool(self._inflater.unconsumed_tail)
        if not more and not self._inflater.eof:
            raise ClientException("the gzipped body ends early")
        return {"type": "http.request", "body": piece, "more_body": more and not self._inflater.eof}
