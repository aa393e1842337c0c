"""Ending cases and looking after inconsistencies: who may, what is refused, what the others see."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from storage.central.connection import Store
from storage.central.doors import people
from tests.hub.conftest import Caller
from tests.hub.test_requests import promise, refused
from tests.hub.world import PASSWORD, PORTFOLIO


@pytest.fixture
def case(agent: Caller) -> str:
    """A dispute that an agent opened; its id."""
    [lease] = agent.leases(1)
    fact = promise(lease, 1)
    kept = {key: fact["body"][key] for key in ("client_id", "account_id", "currency")}
    fact["body"] = kept | {"code": "DISP", "amount": 5_000, "note": "no lo reconoce"}
    assert agent.send(fact).json()["results"][0]["status"] == "applied"
    return str(fact["id"])


@pytest.fixture
def report(agent: Caller) -> str:
    """An inconsistency that an agent reported; its id."""
    [lease] = agent.leases(1)
    fact = promise(lease, 2)
    fact |= {"kind": "inconsistency", "body": {"client_id": lease.client.id, "issue": "wrong_amount"}}
    assert agent.send(fact).json()["results"][0]["status"] == "applied"
    return str(fact["id"])


@pytest.mark.parametrize("role", ["lead", "backoffice"])
def test_a_case_is_closed_once(http: TestClient[Any], case: str, role: str) -> None:
    caller = Caller(http, role)
    body = {"outcome": "withdrawn", "note": "se aclaró"}
    assert caller.post(f"/v1/cases/{case}/close", body).status_code == 204
    refused(caller.post(f"/v1/cases/{case}/close", body), 409, "already_closed")


@pytest.mark.parametrize("role", ["agent1", "auditor"])
def test_agents_and_auditors_end_nothing(http: TestClient[Any], case: str, report: str, role: str) -> None:
    caller = Caller(http, role)
    refused(caller.post(f"/v1/cases/{case}/close", {"outcome": "withdrawn"}), 403, "wrong_role")
    refused(caller.post(f"/v1/inconsistencies/{report}", {"status": "closed"}), 403, "wrong_role")


def test_the_back_office_settles_no_inconsistency_of_others(http: TestClient[Any], report: str) -> None:
    caller = Caller(http, "backoffice")
    closing = {"status": "closed"}
    refused(caller.post(f"/v1/inconsistencies/{report}", closing), 404, "unknown_inconsistency")


def test_a_case_is_closed_by_the_rules_of_its_kind(lead: Caller, case: str) -> None:
    def close(case_id: str = case, **body: Any) -> Any:
        return lead.post(f"/v1/cases/{case_id}/close", {"outcome": "withdrawn"} | body)

    refused(close(case_id="nothing"), 404, "unknown_case")
    refused(close(outcome="done"), 400, "unknown_outcome")
    refused(close(note="4111-1111-1111-1111"), 400, "card_number_in_note")
    refused(close(note="CVV 123"), 400, "card_code_in_note")
    refused(close(other=1), 400, "bad_request")
    assert close(outcome="resolved_for_client").status_code == 204


def test_a_person_of_another_portfolio_does_not_even_learn_of_it(
    http: TestClient[Any], central: Store, case: str, report: str
) -> None:
    with central.begin() as tx:
        tx.run(
            """
            INSERT INTO portfolio (name, product, country, currency, language, creditor, firm, on_hold, goal,
                settings)
            VALUES ('Otra', 'card', 'MX', 'MXN', 'es', '', '', false, 0, '{}')
            """
        )
    people.add_user(central, "otra", "lead", PASSWORD, portfolios=["Otra"])
    caller = Caller(http, "otra")
    refused(caller.post(f"/v1/cases/{case}/close", {"outcome": "withdrawn"}), 404, "unknown_case")
    answer = caller.post(f"/v1/inconsistencies/{report}", {"status": "closed"})
    refused(answer, 404, "unknown_inconsistency")
    refused(caller.post(f"/v1/reviews/{report}/close", {}), 404, "unknown_review")


def test_an_inconsistency_has_an_owner_until_it_is_closed(lead: Caller, report: str) -> None:
    def matters() -> list[tuple[str, str, str]]:
        found = lead.get("/v1/stats").json()["decisions"]
        return [(one["kind"], one["reason"], one["owner"]) for one in found]

    path = f"/v1/inconsistencies/{report}"
    assert matters() == [("inconsistency", "wrong_amount", "")]
    assert lead.post(path, {"owner": "lead"}).status_code == 204
    assert matters() == [("inconsistency", "wrong_amount", "lead")]
    refused(lead.post(path, {"owner": "agent1"}), 400, "unknown_owner")
    refused(lead.post(path, {}), 400, "bad_request")
    refused(lead.post(path, {"owner": "lead", "status": "closed"}), 400, "bad_request")
    assert lead.post(path, {"status": "closed", "note": "corregido"}).status_code == 204
    assert matters() == []
    refused(lead.post(path, {"owner": "lead"}), 409, "already_closed")
    refused(lead.post("/v1/inconsistencies/nothing", {"owner": "lead"}), 404, "unknown_inconsistency")


def test_the_answer_reaches_the_agent_with_the_next_changes(agent: Caller, lead: Caller, case: str) -> None:
    [lease] = agent.leases(1)  # another client: the case's own is waiting
    cursor = agent.get("/v1/changes").json()["cursor"]
    lead.post(f"/v1/cases/{case}/close", {"outcome": "resolved_for_creditor", "note": "procede el cobro"})
    changes = agent.get("/v1/changes", params={"cursor": cursor}).json()["changes"]
    assert [change["entity"] for change in changes] == ["client"]
    assert changes[0]["id"] != str(lease.client.id)
    held = [one for one in agent.leases(12) if one.client.cases]
    [found] = held[0].client.cases
    assert (found.id, found.status, found.answer) == (case, "closed", "procede el cobro")
    assert msgspec.json.decode(msgspec.json.encode(found))["outcome"] == "resolved_for_creditor"


def test_people_of_the_portfolio_itself_may(http: TestClient[Any], central: Store, case: str) -> None:
    people.add_user(central, "propia", "lead", PASSWORD, portfolios=[PORTFOLIO])
    answer = Caller(http, "propia").post(f"/v1/cases/{case}/close", {"outcome": "withdrawn"})
    assert answer.status_code == 204


@pytest.fixture
def passed_on(agent: Caller) -> str:
    """A client whom an agent passed on to a lead; the matter's id."""
    [lease] = agent.leases(1)
    fact = promise(lease, 3)
    fact |= {"kind": "skip", "body": {"client_id": lease.client.id, "reason": "needs_lead"}}
    assert agent.send(fact).json()["results"][0]["status"] == "applied"
    return str(fact["id"])


