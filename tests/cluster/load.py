"""Agents who send facts through the hubs, each fact again under its own id until it is answered."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any
from urllib.parse import urlsplit

from tests.hub.world import PASSWORD

PAUSE_SECONDS = 0.2


class Load:
    """Writers of facts, and what the hubs have acknowledged of theirs.

    Args:
        url: of the hubs, or of the balancer before them.
        users: one thread each.
        clients: about whom facts are made.
    """

    def __init__(self, url: str, users: Sequence[str], clients: Sequence[int]) -> None:
        self._address = urlsplit(url).netloc
        self._clients = clients
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(user,), daemon=True) for user in users]
        self.acknowledged: dict[str, float] = {}
        self.repeated: set[str] = set()
        self.failures = 0

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def silence(self, since: float, until: float) -> float:
        """The longest time without an acknowledgement between two instants, in seconds."""
        times = sorted(at for at in self.acknowledged.values() if since <= at <= until)
        return max(later - earlier for earlier, later in pairwise([since, *times, until]))

    def alive_after(self, instant: float) -> bool:
        """Whether anything was acknowledged after an instant."""
        return any(at > instant for at in list(self.acknowledged.values()))

    def _work(self, user: str) -> None:
        writer = _Writer(self._address, user)
        for number in count(1):
            fact = writer.fact(number, random.choice(self._clients))  # noqa: S311 - load
            for attempt in count(1):
                answer = writer.send(fact)
                if answer is not None:
                    self._note(answer, attempt)
                    break
                self.failures += 1
                if self._stop.wait(PAUSE_SECONDS):
                    return
            if self._stop.is_set():
                return

    def _note(self, result: dict[str, Any], attempt: int) -> None:
        if result["status"] == "refused":
            raise AssertionError(result)
        self.acknowledged[result["id"]] = time.monotonic()
        if attempt > 1 and result["status"] == "duplicate":
            self.repeated.add(result["id"])


class _Writer:
    """One agent: takes clients on lease and sends facts about them, or about anybody when there are none."""

    def __init__(self, address: str, user: str) -> None:
        self._address, self._user = address, user
        self._device, self._token = str(uuid.uuid4()), ""
        self._leases: list[dict[str, Any]] = []

    def fact(self, number: int, otherwise: int) -> dict[str, Any]:
        """A call that nobody answered."""
        if not self._leases:
            wanted = {"want": 5, "request_id": str(uuid.uuid4()), "device": self._device}
            answer = self._ask("/v1/leases", wanted)
            self._leases = answer["leases"] if answer else []
        held = self._leases.pop() if self._leases else None
        lease = {"lease_id": held["lease_id"], "lease_token": held["token"]} if held else {}
        client = held["client"]["id"] if held else otherwise
        return {
            "id": str(uuid.uuid4()),
            "seq": number,
            "kind": "result",
            "at": datetime.now(UTC).isoformat(),
            "body": {"client_id": client, "code": "NOCO"},
            **lease,
        }

    def send(self, fact: dict[str, Any]) -> dict[str, Any] | None:
        """The hub's answer for a fact; None when none came."""
        answer = self._ask("/v1/events", {"device": self._device, "events": [fact]})
        return answer["results"][0] if answer else None

    def _ask(self, path: str, body: Any) -> dict[str, Any] | None:
        if not self._token:
            signing_in = {"user": self._user, "password": PASSWORD, "device": self._device}
            session = self._post("/v1/session", signing_in)
            self._token = session[1]["access_token"] if session and session[0] == http.client.OK else ""
        answer = self._post(path, body) if self._token else None
        if answer is not None and answer[0] == http.client.UNAUTHORIZED:
            self._token = ""
        return answer[1] if answer is not None and answer[0] == http.client.OK else None

    def _post(self, path: str, body: Any) -> tuple[int, dict[str, Any]] | None:
        """Status and body of an answer; None when none came."""
        connection = http.client.HTTPConnection(self._address, timeout=30)
        headers = {"content-type": "application/json", "authorization": f"Bearer {self._token}"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
