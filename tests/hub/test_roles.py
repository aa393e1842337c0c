"""Who may do what: every route for every role, and for those who have none; then row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from hub.app import make_app
from storage.central import portfolios
from storage.central.connection import Store
from storage.central.doors import devices, people
from storage.central.queue import queueing
from tests.conftest import MovableClock
from tests.hub.conftest import Caller
from tests.hub.routes import ANYBODY, MAY, NOTICE, NUMBERED, READS, STREAM, USERS
from tests.hub.test_requests import promise, refused
from tests.hub.world import PASSWORD, PORTFOLIO, add_clients


def routes(http: TestClient[Any]) -> set[tuple[str, str]]:
    """Every route that the application answers, but for what the OpenAPI plugin adds."""
    return {
        (method, route.path_format)
        for route in http.app.routes
        for method in getattr(route, "methods", ())
        if method != "OPTIONS" and not route.path_format.startswith("/v1/openapi")
    }


def test_every_route_is_in_the_table(http: TestClient[Any]) -> None:
    assert routes(http) == set(MAY)


def headers_of(kind: str, http: TestClient[Any], store: Store, clock: MovableClock) -> dict[str, str]:
    """The headers of somebody of a kind who has just come in."""
    if kind == "nobody":
        return {}
    one = Caller(http, USERS.get(kind, "agent1"))
    if kind == "expired":
        clock.move(minutes=31)
    if kind == "revoked":
        devices.revoke_device(store, one.device)
    return one.headers


@pytest.mark.parametrize("kind", ANYBODY)
def test_each_route_lets_in_whom_it_should(
    http: TestClient[Any], central: Store, clock: MovableClock, kind: str
) -> None:
    turned_away = {
        "nobody": (401, "sign_in_needed"),
        "expired": (401, "expired"),
        "revoked": (401, "expired"),
    }
    for route, allowed in MAY.items():
        if route == STREAM and kind in allowed:
            continue  # it never ends; tests/hub/test_stream.py reads it
        method, path = route[0], NUMBERED.sub("1", route[1]).replace("{", "").replace("}", "")
        headers = headers_of(kind, http, central, clock)
        answer = http.request(method, path, headers=headers, json={} if method == "POST" else None)
        assert answer.status_code < 500, (route, answer.text)
        if kind in allowed:
            code = answer.json()["code"] if answer.status_code >= 400 else ""
            assert code not in ("sign_in_needed", "wrong_role"), route
            assert code != "expired" or route in READS, route
        else:
            status, code = turned_away.get(kind, (403, "wrong_role"))
            assert (answer.status_code, answer.json()["code"]) == (status, code), route


def test_an_auditor_changes_nothing(http: TestClient[Any]) -> None:
    changing = {route for route in MAY if route[0] != "GET"} - READS - {("DELETE", "/v1/sessions"), NOTICE}
    assert not [route for route in changing if "auditor" in MAY[route]]


def test_a_revoked_device_is_told_so_that_it_wipes_itself(http: TestClient[Any], central: Store) -> None:
    one = Caller(http, "agent1")
    devices.revoke_device(central, one.device)
    renewal = {"refresh_token": one.session["refresh_token"]}
    refused(one.post("/v1/session/refresh", renewal), 403, "device_revoked")
    body = {"user": "agent1", "password": PASSWORD, "device": one.device}
    refused(http.post("/v1/session", json=body), 403, "device_revoked")


def test_signing_out_everywhere_ends_every_session(http: TestClient[Any]) -> None:
    here, there, other = (Caller(http, name) for name in ("agent1", "agent1", "agent2"))
    assert here.delete("/v1/sessions").status_code == 204
    refused(here.get("/v1/changes"), 401, "expired")
    refused(there.get("/v1/changes"), 401, "expired")
    assert other.get("/v1/changes").status_code == 200


def test_the_second_factor_is_asked_for_over_the_wire(
    http: TestClient[Any], central: Store, clock: Any
) -> None:
    import pyotp

    from storage.central.doors import second_factor

    secret, _ = second_factor.set_up(central, "lead")
    body = {"user": "lead", "password": PASSWORD, "device": "d"}
    refused(http.post("/v1/session", json=body), 401, "second_factor_needed")
    refused(http.post("/v1/session", json=body | {"code": "000000"}), 401, "bad_code")
    body |= {"code": pyotp.TOTP(secret).at(clock.now())}
    assert http.post("/v1/session", json=body).json()["device_secret"]


# Row by row: what is another portfolio's or another team's is not there.


@pytest.fixture
def world(central: Store) -> Iterator[TestClient[Any]]:
    """Two portfolios; of the first, agents and leads of a red and a blue team."""
    other = portfolios.ensure_portfolio(
        central, "Autos", product="auto", country="MX", currency="MXN", language="es", creditor="B", firm="F"
    )
    add_clients(central, other, 2, first=101)
    queueing.place_all(central)
    with central.begin() as tx:
        tx.run("UPDATE app_user SET team = 'red' WHERE name = 'agent1'")
        tx.run("UPDATE app_user SET team = 'blue' WHERE name = 'agent2'")
    for name, team, books in (
        ("red", "red", [PORTFOLIO]),
        ("blue", "blue", [PORTFOLIO]),
        ("whole", "", [PORTFOLIO]),
        ("autos", "", ["Autos"]),
    ):
        people.add_user(central, name, "lead", PASSWORD, team=team, portfolios=books)
    people.add_user(central, "carla", "agent", PASSWORD, portfolios=["Autos"])
    with TestClient(make_app(central), raise_server_exceptions=False) as client:
        yield client


def test_an_agent_gets_clients_of_own_portfolios_alone(world: TestClient[Any], central: Store) -> None:
    carla, agent = Caller(world, "carla"), Caller(world, "agent1")
    own = {lease.client.id for lease in carla.leases(50)}
    assert len(own) == 2
    assert not own & {lease.client.id for lease in agent.leases(50)}
    body = {"want": 1, "request_id": str(uuid4()), "device": agent.device, "client_id": min(own)}
    assert agent.post("/v1/leases", body).json()["leases"] == []
    with central.read() as tx:
        foreign = {str(row[0]) for row in tx.all("SELECT id FROM client WHERE ref LIKE 'C10%'")}
    seen = {change["id"] for change in agent.get("/v1/changes", params={"limit": 500}).json()["changes"]}
    assert not foreign & seen


def test_an_agent_reads_only_clients_on_the_own_desk(world: TestClient[Any]) -> None:
    agent, other = Caller(world, "agent1"), Caller(world, "agent2")
    held = {str(lease.client.id) for lease in agent.leases(3)}
    others = {str(lease.client.id) for lease in other.leases(3)}
    feed = agent.get("/v1/changes", params={"limit": 500}).json()["changes"]
    shown = {change["id"] for change in feed if change.get("client")}
    assert shown <= held
    assert not shown & others


@pytest.mark.parametrize(
    ("lead", "agents"),
    [("red", {"agent1"}), ("blue", {"agent2"}), ("whole", {"agent1", "agent2"}), ("autos", {"carla"})],
)
def test_a_lead_sees_the_own_teams_rows_and_figures(
    world: TestClient[Any], lead: str, agents: set[str]
) -> None:
    workers = {name: Caller(world, name) for name in ("agent1", "agent2", "carla")}
    for number, caller in enumerate(workers.values(), 1):
        [lease] = caller.leases(1)
        assert caller.send(promise(lease, number)).json()["results"][0]["status"] == "applied"
        caller.leases(1)
    stats = Caller(world, lead).get("/v1/stats").json()
    assert {row["name"] for row in stats["agents"]} == agents
    assert all(row["client"] for row in stats["agents"])
    assert {row["portfolio"] for row in stats["queue"]} == {"Autos" if lead == "autos" else PORTFOLIO}
    assert sum(row["promised"] for row in stats["queue"]) == len(agents)
    assert sum(stats["promises_by_hour"]) == len(agents)
    depth = sum(row["pending"] + row["leased"] + row["waiting"] for row in stats["queue"])
    assert depth == (2 if lead == "autos" else 12)  # the queue is everybody's


def put_before(store: Store, user: str, **rows: str) -> None:
    """Something of an agent's that waits for a lead: a matter seen, an inconsistency, a case."""
    with store.begin() as tx:
        who = tx.value("SELECT id FROM app_user WHERE name = :name", name=user)
        client = tx.value("SELECT id FROM client WHERE ref = 'C1'")
        keys = {"user": who, "client": client, "now": tx.now}
        for row_id, kind in ((rows["late"], "late"), (rows["issue"], "inconsistency")):
            tx.run(
                """
                INSERT INTO review (id, kind, at, client_id, user_id, amount, currency, reason, closed)
                VALUES (:id, :kind, :now, :client, :user, 0, '', '', false)
                """,
                id=row_id,
                kind=kind,
                **keys,
            )
        tx.run(
            """
            INSERT INTO inconsistency (id, client_id, user_id, issue, found, evidence, note, agent, status,
                answer)
            VALUES (:id, :client, :user, 'wrong_amount', :now, '', '', '', 'open', '')
            """,
            id=rows["issue"],
            **keys,
        )


