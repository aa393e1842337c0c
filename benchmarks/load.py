"""Load on a hub from a process of its own: keep-alive connections over raw asyncio streams.

An HTTP library as client would be the slowest part of what is measured. Reads one task (JSON) from
standard input, writes what happened (JSON) to standard output.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Caller(msgspec.Struct, frozen=True):
    """One connection: its token and the requests (method, path, body) that it sends, round and round."""

    token: str
    requests: list[tuple[str, str, Any]]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to do.

    rounds: how often each caller sends its requests; 0 = for `seconds`. pace: seconds from one request of
    a caller to its next, 0 = at once. watchers: tokens of streams to read until they have shown
    `touches` more of `agent`, or for `seconds`.
    """

    port: int
    callers: list[Caller] = []
    rounds: int = 0
    seconds: float = 0.0
    pace: float = 0.0
    watchers: list[str] = []
    agent: str = ""
    touches: int = 0


Arrival = tuple[int, float, int, int, str]


class Outcome(msgspec.Struct, kw_only=True):
    """What happened. times: seconds of each request; wall: of all of them.

    words: HTTP statuses and the statuses of facts. arrivals: of each message, its stream, when it came
    (monotonic), the number of touches that it shows of `agent`, its bytes and kind.
    """

    times: list[float] = []
    wall: float = 0.0
    words: dict[str, int] = {}
    arrivals: list[Arrival] = []

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.wall

    def percentile(self, share: float) -> float:
        """Seconds that this share of the requests stays at or under."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))]


def start(task: Task) -> subprocess.Popen[bytes]:
    """Begin with a task in a process of its own."""
    running = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdin is not None
    running.stdin.write(msgspec.json.encode(task))
    running.stdin.close()
    return running


def finish(running: subprocess.Popen[bytes]) -> Outcome:
    """Wait for a task's end."""
    assert running.stdout is not None
    text = running.stdout.read()
    assert running.wait() == 0
    return msgspec.json.decode(text, type=Outcome)


def load(task: Task) -> Outcome:
    """Do a task, from begin to end."""
    return finish(start(task))


async def _call(caller: Caller, task: Task, outcome: Outcome, words: Counter[str], at: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", task.port)
    bodies = [_request(caller, *one) for one in caller.requests]
    until = time.perf_counter() + task.seconds
    await asyncio.sleep(at)
    done = 0
    while done < task.rounds * len(bodies) if task.rounds else time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(bodies[done % len(bodies)])
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        answer = await reader.readexactly(int(length[1]) if length else 0)
        took = time.perf_counter() - began
        outcome.times.append(took)
        words[head[9:12].decode()] += 1
        words.update(word.decode() for word in re.findall(rb'"status":"(\w+)"', answer))
        done += 1
        await asyncio.sleep(max(0.0, task.pace - took))
    writer.close()


def _request(caller: Caller, method: str, path: str, body: Any) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {caller.token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _watch(number: int, token: str, task: Task, outcome: Outcome) -> None:
    row = re.compile(rb'"name":"%s",[^}]*?"touches":(\d+)' % task.agent.encode())
    reader, writer = await asyncio.open_connection("127.0.0.1", task.port, limit=2**24)
    first, touches = -1, 0
    writer.write(
        f"GET /v1/stats/stream HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\n\r\n".encode()
    )
    try:
        while first < 0 or touches < first + task.touches:
            message = await reader.readuntil(b"\n\n")
            at = time.monotonic()
            if b"\ndata: " in message:
                shown = row.search(message)
                touches = int(shown[1]) if shown else touches
                first = touches if first < 0 else first
                kind = "change" if b"\nevent: change" in message else "stats"
                outcome.arrivals.append((number, at, touches, len(message), kind))
    finally:
        writer.close()


async def _do(task: Task) -> Outcome:
    outcome, words = Outcome(), Counter[str]()
    began = time.perf_counter()
    watching = [
        asyncio.create_task(_watch(number, token, task, outcome))
        for number, token in enumerate(task.watchers)
    ]
    steps = [task.pace * number / max(1, len(task.callers)) for number in range(len(task.callers))]
    calls: Sequence[Any] = [
        _call(caller, task, outcome, words, at) for caller, at in zip(task.callers, steps, strict=True)
    ]
    await asyncio.gather(*calls)
    if watching:
        await asyncio.wait(watching, timeout=task.seconds)
    for one in watching:
        one.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    outcome.wall = time.perf_counter() - began
    outcome.words = dict(words)
    return outcome


if __name__ == "__main__":
    found = asyncio.run(_do(msgspec.json.decode(sys.stdin.buffer.read(), type=Task)))
    sys.stdout.buffer.write(msgspec.json.encode(found))
