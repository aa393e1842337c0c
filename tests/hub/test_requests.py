"""What the hub answers: the good way through, and every way of asking wrongly."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import TestClient

from hub.app import MAX_BODY_BYTES
from rules.protocol import Lease
from storage.central.connection import Store
from storage.central.doors import people
from tests.hub.conftest import Caller
from tests.hub.routes import MAY
from tests.hub.world import PASSWORD, event

AT = "2026-11-25T17:00:00Z"


def promise(lease: Lease, number: int) -> dict[str, Any]:
    """A promise as it travels."""
    found: dict[str, Any] = msgspec.to_builtins(event(lease, number, datetime.fromisoformat(AT)))
    return found


def refused(answer: Any, status: int, code: str) -> str:
    """The detail of a problem answer, which must be one in full."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:agent-tui:problem:{code}"
    assert problem["title"]
    detail: str = problem["detail"]
    assert detail
    return detail


def facts_kept(store: Store) -> int:
    with store.read() as tx:
        return int(tx.value("SELECT count(*) FROM event"))


def test_a_working_day_in_short(agent: Caller, lead: Caller, central: Store) -> None:
    first, second = agent.leases(2)
    fact = promise(first, 1)
    answer = agent.send(fact)
    assert answer.json()["results"] == [{"id": fact["id"], "status": "applied"}]
    again = agent.send(fact)
    assert again.json()["results"] == [{"id": fact["id"], "status": "duplicate"}]
    assert facts_kept(central) == 1

    renewed = agent.post(
        "/v1/leases/renew", {"leases": {first.lease_id: first.token, second.lease_id: second.token}}
    )
    assert list(renewed.json()["expires"]) == [second.lease_id]
    assert renewed.json()["gone"] == [first.lease_id]

    feed = agent.get("/v1/changes").json()
    assert str(first.client.id) in [change["id"] for change in feed["changes"]]
    assert agent.get("/v1/changes", params={"cursor": feed["cursor"]}).json()["changes"] == []

    [row] = [row for row in lead.get("/v1/stats").json()["agents"] if row["name"] == "agent1"]
    assert (row["promises"], row["promised_amount"]) == (1, fact["body"]["amount"])

    assert agent.delete(f"/v1/leases/{second.lease_id}?token={second.token}").status_code == 204
    refused(agent.delete(f"/v1/leases/{second.lease_id}?token={second.token}"), 404, "lease_gone")


def test_the_last_page_of_changes_brings_the_day_as_the_lead_sees_it(
    agent: Caller, lead: Caller, clock: Any
) -> None:
    [lease] = agent.leases(1)
    agent.send(promise(lease, 1))
    page = agent.get("/v1/changes", params={"limit": 1}).json()
    while page["more"]:
        assert page["day"] is None
        page = agent.get("/v1/changes", params={"limit": 1, "cursor": page["cursor"]}).json()
    clock.move(minutes=10)
    day = agent.get("/v1/changes").json()["day"]
    [row] = [row for row in lead.get("/v1/stats").json()["agents"] if row["name"] == "agent1"]
    assert (day["touches"], day["promises"], day["promised"], day["seq"]) == (1, 1, row["promised_amount"], 1)
    assert row["connected_seconds"] == day["connected"] == 75  # ten minutes of silence are none


def test_a_workstation_begins_with_what_it_holds(agent: Caller) -> None:
    [lease] = agent.leases(1)
    page = agent.get("/v1/changes", params={"from": "now"}).json()
    [held] = page["changes"]
    assert (held["id"], held["client"]["name"]) == (str(lease.client.id), lease.client.name)
    assert not page["more"]
    assert page["day"]["day"]
    agent.send(promise(lease, 1))
    after = agent.get("/v1/changes", params={"cursor": page["cursor"]}).json()["changes"]
    assert [one["id"] for one in after] == [held["id"]]
    refused(agent.get("/v1/changes", params={"from": "yesterday"}), 400, "bad_request")


