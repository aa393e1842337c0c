"""A policy's day, from the agent's call to the back office's evening, over a real hub.

Sold in four receipts; the charge of the first fails; the agent changes the channel; the client pays by
link, and by mistake once more by the link that was sent before; accounting reports it once, a cent less; the
complement arrives. Each step is looked at on the screen of its desk and in the store.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import msgspec
import pytest
from textual.pilot import Pilot

from agent_tui.i18n import set_language
from agent_tui.office_feed import OfficeFeed
from agent_tui.receipts_app import ReceiptsApp
from hub.serve import make_server
from rules.backoffice.asks import ChannelChange
from rules.backoffice.facts import AskBody
from rules.backoffice.office_asks import AnswerAsk, DoAsk, Doing, Verdict
from rules.books.payment_desk import AskRefund, DecideMoney, Deciding, Refunding
from rules.clients import Client
from rules.debit.charge_files import ResultLine
from rules.debit.charging import BatchQuery, MakeBatch, NewBatch, Results, TakeResults
from rules.facts import Event, kind_of
from rules.paying.facts import IntentBody
from rules.paying.gateways import GatewayAway, Notice, NoticeRefused, Standing, Wish
from rules.protocol import EventBatch, Lease, LeaseRequest
from rules.questions import Question
from rules.tax.tax_board import (
    AttachTax,
    RequestTax,
    StampedFiles,
    TaxBoardQuery,
    TaxFile,
    TaxQuery,
    TaxRequests,
)
from rules.tools.matching import File, MatchRun, NewRun, OpenRun, Pair, Part, SendPart, Whole
from rules.wire import FactBody
from storage.central.clients import documents
from storage.central.connection import Store
from storage.central.upkeep.consistency import check as check_store
from storage.portfolio.policies import take_policies
from storage.portfolio.policy_mapping import parse_policy_mapping
from storage.sync.client import HubClient
from tests.conftest import MovableClock
from tests.hub.world import PASSWORD, PORTFOLIO, fill
from tests.storage.central.tax_files import complement_xml, invoice_xml, uuid

A = TypeVar("A")

CLABE = "032180000118359719"
MAP = """
namespace = "test"
[policy]
client = "client"
number = "policy"
kind = "'car'"
insurer = "'Seguros Norte'"
starts = "starts"
frequency = "'quarterly'"
channel = "'agente'"
net = "12000"
fee = "550"
surcharge = "5.5"
[receipt]
number = "number"
of = "4"
due = "due"
net = "net"
surcharge = "surcharge"
fee = "fee"
tax = "tax"
total = "total"
"""
FILE = """client,policy,starts,number,due,net,surcharge,fee,tax,total
C1,AUT-1,2026-10-28,1,2026-10-28,3000.00,165.00,550.00,594.40,4309.40
C1,AUT-1,2026-10-28,2,2027-01-28,3000.00,165.00,0,506.40,3671.40
C1,AUT-1,2026-10-28,3,2027-04-28,3000.00,165.00,0,506.40,3671.40
C1,AUT-1,2026-10-28,4,2027-07-28,3000.00,165.00,0,506.40,3671.40
"""
FIRST = 4_309_40


class Counter:
    """A gateway that pays when the test says so; it is asked and notified as any other."""

    name, methods = "counter", ("terminal", "link")

    def __init__(self) -> None:
        self.standing: dict[str, Standing] = {}

    def take(self, wish: Wish) -> Standing:
        waiting = Standing(
            status="pending", external=f"x-{wish.key[:8]}", url=f"https://pay.example/{wish.key[:8]}"
        )
        return self.standing.setdefault(wish.key, waiting)

    def look(self, key: str, external: str) -> Standing:
        if key not in self.standing:
            raise GatewayAway(self.name)
        return self.standing[key]

    def withdraw(self, key: str, external: str) -> Standing:
        self.standing[key] = Standing(status="withdrawn", external=external)
        return self.standing[key]

    def refund(self, key: str, external: str, amount: int, refund_key: str) -> Standing:
        return self.standing[key]

    def notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        if headers.get("x-proof") != "counter":
            raise NoticeRefused("bad_signature")
        told = json.loads(body)
        return Notice(
            id=told["id"], kind="paid", key=told["key"], standing=self.standing[told["key"]], body=told
        )

    def close(self) -> None:
        pass

    def paid(self, key: str, at: datetime) -> None:
        before = self.standing[key]
        self.standing[key] = Standing(
            status="approved", external=before.external, url=before.url, auth_code="123456", last4="4242",
            brand="visa", paid_at=at,
        )  # fmt: skip


class Person:
    """Somebody signed in at the hub."""

    def __init__(self, url: str, user: str) -> None:
        self.client, self.user, self.device = HubClient(url), user, str(uuid4())
        self._seq = 0

    async def __aenter__(self) -> Person:
        self.session = await self.client.sign_in(self.user, PASSWORD, self.device)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def ask(self, question: Question[A]) -> A:
        return await self.client.ask(question)

    async def lease(self) -> Lease:
        request = LeaseRequest(want=1, request_id=str(uuid4()), device=self.device)
        leases, _ = await self.client.leases(request)
        return leases.leases[0]

    async def tell(self, lease: Lease, body: FactBody, at: datetime) -> str:
        """Send a fact, as the workstation does; its id."""
        self._seq += 1
        event = Event(
            id=str(uuid4()),
            seq=self._seq,
            kind=kind_of(body),
            at=at,
            lease_id=lease.lease_id,
            lease_token=lease.token,
            body=msgspec.to_builtins(body),
        )
        answer = await self.client.events(EventBatch(device=self.device, events=(event,)))
        assert answer.results[0].status == "applied", answer.results[0]
        return event.id


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def central(sqlite_store: Store, tmp_path: Path) -> Store:
    fill(sqlite_store, clients=1)
    path = tmp_path / "receipts.csv"
    path.write_text(FILE, encoding="utf-8")
    outcome = take_policies(sqlite_store, path, PORTFOLIO, parse_policy_mapping(MAP, "map.toml"))
    assert (outcome.receipts.made, outcome.rejected) == (4, 0)
    return sqlite_store


@pytest.fixture
def url(central: Store, counter: Counter) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = make_server(central, "127.0.0.1", gateways=(counter,))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.stop()
    thread.join(10)


async def until(condition: Callable[[], bool], pilot: Pilot[None]) -> None:
    """Wait for the hub's own work."""
    for _ in range(200):
        if condition():
            return
        await pilot.pause(0.05)
    raise AssertionError("the hub did not get to it within 10 s")


