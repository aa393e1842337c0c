"""Commissions and team administration over the wire, from a lead's order to the agent's own screen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from litestar.testing import TestClient

from storage.central.connection import Store
from tests.hub.conftest import Caller
from tests.hub.test_requests import refused
from tests.hub.world import PORTFOLIO

OCTOBER = "2026-10-01"


@pytest.fixture
def paid(central: Store) -> Store:
    """October's money of the first agent: 900.00 of a goal of 1,000.00."""
    with central.begin() as tx:
        user = tx.value("SELECT id FROM app_user WHERE name = 'agent1'")
        tx.run("UPDATE app_user SET monthly_goal = 100000 WHERE id = :id", id=user)
        tx.run(
            """
            INSERT INTO payment (account_id, at, amount, currency, channel, reference, user_id, hour, bucket)
            SELECT min(id), '2026-10-14T18:00:00.000000+00:00', 90000, 'MXN', 'spei', 'R1', :user, 0, 'B1'
            FROM account
            """,
            user=user,
        )
    return central


def test_a_month_is_drafted_locked_adjusted_and_read_by_its_agent(
    paid: Store, http: TestClient[Any], lead: Caller, agent: Caller
) -> None:
    draft = lead.post("/v1/commissions", {"portfolio": PORTFOLIO, "month": OCTOBER}).json()
    assert draft["sums"] == [
        {"currency": "MXN", "people": 1, "recovered": 90_000, "amount": 900, "adjusted": 0}
    ]
    assert agent.get("/v1/commissions/mine").json() == {"earnings": []}
    path, seen = f"/v1/commissions/{draft['id']}", {"made_at": draft["made_at"]}
    refused(lead.post(f"{path}/lock", seen), 403, "own_run")
    refused(lead.post(f"{path}/adjustments", {"agent": "agent1", "amount": 1, "why": "x"}), 409, "not_locked")
    admin = Caller(http, "admin")
    assert admin.post(f"{path}/lock", seen).json()["locked_by"] == "admin"
    refused(lead.post("/v1/commissions", {"portfolio": PORTFOLIO, "month": OCTOBER}), 409, "run_locked")
    added = lead.post(f"{path}/adjustments", {"agent": "agent1", "amount": -100, "why": "devuelto"})
    assert added.status_code == 201
    [earning] = agent.get("/v1/commissions/mine").json()["earnings"]
    assert (earning["amount"], earning["rate"]) == (900, 100)
    assert [(one["amount"], one["why"]) for one in earning["adjustments"]] == [(-100, "devuelto")]
    assert [one["status"] for one in lead.get("/v1/commissions").json()["runs"]] == ["locked"]
    options = {"params": {"since": OCTOBER, "until": "2026-10-31"}}
    [row] = lead.get("/v1/reports/commissions", **options).json()["rows"]
    options["params"] |= {"row": row["key"], "column": "recovered"}
    assert len(lead.get("/v1/reports/commissions/rows", **options).json()["rows"]) == 1


def test_a_shift_is_what_the_day_requires_and_a_cover_is_told(
    central: Store, lead: Caller, agent: Caller
) -> None:
    names = [one["name"] for one in lead.get("/v1/staff").json()["members"]]
    assert names == ["agent1", "agent2"]
    shift = {"weekday": central.now().weekday(), "starts": "09:00", "ends": "18:00", "rest": 60}
    changed = lead.post("/v1/staff/agent1", {"shifts": [shift]}).json()
    assert changed["required"] == 480
    assert agent.get("/v1/changes", params={"from": "now"}).json()["day"]["required"] == 480 * 60
    today = date(2026, 11, 25).isoformat()
    absence = {"kind": "sick", "since": today, "until": today, "cover": "agent1"}
    assert lead.post("/v1/staff/agent2", {"absence": absence}).status_code == 200
    assert agent.get("/v1/agenda").json()["covers"] == ["agent2"]
    refused(lead.post("/v1/staff/agent2", {"absence": absence}), 409, "absence_overlaps")
    refused(lead.post("/v1/staff/agent2", {"shift": []}), 400, "bad_request")
    refused(lead.post("/v1/staff/lead", {"daily_goal": 1}), 404, "unknown_agent")