def test_what_was_seen_is_closed_once_and_by_whom_is_kept(
    http: TestClient[Any], central: Store, lead: Caller, passed_on: str
) -> None:
    path = f"/v1/reviews/{passed_on}/close"
    refused(lead.post(path, {"note": "CVV 123"}), 400, "card_code_in_note")
    assert lead.post(path, {"note": "hablé con él"}).status_code == 204
    assert lead.get("/v1/stats").json()["decisions"] == []
    refused(lead.post(path, {}), 409, "already_closed")
    with central.read() as tx:
        [row] = tx.all(
            """
            SELECT u.name, r.answer, r.closed_at IS NOT NULL
            FROM review r
            JOIN app_user u ON u.id = r.closed_by
            """
        )
    assert (row[0], row[1], bool(row[2])) == ("lead", "hablé con él", True)


@pytest.mark.parametrize("role", ["agent1", "auditor", "backoffice"])
def test_only_leads_and_administrators_close_what_was_seen(
    http: TestClient[Any], passed_on: str, role: str
) -> None:
    refused(Caller(http, role).post(f"/v1/reviews/{passed_on}/close", {}), 403, "wrong_role")


def test_what_has_a_life_of_its_own_is_not_closed_as_seen(lead: Caller, report: str) -> None:
    refused(lead.post(f"/v1/reviews/{report}/close", {}), 409, "not_so")
    refused(lead.post("/v1/reviews/nothing/close", {}), 404, "unknown_review")
