"""A client that is not held here, asked for from the agenda: it comes, or a reason does."""

from __future__ import annotations

import httpx
import pytest

from rules.desk import Refused
from storage.central.connection import Store
from storage.sync.exchange import Exchange
from storage.sync.failures import HubUnavailable
from tests.hub.world import PASSWORD

pytestmark = pytest.mark.anyio


async def test_it_is_at_hand_a_moment_later_or_a_reason_is(workstation, central: Store) -> None:
    ana, beto = workstation("1"), workstation("2")
    for desk, name in ((ana, "agent1"), (beto, "agent2")):
        exchange = Exchange(desk.store, desk.client(), (name, PASSWORD))
        await exchange.pull_changes()
        desk.store.set_link("online")
        desk.exchange = exchange
    with central.read() as tx:
        wanted = tx.value("SELECT max(client_id) FROM ready")
    assert ana.desk.ask_for(wanted) is None
    assert ana.desk.asked() is None
    await ana.exchange.take_client(ana.store.asking.wanted)
    assert ana.desk.asked() == wanted
    assert ana.desk.asked() is None
    assert ana.desk.open_client(wanted).page.client.id == wanted
    beto.desk.ask_for(wanted)
    await beto.exchange.take_client(wanted)
    assert beto.desk.asked() == Refused(code="client_taken")
    assert beto.store.at_hand() == 0


async def test_without_a_connection_it_is_not_asked_for(workstation) -> None:
    desk = workstation("1")
    desk.store.set_link("offline")
    assert desk.desk.ask_for(1) == Refused(code="ask_offline")
    assert desk.store.asking.wanted is None


async def test_a_lost_answer_is_asked_for_again(workstation, central: Store) -> None:
    desk = workstation("1")
    exchange = Exchange(desk.store, desk.client(), ("agent1", PASSWORD))
    await exchange.pull_changes()
    desk.store.set_link("online")
    with central.read() as tx:
        wanted = tx.value("SELECT max(client_id) FROM ready")
    desk.desk.ask_for(wanted)
    inner, desk.wire._inner = desk.wire._inner, Losing(desk.wire._inner)
    with pytest.raises(HubUnavailable):
        await exchange.take_client(wanted)
    desk.wire._inner = inner
    assert desk.store.asking.wanted == wanted
    await exchange.take_client(wanted)
    assert desk.desk.asked() == wanted
    with central.read() as tx:
        assert tx.value("SELECT count(*) FROM lease") == 1


class Losing(httpx.AsyncBaseTransport):
    """Loses every answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._inner.handle_async_request(request)
        raise httpx.ReadTimeout("lost", request=request)
