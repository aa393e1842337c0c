from __future__ import annotations

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from storage.central.connection import day
from storage.central.counting import stats
from storage.central.counting.recount import recount
from storage.central.doors.people import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.queue import queueing
from storage.central.upkeep import schema

CODES = ("NOCO", "OCUP", "BUZN", "INFO", "PPT", "MSJT", "RLLA", "COLG", "DISP")


def lead_of(who: Who, portfolio_ids=None) -> Who:
    return msgspec.structs.replace(who, role="lead", portfolio_ids=portfolio_ids)


def totals(figures):
    return {
        field: sum(getattr(row, field) for row in figures.queue)
        for field in ("pending", "leased", "waiting", "untouched", "worked", "contacted", "rpc", "promised")
    }


def counted_untouched(town) -> int:
    """Of the clients who stand in the queue, those without a result today: by looking at each."""
    with town.store.read() as tx:
        queued = tx.all(
            "SELECT client_id FROM ready UNION SELECT client_id FROM waiting WHERE kind <> 'unlocatable'"
        )
        today = town.store.now().astimezone(ZoneInfo("America/Mexico_City")).date()
        rows = tx.all("SELECT client_id, day FROM interaction WHERE retracted_by IS NULL")
    return len({row[0] for row in queued} - {row[0] for row in rows if day(row[1]) == today})


def test_untouched_is_who_is_in_the_queue_and_was_not_worked_today(town, ana: Who, clock) -> None:
    town.clients(3)
    lease = town.lease(ana).leases[0]
    assert totals(stats.snapshot(town.store, lead_of(ana)))["untouched"] == 2
    body = {"client_id": lease.client.id, "code": "NOCO"}
    town.record(ana, event := town.event(ana, "result", body, lease))
    figures = totals(stats.snapshot(town.store, lead_of(ana)))
    assert (figures["pending"] + figures["waiting"], figures["untouched"]) == (3, 2)
    retraction = {"client_id": lease.client.id, "fact_id": event.id}
    town.record(ana, town.event(ana, "retraction", retraction))
    assert totals(stats.snapshot(town.store, lead_of(ana)))["untouched"] == 3
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    clock.move(hours=14)  # the next day
    assert totals(stats.snapshot(town.store, lead_of(ana)))["untouched"] == 3
    queueing.sweep(town.store)
    town.lease(ana, 3)
    assert schema.check(town.store) == []


def test_a_capture_is_in_the_figures_of_its_agent_and_bucket(town, ana: Who) -> None:
    client, *_ = town.clients(3)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(lease.client.id, 60_000), lease))
    town.record(ana, town.event(ana, "state", {"state": "meal"}))
    figures = stats.snapshot(town.store, lead_of(ana))
    (row,) = figures.queue
    assert (row.portfolio, row.bucket, row.currency) == ("Cards", "B1", "MXN")
    assert (row.pending, row.leased, row.waiting, row.worked) == (2, 0, 1, 1)
    assert (row.contacted, row.rpc, row.promised, row.promised_amount) == (1, 1, 1, 60_000)
    (agent,) = figures.agents
    assert (agent.state, agent.last_code, agent.touches, agent.promises) == ("meal", "PPT", 1, 1)
    assert (agent.promised_amount, agent.goal, agent.connected) == (60_000, 4_000_000, False)
    assert figures.promises_by_hour[11] == sum(figures.promises_by_hour) == 1
    assert client


def test_folding_changes_no_figure(town, ana: Who) -> None:
    town.clients(2)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    before = stats.snapshot(town.store, lead_of(ana))
    assert stats.fold(town.store) > 0
    assert stats.fold(town.store) == 0
    assert stats.snapshot(town.store, lead_of(ana)) == before


def test_the_number_grows_with_every_change_and_stands_still_without(town, ana: Who) -> None:
    town.clients(2)
    seen = [stats.snapshot(town.store, lead_of(ana)).number]
    lease = town.lease(ana).leases[0]
    seen.append(stats.snapshot(town.store, lead_of(ana)).number)
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    seen.append(stats.snapshot(town.store, lead_of(ana)).number)
    town.record(ana, town.event(ana, "state", {"state": "break"}))
    seen.append(stats.snapshot(town.store, lead_of(ana)).number)
    assert seen == sorted(set(seen))
    stats.fold(town.store)
    assert stats.snapshot(town.store, lead_of(ana)).number == seen[-1]