def test_a_refused_fact_comes_to_the_lead_whole_and_back_to_the_agent_as_seen(
    agent: Caller, lead: Caller
) -> None:
    [lease] = agent.leases(1)
    cursor = agent.get("/v1/changes", params={"from": "now"}).json()["cursor"]
    bad = promise(lease, 1)
    bad["body"] |= {"code": "ZZZZ"}
    [answer] = agent.send(bad).json()["results"]
    assert (answer["status"], answer["reason"]) == ("refused", "unknown_code")
    [matter] = [one for one in lead.get("/v1/stats").json()["decisions"] if one["kind"] == "refused"]
    assert (matter["fact"]["id"], matter["fact"]["body"]) == (bad["id"], bad["body"])
    assert lead.post(f"/v1/reviews/{matter['id']}/close", {"note": "visto"}).status_code == 204
    told = agent.get("/v1/changes", params={"cursor": cursor}).json()["changes"]
    assert [(one["entity"], one["id"], one["deleted"]) for one in told] == [("fact", bad["id"], True)]


def test_the_agenda_is_the_agents_own(http: TestClient[Any], agent: Caller, clock: Any) -> None:
    [lease] = agent.leases(1)
    agent.send(promise(lease, 1))
    due = datetime.fromisoformat(promise(lease, 1)["body"]["due"] + "T12:00:00-06:00")
    clock.move(seconds=(due - clock.now()).total_seconds() - 86_400)
    agent = Caller(http, "agent1", agent.device)
    told = agent.get("/v1/agenda").json()
    assert [(item["kind"], item["client_id"]) for item in told["items"]] == [("reminder", lease.client.id)]
    assert told["seq"] == 1
    assert Caller(http, "agent2").get("/v1/agenda").json()["items"] == []
    refused(Caller(http, "lead").get("/v1/agenda"), 403, "wrong_role")


def test_a_client_asked_for_by_name_comes_alone(http: TestClient[Any], agent: Caller) -> None:
    [lease] = agent.leases(1)
    body = {"want": 1, "request_id": str(uuid4()), "client_id": lease.client.id}
    again = agent.post("/v1/leases", body | {"device": agent.device}).json()
    assert [one["lease_id"] for one in again["leases"]] == [lease.lease_id]
    other = Caller(http, "agent2")
    taken = other.post("/v1/leases", body | {"device": other.device}).json()
    assert (taken["leases"], taken["waiting"]) == ([], "taken")
    huge = agent.post("/v1/leases", body | {"device": agent.device, "client_id": 2**70})
    refused(huge, 400, "bad_request")


def test_the_same_request_gives_the_same_clients(agent: Caller) -> None:
    body = {"want": 3, "request_id": str(uuid4()), "device": agent.device}
    ids = [[lease["lease_id"] for lease in agent.post("/v1/leases", body).json()["leases"]] for _ in range(2)]
    assert len(ids[0]) == 3
    assert ids[0] == ids[1]


def test_two_agents_never_hold_the_same_client(http: TestClient[Any], agent: Caller) -> None:
    other = Caller(http, "agent2")
    held = {lease.client.id for lease in agent.leases(8)}
    others = {lease.client.id for lease in other.leases(8)}
    assert len(held) == 8
    assert len(others) == 4
    assert not held & others


def test_a_stale_token_releases_nothing(agent: Caller) -> None:
    [lease] = agent.leases(1)
    refused(agent.delete(f"/v1/leases/{lease.lease_id}?token={lease.token - 1}"), 404, "lease_gone")
    assert agent.delete(f"/v1/leases/{lease.lease_id}?token={lease.token}").status_code == 204


# Signing in.


@pytest.mark.parametrize("user", ["agent1", "nobody"])
def test_a_wrong_password_and_an_unknown_user_look_alike(http: TestClient[Any], user: str) -> None:
    body = {"user": user, "password": "wrong password", "device": "d"}
    answer = http.post("/v1/session", json=body)
    refused(answer, 401, "bad_credentials")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_many_wrong_passwords_lock_the_user(http: TestClient[Any]) -> None:
    body = {"user": "agent1", "password": "wrong password", "device": "d"}
    for _ in range(5):
        http.post("/v1/session", json=body)
    answer = http.post("/v1/session", json=body | {"password": PASSWORD})
    refused(answer, 429, "locked")
    assert int(answer.headers["retry-after"]) > 0


