"""The workbook over HTTP: parts, a line each, and refusals as for a report."""

from __future__ import annotations

import msgspec

from rules.workbook import Part
from tests.hub.world import event


def test_a_workbook_comes_as_lines(lead, agent, central):
    [lease] = agent.leases(1)
    agent.send(msgspec.to_builtins(event(lease, 1, central.now())))
    answer = lead.get("/v1/reports/workbook")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    first, *others = [msgspec.json.decode(line, type=Part) for line in answer.content.splitlines()]
    assert first.about is not None
    assert first.about.by == "lead"
    names = [part.sheet.name for part in others if part.sheet is not None]
    assert names[-3:] == ["results", "promises", "payments"]
    [row] = next(part.rows for part in others if part.rows)
    assert "agent1" in row.cells
    with central.read() as tx:
        [(actor, device)] = tx.all("SELECT actor, device FROM audit WHERE action = 'workbook_read'")
    assert (actor, device) == ("lead", lead.device)


def test_what_is_not_there_is_refused_before_anything_is_sent(lead):
    answer = lead.get("/v1/reports/workbook", params={"portfolio": "Nowhere"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_portfolio")
    answer = lead.get("/v1/reports/workbook", params={"since": "2026-12-02", "until": "2026-12-01"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_period")
