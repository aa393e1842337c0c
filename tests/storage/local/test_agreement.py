"""Hub and workstation derive the same from the same facts: documents and figures agree."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from rules.capture.body import to_body
from rules.capture.read import read
from rules.clients import Client
from rules.contact import for_client, may_contact
from rules.desk import ClientPage, NoClient, Saved
from rules.facts import PointBody
from rules.points import ACTIONS, RETIREMENTS, SOURCES
from rules.protocol import EventBatch, LeaseRequest, SignIn
from storage.central import changes, portfolios
from storage.central import clients as central_clients
from storage.central.agenda import agenda as central_agenda
from storage.central.connection import Store
from storage.central.doors import people, sessions
from storage.central.facts import events
from storage.central.queue import asking, leases, queueing
from storage.local import documents
from storage.local.outbox import of_client
from storage.local.rebase import rebased
from storage.reference import catalogue

PASSWORD = "long enough"
CLIENTS = 12
LINES = (
    *(
        "noco",
        "ocup",
        "buzn",
        "desc",
        "fser",
        "ppt",
        "ppt 500 +2 oxxo r:olvido",
        "disp /no reconoce el cargo",
    ),
    *("ypag", "rlla mañana 11h", "fall /lo dice su hermana", "cese", "negp r:novol /no va a pagar", "l3xq"),
    *("disp 300 /otro cargo", "cese m:sms", "cese m:correo", "noha 16-19h", "refi a:svc /lo ven ellos"),
    *("sini #S-31", "canc r:uso /ya no viaja", "retn /se queda", "enfe /en el hospital"),
)


class Office:
    """One hub's store and one workstation, without the wire between them."""

    def __init__(self, central: Store, station: Any) -> None:
        self.central, self.station = central, station
        self.local = station.store
        session = people.sign_in(central, SignIn("ana", PASSWORD, self.local.device()))
        self.local.set_session(session)
        self.who = sessions.who(central, session.access_token)

    def take(self, want: int = 5) -> None:
        request = LeaseRequest(want=want, request_id=str(uuid4()), device=self.local.device())
        self.local.take(leases.lease(self.central, self.who, request), 0.0)

    def send(self) -> dict[str, str]:
        """Send all facts; the hub's verdicts. The answers are not yet taken in."""
        batch = EventBatch(device=self.local.device(), events=tuple(self.local.outbox()))
        self.answer = events.record(self.central, self.who, batch).results
        return {result.id: result.status for result in self.answer}

    def hear(self) -> None:
        self.local.settle(self.answer)
        self.local.apply_changes(changes.changes(self.central, self.who, self.local.cursor(), 500))

    def at_centre(self, client_id: int) -> Client:
        with self.central.read() as tx:
            return central_clients.documents(tx, [client_id])[client_id]

    def figures(self) -> dict[str, int]:
        with self.central.read() as tx:
            rows = tx.all(
                "SELECT measure, sum(n) FROM stat_delta WHERE user_id = :user GROUP BY measure",
                user=self.who.user_id,
            )
        return {measure: int(n) for measure, n in rows}


def cards(central: Store, **settings: Any) -> int:
    return portfolios.ensure_portfolio(
        central,
        "Tarjetas",
        product="card",
        country="MX",
        currency="MXN",
        language="es",
        creditor="Banco",
        firm="Firma",
        settings=settings,
    )


@pytest.fixture
def office(sqlite_store: Store, clock: Any, tmp_path: Path, make_station: Any) -> Any:
    book = cards(sqlite_store)
    people.add_user(sqlite_store, "ana", "agent", PASSWORD, portfolios=["Tarjetas"])
    with sqlite_store.begin() as tx:
        for number in range(1, CLIENTS + 1):
            add_client(tx, book, number, oldest=clock.now().date() - timedelta(days=10 + number))
    queueing.place_all(sqlite_store)
    station = make_station(tmp_path / "local.db", clock)
    yield Office(sqlite_store, station)
    station.store.close()


