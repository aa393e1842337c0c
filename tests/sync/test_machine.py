"""Workstations, hubs, faults and time in any order, against what must be true of them all.

`--chaos-seeds N` makes N runs on each kind of store, other ones each time; without it the few
runs are always the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.engine import make_url

from benchmarks.postgres import database
from rules.correspondence import NewMessage
from rules.protocol import LIVING
from storage.central.connection import Store
from storage.central.counting import stats
from storage.central.doors import passwords, scopes
from storage.central.facts import payments
from storage.central.facts.payments import NewPayment
from storage.central.leading import messages
from storage.central.queue import queueing
from storage.central.records import approvals, closing
from storage.central.upkeep import schema
from storage.sync.exchange import Exchange
from tests.conftest import MovableClock
from tests.hub.world import PORTFOLIO
from tests.sync import model, truths
from tests.sync.model import ACTS, SECOND, TALKS, Hasty, Runner, Station
from tests.sync.wire import FATES, OK, Hubs

CLIENTS = 7
"""In each of the two portfolios: few, so that the workstations get in each other's way."""

STEPS = 30
SCOPES = ((PORTFOLIO, SECOND), (PORTFOLIO,), (SECOND,))

OpenWorld = Callable[[], AbstractContextManager[str]]
"""Makes a filled central store; its URL."""

which = st.integers(0, 2)
acts = st.lists(st.sampled_from(ACTS), min_size=1, max_size=5)
fates = st.lists(st.sampled_from((OK, *FATES)), max_size=3)
"""For the first requests of an exchange: signing in and refreshing are requests, too."""

talks = st.lists(st.tuples(st.sampled_from(TALKS), fates), min_size=1, max_size=3)


class Machine(RuleBasedStateMachine):
    """Three workstations of two agents in two portfolios, the first agent at two of them."""

    exchange: type[Exchange] = Exchange
    make_world: OpenWorld

    def __init__(self) -> None:
        super().__init__()
        self.run = Runner()
        self.clock = MovableClock()
        self.folder = TemporaryDirectory(prefix="agent-tui-machine-")
        self.world = self.make_world()
        url = self.world.__enter__()
        self.hubs = Hubs(url, self.clock, 1 if url.startswith("sqlite") else 2)
        home = Path(self.folder.name)
        self.stations = [
            Station(name, user, home, self.hubs, self.clock, self.exchange)
            for name, user in (("one", "agent1"), ("two", "agent1"), ("three", "agent2"))
        ]
        self.lead = model.lead_of(self.store)
        self.accounts = model.accounts_of(self.store)
        self.payments = self.written = self.made_at_rest = 0

    def made(self) -> int:
        """How many facts there are by now."""
        return sum(len(station.made) for station in self.stations)

    @property
    def store(self) -> Store:
        return self.hubs.store

    @initialize(skew=st.lists(st.integers(-3600, 3600), min_size=3, max_size=3))
    def shift_begins(self, skew: list[int]) -> None:
        for station, seconds in zip(self.stations, skew, strict=True):
            station.clock.skew = seconds
            self.run(station.talk("take", ()))

    # What agents do, and what the sync does over a wire that may fail.

    @rule(at=which, acts=acts, talks=talks)
    def shift_goes_on(self, at: int, acts: list[str], talks: list[tuple[str, list[str]]]) -> None:
        station = self.stations[at]
        if station.store.at_hand() == 0:
            self.run(station.talk("take", ()))
        for act in acts:
            station.act(act)
        for what, fates in talks:
            self.run(station.talk(what, fates))

    @rule(at=which, acts=acts)
    def wire_is_down(self, at: int, acts: list[str]) -> None:
        for act in acts:
            self.stations[at].act(act)

    @rule(talks=talks)
    def everybody_talks(self, talks: list[tuple[str, list[str]]]) -> None:
        for what, fates in talks:
            for station in self.stations:
                self.run(station.talk(what, fates))

    @precondition(lambda self: any(station.wire.late for station in self.stations))
    @rule(at=which, index=st.integers(0, 9))
    def deliver_late(self, at: int, index: int) -> None:
        self.run(self.stations[at].wire.deliver(index))

    # What machines suffer.

    @rule(index=st.integers(0, 1))
    def restart_a_hub(self, index: int) -> None:
        self.hubs.restart(index)

    @rule(at=which)
    def kill(self, at: int) -> None:
        self.run(self.stations[at].kill())

    @rule(at=which)
    def back_up(self, at: int) -> None:
        self.stations[at].back_up()

    @rule(at=which)
    def restore(self, at: int) -> None:
        self.run(self.stations[at].restore())

    @rule(at=which, skew=st.integers(-3600, 3600))
    def set_clock(self, at: int, skew: int) -> None:
        self.stations[at].set_clock(skew)

    # What time and others do.

    @rule(minutes=st.sampled_from((1, 5, 11, 25, 90)))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)

    @rule(days=st.sampled_from((1, 5)))
    def next_morning(self, days: int) -> None:
        """Promises mature, and nobody is called at night."""
        self.clock.at = self.clock.at.replace(hour=17, minute=0) + timedelta(days=days)

    @rule()
    def sweep(self) -> None:
        queueing.sweep(self.store)

    @rule()
    def fold(self) -> None:
        stats.fold(self.store)

    @rule(index=st.integers(0, 2 * CLIENTS - 1), amount=st.sampled_from((1_000, 150_000, 750_000)))
    def payment_arrives(self, index: int, amount: int) -> None:
        self.payments += 1
        payment = NewPayment(
            account_id=self.accounts[index],
            at=self.clock.now(),
            amount=amount,
            currency="MXN",
            reference=f"P{self.payments}",
        )
        payments.post_payments(self.store, [payment])

    @rule(index=st.integers(0, 9), verdict=st.sampled_from(("approve", "deny")))
    def lead_decides(self, index: int, verdict: str) -> None:
        open_ones = stats.snapshot(self.store, self.lead).decisions
        if not open_ones:
            return
        decision = open_ones[index % len(open_ones)]
        try:
            if decision.kind == "approval":
                approvals.answer(self.store, self.lead, decision.id, verdict)
            elif decision.kind not in LIVING:
                closing.close_review(self.store, self.lead, decision.id)
        except closing.NotDone as error:
            if error.code not in ("beyond_authority", "bad_terms", "already_answered"):
                raise

    @rule(audience=st.sampled_from(("all", "user:agent1")), kind=st.sampled_from(("notice", "urgent")))
    def lead_writes(self, audience: str, kind: str) -> None:
        self.written += 1
        new = NewMessage(id=f"message-{self.written}", audience=audience, text="Junta a las 17:30", kind=kind)
        messages.send(self.store, self.lead, new)

    @rule(user=st.sampled_from(("agent1", "agent2")), scope=st.sampled_from(SCOPES))
    def scope_changes(self, user: str, scope: tuple[str, ...]) -> None:
        scopes.set_portfolios(self.store, user, scope)

    # What must be true.

    @invariant()
    def no_client_has_two_places(self) -> None:
        found = truths.standing_twice(self.store)
        assert not found, found

    @invariant()
    def no_client_is_on_two_desks(self) -> None:
        found = truths.held_twice(self.stations)
        assert not found, found

    @precondition(lambda self: self.made() > self.made_at_rest)
    @rule()
    def everybody_rests(self) -> None:
        self.made_at_rest = self.made()
        self.run(truths.come_to_rest(self.stations, self.store))
        found = list(truths.faults_at_rest(self.stations, self.store, self.lead))
        assert not found, "\n".join(found)

    def teardown(self) -> None:
        try:
            self.everybody_rests()
        finally:
            for station in self.stations:
                self.run(station.close())
            self.run.close()
            self.hubs.close()
            self.world.__exit__(None, None, None)
            self.folder.cleanup()


