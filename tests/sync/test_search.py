"""A client without a number on its way to the desk that asked for one, over the wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.desk import ClientPage, DeskPage, Refused
from rules.facts import PointBody
from storage.central.connection import Store
from storage.central.queue import queueing
from storage.sync.exchange import Exchange
from tests.hub.world import PASSWORD
from tests.sync.conftest import Wired

pytestmark = pytest.mark.anyio
NUMBER = "+526621234567"


def lose(central: Store, number: int) -> list[int]:
    """Take the phones of some clients out of use."""
    with central.begin() as tx:
        ids = [row[0] for row in tx.all("SELECT id FROM client ORDER BY id LIMIT :n", n=number)]
        tx.run("UPDATE contact_point SET use = 'none' WHERE client_id IN :ids", ids=ids)
        queueing.place(tx, ids, tx.now)
    return ids


async def test_a_search_comes_and_a_number_goes_back(
    workstation: Callable[..., Wired], central: Store
) -> None:
    lost = lose(central, 2)
    desk = workstation("one")
    exchange = Exchange(desk.store, desk.client(), ("agent1", PASSWORD))
    await exchange.take_leases(5)
    await exchange.send_events()
    desk.store.set_link("online")
    answer = desk.desk.open_search()
    assert isinstance(answer, Refused)
    await exchange.take_search()
    shown = desk.desk.open_search()
    assert isinstance(shown, DeskPage)
    assert isinstance(shown.page, ClientPage)
    found = shown.page.client.id
    assert found in lost
    assert desk.store.at_hand() == 5
    desk.desk.note(
        PointBody(client_id=found, action="add", point="phone", value=NUMBER, source="titular", label="home")
    )
    desk.desk.skip("later")
    await exchange.send_events()
    await exchange.pull_changes()
    assert desk.store.quarantine() == []
    with central.read() as tx:
        assert tx.value("SELECT kind FROM waiting WHERE client_id = :id", id=found) == "waiting"
        assert tx.value("SELECT status FROM task WHERE client_id = :id", id=found) == "done"


async def test_nobody_to_be_searched_for(workstation: Callable[..., Wired], central: Store) -> None:
    desk = workstation("one")
    exchange = Exchange(desk.store, desk.client(), ("agent1", PASSWORD))
    await exchange.take_leases(5)
    desk.store.set_link("online")
    desk.desk.open_search()
    await exchange.take_search()
    answer = desk.desk.open_search()
    assert isinstance(answer, Refused)
    assert answer.code == "no_search"
    assert not desk.store.search_wanted()