def add_client(tx: Any, book: int, number: int, oldest: date) -> None:
    """A client with two phones and two cards."""
    tx.run(
        """
        INSERT INTO client (id, portfolio_id, namespace, ref, kind, name, country, zones, language, tax_id,
            national_id, state, address, treatment, do_not_contact, hold_reason, version)
        VALUES (:id, :book, 'test', :ref, 'person', 'Cliente', 'MX', :zones, 'es', '',
            '', '', '', '', false, '', 1)
        """,
        id=number,
        book=book,
        ref=f"c{number}",
        zones=["America/Mexico_City"],
    )
    for place in (0, 1):
        tx.run(
            """
            INSERT INTO contact_point (client_id, kind, value, label, status, use, source, position)
            VALUES (:client, 'phone', :value, 'mobile', 'por_validar', 'collect', 'entidad', :place)
            """,
            client=number,
            value=f"+5255501{number:03}{place}0",
            place=place,
        )
        tx.run(
            """
            INSERT INTO account (client_id, portfolio_id, ref, product, name, currency, status, oldest_due,
                overdue, total, minimum, disputed, components, details)
            VALUES (:client, :book, :ref, 'card', 'Tarjeta', 'MXN', 'open', :oldest,
                150000, 900000, 0, 0, :none, :none)
            """,
            client=number,
            book=book,
            ref=f"a{number}.{place}",
            oldest=oldest,
            none={},
        )


def work(office: Office, chance: random.Random) -> int | None:
    """One call, or one taken back; the client that was on the desk."""
    page = office.station.desk.desk().page
    if not isinstance(page, ClientPage):
        return None
    dice = chance.random()
    if dice < 0.25:
        office.station.desk.undo()
    elif dice < 0.5:
        office.station.desk.note(point_change(chance, page.client))
    else:
        line = chance.choice(LINES)
        context = office.station.desk.capture_context()
        reading = read(line, catalogue(), context)
        if reading.complete:
            office.station.desk.save(to_body(reading, context, catalogue(), line=line))
    return page.client.id


def point_change(chance: random.Random, client: Client) -> PointBody:
    """Any change of a phone; the desk refuses what can't be."""
    phone = chance.choice(client.phones)
    action = chance.choice(ACTIONS)
    body = PointBody(
        client_id=client.id,
        action=action,
        point="phone",
        source=chance.choice(SOURCES),
        label=chance.choice(("home", "work", None)),
    )
    if action in ("add", "correct"):
        body = msgspec.structs.replace(body, value=f"+52555020{chance.randint(0, 20):04}")
    if action == "add":
        return body
    return msgspec.structs.replace(
        body,
        point_id=phone.id,
        base=phone.number,
        status=chance.choice(RETIREMENTS["phone"]),
        medium="sms",
        consent=chance.random() < 0.5,
    )


def what_matters(client: Client) -> dict[str, Any]:
    """What a fact changes; the centre also knows what is over, and searches for numbers."""
    return {
        "promises": sorted((p.id, p.due, p.amount) for p in client.promises if p.status == "open"),
        "callbacks": sorted((c.id, c.due_at, c.agent) for c in client.callbacks),
        "phones": sorted(
            (p.number, p.label, p.status, p.use, p.source, str(p.consents), p.last_result, str(p.last_at))
            for p in client.phones
        ),
        "points": {(c.id, c.at, c.action, c.was, c.became, c.agent) for c in client.point_changes},
        "disputed": [(a.id, a.disputed) for a in client.accounts],
        "stops": (client.do_not_contact, client.hold_until, client.hold_reason),
        "wishes": (client.suits, sorted(client.stopped_media)),
        "cases": sorted(
            (c.id, c.kind, c.account_id or 0, c.status, str(c.due), c.clock, c.amount, c.reason, c.outcome)
            for c in client.cases
        ),
        "agreements": sorted((a.id, a.account_id, a.status, a.folio) for a in client.agreements),
        "tasks": sorted((t.id, t.kind, t.due) for t in client.tasks if t.status == "open" and t.about),
        "attempts": sorted((a.at, a.counted, a.conversation, a.account_id) for a in client.attempts),
        "history": {(h.id, h.code, h.at, h.agent) for h in client.history if h.status != "retracted"},
    }


def expectations(office: Office, client_ids: set[int]) -> dict[int, dict[str, Any]]:
    """What the workstation makes of its unsent facts on top of the hub's present documents."""
    expected = {}
    for client_id in client_ids:
        after = at_desk(office, client_id)
        if after is not None:
            expected[client_id] = what_matters(after)
    return expected


def at_desk(office: Office, client_id: int) -> Client | None:
    with office.local.read() as view:
        unsent = of_client(view.connection, client_id)
    return rebased(office.at_centre(client_id), unsent, catalogue(), "ana", {})


