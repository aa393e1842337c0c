"""Contact rights that travel with an offline lease, and clocks that can't be trusted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rules.clients import Client
from rules.desk import NoClient, OfflineBlock, Refused, Saved
from rules.facts import ResultBody
from rules.protocol import Lease

Station = Any
FOUR_HOURS = 4 * 3600


@pytest.fixture
def block(station: Station, a_client: Callable[..., Client]) -> list[Lease]:
    """Three clients for working offline: two calls, one, and as many as the rules allow."""
    given = station.lease(a_client(1, score=9), a_client(2, score=8), a_client(3), ttl=FOUR_HOURS)
    leases = [
        msgspec.structs.replace(lease, offline=True, attempts_left=left)
        for lease, left in zip(given, (2, 1, None), strict=True)
    ]
    station.give(leases)
    station.on_desk()
    return leases


def noco(station: Station, client_id: int, breach: str = "") -> Saved | Refused:
    answer: Saved | Refused = station.desk.save(
        ResultBody(client_id=client_id, code="NOCO", phone=f"{client_id}a", breach=breach)
    )
    return answer


def left(station: Station, client_id: int) -> int | None:
    with station.store.read() as view:
        found = view.connection.execute("SELECT attempts_left FROM held WHERE client_id = ?", (client_id,))
        number: int | None = found.fetchone()[0]
        return number


def test_a_call_counts_down_and_taking_it_back_counts_up(station: Station, block: list[Lease]) -> None:
    assert isinstance(noco(station, 1), Saved)
    assert left(station, 1) == 1
    station.desk.undo()
    assert left(station, 1) == 2
    station.store.extend({block[0].lease_id: station.hub_now + timedelta(hours=4)})
    assert left(station, 1) == 2


def test_the_same_lease_given_again_gives_no_call_back(station: Station, block: list[Lease]) -> None:
    noco(station, 1)
    station.give(block)
    assert left(station, 1) == 1


def test_at_none_left_the_desk_refuses_as_the_hub_would(station: Station, block: list[Lease]) -> None:
    station.give([msgspec.structs.replace(block[0], attempts_left=0), *block[1:]])
    answer = noco(station, 1)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.params["rule"]) == ("call_forbidden", "lease.attempts_spent")
    assert isinstance(noco(station, 1, breach="lease.attempts_spent"), Saved), (
        "a call that was placed is kept"
    )


def test_who_has_none_left_is_not_offered(station: Station, block: list[Lease]) -> None:
    noco(station, 1)
    station.give([msgspec.structs.replace(block[1], attempts_left=0)])
    station.desk.skip("later")
    assert station.on_desk() == 3


def test_the_end_is_by_a_clock_that_nobody_sets(station: Station, block: list[Lease]) -> None:
    station.clock.at -= timedelta(hours=3)
    station.clock.pass_time(FOUR_HOURS * 0.98 - 1)
    assert station.store.at_hand() == 3
    station.clock.pass_time(2)
    assert station.store.at_hand() == 0


def test_after_a_restart_of_the_machine_nobody_is_offered_until_the_hub_is_heard(
    station: Station, block: list[Lease]
) -> None:
    station.reboot()
    assert station.desk.desk().page == NoClient(why="clock_unknown")
    station.store.extend({lease.lease_id: station.hub_now + timedelta(hours=1) for lease in block})
    assert station.on_desk() == 1


def test_a_block_is_not_given_back_at_the_end_of_a_run(station: Station, block: list[Lease]) -> None:
    assert station.store.not_shown() == {}
    assert station.store.block().keys() == {lease.lease_id for lease in block[1:]}


def test_the_desk_asks_and_tells_once(station: Station, block: list[Lease]) -> None:
    assert station.desk.go_offline() == "return"
    assert station.store.asking.block == "return"
    station.store.settle_block()
    told = station.desk.went_offline()
    assert isinstance(told, OfflineBlock)
    assert told.clients == 3
    assert station.desk.went_offline() is None
    station.store.set_link("offline")
    assert station.desk.go_offline() == Refused(code="block_offline")
