"""Messages over the wire: who may send and read them, and that coaching stays between two."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from storage.central.connection import Store
from storage.central.doors import people
from storage.portfolio.datasets import DATASETS
from tests.hub.conftest import Caller
from tests.hub.routes import MAY, STREAM
from tests.hub.test_requests import AT, refused
from tests.hub.world import PASSWORD

SECRET = "Pregunta antes el motivo, con calma"


def write(caller: Caller, audience: str, text: str = "Junta a las 17:30", **more: Any) -> Any:
    body = {"id": str(uuid4()), "audience": audience, "text": text} | more
    return caller.post("/v1/messages", body)


def told(caller: Caller) -> list[dict[str, Any]]:
    return [one["message"] for one in caller.get("/v1/changes").json()["changes"] if "message" in one]


def fact(number: int, kind: str, **body: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "seq": number, "kind": kind, "at": AT, "body": body}


def test_a_message_goes_out_and_its_receipts_come_back(agent: Caller, lead: Caller) -> None:
    sent = write(lead, "all", kind="urgent").json()
    assert (sent["readers"], sent.get("read", 0)) == (2, 0)
    [message] = told(agent)
    assert (message["id"], message["kind"], message["writer"]) == (sent["id"], "urgent", "lead")
    facts = [
        fact(1, "message_delivered", message_id=sent["id"]),
        fact(2, "message_read", message_id=sent["id"]),
        fact(3, "message", text="Enterado", answers=sent["id"]),
    ]
    for _ in range(2):  # a lost answer sends them again
        results = agent.send(*facts).json()["results"]
    assert {one["status"] for one in results} == {"duplicate"}
    found = lead.get("/v1/messages").json()
    assert (found["sent"][0]["delivered"], found["sent"][0]["read"]) == (1, 1)
    [answered] = found["received"]
    assert (answered["writer"], answered["text"], answered["answers"]) == ("agent1", "Enterado", sent["id"])
    readers = lead.get(f"/v1/messages/{sent['id']}/readers").json()["readers"]
    assert [(one["name"], "read_at" in one) for one in readers] == [("agent1", True), ("agent2", False)]
    assert lead.post(f"/v1/messages/{answered['id']}/read", {}).status_code == 204
    assert "read_at" in lead.get("/v1/messages").json()["received"][0]


@pytest.mark.parametrize(
    ("audience", "more", "status", "code"),
    [
        ("user:nobody", {}, 404, "unknown_agent"),
        ("team:none", {}, 404, "unknown_team"),
        ("all", {"id": "not a uuid"}, 400, "bad_request"),
        ("user:agent1", {"client_id": 2**70}, 400, "bad_request"),
        ("user:agent1", {"client_id": -1}, 400, "bad_request"),
        ("user:agent1", {"client_id": 10**9}, 404, "unknown_client"),
        ("all", {"text": "4111 1111 1111 1111"}, 400, "card_number_in_note"),
        ("all", {"text": "llama al 55 1234 5678"}, 400, "client_in_broadcast"),
        ("all", {"kind": "coaching"}, 400, "coaching_to_one"),
        ("all", {"txt": "?"}, 400, "bad_request"),
    ],
)
def test_what_can_not_be_sent_says_why(
    lead: Caller, audience: str, more: dict[str, Any], status: int, code: str
) -> None:
    refused(write(lead, audience, **more), status, code)


def test_an_agents_decision_brings_its_client_along(agent: Caller, lead: Caller, central: Store) -> None:
    with central.begin() as tx:
        who = tx.value("SELECT id FROM app_user WHERE name = 'agent1'")
        client, name = tx.one("SELECT id, name FROM client WHERE ref = 'C1'") or (0, "")
        tx.run(
            """
            INSERT INTO review (id, kind, at, client_id, user_id, amount, currency, reason, closed)
            VALUES ('late-1', 'late', :now, :client, :user, 0, '', '', false)
            """,
            now=tx.now,
            client=client,
            user=who,
        )
    assert write(lead, "user:agent1", matter="late-1").status_code == 200
    [message] = told(agent)
    assert (message["client_id"], message["client"]) == (client, name)


def test_coaching_is_read_by_two_and_by_nobody_else(http: TestClient[Any], central: Store) -> None:
    """By no route of any role, in no export, in no audit entry; only writer and reader have it."""
    people.add_user(central, "lead2", "lead", PASSWORD)
    callers = {
        name: Caller(http, name)
        for name in ("agent1", "agent2", "lead", "lead2", "admin", "auditor", "backoffice")
    }
    note = write(callers["lead"], "user:agent1", SECRET, kind="coaching").json()
    callers["agent1"].send(fact(1, "message_read", message_id=note["id"]))
    seen_by = {
        name
        for name, caller in callers.items()
        for method, path in MAY
        if method == "GET"
        and (method, path) != STREAM
        and SECRET
        in caller.get(path.replace("{message_id}", note["id"]).replace("{", "").replace("}", "")).text
    }
    assert seen_by == {"agent1", "lead"}
    for name in ("lead2", "admin"):
        refused(callers[name].get(f"/v1/messages/{note['id']}/readers"), 404, "unknown_message")
        refused(callers[name].post(f"/v1/messages/{note['id']}/read", {}), 404, "unknown_message")
    with central.read() as tx:
        exported = [
            tuple(row)
            for dataset in DATASETS.values()
            for row in (dataset.rows(tx) if dataset.rows else tx.all(dataset.sql))
        ]
        audited = tx.all("SELECT action, subject, detail FROM audit")
    assert exported
    assert SECRET not in json.dumps([exported, audited], default=str)
    [entry] = [row for row in audited if row[0] == "message_sent"]
    assert "agent1" not in str(entry), "nor who was coached"
