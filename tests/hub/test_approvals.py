"""Answering requests for approval over HTTP: who may, and every way in which it is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from storage.central.connection import Store
from tests.hub.conftest import Caller
from tests.hub.test_requests import AT, refused


def ask(caller: Caller, level: str = "supervisor") -> str:
    """A request for a late payment, by somebody who holds a client; its id."""
    [lease] = caller.leases(1)
    due = str((datetime.fromisoformat(AT) + timedelta(days=2)).date())
    given = {"kind": "date", "currency": "MXN", "to_pay": 650_000}
    given |= {"payments": [{"due": due, "amount": 650_000}]}
    fact = {
        "id": str(uuid4()),
        "seq": 1,
        "kind": "request",
        "at": AT,
        "lease_id": lease.lease_id,
        "lease_token": lease.token,
        "body": {
            "client_id": lease.client.id,
            "account_id": lease.client.accounts[0].id,
            "terms": given,
            "level": level,
        },
    }
    [result] = caller.send(fact).json()["results"]
    assert result["status"] == "applied", result
    return str(fact["id"])


def answer(caller: Caller, request_id: str, **body: Any) -> Any:
    return caller.post(f"/v1/requests/{request_id}/answer", body)


def test_a_lead_answers_and_the_agents_feed_brings_it(agent: Caller, lead: Caller) -> None:
    request_id = ask(agent)
    [decision] = lead.get("/v1/stats").json()["decisions"]
    assert decision["asked"]["request"]["terms"]["to_pay"] == 650_000
    cursor = agent.get("/v1/changes").json()["cursor"]
    terms = {"kind": "date", "currency": "MXN", "to_pay": 700_000}
    told = answer(lead, request_id, verdict="counter", terms=terms, note="no menos")
    assert told.status_code == 200, told.text
    assert told.json() == {"id": request_id, "status": "countered"}
    [change] = agent.get("/v1/changes", params={"cursor": cursor}).json()["changes"]
    [request] = change["client"]["requests"]
    assert (request["status"], request["answered_by"]) == ("countered", "lead")
    assert request["counter"]["to_pay"] == 700_000
    assert lead.get("/v1/stats").json()["decisions"] == []


@pytest.mark.parametrize("role", ["agent1", "auditor", "backoffice"])
def test_other_roles_do_not_answer(http: TestClient[Any], agent: Caller, role: str) -> None:
    request_id = ask(agent)
    refused(answer(Caller(http, role), request_id, verdict="approve"), 403, "wrong_role")


def test_each_refusal_has_its_code(agent: Caller, lead: Caller, central: Store) -> None:
    refused(answer(lead, "no-such", verdict="approve"), 404, "unknown_request")
    request_id = ask(agent, level="committee")
    refused(answer(lead, request_id, verdict="maybe"), 400, "unknown_verdict")
    refused(answer(lead, request_id, verdict="counter"), 400, "bad_terms")
    refused(answer(lead, request_id, verdict="deny", note="4242 4242 4242 4242"), 400, "card_number_in_note")
    refused(answer(lead, request_id, verdict="approve"), 403, "beyond_authority")
    with central.begin() as tx:
        tx.run("UPDATE approval_request SET user_id = (SELECT id FROM app_user WHERE name = 'lead')")
    refused(answer(lead, request_id, verdict="approve"), 403, "own_request")
    with central.begin() as tx:
        tx.run("UPDATE approval_request SET user_id = (SELECT id FROM app_user WHERE name = 'agent1')")
    assert answer(lead, request_id, verdict="deny").status_code == 200
    refused(answer(lead, request_id, verdict="approve"), 409, "already_answered")
