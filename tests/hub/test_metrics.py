"""What an operator scrapes and reads in the log: figures and ids, nothing about a person."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from hub import app as hub_app
from hub import metrics as hub_metrics
from hub.metrics import Metrics
from storage.central.connection import Store
from tests.hub.conftest import Caller

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str | bytes) -> Samples:
    text = text if isinstance(text, str) else text.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def scraped(http: TestClient[Any]) -> Samples:
    answer = http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return samples(answer.text)


def test_a_hub_tells_what_it_did_and_how_the_store_is(
    http: TestClient[Any], agent: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_metrics, "LOOK_SECONDS", 0)
    agent.leases(2)
    headers = {**agent.headers, "outbox-waiting": "3", "outbox-since": "2026-11-25T16:59:00Z"}
    assert http.get("/v1/changes", headers=headers).status_code == 200
    deadline = time.monotonic() + 5
    while value(found := scraped(http), "agent_tui_leases_held") != 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    route = {"method": "POST", "route": "/v1/leases"}
    assert value(found, "agent_tui_request_seconds_count", **route) == 1
    assert value(found, "agent_tui_store_up") == 1
    assert value(found, "agent_tui_queue_clients", portfolio="Tarjetas", kind="leased") == 2
    assert value(found, "agent_tui_queue_clients", portfolio="Tarjetas", kind="ready") == 10
    assert value(found, "agent_tui_outbox_facts", device=agent.device) == 3
    assert value(found, "agent_tui_outbox_lag_seconds", device=agent.device) == 60
    assert {name for name, _ in found if name.startswith("agent_tui_audit")} == {
        "agent_tui_audit_unsealed",
        "agent_tui_audit_seal_lag_seconds",
    }


def test_a_store_that_does_not_answer_is_told_and_its_old_figures_are_not(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    assert value(samples(metrics.text()), "agent_tui_store_up") == 0
    metrics.look(postgres_store)
    found = samples(metrics.text())
    assert value(found, "agent_tui_store_up") == 1
    assert value(found, "agent_tui_store_pool_max") == 8
    monkeypatch.setattr(hub_metrics, "STALE_SECONDS", 0)
    found = samples(metrics.text())
    assert value(found, "agent_tui_store_up") == 0
    assert not [name for name, _ in found if name.startswith("agent_tui_leases_held")]


def test_refused_sign_ins_are_counted(http: TestClient[Any]) -> None:
    body = {"user": "agent1", "password": "not this one", "device": "d"}
    http.post("/v1/session", json=body)
    http.post("/v1/session/refresh", json={"refresh_token": "unknown"})
    found = scraped(http)
    name = "agent_tui_sign_ins_refused_total"
    assert value(found, name, reason="bad_credentials") == 1
    assert value(found, name, reason="expired") == 1


@pytest.mark.parametrize(("waiting", "since"), [("-1", ""), ("many", ""), ("9" * 30, ""), ("1", "yesterday")])
def test_an_outbox_that_nobody_can_have_is_refused(
    http: TestClient[Any], agent: Caller, waiting: str, since: str
) -> None:
    headers = {**agent.headers, "outbox-waiting": waiting, "outbox-since": since}
    assert http.get("/v1/changes", headers=headers).status_code == 400


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    return [line for line in lines if line["event"] == "answered"]


def test_a_failed_request_is_logged_by_ids_alone(
    http: TestClient[Any], agent: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    agent.get("/v1/agenda")
    answer = http.get("/v1/stats?name=Fernanda", headers={**agent.headers, "x-request-id": "abc-7"})
    assert answer.json()["instance"] == "urn:agent-tui:request:abc-7"
    [line] = logged(capsys)
    assert (line["route"], line["status"], line["request_id"]) == ("/v1/stats", 403, "abc-7")
    assert line["device"] == agent.device
    assert isinstance(line["user"], int)
    assert "Fernanda" not in json.dumps(line)
    assert "agent1" not in json.dumps(line)


def test_a_slow_request_is_logged(
    agent: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hub_app, "SLOW_SECONDS", 0)
    agent.get("/v1/agenda")
    [line] = logged(capsys)
    assert (line["route"], line["status"], line["level"]) == ("/v1/agenda", 200, "info")
    assert line["ms"] > 0