def test_yesterday_is_not_today(town, ana: Who, clock) -> None:
    town.clients(1)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    clock.move(hours=14)  # one in the morning in Mexico
    figures = stats.snapshot(town.store, lead_of(ana))
    assert totals(figures)["worked"] == 0
    assert totals(figures)["waiting"] == 1
    assert figures.agents[0].touches == 0


def test_a_lead_sees_own_portfolios_only(town, ana: Who) -> None:
    loans = town.portfolio("Loans", goal=1_000_001)
    town.clients(2)
    town.clients(1, portfolio=loans)
    town.clients(2, portfolio=loans, days=40)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "ZZZ"}, lease))
    figures = stats.snapshot(town.store, lead_of(ana, (loans,)))
    assert {row.portfolio for row in figures.queue} == {"Loans"}
    assert sum(row.goal for row in figures.queue) == 1_000_001
    everything = stats.snapshot(town.store, lead_of(ana))
    assert {row.portfolio for row in everything.queue} == {"Cards", "Loans"}
    assert len(everything.decisions) == 1
    assert everything.decisions[0].client.startswith("Client ")


def test_amounts_of_another_currency_are_not_added_up(town, ana: Who) -> None:
    town.clients(1)
    with town.store.begin() as tx:
        tx.run("UPDATE account SET currency = 'USD'")
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", town.promise_body(lease.client.id, 60_000), lease))
    amounts = {row.currency: row.promised_amount for row in stats.snapshot(town.store, lead_of(ana)).queue}
    assert amounts == {"MXN": 0, "USD": 60_000}


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_equals_a_recount_after_anything(town, seed: int, clock) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
    loans = town.portfolio("Loans")
    town.clients(12)
    town.clients(6, portfolio=loans, days=45, accounts=2)
    crew = [town.agent("ana"), town.agent("beto"), town.agent("carla", portfolios=("Loans",))]
    sent: list = []
    for _ in range(25):
        who = chance.choice(crew)
        batch = []
        for lease in town.lease(who, chance.randint(1, 4)).leases:
            client = lease.client.id
            if chance.random() < 0.15:
                batch.append(town.event(who, "skip", {"client_id": client, "reason": "later"}, lease))
                continue
            code = chance.choice(CODES)
            body = {"client_id": client, "code": code, "note": "said so at length"}
            if code == "PPT":
                body = town.promise_body(client, chance.randint(1, 150_000))
            elif code == "RLLA":
                body["callback_at"] = (clock.now() + timedelta(hours=2)).isoformat()
            elif code == "DISP":
                body |= {"amount": 1_000, "account_id": lease.client.accounts[0].id}
            elif code in ("INFO",):
                body["reason"] = "OLVIDO"
            batch.append(town.event(who, "result", body, lease))
        mine = [event for owner, event in sent if owner is who]
        if mine and chance.random() < 0.4:
            event = chance.choice(mine)
            body = {"client_id": event.body["client_id"], "fact_id": event.id}
            batch.append(town.event(who, "retraction", body))
        batch += chance.sample(mine, min(len(mine), 2))  # sent again
        town.record(who, *batch)
        sent += [(who, event) for event in batch if event.kind in ("result", "skip")]
        if chance.random() < 0.3:
            with town.store.read() as tx:
                accounts = tx.all("SELECT id FROM account ORDER BY id")
            post_payments(
                town.store,
                [
                    NewPayment(
                        account_id=chance.choice(accounts)[0],
                        at=clock.now(),
                        amount=chance.randint(1, 80_000),
                        currency="MXN",
                        reference=str(chance.randint(1, 20)),
                    )
                ],
            )
        if chance.random() < 0.5:
            stats.fold(town.store)
        clock.move(minutes=chance.choice((1, 5, 25, 300)))
        queueing.sweep(town.store)
        figures = totals(stats.snapshot(town.store, lead_of(crew[0])))
        assert figures["untouched"] == counted_untouched(town)
    assert schema.check(town.store) == []
    with town.store.read() as tx:
        assert sum(n for key, n in recount(tx).items() if key[5] == "touch") > 10


def test_the_recount_finds_a_figure_that_is_wrong(town, ana: Who) -> None:
    town.clients(1)
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": lease.client.id, "code": "NOCO"}, lease))
    with town.store.begin() as tx:
        tx.run("UPDATE stat_delta SET n = 2 WHERE measure = 'touch'")
    (line,) = schema.check(town.store)
    assert "touch" in line
    assert "says 2" in line
