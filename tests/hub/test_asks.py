"""Requests over the hub: the back office asks, another person answers and does."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from hub.decisions import _WHY
from rules.backoffice.ask_problems import PROBLEMS
from storage.central.connection import Store
from tests.hub.conftest import Caller
from tests.hub.test_requests import refused


@pytest.fixture
def policy(central: Store) -> str:
    """A policy of a year in two receipts of 580.00, begun a month ago, the first paid."""
    today = central.now().date()
    starts = today - timedelta(days=30)
    with central.begin() as tx:
        account = tx.value("SELECT min(id) FROM account")
        policy_id = tx.value(
            """
            INSERT INTO policy (account_id, number, kind, insurer, starts, ends, status, channel, frequency,
                sum_insured, sheet)
            VALUES (:account, 'AUT-1', 'car', 'Insurer', :starts, :ends, 'in_force', 'agente', 'semiannual',
                0, '{}')
            RETURNING id
            """,
            account=account,
            starts=starts,
            ends=starts + timedelta(days=365),
        )
        for number, status in ((1, "paid"), (2, "pending")):
            tx.run(
                """
                INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
                    paid_on, cfdi)
                VALUES (:policy, :number, 2, :due, 50000, 0, 0, 8000, 58000, :status, :paid_on, '')
                """,
                policy=policy_id,
                number=number,
                due=starts + timedelta(days=180 * (number - 1)),
                status=status,
                paid_on=starts if status == "paid" else None,
            )
    return "AUT-1"


def cancel(policy: str, on: str) -> dict[str, Any]:
    return {"policy": policy, "asks": {"kind": "cancellation", "on": on, "method": ""}, "note": "vendido"}


def test_the_way_of_a_request(http: TestClient[Any], central: Store, policy: str) -> None:
    office, lead = Caller(http, "backoffice"), Caller(http, "lead")
    today = central.now().date().isoformat()
    found = office.post("/v1/asks/figures", cancel(policy, today))
    assert found.status_code == 200, found.text
    amount = found.json()["figures"]["amount"]
    assert amount == -(417_81 + 66_85)
    assert not office.get("/v1/asks").json()["asks"]
    made = office.post("/v1/asks", cancel(policy, today))
    assert made.status_code == 201, made.text
    ask = made.json()["id"]
    [row] = office.get("/v1/asks").json()["asks"]
    assert (row["ask"]["amount"], row["policy"], row["own"]) == (amount, policy, True)
    refused(office.post(f"/v1/asks/{ask}/answer", {"verdict": "approve"}), 403, "own_ask")
    refused(lead.post(f"/v1/asks/{ask}/do", {"amount": amount}), 409, "not_approved")
    assert lead.post(f"/v1/asks/{ask}/answer", {"verdict": "approve"}).status_code == 204
    detail = refused(lead.post(f"/v1/asks/{ask}/do", {"amount": amount - 1}), 409, "figures_changed")
    assert "look at it again" in detail
    assert lead.post(f"/v1/asks/{ask}/do", {"amount": amount}).status_code == 204
    refused(lead.post(f"/v1/asks/{ask}/do", {"amount": amount}), 409, "not_approved")
    assert not office.get("/v1/asks").json()["asks"]
    [ended] = office.get("/v1/asks?ended=true&kind=cancellation").json()["asks"]
    assert ended["ask"]["status"] == "done"
    assert Caller(http, "auditor").get(f"/v1/asks/{ask}").json()["listed"]["ask"]["id"] == ask


def test_what_is_asked_wrongly(http: TestClient[Any], central: Store, policy: str) -> None:
    office = Caller(http, "backoffice")
    today = central.now().date().isoformat()
    refused(office.post("/v1/asks", cancel("AUT-0", today)), 409, "unknown_policy")
    refused(office.post("/v1/asks", {"policy": policy}), 400, "bad_ask")
    refused(office.post("/v1/asks", cancel(policy, "2040-01-01")), 409, "day_outside_term")
    refused(office.post("/v1/asks", {"policy": policy, "wish": 1}), 400, "bad_request")
    refused(office.get("/v1/asks?kind=wish"), 400, "unknown_ask_kind")
    refused(office.get("/v1/asks/none"), 404, "unknown_ask")
    refused(office.post("/v1/asks/none/withdraw", {"note": "x"}), 404, "unknown_ask")
    refused(office.post("/v1/asks/none/answer", {"verdict": "perhaps"}), 400, "bad_verdict")


def test_whatever_is_refused_on_the_way_has_its_answer() -> None:
    central = Path(__file__).parents[2] / "storage" / "central"
    files = [*(central / "policies").glob("*.py"), central / "money" / "ledger.py"]
    said = {code for file in files for code in re.findall(r'NotDone\("(\w+)"\)', file.read_text("utf-8"))}
    assert len(said) > 10
    assert not said - set(_WHY) - set(PROBLEMS)
