"""One connection: whoever is too slow to ask, or to take the answer, is cut off.

The server underneath waits for ever for the rest of a request's head, and for a reader that
does not read; a few thousand such connections would be all that it can hold.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""From the connection, or the answer before, to the whole head of the next request."""

UNREAD_SECONDS = 30.0
"""For a reader to take what the buffers hold."""


class Connection(H11Protocol):
    """HTTP/1.1 with a limit to patience."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server's own
        """A peer connected, and has to say what it wants."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended."""
        self._head = _stopped(self._head)
        self._unread = _stopped(self._unread)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some more of a request."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """An answer is written; the next request may come."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The buffers are full: the peer has to read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The peer has read."""
        super().resume_writing()
        self._unread = _stopped(self._unread)

    def _watch(self) -> None:
        """The clock runs while no request is under way, whatever trickles in meanwhile."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._head = _stopped(self._head)
        elif self._head is None and not self.transport.is_closing():
            self._head = self.loop.call_later(HEAD_SECONDS, self._cut)

    def _cut(self) -> None:
        """End it, unless the peer is still busy reading the last answer."""
        self._head = None
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        if 0 < self._unsent != before:
            self._watch()
        else:
            self.transport.abort()


def _stopped(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    if timer is not None:
        timer.cancel()
    return None