def test_a_lead_decides_what_is_the_own_teams(world: TestClient[Any], central: Store) -> None:
    put_before(central, "agent1", late="late-1", issue="issue-1")
    red, blue, whole, autos = (Caller(world, name) for name in ("red", "blue", "whole", "autos"))
    seen = [
        {one["id"] for one in caller.get("/v1/stats").json()["decisions"]}
        for caller in (red, blue, whole, autos)
    ]
    assert seen == [{"late-1", "issue-1"}, set(), {"late-1", "issue-1"}, set()]
    for stranger in (blue, autos):
        refused(stranger.post("/v1/reviews/late-1/close", {}), 404, "unknown_review")
        closing = {"status": "closed"}
        refused(stranger.post("/v1/inconsistencies/issue-1", closing), 404, "unknown_inconsistency")
    assert red.post("/v1/reviews/late-1/close", {}).status_code == 204
    assert whole.post("/v1/inconsistencies/issue-1", {"status": "closed"}).status_code == 204


def test_what_is_nobodys_doing_is_every_leads(world: TestClient[Any], central: Store) -> None:
    put_before(central, "agent1", late="late-1", issue="issue-1")
    with central.begin() as tx:
        tx.run("UPDATE review SET user_id = NULL")
    assert len(Caller(world, "blue").get("/v1/stats").json()["decisions"]) == 2
    assert Caller(world, "blue").post("/v1/reviews/late-1/close", {}).status_code == 204


def test_the_back_office_closes_what_is_its_own(world: TestClient[Any], central: Store) -> None:
    put_before(central, "agent1", late="late-1", issue="issue-1")
    back, lead = Caller(world, "backoffice"), Caller(world, "whole")
    closing = {"status": "closed"}
    refused(back.post("/v1/inconsistencies/issue-1", closing), 404, "unknown_inconsistency")
    refused(back.post("/v1/inconsistencies/issue-1", {"owner": "backoffice"}), 403, "wrong_role")
    assert lead.post("/v1/inconsistencies/issue-1", {"owner": "backoffice"}).status_code == 204
    assert back.post("/v1/inconsistencies/issue-1", closing).status_code == 204