@pytest.fixture(scope="session")
def filled_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("machine") / "filled.db"))
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def filled_database(postgres_server: str) -> Iterator[str]:
    with database(postgres_server) as url:
        store = Store(url)
        schema.upgrade(store)
        store.close()
        _fill(url)
        yield url


def _fill(url: str) -> None:
    store = Store(url, MovableClock())
    model.fill_two(store, CLIENTS)
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def open_world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenWorld:
    """Copies the filled store, so that each run begins alike."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))  # sign-ins are not what is tested
    if request.param == "sqlite":
        filled: Path = request.getfixturevalue("filled_file")

        @contextmanager
        def open_file() -> Iterator[str]:
            with TemporaryDirectory(dir=tmp_path) as folder:
                yield f"sqlite:///{shutil.copy(filled, Path(folder) / 'central.db')}"

        return open_file
    template = make_url(request.getfixturevalue("filled_database"))
    server = template.set(database="postgres").render_as_string(hide_password=False)

    @contextmanager
    def open_database() -> Iterator[str]:
        with database(server, template=str(template.database)) as url:
            yield url

    return open_database


def _runs(request: pytest.FixtureRequest) -> settings:
    seeds: int = request.config.getoption("--chaos-seeds")
    return settings(
        max_examples=EXAMPLES if seeds == UNASKED else seeds,
        stateful_step_count=STEPS,
        derandomize=seeds == UNASKED,
        deadline=None,
        print_blob=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


UNASKED = 12
"""The option as it is when nobody gives it."""

EXAMPLES = 8


@pytest.mark.timeout(0)
def test_whatever_happens(open_world: OpenWorld, request: pytest.FixtureRequest) -> None:

    class Here(Machine):
        make_world = staticmethod(open_world)

    run_state_machine_as_test(Here, settings=_runs(request))


@pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)
def test_the_machine_sees_a_loss(open_world: OpenWorld, request: pytest.FixtureRequest) -> None:
    class HastyHere(Machine):
        make_world = staticmethod(open_world)
        exchange = Hasty

    without_shrinking = settings(
        _runs(request), max_examples=100, stateful_step_count=40, phases=[Phase.generate]
    )
    with pytest.raises(AssertionError, match="is lost"):
        run_state_machine_as_test(HastyHere, settings=without_shrinking)
