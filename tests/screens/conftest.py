"""A desk to look at: realistic clients, a service that keeps everything in memory, a way to type."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot

from agent_tui.app import DeskApp
from agent_tui.i18n import set_language
from rules import catalogue as catalogues
from rules import negotiation as negotiations
from rules import scripts as call_scripts
from rules.capture.receipts import claimable
from rules.capture.values import CaptureContext
from rules.catalogue import Catalogue
from rules.clients import Account, Attempt, Client, Detail, Email, HistoryEntry, Phone, Promise
from rules.contact import Permission
from rules.day import Day
from rules.desk import (
    AgendaItem,
    ClientPage,
    DeskPage,
    Figures,
    Header,
    HistoryPage,
    KeptMessage,
    NoClient,
    OfflineBlock,
    PhoneView,
    PutAside,
    Refused,
    Saved,
)
from rules.facts import ResultBody
from rules.goals import daily_goal
from rules.insurance.policies import Claim, Endorsement, Policy, Receipt
from rules.negotiation import Negotiation
from rules.searching import open_search
from rules.team import Team
from rules.terms import cover_end
from rules.wire import FactBody
from rules.words import language
from screens import desk_view

ZONE = ZoneInfo("America/Hermosillo")
NOW = datetime(2026, 11, 20, 17, 42, tzinfo=UTC)


def instant(month: int, day: int, hour: int = 17) -> datetime:
    return datetime(2026, month, day, hour, 30, tzinfo=UTC)


def _policy() -> Policy:
    receipts = tuple(
        Receipt(
            id=number,
            number=number,
            of=4,
            due=date(2026, 2, 28) + timedelta(days=90 * (number - 1)),
            net=3_000_00,
            surcharge=60_34,
            fee=0,
            tax=489_66,
            total=3_550_00,
            status={1: "paid", 2: "paid", 3: "overdue"}.get(number, "pending"),
        )
        for number in range(1, 5)
    )
    return Policy(
        id=7,
        account_id=1,
        number="AUT-88213",
        kind="car",
        insurer="Aseguradora Ejemplo",
        starts=date(2026, 2, 28),
        ends=date(2027, 2, 28),
        status="grace",
        channel="domi",
        currency="MXN",
        frequency="quarterly",
        grace_ends=datetime(2026, 11, 28, 19, tzinfo=UTC),
        sum_insured=285_000_00,
        receipts=receipts,
        endorsements=(
            Endorsement(id=1, kind="A", on=date(2026, 6, 12), delta=412_50, note="conductor adicional"),
        ),
        claims=(Claim(id=1, number="S-3321", on=date(2026, 8, 5), status="open", amount=12_400_00),),
    )


def maria() -> Client:
    """A client with everything: two debts, a policy in grace, a broken promise, a past."""
    return Client(
        id=1,
        name="María Fernanda Ruiz Ortega",
        country="MX",
        zones=("America/Hermosillo",),
        as_of=NOW,
        treatment="Sra.",
        tax_id="RUOM850214AB1",
        born=date(1985, 2, 14),
        state="Sonora",
        address="Calle Ejemplo 12, Hermosillo, 83000",
        portfolio="Seguros",
        firm="Despacho Ejemplo",
        phones=(
            Phone(id="p1", number="+526621231234", label="mobile", status="validado_titular"),
            Phone(id="p2", number="+526621239876", label="home"),
            Phone(id="p3", number="+525512345678", label="work", status="ya_no_labora"),
        ),
        emails=(Email(id="e1", address="mfruiz@example.com", status="validado"),),
        accounts=(
            Account(
                id=1,
                product="insurance",
                name="Auto R3",
                number="AUT-88213",
                currency="MXN",
                creditor="Aseguradora Ejemplo",
                overdue=3_550_00,
                total=10_650_00,
                minimum=3_550_00,
                oldest_due=date(2026, 11, 8),
                days=12,
                bucket="B1",
                components={"capital_vencido": 3_550_00, "capital_vigente": 7_100_00},
            ),
            Account(
                id=2,
                product="card",
                name="TDC Oro",
                number="4152000000005512",
                currency="MXN",
                creditor="Banco Ejemplo",
                overdue=1_204_50,
                total=8_900_10,
                minimum=445_00,
                days=41,
                oldest_due=date(2026, 10, 10),
                bucket="B2",
                components={
                    "gastos_cobranza": 350_00,
                    "iva_gastos": 56_00,
                    "moratorios": 88_10,
                    "capital_vencido": 710_40,
                    "capital_vigente": 7_695_60,
                },
                details=(
                    Detail(key="credit_limit", value="$20,000.00"),
                    Detail(key="card_ending", value="5512"),
                    Detail(key="clabe", value="032180000118359719"),
                ),
            ),
        ),
        policies=(_policy(),),
        promises=(
            Promise(
                id="h2",
                account_id=1,
                made=instant(11, 9),
                due=date(2026, 11, 12),
                amount=1_500_00,
                currency="MXN",
                status="broken",
            ),
        ),
        attempts=(Attempt(at=instant(11, 18)),),
        history=(
            HistoryEntry(id="h1", at=instant(11, 18), code="NOCO", agent="ana", phone="p1"),
            HistoryEntry(
                id="h2",
                at=instant(11, 9),
                code="PPT",
                agent="beto",
                amount=1_500_00,
                currency="MXN",
                due=date(2026, 11, 12),
                channel="spei",
                status="broken",
                note="cobra el día 15",
            ),
            HistoryEntry(
                id="h3", at=instant(10, 28), code="PAGO", amount=3_550_00, currency="MXN", status=""
            ),
            HistoryEntry(
                id="h4",
                at=instant(10, 22),
                code="PPT",
                agent="ana",
                amount=3_550_00,
                currency="MXN",
                due=date(2026, 10, 27),
                status="kept",
            ),
        ),
        history_total=4,
        score=95,
        score_parts={"days": 40, "money": 35, "broken_promise": 20},
    )


def john() -> Client:
    """A client in the United States, spoken to in English, with one debt in dollars."""
    return Client(
        id=2,
        name="John Q. Sample",
        country="US",
        zones=("America/Los_Angeles",),
        as_of=NOW,
        language="en",
        portfolio="US Cards",
        firm="Example Recovery Services LLC",
        state="CA",
        phones=(Phone(id="p9", number="+12135550123", label="mobile", zone="America/Los_Angeles"),),
        accounts=(
            Account(
                id=9,
                product="card",
                name="Platinum Card",
                number="4000000000000077",
                currency="USD",
                creditor="Example Bank, N.A.",
                overdue=312_40,
                total=2_118_77,
                minimum=85_00,
                days=62,
                oldest_due=date(2026, 9, 19),
                bucket="B3",
                components={"capital_vencido": 312_40, "capital_vigente": 1_806_37},
            ),
        ),
        score=51,
        score_parts={"days": 31, "money": 20},
    )


def hostile(text: str) -> Client:
    """The first client, with `text` in every place that holds words."""
    client = maria()
    replace = msgspec.structs.replace
    return replace(
        client,
        id=3,
        name=text,
        treatment=text,
        portfolio=text,
        firm=text,
        state=text,
        address=text,
        zones=("America/Hermosillo",),
        phones=tuple(replace(phone, label=text, status=text, number=text) for phone in client.phones),
        emails=tuple(replace(email, address=text, status=text) for email in client.emails),
        accounts=tuple(
            replace(
                account,
                name=text,
                product=text,
                number=text,
                creditor=text,
                bucket=text,
                components={text: 1},
                details=(Detail(key=text, value=text),),
            )
            for account in client.accounts
        ),
        policies=tuple(
            replace(
                policy,
                number=text,
                kind=text,
                insurer=text,
                status=text,
                channel=text,
                frequency=text,
                endorsements=tuple(replace(one, kind=text, note=text) for one in policy.endorsements),
                claims=tuple(replace(one, number=text, status=text) for one in policy.claims),
            )
            for policy in client.policies
        ),
        history=tuple(
            replace(entry, code=text, agent=text, note=text, status=text, channel=text)
            for entry in client.history
        ),
        hold_reason=text,
        score_parts={text: 5},
    )


def a_day(**changes: object) -> Day:
    """A morning's work, with all goals set."""
    today = NOW.astimezone(ZONE).date()
    day = Day(
        date=today,
        currency="MXN",
        states={"available": 5_400, "on_call": 7_260, "wrap_up": 600, "break": 900},
        connected=13_260,
        required=21_600,
        touches=37,
        contacts=12,
        rpc=9,
        promises=4,
        promised=18_450_00,
        recovered=6_200_00,
        recovered_month=412_300_00,
        goal=40_000_00,
        goal_month=800_000_00,
        pace=daily_goal(800_000_00, 412_300_00, today),
        handled=31,
        handling=6_500,
        hours=(9, 12, 8, 6, 2),
        heard=NOW,
    )
    return msgspec.structs.replace(day, **changes)


