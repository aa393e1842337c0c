"""Activity, coverage and touches: the counts of an independent recount, and the rows behind them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from rules.tables import TOTAL, Table
from storage.central.doors.who import Who
from tests.storage.central.conftest import Town
from tests.storage.central.reports.conftest import Reader

CODES = ("PPT", "NOCO", "INFO", "MSJT", "BUZN")
COUNTED = ("attempts", "contacts", "rpc", "promises")


def work(town: Town, who: Who, calls: int, seed: int) -> None:
    """Calls with results drawn by a seed; one in five is taken back."""
    rng = random.Random(seed)  # noqa: S311 - a draw to be repeated
    for lease in town.lease(who, calls).leases:
        code = rng.choice(CODES)
        body: dict[str, Any] = {"client_id": lease.client.id, "code": code}
        if code == "PPT":
            body = town.promise_body(lease.client.id)
        fact = town.event(who, "result", body, lease)
        town.record(who, fact)
        if rng.random() < 0.2:
            back = {"client_id": lease.client.id, "event_id": fact.id, "reason": "slip"}
            town.record(who, town.event(who, "retraction", back))


def assign(town: Town, clients: list[int], user_id: int | None, order: str) -> None:
    """Clients become somebody's, as one order."""
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO assignment_order (id, at, user_id, portfolio_id, method, why, before, after)
            VALUES (:id, :now, :user, :portfolio, 'one', '', :none, :none)
            """,
            id=order,
            now=tx.now,
            user=user_id or tx.value("SELECT min(id) FROM app_user"),
            portfolio=town.cards,
            none={},
        )
        for client in clients:
            owner = tx.value("SELECT user_id FROM assignment WHERE client_id = :client", client=client)
            tx.run("DELETE FROM assignment WHERE client_id = :client", client=client)
            if user_id is not None:
                tx.run(
                    """
                    INSERT INTO assignment (client_id, user_id, since, order_id)
                    VALUES (:client, :user, :now, :order)
                    """,
                    client=client,
                    user=user_id,
                    now=tx.now,
                    order=order,
                )
            tx.run(
                """
                INSERT INTO assignment_move (order_id, client_id, from_user_id, to_user_id)
                VALUES (:order, :client, :was, :to)
                """,
                order=order,
                client=client,
                was=owner,
                to=user_id,
            )


def numbers(table: Table, row: str) -> dict[str, Any]:
    return {column.key: table.cell(row, column.key) for column in table.columns}


@pytest.fixture
def team(town: Town) -> tuple[Who, Who]:
    town.clients(20)
    town.clients(6, days=45)
    ana, bea = town.agent("ana"), town.agent("bea")
    work(town, ana, 8, 1)
    work(town, bea, 7, 2)
    return ana, bea


def recount(town: Town) -> dict[str, Counter[str]]:
    """What each agent did, counted one result at a time."""
    found: dict[str, Counter[str]] = {}
    with town.store.read() as tx:
        rows = tx.all("SELECT agent, flags, client_id FROM interaction WHERE retracted_by IS NULL")
    for agent, flags, _ in rows:
        counts = found.setdefault(agent, Counter())
        for name, flag in zip(COUNTED, "ACRP", strict=True):
            counts[name] += flag in flags
    for agent, counts in found.items():
        counts["touched"] = len({client for who, flags, client in rows if who == agent and "A" in flags})
    return found


def test_every_count_is_that_of_a_recount_and_opens_its_rows(
    town: Town, reader: Reader, team: tuple[Who, Who]
) -> None:
    found = reader.check("activity")
    for agent, counts in recount(town).items():
        line = numbers(found, agent)
        assert {name: line[name] for name in (*COUNTED, "touched")} == dict(counts)
        assert line["contact_rate"] == (counts["contacts"], counts["attempts"])
        assert line["intensity"] == (counts["attempts"], counts["touched"])
    assert reader.check("activity_by_team").cell("red", "agents") == 2


def test_without_assignments_every_client_in_the_queue_counts_once(
    town: Town, reader: Reader, team: tuple[Who, Who]
) -> None:
    ana, _ = team
    town.lease(ana, 2, "more")
    found = reader.check("activity")
    with town.store.read() as tx:
        touched = {row[0] for row in tx.all("SELECT client_id FROM interaction WHERE retracted_by IS NULL")}
        ids = touched | {
            row[0] for row in tx.all("SELECT client_id FROM ready UNION SELECT client_id FROM waiting")
        }
        ids |= {row[0] for row in tx.all("SELECT client_id FROM lease")}
    assert found.cell(TOTAL, "assigned") == len(ids)
    with town.store.read() as tx:
        desks = dict(tx.all("SELECT user_id, count(*) FROM lease GROUP BY user_id"))
        waiting = tx.value("SELECT (SELECT count(*) FROM ready) + (SELECT count(*) FROM waiting)")
    assert found.cell("ana", "untouched") == desks[ana.user_id] >= 2
    assert found.cell("-", "untouched") == waiting - sum(town.standing(one) == "waiting" for one in touched)
    untouched = len(ids) - sum(counts["touched"] for counts in recount(town).values())
    assert found.cell(TOTAL, "coverage") == (len(ids) - untouched, len(ids))
    parts = reader.check("activity_by_portfolio")
    assert [row.cells[1] for row in parts.rows] == ["B1", "B2"]
    assert parts.cell(TOTAL, "assigned") == len(ids)


def test_what_is_assigned_and_not_touched_is_listed(town: Town, reader: Reader) -> None:
    clients = town.clients(12)
    ana, bea = town.agent("ana"), town.agent("bea")
    assign(town, clients[:6], ana.user_id, "o1")
    assign(town, clients[6:10], bea.user_id, "o2")
    work(town, ana, 5, 3)
    found = reader.check("activity")
    with town.store.read() as tx:
        touched = {
            row[0]
            for row in tx.all(
                "SELECT client_id FROM interaction WHERE retracted_by IS NULL AND user_id = :ana",
                ana=ana.user_id,
            )
        }
    own = set(clients[:6])
    free = touched - set(clients[:10])
    assert found.cell("ana", "touched") == len(touched)
    assert found.cell("ana", "assigned") == len(own | free)
    listed = {int(row.key.partition("/")[0]) for row in reader.rows("activity", "ana", "untouched").rows}
    assert listed == own - touched
    assert found.cell("bea", "coverage") == (0, 4)


def test_past_days_know_whose_clients_were_then(town: Town, reader: Reader, clock: Any) -> None:
    clients = town.clients(5)
    ana, bea = town.agent("ana"), town.agent("bea")
    assign(town, clients, ana.user_id, "o1")
    yesterday = town.store.now().date()
    clock.move(days=1)
    assign(town, clients[:2], bea.user_id, "o2")
    clock.move(minutes=1)
    assign(town, clients[:1], None, "o3")
    now = reader.check("activity")
    assert (now.cell("ana", "assigned"), now.cell("bea", "assigned")) == (3, 1)
    then = reader.check("activity", since=yesterday, until=yesterday)
    assert [(row.key, row.cells[11]) for row in then.rows] == [("ana", 5)]


def test_days_portfolio_team_and_agent_narrow_a_report(
    town: Town, reader: Reader, team: tuple[Who, Who], clock: Any
) -> None:
    other = town.portfolio("Loans")
    town.clients(3, portfolio=other)
    ana = town.agent("cleo", portfolios=("Loans",))
    work(town, ana, 3, 4)
    assert {row.key for row in reader.table("activity", portfolio="Loans").rows} == {"cleo"}
    assert {row.key for row in reader.check("activity", agent="bea").rows} == {"bea"}
    today = town.store.now().date()
    before = reader.check("activity", since=today - timedelta(days=9), until=today - timedelta(days=1))
    assert before.rows == ()
