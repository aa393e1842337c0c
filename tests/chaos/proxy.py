"""A proxy between workstations and hubs that loses, delays, repeats and cuts requests, as told."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Sequence

FAULTS = (
    "cut before",
    "cut after",
    "cut in the middle",
    "half-closed",
    "repeated",
    "delayed",
    "delivered late",
    "black hole",
    "bad gateway",
)
LONGEST_DELAY = 0.4
"""Seconds."""

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
_NOT_THERE = (ConnectionError, asyncio.IncompleteReadError, TimeoutError)


class Proxy:
    """One port in front of several hubs; a request goes to the next hub that takes it.

    Args:
        ports: of the hubs on this machine.

    met: how often each fault happened. broken: answers of a hub that no hub should give.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._turn = tuple(ports), 0
        self._chance, self._share = random.Random(), 0.0  # noqa: S311 - a test
        self._late: set[asyncio.Task[bytes]] = set()
        self.met: Counter[str] = Counter()
        self.broken: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def misbehave(self, seed: str, share: float) -> None:
        """Let this share of the requests meet a fault, drawn by the seed."""
        self._chance, self._share = random.Random(seed), share  # noqa: S311 - a test

    def behave(self) -> None:
        """Carry everything as it comes."""
        self._share = 0.0

    def close(self) -> None:
        """End; connections are cut."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read_request(reader)
            fault = self._chance.choice(FAULTS) if self._chance.random() < self._share else ""
            self.met[fault] += 1
            await self._carry(request, writer, fault)
        except _NOT_THERE:
            pass  # either end is gone: that is what this test is about
        finally:
            writer.close()
            with contextlib.suppress(*_NOT_THERE):
                await writer.wait_closed()

    async def _carry(self, request: bytes, writer: asyncio.StreamWriter, fault: str) -> None:
        delay = self._chance.uniform(0, LONGEST_DELAY)
        if fault == "cut before":
            return
        if fault == "black hole":
            await asyncio.sleep(delay)
            return
        if fault == "delivered late":
            self._late.add(task := asyncio.create_task(self._after(delay, request)))
            task.add_done_callback(self._late.discard)
            return
        if fault == "delayed":
            await asyncio.sleep(delay)
        answer = BAD_GATEWAY if fault == "bad gateway" else await self._ask(request)
        if fault == "repeated":
            answer = await self._ask(request)
        if fault == "cut after":
            return
        if fault in ("cut in the middle", "half-closed"):
            answer = answer[: len(answer) // 2]
        writer.write(answer)
        await writer.drain()
        if fault == "half-closed":
            writer.write_eof()
            await asyncio.sleep(delay)

    async def _after(self, delay: float, request: bytes) -> bytes:
        await asyncio.sleep(delay)
        return await self._ask(request)

    async def _ask(self, request: bytes) -> bytes:
        """The whole answer of the next hub that takes the request; a bad gateway if none does."""
        for _ in self._ports:
            self._turn += 1
            port = self._ports[self._turn % len(self._ports)]
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                continue
            try:
                writer.write(request)
                await writer.drain()
                answer = await reader.read(-1)
            except ConnectionError:
                answer = b""  # killed in the middle: nobody knows what it did
            finally:
                writer.close()
            if answer.startswith(b"HTTP/1.1 500"):
                self.broken.append(f"{request[:60]!r}: {answer[-300:]!r}")
            return answer
        return BAD_GATEWAY


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    """One request whole, that closes its connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].split(b"\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    fields[b"connection"] = b"close"
    body = await reader.readexactly(int(fields.get(b"content-length", 0)))
    named = b"".join(b"%b: %b\r\n" % field for field in fields.items())
    return first + b"\r\n" + named + b"\r\n" + body
