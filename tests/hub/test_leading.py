"""Assignments, directives and standing matters over the wire, from the lead's order to the agent's desk."""

from __future__ import annotations

from tests.hub.world import PORTFOLIO


def order(lead, **more):
    """Preview an order and carry it out."""
    ask = {"portfolio": PORTFOLIO, "method": "one", "to_agents": ["agent1"], "why": "x"} | more
    preview = lead.post("/v1/assignments/preview", ask)
    assert preview.status_code == 200, preview.text
    return lead.post("/v1/assignments", ask | {"digest": preview.json()["digest"]})


def test_an_order_reaches_the_desks(lead, agent, central, http) -> None:
    from tests.hub.conftest import Caller

    done = order(lead)
    assert done.status_code == 200, done.text
    assert done.json()["moved"] == 12
    other = Caller(http, "agent2")
    assert other.leases(5) == ()
    assert len(agent.leases(5)) == 5
    [row] = lead.get("/v1/assignments").json()["rows"]
    moves = lead.get(f"/v1/assignments/{row['key']}/moves").json()
    assert len(moves["rows"]) == 12
    load = lead.get("/v1/assignments/load", params={"portfolio": PORTFOLIO}).json()
    assert [one["cells"][4] for one in load["rows"]] == [12, 0]


def test_an_order_names_what_was_previewed(lead) -> None:
    answer = lead.post(
        "/v1/assignments",
        {"portfolio": PORTFOLIO, "method": "one", "to_agents": ["agent1"], "why": "x", "digest": "d"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


def test_a_directive_holds_until_it_is_ended(lead, agent) -> None:
    given = lead.post("/v1/directives", {"portfolio": PORTFOLIO, "kind": "hold", "why": "x"})
    assert given.status_code == 200, given.text
    assert agent.leases(5) == ()
    assert {row["directive"] for row in lead.get("/v1/stats").json()["queue"]} == {"hold"}
    [row] = lead.get("/v1/directives").json()["rows"]
    ended = lead.post(f"/v1/directives/{row['key']}/end", {"why": "y"})
    assert ended.status_code == 200, ended.text
    assert len(agent.leases(5)) == 5
    again = lead.post(f"/v1/directives/{row['key']}/end", {"why": "y"})
    assert (again.status_code, again.json()["code"]) == (409, "already_closed")


def test_who_stands_behind_a_matter_is_listed(lead) -> None:
    path = "/v1/standing/unassigned"
    assert len(lead.get(path, params={"portfolio": PORTFOLIO}).json()["rows"]) == 12
    unknown = lead.get(path, params={"portfolio": "Nope"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_portfolio")