def test_a_disabled_user_is_out_at_once(agent: Caller, central: Store) -> None:
    people.disable_user(central, "agent1")
    answer = agent.get("/v1/changes")
    assert answer.status_code in (401, 403)


def test_an_expired_token_can_be_refreshed_once(agent: Caller, clock: Any) -> None:
    clock.move(minutes=31)
    refused(agent.get("/v1/changes"), 401, "expired")
    renewal = {"refresh_token": agent.session["refresh_token"]}
    fresh = agent.post("/v1/session/refresh", renewal)
    agent.headers = {"authorization": f"Bearer {fresh.json()['access_token']}"}
    assert agent.get("/v1/changes").status_code == 200
    clock.move(minutes=5)
    refused(agent.post("/v1/session/refresh", renewal), 401, "reused")
    refused(agent.get("/v1/changes"), 401, "expired")


def test_signing_out_ends_the_session(agent: Caller) -> None:
    assert agent.delete("/v1/session").status_code == 204
    refused(agent.get("/v1/changes"), 401, "expired")


@pytest.mark.parametrize("header", [{}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer "}])
def test_a_request_without_a_token(http: TestClient[Any], header: dict[str, str]) -> None:
    refused(http.get("/v1/changes", headers=header), 401, "sign_in_needed")


# Roles and devices.


@pytest.mark.parametrize("role", ["lead", "auditor", "backoffice"])
def test_only_agents_work_the_queue(http: TestClient[Any], role: str) -> None:
    caller = Caller(http, role)
    body = {"want": 1, "request_id": str(uuid4()), "device": caller.device}
    refused(caller.post("/v1/leases", body), 403, "wrong_role")
    refused(caller.send(), 403, "wrong_role")


@pytest.mark.parametrize("role", ["agent1", "backoffice"])
def test_live_figures_are_for_leads_and_auditors(http: TestClient[Any], role: str) -> None:
    caller = Caller(http, role)
    refused(caller.get("/v1/stats"), 403, "wrong_role")
    refused(caller.get("/v1/stats/stream"), 403, "wrong_role")


def test_a_session_speaks_for_its_own_device(agent: Caller) -> None:
    answer = agent.post("/v1/events", {"device": "another", "events": []})
    refused(answer, 403, "other_device")


# Bodies.


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"device": "d"}, "events"),
        ({"device": 5, "events": []}, "device"),
        (
            {"device": "d", "events": [{"id": "x", "seq": "one", "kind": "state", "at": AT, "body": {}}]},
            "events[0].seq",
        ),
        ({"device": "d", "events": [], "extra": 1}, "extra"),
        ([], "body"),
        (None, "body"),
    ],
)
def test_a_malformed_body_is_told_by_its_field(agent: Caller, body: Any, field: str) -> None:
    assert field in refused(agent.post("/v1/events", body), 400, "bad_request")


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"device": "\xc3"}'])
def test_what_is_not_json_is_refused(agent: Caller, text: bytes) -> None:
    refused(agent.http.post("/v1/events", content=text, headers=agent.headers), 400, "bad_request")


def test_an_oversized_body_is_refused_unread(agent: Caller) -> None:
    text = b" " * MAX_BODY_BYTES + b"{}"
    refused(agent.http.post("/v1/events", content=text, headers=agent.headers), 413, "too_large")


def test_too_many_events_at_once(agent: Caller, central: Store) -> None:
    [lease] = agent.leases(1)
    events = [promise(lease, number) for number in range(1, 102)]
    refused(agent.send(*events), 400, "too_many_events")
    assert facts_kept(central) == 0


