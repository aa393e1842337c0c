"""What goes wrong around the sync: copied stores, a restored centre, a full disk, wrong clocks."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from rules.desk import PutAside
from rules.facts import EventResult
from rules.protocol import EventBatch, EventResults
from rules.zones import local_day
from storage.central.connection import Store
from storage.clock import Clock
from storage.local import figures, schema
from storage.local.connection import LocalStoreError, connect
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.sync.client import HubClient
from storage.sync.exchange import Exchange
from storage.sync.failures import DeviceRevoked, SignInNeeded
from storage.sync.run import SyncLoop
from tests.conftest import LOCAL_KEY, MovableClock
from tests.hub.world import PASSWORD
from tests.sync.conftest import Wired
from tests.sync.test_faults import kept, until

pytestmark = pytest.mark.anyio
MakeWorkstation = Callable[..., Wired]
AGENT = ("agent1", PASSWORD)


async def drained(exchange: Exchange) -> None:
    while await exchange.send_events():
        pass


async def captured(desk: Wired, exchange: Exchange, count: int) -> list[str]:
    """Capture so many facts, with clients from the hub; their ids."""
    before = len(desk.made)
    while len(desk.made) < before + count:
        if not desk.store.at_hand():
            await drained(exchange)
            await exchange.take_leases(5)
        desk.capture()
    return desk.made[before:]


def reopened(desk: Wired, path: Path) -> None:
    desk.store = LocalStore(path, LOCAL_KEY)
    desk.desk = LocalDesk(desk.store)


async def test_yesterdays_copy_becomes_a_device_of_its_own(
    central: Store, workstation: MakeWorkstation, tmp_path: Path
) -> None:
    desk = workstation("copy")
    exchange = Exchange(desk.store, desk.client(), AGENT)
    made = await captured(desk, exchange, 6)
    desk.store.close()
    copy = shutil.copytree(desk.store.path.parent, tmp_path / "copy")
    reopened(desk, desk.store.path)
    made += await captured(desk, Exchange(desk.store, desk.client(), AGENT), 6)
    await drained(Exchange(desk.store, desk.client(), AGENT))
    desk.store.close()

    reopened(desk, copy / desk.store.path.name)
    device = desk.store.device()
    exchange = Exchange(desk.store, desk.client(), AGENT)
    await exchange.take_leases(5)
    made += await captured(desk, exchange, 6)
    await drained(exchange)
    await exchange.pull_changes()
    assert desk.store.device() != device
    assert desk.store.quarantine() == []
    assert sorted(kept(central)) == sorted(made)
    with central.read() as tx:
        numbers = tx.all("SELECT device, seq, id FROM event ORDER BY device, seq")
    assert len({row[:2] for row in numbers}) == len(numbers)
    with desk.store.read() as view:
        told = figures.heard(view.connection, local_day(view.now, view.user.zone))
    assert told is not None
    assert desk.desk.header().figures.touches == told.touches


async def test_without_credentials_a_copy_asks_who_works_and_loses_nothing(
    central: Store, workstation: MakeWorkstation
) -> None:
    desk = workstation("no credentials")
    exchange = Exchange(desk.store, desk.client(), AGENT)
    made = await captured(desk, exchange, 3)
    await drained(exchange)
    with desk.store.write() as view:
        view.connection.execute("UPDATE meta SET value = '0' WHERE key = 'seq'")
        view.connection.execute("UPDATE fact SET seq = seq + 1000")
        view.connection.execute("DELETE FROM undo")
    await exchange.take_leases(5)
    made += await captured(desk, exchange, 1)
    alone = Exchange(desk.store, desk.client())
    await alone.send_events()
    with pytest.raises(SignInNeeded):
        await alone.send_events()
    assert desk.store.session().user.name == "agent1"  # type: ignore[union-attr]  # the user stays
    await drained(Exchange(desk.store, desk.client(), AGENT))
    assert sorted(kept(central)) == sorted(made)


async def test_a_hub_that_refuses_every_number_is_not_asked_for_ever(workstation: MakeWorkstation) -> None:
    desk = workstation("stubborn")
    client = desk.client()
    exchange = Exchange(desk.store, client, AGENT)
    await captured(desk, exchange, 2)

    async def events(batch: EventBatch) -> EventResults:
        results = (EventResult(id=one.id, status="refused", reason="seq_reused") for one in batch.events)
        return EventResults(results=tuple(results), server_time=desk.store.clock.now())

    client.events = events  # type: ignore[method-assign]  # stands for a hub at fault
    await drained(exchange)
    assert {one.reason for one in desk.store.quarantine()} == {"seq_reused"}


async def test_a_restored_centre_gets_the_day_again(
    central: Store, workstation: MakeWorkstation, sqlite_url: str, tmp_path: Path
) -> None:
    desk = workstation("restored")
    exchange = Exchange(desk.store, desk.client(), AGENT)
    made = await captured(desk, exchange, 5)
    await drained(exchange)
    await exchange.pull_changes()
    path = sqlite_url.removeprefix("sqlite:///")
    backup = tmp_path / "backup.db"
    with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    made += await captured(desk, exchange, 5)
    await drained(exchange)
    with sqlite3.connect(backup) as source, sqlite3.connect(path) as target:
        source.execute("UPDATE store_mark SET value = 'another epoch' WHERE name = 'epoch'")
        source.commit()
        source.backup(target)
    assert sorted(kept(central)) != sorted(made), "the control: the backup has lost some"
    while (await exchange.pull_changes())[0]:
        pass
    await drained(exchange)
    assert sorted(kept(central)) == sorted(made)
    assert desk.store.quarantine() == []


async def test_a_disk_that_fills_up_while_answers_are_kept(
    central: Store, workstation: MakeWorkstation
) -> None:
    desk = workstation("full")
    exchange = Exchange(desk.store, desk.client(), AGENT)
    made = await captured(desk, exchange, 4)
    settle = desk.store.settle

    def without_room(results: tuple[EventResult, ...]) -> None:
        with desk.store.read() as view:
            view.connection.execute("PRAGMA max_page_count = 1")
        refused = [EventResult(id=one.id, status="refused", reason="x" * 500_000) for one in results]
        settle(refused)

    desk.store.settle = without_room  # type: ignore[method-assign,assignment]  # answers too long for the disk
    with pytest.raises(LocalStoreError) as raised:
        await exchange.send_events()
    assert raised.value.code == "disk_full"
    assert desk.store.quarantine() == []
    desk.store.settle = settle  # type: ignore[method-assign]  # there is room again
    with desk.store.read() as view:
        view.connection.execute("PRAGMA max_page_count = 1073741823")
    assert desk.store.outbox()
    await drained(exchange)
    assert desk.store.outbox() == []
    assert sorted(kept(central)) == sorted(made)


class Astray(Clock):
    """A machine's clock that is an hour slow."""

    def __init__(self, right: Clock) -> None:
        super().__init__()
        self.right = right

    def now(self):  # type: ignore[no-untyped-def]  # as the clock
        return self.right.now() - timedelta(hours=1)


