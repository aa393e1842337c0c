"""However the wire fails: afterwards every fact is at the centre once, and no outbox holds one."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable

import pytest

from rules.desk import ClientPage, Saved
from rules.facts import EventResult
from rules.protocol import EventBatch, SignIn
from storage.central.connection import Store
from storage.central.doors import people
from storage.sync import plan, run
from storage.sync.client import HubClient
from storage.sync.exchange import Exchange
from storage.sync.failures import HubRefused, HubUnavailable
from storage.sync.run import SyncLoop
from tests.conftest import MovableClock
from tests.hub.world import PASSWORD
from tests.sync.conftest import Wired
from tests.sync.test_asking import Losing

MakeWorkstation = Callable[..., Wired]
ROUNDS = 40


def kept(central: Store) -> list[str]:
    with central.read() as tx:
        return [row[0] for row in tx.all("SELECT id FROM event WHERE kind <> 'state' ORDER BY device, seq")]


def held_twice(central: Store) -> int:
    with central.read() as tx:
        return int(tx.value("SELECT count(*) - count(DISTINCT client_id) FROM lease"))


async def work(desk: Wired, exchange: Exchange, chance: random.Random) -> None:
    """Captures and exchanges in any order over the bad wire, then rest on a good one."""
    for _ in range(ROUNDS):
        act = chance.choice(("capture", "capture", "send", "take", "renew", "pull"))
        with contextlib.suppress(HubUnavailable):
            if act == "capture":
                desk.capture()
            elif act == "send":
                await exchange.send_events()
            elif act == "take":
                await exchange.take_leases(5)
            elif act == "renew":
                await exchange.renew()
            else:
                await exchange.pull_changes()
    desk.wire.share = 0.0
    await exchange.take_leases(5)
    desk.capture()
    while await exchange.send_events():
        pass


@pytest.mark.anyio
async def test_every_fact_arrives_once(chaos_seed: int, central: Store, workstation: MakeWorkstation) -> None:
    made: list[str] = []
    for number in (1, 2):
        desk = workstation(f"{chaos_seed}:{number}", share=0.5)
        client = desk.client()
        exchange = Exchange(desk.store, client, (f"agent{number}", PASSWORD))
        await work(desk, exchange, random.Random(chaos_seed))  # noqa: S311 - a test
        await client.close()
        assert desk.made
        assert desk.wire.met
        assert desk.store.outbox() == []
        assert desk.store.quarantine() == []
        made += desk.made
        assert held_twice(central) == 0
    assert sorted(kept(central)) == sorted(made)


@pytest.mark.anyio
async def test_the_check_sees_a_loss(central: Store, workstation: MakeWorkstation) -> None:
    """The control: a sync that trusts the first try loses facts on the same wire."""

    class Hasty(Exchange):
        async def send_events(self) -> bool:
            events = self._local.outbox()
            try:
                return await super().send_events()
            except HubUnavailable:
                self._local.settle([EventResult(id=event.id, status="applied") for event in events])
                return bool(events)

    desk = workstation("control")
    client = desk.client()
    exchange = Hasty(desk.store, client, ("agent1", PASSWORD))
    while not desk.wire.met["lost on the way"]:
        desk.wire.share = 0.0
        await exchange.take_leases(5)
        desk.capture()
        desk.wire.share = 1.0
        await exchange.send_events()
    await client.close()
    assert set(kept(central)) < set(desk.made)


@pytest.mark.anyio
async def test_a_fact_that_the_hub_cannot_read_holds_no_other(
    central: Store, workstation: MakeWorkstation
) -> None:
    desk = workstation("bad")
    client = desk.client()
    exchange = Exchange(desk.store, client, ("agent1", PASSWORD))
    await exchange.take_leases(5)
    while len(desk.made) < 5:
        desk.capture()
    bad = desk.made[2]

    async def events(batch: EventBatch) -> object:
        if any(event.id == bad for event in batch.events):
            raise HubRefused("bad_request", 400, "unreadable")
        return await HubClient.events(client, batch)

    client.events = events  # type: ignore[method-assign,assignment]  # stands for a hub of another version
    while await exchange.send_events():
        pass
    await client.close()
    assert desk.store.outbox() == []
    assert [entry.event.id for entry in desk.store.quarantine()] == [bad]
    assert sorted(kept(central)) == sorted(set(desk.made) - {bad})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No long pauses: what is tested is that the loop comes back by itself."""
    monkeypatch.setattr(plan, "FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(plan, "LONGEST_RETRY_SECONDS", 0.05)
    monkeypatch.setattr(plan, "EMPTY_SECONDS", 0.05)
    monkeypatch.setattr(plan, "PULL_SECONDS", 0.05)


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.mark.usefixtures("quick")
def test_the_loop_keeps_clients_at_hand_and_drains_over_a_bad_wire(
    central: Store, workstation: MakeWorkstation
) -> None:
    desk = workstation("loop", share=0.4)
    faults: list[Exception] = []
    loop = SyncLoop(
        desk.store, desk.client, lambda: None, credentials=("agent1", PASSWORD), on_fault=faults.append
    )
    loop.start()
    try:
        for _ in range(20):
            until(desk.capture)
            loop.nudge()
        desk.wire.share = 0.0
        until(lambda: desk.store.outbox() == [])
        until(lambda: len(desk.store.held()) >= plan.CLIENTS_AHEAD)
        assert desk.store.link() == "online"
    finally:
        began = time.monotonic()
        loop.stop()
    assert time.monotonic() - began < 2
    assert faults == []
    assert sorted(kept(central)) == sorted(desk.made)
    assert len(desk.store.held()) <= 1, "clients that were not shown go back"


@pytest.mark.usefixtures("quick")
def test_the_loop_retries_by_its_own_timer(central: Store, workstation: MakeWorkstation) -> None:
    desk = workstation("timer")
    loop = SyncLoop(desk.store, desk.client, lambda: None, credentials=("agent1", PASSWORD))
    loop.start()
    try:
        until(desk.capture)
        until(lambda: desk.store.link() == "online")
        desk.wire.share = 1.0
        until(lambda: desk.store.link() == "offline")
        desk.capture()
        time.sleep(0.1)
        desk.wire.share = 0.0  # and nobody nudges
        until(lambda: desk.store.outbox() == [], seconds=3)
    finally:
        loop.stop()
    assert sorted(kept(central)) == sorted(desk.made)


@pytest.mark.usefixtures("quick")
def test_a_session_is_awaited_refreshed_and_missed_when_it_is_over(
    central: Store, workstation: MakeWorkstation, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "REFUSED_SECONDS", 60.0)  # so that only the nudge can end the wait
    desk = workstation("session")
    loop = SyncLoop(desk.store, desk.client, lambda: None)
    loop.start()
    try:
        until(lambda: desk.store.link() == "refused")
        first = people.sign_in(central, SignIn(user="agent1", password=PASSWORD, device=desk.store.device()))
        desk.store.set_session(first)
        loop.nudge()
        until(lambda: desk.store.link() == "online")

        clock.move(minutes=31)
        until(lambda: desk.store.session() != first)
        until(lambda: desk.store.link() == "online")

        people.disable_user(central, "agent1")
        until(lambda: desk.store.link() == "refused")
        loop.nudge()
        time.sleep(0.2)
        asked = desk.wire.asked
        for _ in range(3):
            loop.nudge()
            time.sleep(0.05)
        assert desk.wire.asked == asked, "a refused session is not offered again and again"
    finally:
        loop.stop()


@pytest.mark.usefixtures("quick")
def test_a_wrong_password_is_tried_once(central: Store, workstation: MakeWorkstation) -> None:
    desk = workstation("password")
    loop = SyncLoop(desk.store, desk.client, lambda: None, credentials=("agent1", "not this one"))
    loop.start()
    try:
        until(lambda: desk.store.link() == "refused")
        for _ in range(3):
            loop.nudge()
            time.sleep(0.05)
    finally:
        loop.stop()
    assert desk.wire.asked == 1


@pytest.mark.anyio
@pytest.mark.usefixtures("quick")
async def test_taken_back_while_somebody_else_has_the_client(
    central: Store, workstation: MakeWorkstation
) -> None:
    """It does not believe for a third of a lease that the client is its own: it asks at once."""
    desk, other = workstation("late"), workstation("other")
    loop = SyncLoop(desk.store, desk.client, lambda: None, credentials=("agent1", PASSWORD), ahead=1)
    loop.start()
    try:
        until(lambda: desk.store.at_hand() == 1)
        page = desk.desk.desk().page
        assert isinstance(page, ClientPage)
        whole, desk.wire._inner = desk.wire._inner, Losing(desk.wire._inner)
        assert isinstance(desk.desk.skip("later"), Saved)
        loop.nudge()
        until(lambda: len(kept(central)) == 1)
        exchange = Exchange(other.store, other.client(), ("agent2", PASSWORD))
        await exchange.take_client(page.client.id)
        assert isinstance(desk.desk.undo(), Saved)
        assert page.client.id in held_clients(desk)
        desk.wire._inner = whole
        until(lambda: len(kept(central)) == 2 and page.client.id not in held_clients(desk))
        await exchange.renew()
        assert held_clients(other) == {page.client.id}
    finally:
        loop.stop()


def held_clients(desk: Wired) -> set[int]:
    with desk.store.read() as view:
        return {held.client_id for held in view.at_hand()}