@pytest.mark.parametrize("seed", range(4))
def test_what_the_workstation_expects_is_what_the_hub_makes_of_it(
    office: Office, clock: Any, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test, the same in each run
    for _ in range(8):
        office.take()
        worked = set()
        for _ in range(chance.randint(1, 4)):
            clock.pass_time(30)
            worked.add(work(office, chance))
        expected = expectations(office, {client_id for client_id in worked if client_id is not None})
        assert set(office.send().values()) <= {"applied"}
        assert {client_id: what_matters(office.at_centre(client_id)) for client_id in expected} == expected

        office.hear()
        assert office.local.outbox() == []
        with office.local.read() as view:
            for _, client_id, _ in office.local.held().values():
                here = documents.client(view.connection, client_id)
                assert what_matters(here) == what_matters(office.at_centre(client_id))
        figures, centre = office.station.desk.header().figures, office.figures()
        assert [figures.touches, figures.contacts, figures.rpc, figures.promises, figures.promised] == [
            centre.get(measure, 0) for measure in ("touch", "contact", "rpc", "promise", "promised:MXN")
        ]


def capture(office: Office, line: str) -> str:
    """Save a line for the client on the desk; the fact's id."""
    context = office.station.desk.capture_context()
    body = to_body(read(line, catalogue(), context), context, catalogue(), line=line)
    saved = office.station.desk.save(body)
    assert isinstance(saved, Saved), saved
    return saved.fact_id


def hand_out(office: Office, client_id: int) -> None:
    """Bring this very client to the desk."""
    wanted = LeaseRequest(want=1, request_id=str(uuid4()), device=office.local.device(), client_id=client_id)
    office.local.take(asking.ask(office.central, office.who, wanted), 0.0)
    page = office.station.desk.desk().page
    assert isinstance(page, ClientPage)
    assert page.client.id == client_id


def agreed(client: Client | None) -> tuple[dict[str, str], set[str]]:
    """Agreements by id with their status, and what the open tasks are about."""
    assert client is not None
    tasks = {task.about for task in client.tasks if task.status == "open"}
    return {one.id: one.status for one in client.agreements}, tasks


def test_a_new_agreement_ends_the_one_before_on_the_desk_and_at_the_centre(
    office: Office, clock: Any, sqlite_store: Store
) -> None:
    hand_out(office, 1)
    first = capture(office, "l2xq")
    office.send()
    office.hear()
    clock.pass_time(25 * 86_400)  # both payments have failed
    queueing.sweep(sqlite_store)
    office.local.take_agenda(central_agenda(office.central, office.who))
    hand_out(office, 1)
    old = {f"{first}:deliver_agreement", f"{first}:copy_to_lender"}
    assert old <= {item.id for item in office.station.desk.agenda()}

    second = capture(office, "l2xq")
    here = agreed(at_desk(office, 1))
    assert here == ({second: "issued", first: "void"}, {second})
    assert not old & {item.id for item in office.station.desk.agenda()}
    office.station.desk.undo()
    assert old <= {item.id for item in office.station.desk.agenda()}
    third = capture(office, "l2xq")
    assert set(office.send().values()) == {"applied"}
    office.hear()
    assert agreed(office.at_centre(1)) == ({third: "issued", first: "void"}, {third})


def test_a_cap_that_a_portfolio_lowers_holds_on_the_desk_and_at_the_centre(
    office: Office, clock: Any, sqlite_store: Store
) -> None:
    book = cards(sqlite_store, **{"mx.attempts.per_day": 2})
    for _ in range(4):  # two calls about each of the two cards
        office.take(CLIENTS)
        worked = call_everyone(office, clock)
        assert len(worked) == CLIENTS
        here = {client_id: at_desk(office, client_id) for client_id in worked}
        office.send()
        office.hear()
        last_call = clock.now()
        clock.pass_time(3 * 3600)
        queueing.sweep(sqlite_store)
    with sqlite_store.read() as tx:
        rules = portfolios.books(tx)[book].parameters
    for client_id, client in here.items():
        assert client is not None
        answer = may_contact(client, last_call, for_client(client))
        assert (answer.rule, answer.params["limit"]) == ("mx.attempts.per_day", "2")
        assert answer == may_contact(office.at_centre(client_id), last_call, rules)
    office.take(CLIENTS)
    assert isinstance(office.station.desk.desk().page, NoClient)


def call_everyone(office: Office, clock: Any) -> set[int]:
    """Call whoever is at hand, without an answer; who that was."""
    called = set()
    while isinstance(page := office.station.desk.desk().page, ClientPage):
        context = office.station.desk.capture_context()
        office.station.desk.save(
            to_body(read("noco", catalogue(), context), context, catalogue(), line="noco")
        )
        called.add(page.client.id)
        clock.pass_time(30)
    return called
