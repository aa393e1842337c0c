"""Whatever captures, pulls and answers come in which order: own unsent facts are on top."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.clients import Client
from rules.desk import Saved
from rules.facts import EventResult, PointBody
from rules.notes import apply
from rules.protocol import Change, Changes

Station = Any
STEPS = st.lists(st.sampled_from(["capture", "settle", "refuse", "release", "pull", "restart"]), max_size=25)


class Hub:
    """A client's document at the centre, with the facts that it has taken in."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.numbers = itertools.count(1)

    def take(self, event: Any, station: Station) -> None:
        body = msgspec.convert(event.body, PointBody)
        changed = apply(self.client, event.id, body, station.hub_now, "ana")
        self.client = msgspec.structs.replace(changed, version=self.client.version + 1)


def numbers(client: Client) -> list[str]:
    return [phone.number for phone in client.phones]


def step(what: str, station: Station, hub: Hub, made: list[str]) -> None:
    waiting = station.store.outbox()
    if what == "capture":
        number = f"+5255557{next(hub.numbers):05}"
        answer = station.desk.note(PointBody(client_id=1, action="add", point="phone", value=number))
        assert isinstance(answer, Saved), answer
        made.append(number)
    elif what == "settle" and waiting:
        hub.take(waiting[0], station)
        station.store.settle([EventResult(id=waiting[0].id, status="applied")])
    elif what == "refuse" and waiting:
        station.store.settle([EventResult(id=waiting[0].id, status="refused", reason="forbidden")])
        made.remove(waiting[0].body["value"])
    elif what == "release":
        for aside in station.desk.quarantine():
            station.desk.send_again(aside.event.id)
            made.append(aside.event.body["value"])
    elif what == "pull":
        pull(station, hub)
    elif what == "restart":
        station.reopen()
        station.store.set_link("online")


def pull(station: Station, hub: Hub) -> None:
    change = Change(entity="client", id="1", version=hub.client.version, client=hub.client)
    station.store.apply_changes(
        Changes(changes=(change,), cursor="c", more=False, server_time=station.hub_now)
    )


@given(steps=STEPS)
@settings(max_examples=30, deadline=None)
def test_own_unsent_facts_are_on_top(
    steps: list[str], make_station: Callable[[Path], Station], a_client: Callable[..., Client]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        station = make_station(Path(folder) / "local.db")
        try:
            station.sign_in()
            station.store.set_link("online")
            hub = Hub(a_client(1, version=1))
            station.lease(hub.client, ttl=86_400)
            station.on_desk()
            made: list[str] = []
            for what in steps:
                step(what, station, hub, made)
                pull(station, hub)
                shown = numbers(station.desk.desk().page.client)
                assert sorted(shown) == sorted([*numbers(a_client(1)), *made])
                of_hub = numbers(hub.client)
                assert shown[: len(of_hub)] == of_hub, "the hub's first, our own on top"
        finally:
            station.store.close()
