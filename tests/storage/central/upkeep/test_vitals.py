from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from storage.central.connection import Store
from storage.central.doors import devices
from storage.central.queue import queueing
from storage.central.upkeep import audit, chain
from storage.central.upkeep.vitals import Outbox, vitals
from tests.conftest import MovableClock
from tests.storage.central.conftest import Town


def test_it_tells_how_the_queue_stands(town: Town, clock: MovableClock) -> None:
    town.clients(5)
    ana = town.agent("ana")
    town.lease(ana, 2)
    clock.move(minutes=30)
    found = vitals(town.store)
    assert found.depths[("Cards", "ready")] == 3
    assert found.depths[("Cards", "leased")] == found.leases == found.expired == 2
    assert found.oldest_lease == 30 * 60
    queueing.sweep(town.store)
    found = vitals(town.store)
    assert (found.leases, found.expired, found.oldest_lease) == (0, 0, 0)


def test_it_tells_since_when_somebody_is_due(town: Town, clock: MovableClock) -> None:
    [client] = town.clients()
    ana = town.agent("ana")
    lease = town.lease(ana).leases[0]
    at = (clock.now() + timedelta(hours=1)).isoformat()
    body = {"client_id": client, "code": "RLLA", "callback_at": at}
    assert [one.status for one in town.record(ana, town.event(ana, "result", body, lease))] == ["applied"]
    assert vitals(town.store).overdue == {"waiting": 0, "callback": 0}
    clock.move(hours=1, seconds=40)
    assert vitals(town.store).overdue["callback"] == 40


def test_it_tells_what_waits_in_the_devices(town: Town, clock: MovableClock) -> None:
    ana = town.agent("ana")
    town.lease(ana)
    since = clock.now()
    devices.note_outbox(town.store, ana.device, 7, since)
    clock.move(minutes=2)
    devices.note_outbox(town.store, ana.device, 7, since)
    devices.note_outbox(town.store, "nobody's", 3, since)
    assert vitals(town.store).outboxes == (Outbox(ana.device, 7, 120),)
    devices.note_outbox(town.store, ana.device, 0, None)
    assert vitals(town.store).outboxes == ()


def test_it_tells_how_far_the_seals_and_the_feed_are_behind(
    postgres_store: Store, open_store: Callable[[str], Store], clock: MovableClock
) -> None:
    with open_store(postgres_store.url).begin() as writing:
        audit.note(writing, "ana", "leased")
        clock.move(seconds=5)
        with postgres_store.begin() as tx:
            audit.note(tx, "beto", "leased")
        clock.move(seconds=20)
        chain.seal(postgres_store)
        found = vitals(postgres_store)
        assert (found.unsealed, found.seal_lag) == (1, 20)
        assert found.feed_lag > 0
    chain.seal(postgres_store)
    found = vitals(postgres_store)
    assert (found.unsealed, found.seal_lag, found.feed_lag) == (0, 0, 0)
