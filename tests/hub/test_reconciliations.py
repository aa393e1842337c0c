"""A reconciliation over the wire: sent in parts, matched, read, settled."""

from __future__ import annotations

import pytest

from tests.hub.conftest import Caller
from tests.hub.world import PORTFOLIO

FILES = [
    {"side": side, "name": f"{side}.csv", "digest": side, "keys": ["k"], "amount": "m", "rows": 2}
    for side in ("collected", "accounted")
]
NEW = {"id": "0e9a3f52-run", "portfolio": PORTFOLIO, "name": "November", "files": FILES}


@pytest.fixture
def office(http) -> Caller:
    return Caller(http, "backoffice")


def test_a_run_from_its_parts_to_its_end(office) -> None:
    path = f"/v1/reconciliations/{NEW['id']}"
    assert office.post("/v1/reconciliations", NEW).json()["status"] == "loading"
    assert office.get("/v1/reconciliations").json()["runs"] == []
    for first, pair in ((1, ["P1-R1", 100, 1, 100, 1]), (2, ["P2-R1", 500, 1, 0, 0])):
        assert office.post(f"{path}/rows", {"first": first, "pairs": [pair]}).status_code == 200
    run = office.post(f"{path}/match", {"rows": 2}).json()
    assert [(total["status"], total["rows"]) for total in run["totals"] if total["rows"]] == [
        ("not_accounted", 1), ("matched", 1),
    ]  # fmt: skip
    [waiting] = [one for one in office.get("/v1/office").json()["waiting"] if one["page"] == "reconcile"]
    assert (waiting["count"], waiting["amounts"]) == (1, {"MXN": 500})
    table = office.get(f"{path}/rows?status=not_accounted").json()
    assert [row["key"] for row in table["rows"]] == ["2"]
    order = {"resolution": "period", "why": "December", "numbers": [2]}
    assert office.post(f"{path}/resolve", order).status_code == 200
    assert office.post(f"{path}/close", {}).json()["status"] == "closed"
    assert [one["id"] for one in office.get("/v1/reconciliations").json()["runs"]] == [NEW["id"]]


def test_what_is_refused_is_said_by_its_code(office) -> None:
    assert office.post("/v1/reconciliations", NEW | {"portfolio": "x"}).json()["code"] == "unknown_portfolio"
    assert (
        office.post("/v1/reconciliations/nothing1/match", {"rows": 1}).json()["code"]
        == "unknown_reconciliation"
    )
    assert office.post("/v1/reconciliations", NEW | {"id": "a/b"}).status_code == 400