class FakeDesk:
    """A desk service over a list of clients, with no store behind it."""

    def __init__(
        self, clients: Iterable[Client], catalogue: Catalogue, scripts: tuple[call_scripts.Script, ...]
    ) -> None:
        self.clients = list(clients)
        self.scripts = scripts
        self.at = 0
        self.saved: list[ResultBody] = []
        self.notes: list[FactBody] = []
        self.skipped: list[str] = []
        self.refuse: Refused | None = None
        self.wanted: list[int] = []
        self.ask_refused: Refused | None = None
        self.outcome: int | Refused | None = None
        self.put_aside: list[PutAside] = []
        self.decided: list[tuple[str, str]] = []
        self.offline: Literal["take", "return"] | Refused = "take"
        self.block: OfflineBlock | Refused | None = None
        self.search: Client | Refused = Refused(code="searching")
        self.outcomes: list[str] = []
        self.letters: list[KeptMessage] = []
        self.written: list[tuple[str, str]] = []
        self.watched = False
        self.mates: Team | None = None
        self.state = "available"
        self.phone = 0
        self.account: int | None = None
        self.waiting = 0
        self.link = "online"
        self.changed: Callable[[], None] = lambda: None
        self.empty = NoClient(why="empty")
        self.past: tuple[HistoryEntry, ...] = ()
        self.callbacks: tuple[AgendaItem, ...] = ()
        self.remembered: tuple[str, ...] = ()
        self._catalogue = catalogue

    def catalogue(self) -> Catalogue:
        return self._catalogue

    def ahead(self) -> ClientPage | None:
        following = self.clients[self.at + 1 :]
        return self._page(following[0]) if following else None

    def negotiation(self) -> Negotiation:
        return negotiations.load(files("rules").joinpath("data/negotiation.toml").read_text(encoding="utf-8"))

    @property
    def client(self) -> Client | None:
        return self.clients[self.at] if self.at < len(self.clients) else None

    def header(self) -> Header:
        return Header(
            agent="Ana López",
            portfolio="Vida 1–29",
            link=self.link,
            waiting=self.waiting,
            waiting_since=NOW - timedelta(minutes=3) if self.waiting else None,
            state=self.state,
            state_since=NOW - timedelta(minutes=42),
            unread=sum(not one.read for one in self.letters),
            urgent=next(
                (one.message for one in self.letters if not one.read and one.message.kind == "urgent"), None
            ),
            figures=Figures(
                currency="MXN",
                touches=37 + len(self.saved),
                contacts=12,
                rpc=9,
                promises=4,
                promised=18_450_00,
                recovered=6_200_00,
                goal=40_000_00,
                hours=(9, 12, 8, 6, 2),
            ),
        )

    def desk(self) -> DeskPage:
        client = self.client
        return DeskPage(header=self.header(), page=self._page(client) if client else self.empty)

    def _page(self, client: Client) -> ClientPage:
        closed = Permission(allowed=False, rule="mx.window", until=datetime(2026, 11, 21, 14, tzinfo=UTC))
        retired = Permission(allowed=False, rule="mx.contact_point.status")
        verdicts = (Permission(allowed=True), closed, retired)
        return ClientPage(
            client=client,
            phones=tuple(PhoneView(phone, verdicts[place % 3]) for place, phone in enumerate(client.phones)),
            permission=Permission(allowed=True),
            script=call_scripts.choose(self.scripts, client),
            local_time=NOW.astimezone(ZoneInfo(client.zones[0])),
            selected_phone=self.phone,
            selected_account=self.account or client.accounts[0].id,
            searched=open_search(client) is not None,
        )

    def select_account(self, account_id: int) -> None:
        self.account = account_id

    def capture_context(self) -> CaptureContext | None:
        client = self.client
        if client is None:
            return None
        account = next((one for one in client.accounts if one.id == self.account), client.accounts[0])
        ends = cover_end(client, account.id, NOW)
        return CaptureContext(
            now=NOW.astimezone(ZoneInfo(client.zones[0])),
            currency=account.currency,
            country=client.country,
            language=language(),
            due=account.overdue,
            total=account.total,
            minimum=account.minimum,
            client_id=client.id,
            account_id=account.id,
            phones=tuple(phone.id for phone in client.phones),
            selected_phone=client.phones[self.phone].id if client.phones else None,
            cover_ends=ends.astimezone(ZoneInfo(client.zones[0])) if ends else None,
            receipts=claimable(client.policies, account.id),
        )

    def _next(self, step: int) -> Saved:
        self.at += step
        self.phone, self.account = 0, None
        return Saved(fact_id=f"f{self.at}", desk=self.desk())

    def save(self, body: ResultBody) -> Saved | Refused:
        if self.refuse:
            return self.refuse
        assert self.client is not None
        assert body.client_id == self.client.id
        self.saved.append(body)
        return self._next(1)

    def note(self, body: FactBody) -> Saved | Refused:
        if self.refuse:
            return self.refuse
        self.notes.append(body)
        return Saved(fact_id=f"n{len(self.notes)}", desk=self.desk())

    def skip(self, reason: str, note: str = "") -> Saved | Refused:
        self.skipped.append(reason)
        return self._next(1)

    def undo(self) -> Saved | Refused:
        if not self.at:
            return Refused(code="nothing_to_undo")
        if self.saved:
            self.saved.pop()
        return self._next(-1)

    def select_phone(self, index: int) -> ClientPage | Refused:
        assert self.client is not None
        page = self._page(self.client)
        if not page.phones[index].permission.allowed:
            return Refused(
                code="not_callable", params={"rule": page.phones[index].permission.rule, "until": ""}
            )
        self.phone = index
        return self._page(self.client)

    def set_state(self, state: str) -> Header:
        self.state = state
        return self.header()

    def history(self, text: str = "", offset: int = 0, limit: int = 50) -> HistoryPage:
        entries = self.past or (self.client.history if self.client else ())
        found = [
            entry for entry in entries if text.lower() in f"{entry.code} {entry.note} {entry.agent}".lower()
        ]
        return HistoryPage(entries=tuple(found[offset : offset + limit]), matching=len(found), offset=offset)

    def lines(self) -> tuple[str, ...]:
        return self.remembered

    def agenda(self) -> tuple[AgendaItem, ...]:
        return self.callbacks

    def ask_for(self, client_id: int) -> Refused | None:
        self.wanted.append(client_id)
        return self.ask_refused

    def open_search(self) -> DeskPage | Refused:
        if isinstance(self.search, Client):
            self.clients.insert(self.at, self.search)
            self.search = Refused(code="no_search")
            return self.desk()
        return self.search

    def end_search(self, outcome: str, note: str = "") -> Saved | Refused:
        self.outcomes.append(outcome)
        return self._next(1)

    def asked(self) -> int | Refused | None:
        outcome, self.outcome = self.outcome, None
        return outcome

    def quarantine(self) -> tuple[PutAside, ...]:
        return tuple(self.put_aside)

    def messages(self) -> tuple[KeptMessage, ...]:
        return tuple(sorted(self.letters, key=lambda one: one.read))

    def read_message(self, message_id: str) -> Refused | None:
        self.letters = [
            msgspec.structs.replace(one, message=msgspec.structs.replace(one.message, read_at=NOW))
            if one.message.id == message_id
            else one
            for one in self.letters
        ]
        return self.refuse

    def write_message(self, text: str, answers: str = "") -> Refused | None:
        if self.refuse is None:
            self.written.append((text, answers))
        return self.refuse

    def watch_team(self, watching: bool) -> None:
        self.watched = watching

    def team(self) -> Team | None:
        return self.mates

    def send_again(self, fact_id: str) -> Refused | None:
        self.put_aside = [one for one in self.put_aside if one.event.id != fact_id]
        self.decided.append((fact_id, ""))
        return None

    def let_go(self, fact_id: str, reason: str) -> Refused | None:
        self.put_aside = [
            msgspec.structs.replace(one, let_go=reason, held_back=0) if one.event.id == fact_id else one
            for one in self.put_aside
        ]
        self.decided.append((fact_id, reason))
        return None

    def go_offline(self) -> Literal["take", "return"] | Refused:
        return self.offline

    def went_offline(self) -> OfflineBlock | Refused | None:
        outcome, self.block = self.block, None
        return outcome

    def begin_call(self) -> None:
        if self.state == "available":
            self.state = "on_call"

    def day(self) -> Day:
        return a_day()

    def open_client(self, client_id: int) -> DeskPage | Refused:
        place = next((place for place, one in enumerate(self.clients) if one.id == client_id), None)
        if place is None:
            return Refused(code="not_here")
        self.at = place
        return self.desk()

    def subscribe(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One zone, one language, colours, and no state that changes by itself: what one sees, all see."""
    monkeypatch.setenv("TZ", "America/Mexico_City")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(desk_view, "CALL_BEGINS_S", 3_600)
    time.tzset()
    set_language("es")
    yield
    os.environ.pop("TZ", None)
    time.tzset()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return catalogues.load(files("rules").joinpath("data/results.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def scripts() -> tuple[call_scripts.Script, ...]:
    return call_scripts.load(files("rules").joinpath("data/scripts.toml").read_text(encoding="utf-8"))


@pytest.fixture
def make_desk(catalogue: Catalogue, scripts: tuple[call_scripts.Script, ...]) -> Callable[..., FakeDesk]:
    """Makes a service over clients; without any, María and John."""

    def make(*clients: Client) -> FakeDesk:
        return FakeDesk(clients or (maria(), john()), catalogue, scripts)

    return make


@pytest.fixture
def make_day() -> Callable[..., Day]:
    """Makes a day of an agent."""
    return a_day


@pytest.fixture
def make_hostile() -> Callable[[str], Client]:
    return hostile


@pytest.fixture
def make_app() -> Callable[..., DeskApp]:
    """Makes the application on a service, at a time that stands still."""

    def make(service: FakeDesk | None = None, **more: object) -> DeskApp:
        return DeskApp(service, now=lambda: NOW.astimezone(ZoneInfo("America/Mexico_City")), **more)  # type: ignore[arg-type]  # arguments by name

    return make


def screen_text(app: App[object]) -> str:
    """The screen as a reader sees it: one line per row, without trailing spaces."""
    lines = app.screen._compositor.render_strips(app.size)  # the rows as they go to the terminal
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


@pytest.fixture(name="screen_text")
def _screen_text() -> Callable[[App[object]], str]:
    return screen_text


@pytest.fixture
def type_keys() -> Callable[[Pilot[object], str], object]:
    """Types keys as a terminal does, all at once: words are letters, ``<f5>`` is a key."""

    async def type_all(pilot: Pilot[object], keys: str) -> None:
        while keys:
            if keys.startswith("<"):
                name, _, keys = keys[1:].partition(">")
                pilot.app.post_message(events.Key(name, None))
            else:
                pilot.app.post_message(events.Key(_character_to_key(keys[0]), keys[0]))
                keys = keys[1:]
        for _ in range(3):
            await pilot.pause(0)

    return type_all


@pytest.fixture
def until() -> Callable[..., object]:
    """Waits, a second at most, for what a burst of keys brings about."""

    async def wait(pilot: Pilot[object], condition: Callable[[], bool]) -> bool:
        for _ in range(100):
            if condition():
                return True
            await pilot.pause(0.01)
        return False

    return wait
