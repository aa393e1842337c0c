from __future__ import annotations

from datetime import timedelta

import pytest

from storage.central.counting import stats
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.central.upkeep import schema


def test_every_client_is_placed_and_progress_is_told(town, monkeypatch) -> None:
    monkeypatch.setattr(queueing, "CHUNK", 4)
    ids = town.clients(10, place=False)
    told: list[tuple[int, int]] = []
    queueing.place_all(town.store, lambda done, total: told.append((done, total)))
    assert told == [(4, 10), (8, 10), (10, 10)]
    assert {town.standing(client) for client in ids} == {"ready"}
    assert schema.check(town.store) == []


@pytest.mark.parametrize(
    ("more", "standing"),
    [({"overdue": 0}, "out"), ({"phones": 0}, "unlocatable"), ({}, "ready")],
)
def test_everyone_who_owes_stands_somewhere(town, more, standing) -> None:
    client = town.clients(1, **more)[0]
    assert town.standing(client) == standing
    assert schema.check(town.store) == []


def test_the_unlocatable_wait_for_a_number_and_for_nothing_else(town, ana: Who, clock) -> None:
    found, cured, lost = town.clients(2, phones=0) + town.clients(1)
    clock.move(days=40)
    assert queueing.sweep(town.store) == 0
    answer = town.lease(ana, 5)
    assert [lease.client.id for lease in answer.leases] == [lost]
    assert (answer.waiting, answer.waiting_until) == ("empty", None)
    phone = answer.leases[0].client.phones[0].id
    body = {"client_id": lost, "code": "FSER", "phone": phone}
    (result,) = town.record(ana, event := town.event(ana, "result", body, answer.leases[0]))
    assert result.status == "applied"
    assert town.standing(lost) == "unlocatable"
    assert unlocatable(town, ana) == 3
    town.record(ana, town.event(ana, "retraction", {"client_id": lost, "fact_id": event.id}))
    with town.store.begin() as tx:
        tx.run("UPDATE account SET overdue = 0 WHERE client_id = :id", id=cured)
        tx.run(
            """
            INSERT INTO contact_point (client_id, kind, value, label, status, use, source, position)
            VALUES (:id, 'phone', '+525555550000', 'mobile', 'por_validar', 'collect', 'entidad', 0)
            """,
            id=found,
        )
        queueing.place(tx, [found, cured], tx.now)
    assert [town.standing(client) for client in (found, cured, lost)] == ["ready", "out", "ready"]
    assert unlocatable(town, ana) == 0
    assert schema.check(town.store) == []


def unlocatable(town, ana: Who) -> int:
    return sum(row.unlocatable for row in stats.snapshot(town.store, ana).queue)


def test_who_owes_and_was_lost_from_the_queue_is_found(town) -> None:
    client = town.clients(2, phones=0)[1]
    with town.store.begin() as tx:
        tx.run("DELETE FROM waiting WHERE client_id = :id", id=client)
    lines = schema.check(town.store)
    assert any("stand nowhere" in line and str(client) in line for line in lines)
    assert any("unlocatable says 2, a recount says 1" in line for line in lines)


def test_placing_again_moves_but_never_doubles(town, clock) -> None:
    client = town.clients(1)[0]
    with town.store.begin() as tx:
        tx.run("UPDATE client SET hold_until = :until, hold_reason = 'illness'", until=clock.move(hours=1))
    clock.move(hours=-1)
    for expected, hours in (("waiting", 0), ("waiting", 0), ("ready", 1)):
        clock.move(hours=hours)
        with town.store.begin() as tx:
            queueing.place(tx, [client], tx.now)
        assert town.standing(client) == expected
    assert schema.check(town.store) == []


def test_who_is_on_a_desk_stays_there(town, ana: Who) -> None:
    client = town.clients(1)[0]
    town.lease(ana)
    with town.store.begin() as tx:
        queueing.place(tx, [client], tx.now)
    assert town.standing(client) == "lease"
    assert schema.check(town.store) == []


def test_a_retry_outlives_being_placed_again(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    lease = town.lease(ana).leases[0]
    town.record(ana, town.event(ana, "result", {"client_id": client, "code": "OCUP"}, lease))
    queueing.place_all(town.store)
    assert town.standing(client) == "waiting"
    clock.move(minutes=20)
    assert queueing.sweep(town.store) == 1
    assert town.standing(client) == "ready"


def test_a_client_at_the_cap_waits_for_the_day_it_lapses(town, ana: Who, clock) -> None:
    client = town.clients(1)[0]
    for _ in range(3):
        lease = town.lease(ana).leases[0]
        town.record(ana, town.event(ana, "result", {"client_id": client, "code": "OCUP"}, lease))
        clock.move(minutes=20)
        queueing.sweep(town.store)
    assert town.standing(client) == "waiting"
    assert town.lease(ana).waiting_until == clock.now().replace(hour=6) + timedelta(days=1)


def test_who_may_be_called_in_the_morning_leaves_the_queue_at_noon(town, ana: Who, clock) -> None:
    """Nobody takes the client only to hear that the hours are over."""
    client = town.clients(1, place=False)[0]
    with town.store.begin() as tx:
        tx.run("UPDATE client SET suits = '09:00-12:00'")
        queueing.place(tx, [client], tx.now)
    assert town.standing(client) == "ready"
    clock.move(minutes=59)
    assert queueing.sweep(town.store) == 0
    noon = clock.move(minutes=1)
    assert queueing.sweep(town.store) == 1
    assert town.standing(client) == "waiting"
    assert town.lease(ana).waiting_until == noon + timedelta(hours=21)
    clock.move(hours=21)
    assert queueing.sweep(town.store) == 1
    assert town.standing(client) == "ready"
    assert schema.check(town.store) == []


def test_a_client_in_two_places_is_found(town) -> None:
    client = town.clients(1)[0]
    with town.store.begin() as tx:
        tx.run(
            """
            INSERT INTO waiting (client_id, lane, kind, due_at, prio, bucket)
            SELECT client_id, lane, 'waiting', :now, prio, bucket FROM ready
            """,
            now=tx.now,
        )
    lines = schema.check(town.store)
    assert any("more than once" in line and str(client) in line for line in lines)


def test_a_client_without_accounts_is_found(town) -> None:
    town.clients(1, accounts=0)
    assert any("without any account" in line for line in schema.check(town.store))
