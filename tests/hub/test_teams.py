"""The agents' own teams: the board's figures, of nobody else's people and no client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from hub import teams
from hub.app import make_app
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors import people
from tests.hub.conftest import Caller
from tests.hub.test_requests import promise
from tests.hub.world import PASSWORD, PORTFOLIO


@pytest.fixture
def world(central: Store) -> Iterator[TestClient[Any]]:
    """Two agents in a red team, one in a blue one, one in none."""
    with central.begin() as tx:
        tx.run("UPDATE app_user SET team = 'red' WHERE role = 'agent'")
    people.add_user(central, "blue", "agent", PASSWORD, team="blue", portfolios=[PORTFOLIO])
    people.add_user(central, "alone", "agent", PASSWORD, portfolios=[PORTFOLIO])
    people.add_user(central, "redlead", "lead", PASSWORD, team="red")
    with TestClient(make_app(central), raise_server_exceptions=False) as client:
        yield client


def mates(caller: Caller) -> dict[str, dict[str, Any]]:
    answer = caller.get("/v1/team")
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["mates"]}


def test_the_team_shows_what_the_board_shows(world: TestClient[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "FRESH_SECONDS", 0.0)
    one, two, lead = Caller(world, "agent1"), Caller(world, "agent2"), Caller(world, "redlead")
    for number, caller in enumerate((one, two, one), 1):
        [lease] = caller.leases(1)
        assert caller.send(promise(lease, number)).json()["results"][0]["status"] == "applied"
        seen = mates(two)
        board = {row["name"]: row for row in lead.get("/v1/stats").json()["agents"]}
        assert seen.keys() == board.keys() == {"agent1", "agent2"}
        for name, row in board.items():
            assert seen[name].get("touches", 0) == row["touches"]
            assert seen[name].get("rpc", 0) == row["rpc"]
            assert seen[name].get("promises", 0) == row["promises"]
            assert seen[name].get("recovered", 0) == row["recovered_amount"]
            assert (seen[name]["state"], seen[name]["since"]) == (row["state"], row["since"])
    assert seen["agent1"]["promises"] == 2


def test_nobody_sees_other_teams_or_clients(world: TestClient[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "FRESH_SECONDS", 0.0)
    one = Caller(world, "agent1")
    one.leases(1)
    assert mates(Caller(world, "blue")).keys() == {"blue"}
    assert mates(Caller(world, "alone")).keys() == {"alone"}
    assert "Cliente" not in one.get("/v1/team").text


def test_one_read_of_the_store_serves_all_who_look(
    world: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    whole = stats.snapshots

    def counted(store: Store, viewers: Any) -> Any:
        reads.append(len(viewers))
        return whole(store, viewers)

    monkeypatch.setattr(stats, "snapshots", counted)
    callers = [Caller(world, name) for name in ("agent1", "agent2", "blue", "agent1")]
    for _ in range(5):
        for caller in callers:
            mates(caller)
    assert len(reads) == 2, "one for each team as it is first asked for"
    monkeypatch.setattr(teams, "FRESH_SECONDS", 0.0)
    for caller in callers:
        mates(caller)
    assert len(reads) == 2, "no figure has moved"
    [lease] = callers[0].leases(1)
    callers[0].send(promise(lease, 1))
    mates(callers[0])
    assert reads[2:] == [2], "then both teams by one read"
