"""Strategies over HTTP: a lead tries and loads one, and the running hub orders the queue by it."""

from __future__ import annotations

import time
from typing import Any

from storage.reference import strategy_model

BAD = '[strategy]\nname = "x"\n[rules.a.when]\nsex = "F"\n[rules.b]\n'


def test_a_lead_tries_loads_and_sees_a_strategy(central: Any, lead: Any) -> None:
    answer = lead.get("/v1/strategies").json()
    portfolio = answer["portfolios"][0]["portfolio"]
    assert answer["model"] == strategy_model()
    body = {"portfolio": portfolio, "text": strategy_model()}
    table = lead.post("/v1/strategies/simulate", body).json()["table"]
    columns = [column["key"] for column in table["columns"]]
    with central.read() as tx:
        clients = tx.value(
            "SELECT count(*) FROM client c JOIN portfolio p ON p.id = c.portfolio_id WHERE p.name = :name",
            name=portfolio,
        )
    assert sum(row["cells"][columns.index("clients")] for row in table["totals"]) == clients
    loaded = lead.post("/v1/strategies", body | {"why": "first"}).json()
    version = loaded["version"]
    assert version >= 1
    found = lead.get("/v1/strategies/version", params={"portfolio": portfolio, "version": version}).json()
    assert found["text"] == strategy_model()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        rows = lead.get("/v1/stats").json()["queue"]
        if all(row.get("strategy") for row in rows if row["portfolio"] == portfolio):
            break
        time.sleep(0.1)
    else:
        raise AssertionError(rows)


def test_what_is_protected_is_refused_by_its_line(lead: Any) -> None:
    portfolio = lead.get("/v1/strategies").json()["portfolios"][0]["portfolio"]
    for path, more in (("/v1/strategies/simulate", {}), ("/v1/strategies", {"why": "x"})):
        answer = lead.post(path, {"portfolio": portfolio, "text": BAD} | more)
        assert answer.status_code == 200
        (fault,) = answer.json()["faults"]
        assert fault["line"] == 4
        assert "protected" in fault["reason"]


def test_an_order_that_lacks_something_is_a_problem(lead: Any) -> None:
    portfolio = lead.get("/v1/strategies").json()["portfolios"][0]["portfolio"]
    for body, code in (
        ({"portfolio": portfolio, "text": strategy_model(), "why": ""}, "why_missing"),
        ({"portfolio": "nobody's", "text": strategy_model(), "why": "x"}, "unknown_portfolio"),
    ):
        assert lead.post("/v1/strategies", body).json()["code"] == code
    gone = lead.get("/v1/strategies/version", params={"portfolio": portfolio, "version": 99})
    assert gone.json()["code"] == "unknown_version"
