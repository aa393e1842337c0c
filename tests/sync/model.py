"""Workstations in one process, under a test's thumb, and the world that they work in.

Nothing here draws lots: whoever uses it says which fault meets which request, so that a run
can be repeated and made smaller.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from agent_tui.simulation import LINES
from rules.capture.body import to_body
from rules.capture.read import read
from rules.clients import Client
from rules.desk import ClientPage, Refused, Saved
from rules.facts import EventResult, InconsistencyBody, Instalment, RequestBody, Terms
from rules.wire import FactBody
from storage.central import portfolios
from storage.central.connection import Store
from storage.central.doors.people import Who
from storage.central.queue import queueing
from storage.local import documents
from storage.local.desk import LocalDesk
from storage.local.store import LocalStore
from storage.sync.client import HubClient
from storage.sync.exchange import Exchange
from storage.sync.failures import HubRefused, HubUnavailable
from tests.conftest import LOCAL_KEY, MovableClock
from tests.hub.world import PASSWORD, add_clients, fill
from tests.sync.wire import Hubs, StationClock, Wire

T = TypeVar("T")

NOTES = ("(inconsistency)", "(request)", "(read)", "(write)")
ACTS = (*LINES, "noco", "p", "p", "m", "(undo)", "(undo)", "(skip)", *NOTES)
"""What an agent does next: a capture line, or what it says."""

TALKS = ("send", "send", "take", "renew", "pull", "give back")

SECOND = "Segunda"
"""Name of the second portfolio."""

MOST_EXCHANGES = 60
"""So many rounds on a good wire bring everybody to rest, or never will."""


class Station:
    """A workstation with its files, and what was made on it.

    made: every fact that the store kept, with its client (0 = none), in their order. gone: those of
    them that were neither sent nor in the copy when an earlier copy of the files came back.
    was_refused: facts that the hub ever refused, and why. unsure: clients whose captures were taken
    back, or who were at hand in a former run: whether they are still ours, only the next renewal tells;
    after a retraction was sent it comes at once.
    """

    def __init__(
        self, name: str, user: str, home: Path, hubs: Hubs, clock: MovableClock, exchange: type[Exchange]
    ) -> None:
        self.name, self.user = name, user
        self.clock, self.wire = StationClock(clock), Wire(hubs)
        self.made: dict[str, int] = {}
        self.gone: set[str] = set()
        self.unsure: set[int] = set()
        self.was_refused: dict[str, str] = {}
        self.clock_was_set = self.doubtful = False
        self._home, self._runs, self._exchange_class = home, 0, exchange
        self._copy: Path | None = None
        self._open(self._folder())

    def _folder(self) -> Path:
        self._runs += 1
        return self._home / f"{self.name}-{self._runs}"

    def _open(self, folder: Path) -> None:
        self.folder = folder
        path = folder / "local.db"
        self.store = LocalStore(path, LOCAL_KEY, self.clock, monotonic=self.clock.monotonic)
        self.desk = LocalDesk(self.store)
        self.client = HubClient("http://localhost", transport=self.wire)
        self.exchange = self._exchange_class(self.store, self.client, (self.user, PASSWORD))

    # The agent.

    def act(self, what: str) -> None:
        """One of `ACTS`; nothing happens if there is nobody to do it with."""
        if what == "(undo)":
            self.undo()
        elif what == "(skip)":
            self.skip()
        elif what == "(read)":
            self.read_message()
        elif what == "(write)":
            self.write_message()
        elif what.startswith("("):
            self.write_note(what.strip("()"))
        else:
            self.capture(what)

    def capture(self, line: str) -> None:
        """End the call with a line, if somebody is on the desk and the line says enough."""
        context = self._shown() and self.desk.capture_context()
        if not context:
            return
        catalogue = self.desk.catalogue()
        reading = read(line, catalogue, context)
        if reading.complete and not reading.errors:
            self._note(self.desk.save(to_body(reading, context, catalogue, line=line)))

    def skip(self) -> None:
        """Pass the client over."""
        if self._shown():
            self._note(self.desk.skip("later"))

    def undo(self) -> None:
        """Take the last capture back."""
        self._note(self.desk.undo())
        page = self.desk.desk().page
        if isinstance(page, ClientPage):
            self.unsure.add(page.client.id)

    def write_note(self, kind: str) -> None:
        """A note about the client on the desk, who stays there."""
        client = self._shown()
        if client is not None:
            self._note(self.desk.note(_note(kind, client, self.clock.now())))

    def read_message(self) -> None:
        """Read what was written to the agent, the unread first."""
        for one in self.desk.messages()[:1]:
            assert self.desk.read_message(one.message.id) is None
            self._gather()

    def write_message(self) -> None:
        """Answer the newest message, or write to the lead."""
        theirs = [one for one in self.desk.messages() if not one.mine]
        assert self.desk.write_message("Enterado", theirs[0].message.id if theirs else "") is None
        self._gather()

    def _shown(self) -> Client | None:
        page = self.desk.desk().page
        return page.client if isinstance(page, ClientPage) else None

    def _note(self, answer: Saved | Refused) -> None:
        self._gather()
        if isinstance(answer, Saved):
            assert answer.fact_id in self.made, "what was saved is not to be sent"

    def _gather(self) -> None:
        """Every fact that is new in the outbox: what was saved, and what the desk kept beside it."""
        for fact, client in self.waiting().items():
            self.made.setdefault(fact, client)

    # The machine.

    async def kill(self) -> None:
        """End without a word, as by signal 9, and start again on what is on the disk."""
        folder = self._folder()
        shutil.copytree(self.folder, folder)
        await self._reopen(folder)

    def back_up(self) -> None:
        """Copy the files as they are now."""
        self._copy = self._folder()
        shutil.copytree(self.folder, self._copy)

    async def restore(self) -> None:
        """Put the copy in the place of the files, if there is one."""
        if self._copy is None:
            return
        unsent = {*self.waiting(), *self.refused()}
        folder = self._folder()
        shutil.copytree(self._copy, folder)
        await self._reopen(folder)
        self.gone |= unsent - set(self.waiting())

    async def _reopen(self, folder: Path) -> None:
        await self.client.close()
        self.store.close()
        self._open(folder)
        self.doubtful = self.clock_was_set
        self.unsure |= {held.client_id for held in self._alive()}

    def set_clock(self, skew: float) -> None:
        """Somebody sets the machine's clock."""
        self.clock.skew = skew
        self.clock_was_set = True

    async def close(self) -> None:
        """End for good."""
        await self.client.close()
        self.store.close()

    # The sync.

    async def attempt(self, ask: Callable[[Exchange], Coroutine[Any, Any, Any]], *fates: str) -> bool:
        """One exchange over the wire, whose requests meet `fates`; whether it went well."""
        self.wire.fates = deque(fates)
        try:
            await ask(self.exchange)
        except (HubUnavailable, HubRefused):
            return False
        finally:
            self.wire.fates.clear()
            self.was_refused |= self.refused()
            self._gather()  # messages that came
        self.clock_was_set = self.doubtful = False
        return True

    async def talk(self, what: str, fates: Sequence[str]) -> None:
        """One of `TALKS` over the wire, whose requests meet `fates`."""
        match what:
            case "send":
                sent = await self.attempt(lambda exchange: exchange.send_events(), *fates)
                if sent and self.exchange.unsure:  # as the loop does
                    await self.renew()
            case "take":
                await self.attempt(lambda exchange: exchange.take_leases(4), *fates)
            case "renew":
                await self.renew(*fates)
            case "pull":
                await self.attempt(lambda exchange: exchange.pull_changes(), *fates)
            case _:
                await self.attempt(lambda exchange: exchange.give_back(), *fates)

    async def renew(self, *fates: str) -> None:
        """Renew every lease; what the hub says is then sure."""
        if await self.attempt(lambda exchange: exchange.renew(), *fates):
            self.unsure.clear()

    async def settle(self) -> None:
        """On a good wire: everything is sent, every lease asked for, every change read."""
        moved = 0
        for turn in range(MOST_EXCHANGES):
            before = self.waiting()
            sent = await self.attempt(lambda exchange: exchange.send_events())
            moved = turn if self.waiting() != before else moved
            if sent and turn - moved > 1:  # once may be a copied device taking another id
                break
        for _ in range(3):
            await self.renew()

    async def pull(self) -> None:
        """On a good wire: read every change there is."""
        for _ in range(MOST_EXCHANGES):
            more = True

            async def ask(exchange: Exchange) -> None:
                nonlocal more
                more, _ = await exchange.pull_changes()

            if await self.attempt(ask) and not more:
                return

    # What it believes.

    def _alive(self) -> list[Any]:
        with self.store.read() as view:
            return view.at_hand()

    def holds(self) -> set[int]:
        """Clients that it would call without asking anybody, and has every reason to."""
        if self.doubtful:
            return set()
        return {held.client_id for held in self._alive()} - set(self.waiting().values()) - self.unsure

    def documents(self) -> dict[int, int]:
        """Version of each client's document of the hub's that it keeps at hand."""
        with self.store.read() as view:
            ids = [held.client_id for held in view.at_hand()]
            found = {key: documents.as_sent(view.connection, key) for key in ids}
        return {key: document.version for key, document in found.items() if document is not None}

    def messages(self) -> dict[str, tuple[bool, bool]]:
        """Messages that it keeps: whether the agent wrote it, and has read it."""
        return {one.message.id: (one.mine, one.read) for one in self.desk.messages()}

    def kept(self) -> set[int]:
        """Clients of whom there is a document on the disk."""
        return {row[0] for row in self._rows("SELECT client_id FROM document")}

    def waiting(self) -> dict[str, int]:
        """Facts that are still to be sent, with their clients (0 = none), in their order."""
        rows = self._rows("SELECT fact_id, client_id FROM outbox ORDER BY seq")
        return {fact: client or 0 for fact, client in rows}

    def refused(self) -> dict[str, str]:
        """Facts that the hub has refused, with its reasons."""
        return dict(self._rows("SELECT fact_id, reason FROM quarantine"))

    def _rows(self, statement: str) -> list[Any]:
        with self.store.read() as view:
            return list(view.connection.execute(statement))