def one(store: Store, sql: str, **params: Any) -> Any:
    with store.read() as tx:
        return tx.value(sql, **params)


def client_of(store: Store) -> Client:
    with store.read() as tx:
        (client,) = documents(tx, [row[0] for row in tx.all("SELECT id FROM client")]).values()
        return client


class Desk:
    """The receipts desk on a screen."""

    def __init__(self, app: ReceiptsApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    async def shows(self, page: str, *words: str, press: tuple[str, ...] = ()) -> None:
        """Open a page by its key, look until all words are on it, and go back to the first screen."""
        await self.pilot.press(page, *press)
        for _ in range(100):
            await self.pilot.pause(0.05)
            if all(word in self.text() for word in words):
                break
        else:
            raise AssertionError(
                f"{[word for word in words if word not in self.text()]} not on\n{self.text()}"
            )
        while len(self.app.screen_stack) > 2:
            await self.pilot.press("escape")
            await self.pilot.pause()


@pytest.mark.anyio
async def test_a_policy_from_the_call_to_the_evening(
    central: Store, url: str, counter: Counter, clock: MovableClock, tmp_path: Path
) -> None:
    async with (
        Person(url, "agent1") as agent,
        Person(url, "backoffice") as office,
        Person(url, "lead") as lead,
        Person(url, "admin") as admin,
    ):
        app = ReceiptsApp(lambda: OfficeFeed(lambda: HubClient(url), admin.session))
        async with app.run_test(size=(80, 24)) as pilot:
            desk = Desk(app, pilot)
            lease = await agent.lease()
            story = Story(central, counter, clock, url, desk, agent, office, lead, lease)
            await story.sold_in_four_receipts()
            await story.one_charge_fails()
            await story.the_channel_changes()
            await story.the_client_pays_twice_by_mistake()
            await story.what_was_paid_twice_goes_back()
            await story.accounting_reports_it_with_a_cent_less()
            await story.the_complement_arrives()
    assert check_store(central) == []


class Story:
    """What happens, one step after the other."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        clock: MovableClock,
        url: str,
        desk: Desk,
        agent: Person,
        office: Person,
        lead: Person,
        lease: Lease,
    ) -> None:
        self.store, self.counter, self.clock, self.url, self.desk = store, counter, clock, url, desk
        self.agent, self.office, self.lead, self.lease = agent, office, lead, lease
        client = client_of(store)
        self.account = next(one for one in client.accounts if one.product == "insurance")
        (self.policy,) = client.policies

    # Steps

    async def sold_in_four_receipts(self) -> None:
        assert (self.policy.status, self.policy.channel) == ("grace", "agente")
        assert [(one.number, one.total, one.status) for one in self.policy.receipts] == [
            (1, FIRST, "overdue"),
            (2, 3_671_40, "pending"),
            (3, 3_671_40, "pending"),
            (4, 3_671_40, "pending"),
        ]
        assert (self.account.overdue, self.account.total) == (FIRST, FIRST + 3 * 3_671_40)
        await self.desk.shows("p", "AUT-1", "4,309.40")

    async def one_charge_fails(self) -> None:
        """The client agreed to direct debit; the bank refuses the first charge for want of money."""
        await self._change_channel(
            ChannelChange(
                to="domi",
                first_receipt=self.policy.receipts[0].id,
                clabe=CLABE,
                consent="voice",
                evidence="GRAB-1",
            )
        )
        batch = await self.office.ask(
            MakeBatch(body=NewBatch(portfolio=PORTFOLIO, channel="domi", currency="MXN"))
        )
        assert (batch.charges, batch.amount) == (1, FIRST)
        (line,) = (await self.office.ask(BatchQuery(batch_id=batch.id))).lines
        assert line.account == CLABE
        refused = ResultLine(reference=line.reference, code="funds")
        results = Results(folio=batch.folio, day=date(2026, 11, 25), digest="0" * 64, lines=(refused,))
        taken = await self.office.ask(TakeResults(body=results))
        assert (taken.charged, taken.rejected) == (0, 1)
        again = await self.office.ask(TakeResults(body=results))
        assert (again.rejected, again.known) == (0, 1)
        assert self._receipt(1) == ("overdue", 0)
        assert client_of(self.store).tasks
        await self.desk.shows("d", "AUT-1", press=("4",))

    async def the_channel_changes(self) -> None:
        await self._change_channel(
            ChannelChange(to="linea", first_receipt=self.policy.receipts[0].id, consent="voice")
        )
        policy = client_of(self.store).policies[0]
        assert policy.channel == "linea"
        assert one(self.store, "SELECT count(*) FROM mandate WHERE status = 'active'") == 0
        assert one(self.store, "SELECT count(*) FROM endorsement WHERE kind = 'B'") == 2
        assert {event.kind for event in policy.events} >= {"channel"}

    async def the_client_pays_twice_by_mistake(self) -> None:
        """The first link runs out unpaid; a second one is paid; then somebody pays the first as well."""
        first = await self._link()
        self.counter.standing[first] = msgspec.structs.replace(self.counter.standing[first], status="expired")
        await self._becomes(first, "expired")
        second = await self._link()
        self.counter.paid(second, self.clock.at)
        await self._notice("n-1", second)
        await self._becomes(second, "approved")
        assert self._receipt(1) == ("paid", FIRST)
        assert client_of(self.store).policies[0].status == "in_force"

        self.counter.paid(first, self.clock.at)
        for _ in range(2):  # the notice comes twice, too
            await self._notice("n-2", first)
        await self._becomes(first, "approved")
        assert self._receipt(1) == ("paid", FIRST)
        assert self._receipt(2) == ("pending", 0)
        assert one(self.store, "SELECT count(*) FROM payment") == 2
        assert one(self.store, "SELECT deposit FROM account WHERE product = 'insurance'") == FIRST
        await self.desk.shows("m", "4,309.40", "in deposit")
        await self.desk.shows("t", "4,309.40", "approved", press=("o",))

    async def what_was_paid_twice_goes_back(self) -> None:
        double = one(self.store, "SELECT id FROM payment ORDER BY id DESC LIMIT 1")
        body = Refunding(why="paid twice by mistake")
        ordered = await self.office.ask(AskRefund(payment_id=double, body=body))
        assert ordered.order
        assert one(self.store, "SELECT deposit FROM account WHERE product = 'insurance'") == FIRST
        await self.desk.shows("m", "paid twice by mistake", press=("tab",))
        await self.lead.ask(DecideMoney(order_id=ordered.order, body=Deciding(verdict="approve")))
        assert one(self.store, "SELECT deposit FROM account WHERE product = 'insurance'") == 0
        assert one(self.store, "SELECT sum(amount) FROM ledger_entry WHERE kind = 'refunded'") == FIRST

    async def accounting_reports_it_with_a_cent_less(self) -> None:
        run = str(uuid4())
        file = File(
            side="accounted", name="ledger.csv", digest="1" * 64, keys=("receipt",), amount="amount", rows=1
        )
        day = date(2026, 11, 25)
        new = NewRun(
            id=run, portfolio=PORTFOLIO, name="today", files=(file,), key_form="receipt", since=day, until=day
        )
        await self.office.ask(OpenRun(body=new))
        pair = Pair("AUT-1-R1", 0, 0, FIRST - 1, 1)
        await self.office.ask(SendPart(run=run, body=Part(first=1, pairs=(pair,))))
        done = await self.office.ask(MatchRun(run=run, body=Whole(rows=1)))
        totals = {total.status: total for total in done.totals}
        assert (totals["tolerance"].rows, totals["tolerance"].collected) == (1, FIRST)
        assert sum(total.accounted for total in done.totals) == FIRST - 1
        await self.desk.shows("r", "today")

    async def the_complement_arrives(self) -> None:
        """The premium of October was paid in November: a PPD invoice, and a complement of the payment."""
        board = await self.office.ask(TaxBoardQuery())
        needed = {row.kind: row for row in board.rows}
        assert needed.keys() == {"invoice", "complement"}
        assert needed["complement"].due == date(2026, 12, 5)
        await self.desk.shows("c", "AUT-1", "4,309.40")
        await self.office.ask(RequestTax(body=TaxRequests(ids=tuple(row.id for row in board.rows))))
        invoice = await self.office.ask(TaxQuery(id=needed["invoice"].id))
        complement = await self.office.ask(TaxQuery(id=needed["complement"].id))
        rfc = "XAXX010101000"
        files = (
            TaxFile(name="factura.xml", xml=invoice_xml(invoice.figures, 1, rfc=rfc)),
            TaxFile(name="rep.xml", xml=complement_xml([(uuid(1), complement.figures)], 2, rfc=rfc)),
        )
        for target, one_file in zip((invoice, complement), files, strict=True):
            body = StampedFiles(files=(one_file,), target=target.row.id)
            (attached,) = (await self.office.ask(AttachTax(body=body))).files
            assert (attached.code, attached.differs) == ("", 0), attached
        rows = {row.kind: row for row in (await self.office.ask(TaxBoardQuery())).rows}
        assert {row.status for row in rows.values()} == {"stamped"}
        await self.desk.shows("c", "stamped")

    # Means

    async def _change_channel(self, change: ChannelChange) -> None:
        """The agent asks for it on the call; the back office grants and does it."""
        body = AskBody(
            client_id=self.lease.client.id,
            account_id=self.account.id,
            policy_id=self.policy.id,
            asks=change,
        )
        ask = await self.agent.tell(self.lease, body, self.clock.at)
        await self.desk.shows("a", "AUT-1")
        await self.office.ask(AnswerAsk(ask_id=ask, body=Verdict(verdict="approve")))
        await self.office.ask(DoAsk(ask_id=ask, body=Doing(amount=0)))
        assert one(self.store, "SELECT status FROM ask WHERE id = :id", id=ask) == "done"

    async def _link(self) -> str:
        body = IntentBody(
            client_id=self.lease.client.id,
            account_id=self.account.id,
            method="link",
            amount=FIRST,
            currency="MXN",
            receipts=(self.policy.receipts[0].id,),
        )
        key = await self.agent.tell(self.lease, body, self.clock.at)
        await self._becomes(key, "pending")
        return key

    async def _becomes(self, key: str, status: str) -> None:
        """Wait for the hub's worker, whose clock goes on meanwhile."""

        def there() -> bool:
            self.clock.move(seconds=2)
            return bool(one(self.store, "SELECT status FROM payment_intent WHERE id = :id", id=key) == status)

        await until(there, self.desk.pilot)

    async def _notice(self, name: str, key: str) -> None:
        async with httpx.AsyncClient(base_url=self.url) as http:
            forged = await http.post("/v1/notices/counter", json={"id": name, "key": key})
            assert forged.status_code in (400, 401, 403)
            answer = await http.post(
                "/v1/notices/counter", json={"id": name, "key": key}, headers={"x-proof": "counter"}
            )
            assert answer.status_code < 300, answer.text

    def _receipt(self, number: int) -> tuple[str, int]:
        with self.store.read() as tx:
            row = tx.one("SELECT status, paid FROM receipt WHERE number = :number", number=number)
        assert row is not None
        return row[0], row[1]
