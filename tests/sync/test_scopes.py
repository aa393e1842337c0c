"""An agent's portfolios change while the hub does not know what the workstation still keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.central.doors import scopes
from storage.central.queue import queueing
from storage.sync.exchange import Exchange
from tests.conftest import MovableClock
from tests.hub.world import PORTFOLIO
from tests.sync import model, truths
from tests.sync.model import Runner, Station
from tests.sync.wire import Hubs


class Shift:
    """One workstation with clients of the second portfolio at hand."""

    def __init__(self, hubs: Hubs, home: Path, clock: MovableClock) -> None:
        model.fill_two(hubs.store, 4)
        self.run, self.store = Runner(), hubs.store
        self.station = Station("one", "agent1", home, hubs, clock, Exchange)
        self.talk("take")

    def talk(self, *what: str) -> None:
        for one in what:
            self.run(self.station.talk(one, ()))

    def rest(self) -> list[str]:
        """What is not as it must be once everything is sent and read."""
        self.run(truths.come_to_rest([self.station], self.store))
        return list(truths.faults_at_rest([self.station], self.store, model.lead_of(self.store)))


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Shift]:
    hubs = Hubs(sqlite_url, clock, 1)
    shift = Shift(hubs, tmp_path / "desk", clock)
    yield shift
    shift.run(shift.station.close())
    shift.run.close()
    hubs.close()


def test_clients_whose_lease_has_run_out_are_erased(shift: Shift, clock: MovableClock) -> None:
    shift.talk("pull")
    shift.station.act("noco")
    clock.move(minutes=25)
    queueing.sweep(shift.store)
    assert shift.station.kept()
    scopes.set_portfolios(shift.store, "agent1", [PORTFOLIO])
    assert shift.rest() == []
    assert shift.station.kept() == set()


def test_clients_that_came_before_the_first_pull_are_erased(shift: Shift) -> None:
    shift.station.act("")
    scopes.set_portfolios(shift.store, "agent1", [PORTFOLIO])
    assert shift.rest() == []
    assert shift.station.kept() == set()


def test_what_was_done_elsewhere_still_counts_for_the_agents_day(shift: Shift) -> None:
    shift.station.act("noco")
    shift.talk("send", "pull")
    scopes.set_portfolios(shift.store, "agent1", [PORTFOLIO])
    assert shift.rest() == []
    assert shift.station.desk.header().figures.touches == 1
