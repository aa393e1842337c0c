"""Messages and the team's figures over the real hub, with a line that fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rules.correspondence import NewMessage
from rules.facts import EventResult
from storage.central.counting import stats
from storage.central.leading import messages
from storage.sync.exchange import Exchange
from tests.conftest import MovableClock
from tests.sync import model, truths
from tests.sync.model import Runner, Station
from tests.sync.wire import ANSWER_LOST, LOST, OVERLOADED, Hubs


class Shift:
    """One workstation, its hub, and a lead."""

    def __init__(self, hubs: Hubs, home: Path, clock: MovableClock) -> None:
        model.fill_two(hubs.store, 4)
        self.run, self.store, self.lead = Runner(), hubs.store, model.lead_of(hubs.store)
        self.station = Station("one", "agent1", home, hubs, clock, Exchange)
        self.run(self.station.talk("take", ()))
        self.pull()

    def pull(self, *fates: str) -> None:
        self.run(self.station.talk("pull", fates))

    def write(self, number: int = 1, audience: str = "user:agent1") -> None:
        new = NewMessage(id=f"m{number}", audience=audience, text="Junta a las 17:30", kind="urgent")
        messages.send(self.store, self.lead, new)

    def rest(self) -> list[str]:
        self.run(truths.come_to_rest([self.station], self.store))
        return list(truths.faults_at_rest([self.station], self.store, self.lead))

    def receipt(self) -> tuple[int, int]:
        """Of the newest: how many have it and have read it."""
        sent = messages.listed(self.store, self.lead).sent[0]
        return sent.delivered, sent.read


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Shift]:
    hubs = Hubs(sqlite_url, clock, 1)
    shift = Shift(hubs, tmp_path / "desk", clock)
    yield shift
    shift.run(shift.station.close())
    shift.run.close()
    hubs.close()


def test_what_was_read_without_a_link_is_told_hours_later(shift: Shift, clock: MovableClock) -> None:
    shift.write()
    shift.pull()
    assert shift.receipt() == (0, 0), "nothing was said yet"
    shift.station.act("(read)")
    read_at = clock.now()
    shift.run(shift.station.kill())
    clock.move(hours=3)
    shift.run(shift.station.talk("send", (LOST, LOST)))
    assert shift.rest() == []
    assert shift.receipt() == (1, 1)
    [reader] = messages.readers(shift.store, shift.lead, "m1").readers
    assert reader.read_at is not None
    assert reader.read_at - read_at < timedelta(seconds=5), "when it was read, not when it was told"


@pytest.mark.parametrize("fate", [LOST, ANSWER_LOST, OVERLOADED])
def test_a_page_that_is_lost_brings_its_message_with_the_next(shift: Shift, fate: str) -> None:
    shift.write()
    shift.pull(fate)
    assert shift.station.messages() == {}
    shift.pull()
    assert shift.station.messages() == {"m1": (False, False)}
    assert shift.rest() == []


def test_who_must_start_again_gets_the_unread_once_more_and_tells_it_once(shift: Shift) -> None:
    shift.write(1)
    shift.write(2)
    shift.pull()
    shift.station.act("(read)")
    assert shift.rest() == []
    facts = len(shift.station.made)
    shift.station.store.set_cursor("a cursor of another store")
    shift.pull()
    shift.pull()
    assert len(shift.station.messages()) == 2
    assert shift.rest() == []
    assert len(shift.station.made) == facts, "it has them already"


def test_an_answer_is_with_its_lead_once(shift: Shift) -> None:
    shift.write()
    shift.pull()
    shift.station.act("(write)")
    shift.run(shift.station.talk("send", (ANSWER_LOST,)))
    assert shift.rest() == []
    [answer] = messages.listed(shift.store, shift.lead).received
    assert (answer.writer, answer.answers) == ("agent1", "m1")


def test_the_teams_figures_come_from_the_board(shift: Shift) -> None:
    shift.station.act("p")
    assert shift.rest() == []
    assert shift.run(shift.station.attempt(lambda exchange: exchange.pull_team()))
    team = shift.station.desk.team()
    assert team is not None
    board = {row.name: row for row in stats.snapshot(shift.store, shift.lead).agents}
    [own] = team.mates  # of no team: nobody else
    assert (own.touches, own.rpc, own.promises) == (1, board["agent1"].rpc, 1)


def test_without_a_link_the_last_figures_stay_with_their_time(shift: Shift, clock: MovableClock) -> None:
    shift.run(shift.station.attempt(lambda exchange: exchange.pull_team()))
    before = shift.station.desk.team()
    clock.move(minutes=5)
    assert not shift.run(shift.station.attempt(lambda exchange: exchange.pull_team(), LOST, LOST))
    assert shift.station.desk.team() == before


def test_what_is_refused_of_the_agent_does_not_hold_back_receipts(shift: Shift) -> None:
    shift.station.act("(write)")
    [fact] = [one for one in shift.station.store.outbox() if one.kind == "message"]
    shift.station.store.settle([EventResult(id=fact.id, status="refused", reason="nobody_there")])
    shift.write()
    shift.pull()
    shift.station.act("(read)")
    shift.run(shift.station.talk("send", ()))
    assert shift.receipt() == (1, 1)