def _note(kind: str, client: Client, now: datetime) -> FactBody:
    account = client.accounts[0]
    if kind == "inconsistency":
        return InconsistencyBody(client_id=client.id, issue="wrong_amount", account_id=account.id)
    due = (now + timedelta(days=2)).date()
    terms = Terms(
        kind="date",
        currency=account.currency,
        to_pay=max(account.overdue, 1),
        payments=(Instalment(due=due, amount=max(account.overdue, 1)),),
    )
    return RequestBody(client_id=client.id, account_id=account.id, terms=terms, level="supervisor")


class Hasty(Exchange):
    """The known-bad control: takes a fact for sent once it was handed to the wire."""

    async def send_events(self) -> bool:
        events = self._local.outbox()
        try:
            return await super().send_events()
        except HubUnavailable:
            self._local.settle([EventResult(id=event.id, status="applied") for event in events])
            return bool(events)


class Runner:
    """Runs coroutines one after the other in a loop of its own."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        """End the loop and its threads."""
        self._runner.close()


def fill_two(store: Store, clients: int) -> None:
    """The test's world with a second portfolio beside the first; both agents work both."""
    fill(store, clients)
    second = portfolios.ensure_portfolio(
        store, SECOND, product="card", country="MX", currency="MXN", language="es",
        creditor="Banco Dos", firm="Cobranza",
    )  # fmt: skip
    add_clients(store, second, clients, first=clients + 1)
    with store.begin() as tx:
        tx.run(
            """
            INSERT INTO user_portfolio (user_id, portfolio_id)
            SELECT id, CAST(:portfolio AS INTEGER) FROM app_user WHERE role = 'agent'
            """,
            portfolio=second,
        )
    queueing.place_all(store)


def lead_of(store: Store) -> Who:
    """The lead of the test's world, without signing in."""
    with store.read() as tx:
        [(user_id,)] = tx.all("SELECT id FROM app_user WHERE name = 'lead'")
    return Who(user_id=user_id, name="lead", display_name="lead", role="lead", device="board")


def accounts_of(store: Store) -> list[int]:
    """Ids of all accounts."""
    with store.read() as tx:
        return [row[0] for row in tx.all("SELECT id FROM account ORDER BY id")]