async def test_a_clock_an_hour_off_dates_nothing_wrong(
    central: Store, clock: MovableClock, workstation: MakeWorkstation, tmp_path: Path
) -> None:
    desk = workstation("clock")
    desk.store.close()
    desk.store = LocalStore(tmp_path / "astray" / "local.db", LOCAL_KEY, Astray(clock))
    desk.desk = LocalDesk(desk.store)
    exchange = Exchange(desk.store, desk.client(), AGENT)
    await exchange.take_leases(5)
    await captured(desk, exchange, 3)
    await drained(exchange)
    with central.read() as tx:
        rows = tx.all("SELECT at, offset_ms FROM event WHERE kind <> 'state'")
    assert rows
    for _, offset in rows:
        assert abs(offset - 3_600_000) < 5_000
    assert "60 minutes apart" in desk.desk.header().clock_note


async def test_two_workstations_of_one_user(central: Store, workstation: MakeWorkstation) -> None:
    made: list[str] = []
    desks = [workstation(f"twin {number}", share=0.3) for number in (1, 2)]
    exchanges = [Exchange(desk.store, desk.client(), AGENT) for desk in desks]
    for desk in desks:
        desk.wire.share = 0.0
    for _ in range(3):
        for desk, exchange in zip(desks, exchanges, strict=True):
            made += await captured(desk, exchange, 2)
            await drained(exchange)
    assert sorted(kept(central)) == sorted(made)


async def test_an_upgrade_with_a_full_outbox(central: Store, workstation: MakeWorkstation) -> None:
    desk = workstation("upgrade")
    exchange = Exchange(desk.store, desk.client(), AGENT)
    made = await captured(desk, exchange, 4)
    desk.store.close()
    with_old_form(desk.store.path)
    reopened(desk, desk.store.path)
    (aside,) = desk.store.quarantine()
    assert isinstance(aside, PutAside)
    assert desk.desk.send_again(aside.event.id) is None
    await drained(Exchange(desk.store, desk.client(), AGENT))
    assert sorted(kept(central)) == sorted(made)


def with_old_form(path: Path) -> None:
    """Make the file one of the version before, with one of its facts in quarantine."""
    connection = connect(path, LOCAL_KEY)
    connection.executescript(
        """
        BEGIN;
        DROP TABLE message;
        DROP VIEW held_back;
        DROP INDEX quarantine_client;
        ALTER TABLE quarantine DROP COLUMN client_id;
        ALTER TABLE quarantine DROP COLUMN client;
        ALTER TABLE quarantine DROP COLUMN let_go;
        ALTER TABLE held DROP COLUMN offline;
        ALTER TABLE held DROP COLUMN attempts_left;
        ALTER TABLE held DROP COLUMN ends;
        ALTER TABLE held DROP COLUMN boot;
        INSERT INTO quarantine SELECT id, seq, at, 'unknown_kind', event FROM fact ORDER BY seq DESC LIMIT 1;
        DELETE FROM outbox WHERE fact_id IN (SELECT fact_id FROM quarantine);
        UPDATE fact SET status = 'refused' WHERE id IN (SELECT fact_id FROM quarantine);
        PRAGMA user_version = 2;
        COMMIT;
        """
    )
    assert schema.version(connection) == 2
    connection.close()


def test_a_revoked_device_stops_for_good(workstation: MakeWorkstation) -> None:
    desk = workstation("revoked")
    told: list[None] = []

    def client() -> HubClient:
        made = desk.client()

        async def sign_in(*_: object, **__: object) -> None:
            raise DeviceRevoked("device_revoked", 403, "revoked")

        made.sign_in = sign_in  # type: ignore[method-assign,assignment]  # as a hub answers
        return made

    loop = SyncLoop(desk.store, client, lambda: None, credentials=AGENT, on_revoked=lambda: told.append(None))
    loop.start()
    try:
        until(lambda: bool(told))
        assert desk.store.link() == "revoked"
        for _ in range(3):
            loop.nudge()
            time.sleep(random.uniform(0.01, 0.02))  # noqa: S311 - a test
        assert told == [None]
        assert desk.wire.asked == 0
    finally:
        loop.stop()
