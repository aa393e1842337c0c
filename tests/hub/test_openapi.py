"""Requests made up from the hub's own description never break it, and its answers fit it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.serve import listen, make_server
from storage.central.connection import Store
from tests.hub.routes import MAY, NOTICE, STREAM
from tests.hub.world import PASSWORD, fill

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@dataclass
class Served:
    """A hub on a port, and how its people sign their requests."""

    url: str
    device: str
    agent: dict[str, str]
    lead: dict[str, str]

    def leaving(self) -> dict[str, str]:
        """Somebody who has just come, to be signed out."""
        return sign_in(self.url, "auditor", "of the auditor")


def sign_in(url: str, user: str, device: str) -> dict[str, str]:
    body = {"user": user, "password": PASSWORD, "device": device}
    token = httpx.post(f"{url}/v1/session", json=body).json()["access_token"]
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("hub") / "central.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{path}")
    fill(store)
    listening = listen("127.0.0.1", 0)
    server = make_server(store, "127.0.0.1")
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    url, device = f"http://127.0.0.1:{listening.getsockname()[1]}", str(uuid4())
    yield Served(url, device, sign_in(url, "agent1", device), sign_in(url, "lead", str(uuid4())))
    server.stop()
    thread.join(10)
    store.close()


@pytest.fixture(scope="module")
def description(served: Served) -> Any:
    return schemathesis.openapi.from_url(f"{served.url}/openapi.json")


OPERATIONS = [route for route in MAY if route not in (STREAM, ("GET", "/openapi.json"))]
"""All but the stream, which never ends."""


def signed(served: Served, method: str, path: str) -> dict[str, str]:
    """The headers of somebody who may go there."""
    return served.agent if "agent" in MAY[(method, path)] else served.lead


def test_every_operation_is_tried(description: Any) -> None:
    known = {(found.ok().method.upper(), found.ok().path) for found in description.get_all_operations()}
    assert known - set(OPERATIONS) == {STREAM}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_is_answered_as_described(
    method: str, path: str, description: Any, served: Served
) -> None:
    headers = signed(served, method, path)
    leaves = method == "DELETE" and path.startswith("/v1/session")

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=description[path][method].as_strategy())
    def answered_as_described(case: schemathesis.Case[Any]) -> None:
        if isinstance(case.body, dict) and isinstance(case.body.get("device"), str):
            case.body["device"] = served.device  # else nothing gets past the check of the device
        case.call_and_validate(headers=served.leaving() if leaves else headers, checks=CHECKS)

    answered_as_described()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        one
        for one in OPERATIONS
        if one != NOTICE and (one[0] == "POST" or "{" in one[1] or "changes" in one[1])  # any bytes fit it
    ],
)
def test_whatever_does_not_fit_harms_nobody(method: str, path: str, description: Any, served: Served) -> None:
    headers = signed(served, method, path)

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=description[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def answered(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=headers, checks=[not_a_server_error, content_type_conformance])

    answered()