@pytest.mark.parametrize("want", [0, -1, 51, 10**30])
def test_a_number_of_clients_out_of_bounds(agent: Caller, want: int) -> None:
    body = {"want": want, "request_id": str(uuid4()), "device": agent.device}
    assert "want" in refused(agent.post("/v1/leases", body), 400, "bad_request")


def test_one_bad_event_holds_no_other(agent: Caller, central: Store) -> None:
    first, second = agent.leases(2)
    bad = promise(first, 1) | {"kind": "rumour"}
    good = promise(second, 2)
    results = agent.send(bad, good).json()["results"]
    assert [result["status"] for result in results] == ["refused", "applied"]
    assert results[0]["reason"]
    assert facts_kept(central) == 1


@pytest.mark.parametrize(
    "change",
    [{"seq": 2**63}, {"seq": -(2**70)}, {"lease_token": 10**25}, {"id": "a\x00b"}],
)
def test_values_that_no_store_holds(agent: Caller, central: Store, change: dict[str, Any]) -> None:
    [lease] = agent.leases(1)
    answer = agent.send(promise(lease, 1) | change)
    if answer.status_code == 200:
        assert answer.json()["results"][0]["status"] == "refused"
    else:
        refused(answer, 400, "bad_request")
    assert facts_kept(central) == 0


# Paths, answers, faults.


def test_unknown_paths_and_methods(agent: Caller) -> None:
    refused(agent.get("/v1/nothing"), 404, "not_found")
    refused(agent.get("/"), 404, "not_found")
    refused(agent.get("/v1/events"), 405, "method_not_allowed")


def test_a_cursor_of_another_store(agent: Caller) -> None:
    refused(agent.get("/v1/changes", params={"cursor": "bm90LW91cnM"}), 410, "cursor_gone")


def test_large_answers_travel_compressed(agent: Caller) -> None:
    answer = agent.post("/v1/leases", {"want": 8, "request_id": str(uuid4()), "device": agent.device})
    assert answer.headers["content-encoding"] == "gzip"


def test_each_answer_names_its_request(http: TestClient[Any]) -> None:
    assert http.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    made = http.get("/healthz", headers={"x-request-id": "spaces and\ttabs"}).headers["x-request-id"]
    assert len(made) == 32


def test_an_unexpected_fault_tells_nothing_of_the_inside(
    agent: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("row of María Fernanda")

    monkeypatch.setattr("hub.work.feed.changes", fails)
    answer = agent.get("/v1/changes")
    detail = refused(answer, 500, "internal")
    assert answer.headers["x-request-id"] in detail
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "unexpected" in line]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["kind"] == "builtins.RuntimeError"
    assert "María" not in answer.text + json.dumps(line, ensure_ascii=False)


def test_a_store_that_is_away_is_no_refusal(
    lead: Caller, central: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with central.begin() as tx:
        tx.run("ALTER TABLE stat_total RENAME TO elsewhere")
    answer = lead.get("/v1/stats")
    refused(answer, 503, "store_unavailable")
    assert answer.headers["retry-after"]
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert "store_unavailable" in [line["event"] for line in logged]


def test_health_and_metrics_need_no_token(http: TestClient[Any], agent: Caller) -> None:
    agent.leases(1)
    assert http.get("/healthz").json() == {"status": "ok"}
    assert http.get("/readyz").json() == {"status": "ok"}
    text = http.get("/metrics").text
    assert "agent_tui_leases_total 1.0\n" in text
    assert 'agent_tui_requests_total{method="POST",route="/v1/leases",status="200"} 1.0\n' in text
    assert "agent1" not in text


def test_the_openapi_document_names_every_fixed_path(http: TestClient[Any]) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    assert set(paths) == {path for _, path in MAY} - {"/openapi.json"}


def test_only_known_queues_are_asked_for(agent: Caller) -> None:
    body = {"want": 1, "request_id": str(uuid4()), "device": agent.device}
    assert agent.post("/v1/leases", body | {"queue": "search"}).json()["waiting"] == "empty"
    assert "queue" in refused(agent.post("/v1/leases", body | {"queue": "lottery"}), 400, "bad_request")
