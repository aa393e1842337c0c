"""A hub to talk to: the real application on a real store, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import TestClient

from hub.app import make_app
from rules.protocol import Lease, Leases
from storage.central.connection import Store
from tests.hub.world import PASSWORD, fill


class Caller:
    """Somebody signed in who sends requests."""

    def __init__(self, http: TestClient[Any], user: str, device: str = "") -> None:
        self.http, self.device = http, device or str(uuid4())
        answer = http.post("/v1/session", json={"user": user, "password": PASSWORD, "device": self.device})
        assert answer.status_code == 200, answer.text
        self.session = answer.json()
        self.headers = {"authorization": f"Bearer {self.session['access_token']}"}

    def get(self, path: str, **options: Any) -> Any:
        return self.http.get(path, headers=self.headers, **options)

    def post(self, path: str, body: Any) -> Any:
        return self.http.post(path, json=body, headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.http.delete(path, headers=self.headers)

    def leases(self, want: int) -> tuple[Lease, ...]:
        body = {"want": want, "request_id": str(uuid4()), "device": self.device}
        answer = self.post("/v1/leases", body)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Leases).leases

    def send(self, *events: Any) -> Any:
        return self.post("/v1/events", {"device": self.device, "events": list(events)})


@pytest.fixture
def central(sqlite_store: Store) -> Store:
    fill(sqlite_store)
    return sqlite_store


@pytest.fixture
def http(central: Store) -> Iterator[TestClient[Any]]:
    with TestClient(make_app(central), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def agent(http: TestClient[Any]) -> Caller:
    return Caller(http, "agent1")


@pytest.fixture
def lead(http: TestClient[Any]) -> Caller:
    return Caller(http, "lead")
