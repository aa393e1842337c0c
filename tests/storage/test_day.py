"""The agent's own day and agenda: what the desk shows is what the centre counts, to the cent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from rules.capture.body import to_body
from rules.capture.read import read
from rules.desk import ClientPage
from rules.facts import Event
from rules.protocol import AgentRow, EventBatch, LeaseRequest, SignIn
from storage.central import agenda, changes, portfolios
from storage.central.connection import Store
from storage.central.counting import day as central_day
from storage.central.counting import stats
from storage.central.doors import people, sessions
from storage.central.facts import events
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.queue import leases, queueing
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.reference import catalogue
from tests.conftest import LOCAL_KEY

PASSWORD = "long enough"
CLIENTS = 10
LINES = ("noco", "ocup", "ppt", "ppt 500 +2", "desc", "fser", "l3xq", "rlla mañana 11h", "info")


class Desk:
    """One agent's workstation and its hub's store, without the wire between them."""

    def __init__(self, central: Store, path: Path, clock: Any) -> None:
        self.central = central
        self.local = LocalStore(path, LOCAL_KEY, clock)
        self.desk = LocalDesk(self.local)
        self.session = people.sign_in(central, SignIn("ana", PASSWORD, self.local.device()))
        self.local.set_session(self.session)
        self.who = sessions.who(central, self.session.access_token)

    def take(self, want: int = 4) -> None:
        request = LeaseRequest(want=want, request_id=str(uuid4()), device=self.local.device())
        self.local.take(leases.lease(self.central, self.who, request), 0.0)

    def send(self) -> Callable[[], None]:
        """Send all facts; what is returned takes the answers in."""
        batch = EventBatch(device=self.local.device(), events=tuple(self.local.outbox()))
        results = events.record(self.central, self.who, batch).results
        return lambda: self.local.settle(results)

    def pull(self) -> None:
        if self.central.now() >= self.session.expires_at:
            self.session = sessions.refresh(self.central, self.session.refresh_token)
        central_day.note_presence(self.central, self.who)
        more = True
        while more:
            page = changes.changes(self.central, self.who, self.local.cursor(), 100)
            self.local.apply_changes(page)
            more = page.more
        self.local.take_agenda(agenda.agenda(self.central, self.who))

    def capture(self, line: str) -> Event | None:
        """Save a line about the client on the desk; the fact, None when it could not be."""
        page, context = self.desk.desk().page, self.desk.capture_context()
        if not isinstance(page, ClientPage) or context is None:
            return None
        reading = read(line, catalogue(), context)
        if not reading.complete:
            return None
        body = msgspec.structs.replace(
            to_body(reading, context, catalogue(), line=line), started_at=self.local.clock.now()
        )
        self.local.clock.move(seconds=90)
        self.desk.save(body)
        return self.local.outbox(1000)[-1]

    def board(self) -> AgentRow:
        lead = msgspec.structs.replace(self.who, role="lead", portfolio_ids=None)
        (row,) = (row for row in stats.snapshot(self.central, lead).agents if row.name == "ana")
        return row

    def agenda(self) -> list[tuple[str, str]]:
        return [(item.kind, item.client) for item in self.desk.agenda()]


@pytest.fixture
def desk(store: Store, clock: Any, tmp_path: Path) -> Iterator[Desk]:
    book = portfolios.ensure_portfolio(
        store,
        "Tarjetas",
        product="card",
        country="MX",
        currency="MXN",
        language="es",
        creditor="Banco",
        firm="Firma",
    )
    people.add_user(
        store,
        "ana",
        "agent",
        PASSWORD,
        portfolios=["Tarjetas"],
        daily_goal=40_000_00,
        monthly_goal=800_000_00,
        required_minutes=360,
    )
    with store.begin() as tx:
        for number in range(1, CLIENTS + 1):
            add_client(tx, book, number, clock.now().date() - timedelta(days=10 + number))
    queueing.place_all(store)
    desk = Desk(store, tmp_path / "local.db", clock)
    yield desk
    desk.local.close()


def add_client(tx: Any, book: int, number: int, oldest: date) -> None:
    client = tx.value(
        """
        INSERT INTO client (portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
            national_id, state, address, treatment, do_not_contact, hold_reason, version)
        VALUES (:book, 'test', :ref, 'person', :ref, 'MX', :zones, 'es', '', '', '', '', '', false, '', 1)
        RETURNING id
        """,
        book=book,
        ref=f"c{number}",
        zones=["America/Mexico_City" if number % 2 else "America/Tijuana"],
    )
    tx.run(
        """
        INSERT INTO contact_point (client_id, kind, value, label, status, use, source, position)
        VALUES (:client, 'phone', :value, 'mobile', 'por_validar', 'collect', 'entidad', 0)
        """,
        client=client,
        value=f"+52555010{number:04}",
    )
    tx.run(
        """
        INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, oldest_due,
            overdue, total, minimum, disputed, components, details)
        VALUES (:client, :book, :ref, 'card', 'Tarjeta', 'MXN', 'open', :oldest,
            150000, 900000, 0, 0, :none, :none)
        """,
        client=client,
        book=book,
        ref=f"a{number}",
        oldest=oldest,
        none={},
    )


def shown(desk: Desk) -> tuple[Any, ...]:
    found = desk.desk.header().figures
    return (
        found.touches,
        found.contacts,
        found.rpc,
        found.promises,
        found.promised,
        found.recovered,
        found.goal,
    )


def seen_by_lead(desk: Desk) -> tuple[Any, ...]:
    row = desk.board()
    return (
        row.touches,
        row.contacts,
        row.rpc,
        row.promises,
        row.promised_amount,
        row.recovered_amount,
        row.goal,
    )


def pay(desk: Desk, chance: random.Random) -> None:
    with desk.central.read() as tx:
        accounts = [row[0] for row in tx.all("SELECT id FROM account ORDER BY id")]
    payment = NewPayment(
        account_id=chance.choice(accounts),
        at=desk.central.now(),
        amount=chance.randint(1, 90_000),
        currency="MXN",
        reference=str(uuid4()),
    )
    post_payments(desk.central, [payment])


@pytest.mark.parametrize("seed", range(3))
def test_the_desk_shows_what_the_lead_sees(desk: Desk, clock: Any, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test, the same in each run
    for _ in range(8):
        desk.take()
        before = shown(desk)
        for _ in range(chance.randint(1, 4)):
            if chance.random() < 0.25:
                desk.desk.undo()
            else:
                desk.capture(chance.choice(LINES))
        expected = shown(desk)
        if chance.random() < 0.5:
            pay(desk, chance)
        answer = desk.send()
        recovered = desk.board().recovered_amount
        if chance.random() < 0.5:
            desk.pull()  # the hub counts what it was sent although its answer is not yet here
            assert shown(desk) == seen_by_lead(desk)
        else:
            assert shown(desk) == expected, before
        answer()
        assert shown(desk)[:5] == expected[:5]
        desk.pull()
        assert shown(desk) == seen_by_lead(desk)
        assert shown(desk)[5] == recovered
        if chance.random() < 0.3:
            stats.fold(desk.central)
        clock.move(minutes=chance.choice((5, 200)))
        queueing.sweep(desk.central)


def test_what_was_done_at_another_workstation_counts_too(desk: Desk, tmp_path: Path, clock: Any) -> None:
    other = Desk(desk.central, tmp_path / "other.db", clock)
    other.take()
    assert other.capture("ppt 500 +2") is not None
    other.send()()
    desk.pull()
    assert shown(desk)[:5] == (1, 1, 1, 1, 500_00)
    desk.take()
    assert desk.capture("noco") is not None
    assert shown(desk)[0] == 2
    other.local.close()


def test_a_new_day_begins_at_nothing_and_the_month_goes_on(desk: Desk, clock: Any) -> None:
    desk.take()
    desk.capture("ppt")
    desk.send()()
    pay(desk, random.Random(1))  # noqa: S311 - any account
    desk.pull()
    before = desk.desk.day()
    clock.move(hours=24)
    assert shown(desk)[:6] == (0,) * 6
    desk.pull()
    after = desk.desk.day()
    assert (before.touches, after.touches, after.recovered) == (1, 0, 0)
    assert after.recovered_month == before.recovered_month
    assert after.pace.elapsed == before.pace.elapsed + 1


def test_connection_time_is_sessions_less_pauses_for_agent_and_lead(desk: Desk, clock: Any) -> None:
    desk.desk.set_state("training")
    for minute in range(1, 61):
        clock.move(minutes=1)
        if minute == 20:
            desk.desk.set_state("meal")
        if minute == 30:
            desk.desk.set_state("available")
        desk.send()()
        desk.pull()
    row = desk.board()
    assert (row.connected_seconds, row.required_seconds) == (50 * 60, 360 * 60)
    day = desk.desk.day()
    assert (day.connected, day.required, day.met) == (50 * 60, 360 * 60, False)
    assert day.states == {"training": 20 * 60, "meal": 10 * 60, "available": 30 * 60}
    clock.move(hours=2)  # the workstation is silent: nobody is connected
    assert desk.board().connected_seconds == 50 * 60 + 75


@pytest.mark.parametrize(("worked", "minutes"), [(True, 20), (False, 10)])
def test_a_silence_is_no_connection_time_unless_calls_were_captured(
    desk: Desk, clock: Any, worked: bool, minutes: int
) -> None:
    desk.take()
    for _ in range(5):
        clock.move(minutes=1)
        desk.pull()
    clock.move(minutes=5)
    if worked:
        desk.capture("noco")  # and a minute and a half go by
    clock.move(minutes=5)
    desk.send()()
    for _ in range(5):
        clock.move(minutes=1)
        desk.pull()
    expected = minutes * 60 + (90 if worked else 15)  # the last sign of life counts for 75 s
    assert desk.board().connected_seconds == expected


def test_a_saved_call_ends_the_state_on_both_sides(desk: Desk, clock: Any) -> None:
    desk.take()
    desk.desk.desk()
    desk.desk.begin_call()
    assert desk.desk.header().state == "on_call"
    desk.desk.begin_call()
    assert [event.kind for event in desk.local.outbox()] == ["state"]
    desk.send()()
    assert desk.board().state == "on_call"
    desk.capture("noco")
    saved = clock.now()
    assert (desk.desk.header().state, desk.desk.header().state_since) == ("available", saved)
    desk.send()()
    assert (desk.board().state, desk.board().since) == ("available", saved)
    day = desk.desk.day()
    assert (day.states["on_call"], day.handled, day.handling) == (90, 1, 90)


def test_a_client_passed_over_ends_the_state_on_both_sides(desk: Desk) -> None:
    desk.take(2)
    desk.desk.desk()
    desk.desk.begin_call()
    desk.desk.skip("later")
    assert desk.desk.header().state == "available"
    desk.send()()
    assert desk.board().state == "available"


def test_a_call_does_not_end_a_pause(desk: Desk) -> None:
    desk.desk.set_state("meal")
    desk.take()
    desk.desk.desk()
    desk.desk.begin_call()
    desk.capture("noco")
    assert desk.desk.header().state == "meal"
    desk.send()()
    assert desk.board().state == "meal"


def test_the_agenda_holds_what_is_due_wherever_the_client_is(desk: Desk, clock: Any) -> None:
    desk.take(3)
    promised = [desk.capture(line) for line in ("ppt 500 +2", "ppt 600 +1", "rlla mañana 11h")]
    assert None not in promised
    own = desk.agenda()
    assert [kind for kind, _ in own] == ["callback", "reminder"]
    answer = desk.send()
    desk.pull()
    assert desk.agenda() == own
    answer()
    desk.pull()
    assert desk.agenda() == own
    desk.desk.undo()
    assert [kind for kind, _ in desk.agenda()] == ["reminder"]
    desk.pull()  # the hub has not heard of it yet
    assert [kind for kind, _ in desk.agenda()] == ["reminder"]
    desk.send()()
    clock.move(days=1)
    desk.pull()
    assert [kind for kind, _ in desk.agenda()] == ["promise_today", "reminder"]
    clock.move(days=3)
    queueing.sweep(desk.central)
    desk.pull()
    assert [kind for kind, _ in desk.agenda()] == ["promise_broken", "promise_broken"]
    clock.move(days=8)
    desk.pull()
    assert desk.agenda() == []


def test_another_agents_promises_are_not_in_the_agenda(desk: Desk) -> None:
    desk.take(1)
    assert desk.capture("ppt 500 +1") is not None
    desk.send()()
    with desk.central.begin() as tx:
        beto = tx.value(
            """
            INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language,
                daily_goal, monthly_goal, failed_sign_ins, created_at)
            VALUES ('beto', 'beto', 'agent', '', '', false, 'es', 0, 0, 0, :now)
            RETURNING id
            """,
            now=tx.now,
        )
    other = msgspec.structs.replace(desk.who, user_id=beto, name="beto", device="beto-desk")
    assert agenda.agenda(desk.central, other).items == ()
    assert len(agenda.agenda(desk.central, desk.who).items) == 1


def test_an_absent_colleagues_promises_are_in_the_covers_agenda_also_of_clients_at_hand(
    desk: Desk, clock: Any
) -> None:
    today = clock.now().date()
    with desk.central.begin() as tx:
        beto = tx.value(
            """
            INSERT INTO app_user (name, display_name, role, team, password_hash, disabled, language,
                daily_goal, monthly_goal, failed_sign_ins, created_at)
            VALUES ('beto', 'beto', 'agent', '', '', false, 'es', 0, 0, 0, :now)
            RETURNING id
            """,
            now=tx.now,
        )
        for client, account in tx.all("SELECT client_id, id FROM account WHERE ref IN ('a9', 'a10')"):
            tx.run(
                """
                INSERT INTO promise (id, event_id, number, client_id, account_id, user_id, made, due, amount,
                    currency, status, paid, grace_days, agent)
                VALUES (:id, :id, 1, :client, :account, :user, :made, :due, 50000, 'MXN', 'broken', 0, 1,
                    'beto')
                """,
                id=f"beto-{client}",
                client=client,
                account=account,
                user=beto,
                made=tx.now - timedelta(days=5),
                due=today - timedelta(days=2),
            )
    desk.take(1)  # the client who is longest overdue, and promised beto something
    desk.pull()
    assert desk.agenda() == []
    with desk.central.begin() as tx:
        tx.run(
            """
            INSERT INTO absence (id, user_id, since, until, kind, cover_id, noted_at)
            VALUES ('a', :user, :today, :today, 'sick', :cover, :now)
            """,
            user=beto,
            cover=desk.who.user_id,
            today=today,
            now=tx.now,
        )
    desk.pull()
    items = desk.desk.agenda()
    assert {(item.kind, item.agent) for item in items} == {("promise_broken", "beto")}
    assert sorted(item.here for item in items) == [False, True]
    clock.move(days=1)
    desk.pull()
    assert desk.agenda() == []
