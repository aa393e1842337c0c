"""Two hubs on one PostgreSQL: whichever a workstation talks to, it is the same queue."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from hub.app import make_app
from storage.central.connection import Store
from storage.central.upkeep import schema
from storage.sync import plan
from storage.sync.run import SyncLoop
from tests.hub.world import PASSWORD, fill
from tests.sync.conftest import Wire, Wired

CALLS = 15


def test_agents_on_two_hubs_share_one_queue(
    postgres_url: str, open_store: Callable[[str], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "FIRST_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(plan, "LONGEST_RETRY_SECONDS", 0.05)
    monkeypatch.setattr(plan, "EMPTY_SECONDS", 0.05)
    fill(open_store(postgres_url), clients=60)
    desks, loops = [], []
    for number in (1, 2):
        hub = httpx.ASGITransport(make_app(open_store(postgres_url)))  # type: ignore[arg-type]  # as in conftest
        chance = random.Random(number)  # noqa: S311 - a test
        desk = Wired(tmp_path / f"desk-{number}" / "local.db", chance, Wire(hub, chance, share=0.2))
        credentials = (f"agent{number}", PASSWORD)
        loop = SyncLoop(desk.store, desk.client, lambda: None, credentials=credentials)
        desks.append(desk)
        loops.append(loop)
        loop.start()
    try:
        deadline = time.monotonic() + 30
        while any(len(desk.made) < CALLS or desk.store.outbox() for desk in desks):
            assert time.monotonic() < deadline, [(len(desk.made), desk.store.link()) for desk in desks]
            for desk, loop in zip(desks, loops, strict=True):
                if len(desk.made) < CALLS and desk.capture():
                    loop.nudge()
            time.sleep(0.01)
    finally:
        for loop in loops:
            loop.stop()
    central = open_store(postgres_url)
    with central.read() as tx:
        kept = tx.all("SELECT id, client_id, user_id, kind FROM event WHERE kind <> 'state'")
    assert sorted(row[0] for row in kept) == sorted(fact for desk in desks for fact in desk.made)
    called = {(row[1], row[2]) for row in kept if row[3] == "result"}
    assert len({client for client, _ in called}) == len(called), "a client was called by two agents"
    assert schema.check(central) == []
    for desk in desks:
        assert desk.store.quarantine() == []
        desk.store.close()
