"""Every live figure of a board and the rows behind it, after a day with several people and currencies."""

from __future__ import annotations

import random
from datetime import timedelta

import msgspec
import pytest

from rules.live_figures import queue_key
from rules.reports import ReportQuery, RowsQuery
from rules.tables import TOTAL
from storage.central.counting import stats
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.queue import queueing
from storage.central.records.closing import NotDone
from storage.central.reports import live_agents, live_queue, shelf

CODES = ("NOCO", "OCUP", "INFO", "PPT", "RLLA", "COLG")


@pytest.fixture
def day(town, clock):
    """A day: two teams, three portfolios, promises, payments, a retraction, an unlocatable client."""
    chance = random.Random(7)  # noqa: S311 - a repeatable course of events
    loans, dollars = town.portfolio("Loans / old"), town.portfolio("US", country="US")
    town.clients(14)
    town.clients(6, portfolio=loans, days=45)
    town.clients(3, portfolio=dollars, zones=("America/New_York",))
    town.clients(2, phones=0)
    crew = [town.agent("ana"), town.agent("beto"), town.agent("carla", portfolios=("Loans / old",))]
    with town.store.begin() as tx:
        tx.run("UPDATE app_user SET team = 'blue' WHERE name = 'beto'")
    sent = []
    for _ in range(10):
        who = chance.choice(crew)
        batch = []
        for lease in town.lease(who, 2).leases:
            client, code = lease.client.id, chance.choice(CODES)
            body = {"client_id": client, "code": code, "note": "said so at length"}
            if code == "PPT":
                body = town.promise_body(client, chance.randint(1, 150_000))
            elif code == "RLLA":
                body["callback_at"] = (clock.now() + timedelta(hours=2)).isoformat()
            elif code == "INFO":
                body["reason"] = "OLVIDO"
            batch.append(town.event(who, "result", body, lease))
        town.record(who, *batch)
        sent += [(who, event) for event in batch]
        clock.move(minutes=3)
        queueing.sweep(town.store)
    who, event = sent[0]
    town.record(
        who, town.event(who, "retraction", {"client_id": event.body["client_id"], "fact_id": event.id})
    )
    with town.store.read() as tx:
        accounts = tx.all("SELECT id, currency FROM account ORDER BY id")
    post_payments(
        town.store,
        [
            NewPayment(account_id=key, at=clock.now(), amount=1_000 + key, currency=currency, reference="r")
            for key, currency in accounts[::2]
        ],
    )
    town.lease(crew[0], 2)
    return crew


def viewers(crew):
    lead = msgspec.structs.replace(crew[0], role="lead", team="", portfolio_ids=None)
    return [lead, msgspec.structs.replace(lead, team="red"), msgspec.structs.replace(lead, team="blue")]


def figure(table, column):
    """What the rows behind a number come to: their sum where it is money, else how many they are."""
    if any(one.key == "amount" for one in table.columns) and column.kind == "money":
        place = table.place("amount")
        return sum(row.cells[place] for row in table.rows)
    return len(table.rows)


def opened(town, who, report):
    """Each number of a report with what the rows behind it come to."""
    table = shelf.table(town.store, who, ReportQuery(name=report.NAME.name))
    for row in (*table.rows, *table.totals):
        for place, column in enumerate(table.columns):
            if column.opens:
                query = RowsQuery(name=report.NAME.name, row=row.key, column=column.key)
                behind = shelf.rows(town.store, who, query)
                said = row.cells[place]
                yield (
                    row.key,
                    column.key,
                    said[1] if isinstance(said, tuple) else said,
                    figure(behind, column),
                )


@pytest.mark.parametrize("report", [live_queue, live_agents], ids=["queue", "agents"])
def test_behind_every_number_stand_as_many_rows_or_as_much_money(town, day, report) -> None:
    for who in viewers(day):
        found = list(opened(town, who, report))
        assert [one for one in found if one[2] != one[3]] == []
        assert sum(said > 0 for *_, said, _ in found) > 10


def test_the_reports_are_the_board_to_the_cent(town, day) -> None:
    for who in viewers(day):
        board = stats.snapshot(town.store, who)
        queue = shelf.table(town.store, who, ReportQuery(name="live_queue"))
        agents = shelf.table(town.store, who, ReportQuery(name="live_agents"))
        assert [row.key for row in queue.rows] == [queue_key(row) for row in board.queue]
        for column in ("pending", "leased", "worked", "promised_amount", "recovered_amount"):
            told = [row.cells[queue.place(column)] for row in queue.rows]
            assert told == [getattr(row, column) for row in board.queue]
        assert [row.cells[agents.place("touches")] for row in agents.rows] == [
            agent.touches for agent in board.agents
        ]
        totals = {row.currency: row.cells[queue.place("recovered_amount")] for row in queue.totals}
        assert totals == {
            currency: sum(row.recovered_amount for row in board.queue if row.currency == currency)
            for currency in totals
        }


def test_a_portfolio_alone(town, day) -> None:
    who = viewers(day)[0]
    table = shelf.table(town.store, who, ReportQuery(name="live_queue", portfolio="Loans / old"))
    assert {row.cells[0] for row in table.rows} == {"Loans / old"}
    query = RowsQuery(name="live_queue", row=f"{TOTAL}MXN", column="worked", portfolio="Loans / old")
    rows = shelf.rows(town.store, who, query)
    assert {row.cells[1] for row in rows.rows} == {"Loans / old"}


def test_no_name_of_a_client_stands_in_full(town, day) -> None:
    query = RowsQuery(name="live_queue", row=f"{TOTAL}MXN", column="pending")
    names = [row.cells[0] for row in shelf.rows(town.store, viewers(day)[0], query).rows]
    assert names
    assert all(name.startswith("Client ") and name.endswith(".") for name in names)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (ReportQuery(name="live_queue", team="red"), "not_by_people"),
        (ReportQuery(name="live_queue", agent="ana"), "not_by_people"),
        (RowsQuery(name="live_queue", row="*MXN", column="goal"), "unknown_cell"),
        (RowsQuery(name="live_queue", row="Cards", column="pending"), "unknown_cell"),
        (RowsQuery(name="live_agents", row="nobody", column="touches"), "unknown_cell"),
    ],
)
def test_what_there_is_not_is_said(town, day, query, code) -> None:
    ask = shelf.rows if isinstance(query, RowsQuery) else shelf.table
    with pytest.raises(NotDone) as refusal:
        ask(town.store, viewers(day)[0], query)
    assert refusal.value.code == code


@pytest.mark.parametrize("report", ["live_queue", "live_agents"])
def test_yesterday_is_not_live(town, day, clock, report) -> None:
    yesterday = clock.now().date() - timedelta(days=1)
    with pytest.raises(NotDone) as refusal:
        shelf.table(town.store, viewers(day)[0], ReportQuery(name=report, since=yesterday, until=yesterday))
    assert refusal.value.code == "only_today"
