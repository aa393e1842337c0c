"""A portfolio's rules come down to the workstation, and hold there without a link."""

from __future__ import annotations

import pytest

from hub.app import make_app  # noqa: F401 - the hub that the workstation talks to
from rules.capture.body import to_body
from rules.capture.read import read
from rules.desk import ClientPage, Saved
from storage.central.rulebooks import load
from storage.sync.exchange import Exchange
from tests.hub.world import PASSWORD

pytestmark = pytest.mark.anyio

RULES = """
[results.NOCO]
es = "No contestan"
key = "f6"
[results.OCUP]
key = "f5"
[results.WHAT]
es = "Por mensaje"
en = "By message"
group = "right_party"
flags = "ACR7"
[authority.levels.agent]
waiver = 300
"""


async def test_other_rules_are_at_the_desk_after_the_next_pull(central, workstation) -> None:
    station = workstation("rules")
    exchange = Exchange(station.store, station.client(), ("agent1", PASSWORD))
    await exchange.pull_changes()
    await exchange.take_leases(3)
    assert isinstance(station.desk.desk().page, ClientPage)
    assert station.desk.catalogue().by_key("f6").code == "OCUP"
    load(central, station.desk.desk().page.client.portfolio, RULES, by="root")
    await exchange.pull_changes()
    catalogue = station.desk.catalogue()
    assert (catalogue.by_key("f6").code, catalogue.results["NOCO"].es) == ("NOCO", "No contestan")
    assert station.desk.negotiation().authority.levels["agent"].waiver == 300
    context = station.desk.capture_context()
    answer = station.desk.save(to_body(read("what", catalogue, context), context, catalogue, line="what"))
    assert isinstance(answer, Saved)
    await exchange.send_events()
    assert not station.store.quarantine()
    with central.read() as tx:
        assert tx.value("SELECT count(*) FROM interaction WHERE code = 'WHAT'") == 1
