"""One moment of the local store: everything that a screenful is read from.

The desk and the first page both read through here, so the first frame and all later ones
show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rules.catalogue import Catalogue
from rules.clients import Account, Client
from rules.contact import ContactParameters, care, for_client, may_call, may_contact, may_reach
from rules.desk import ClientPage, DeskPage, Figures, Guidance, Header, NoClient, PhoneView
from rules.frequency import free_debts
from rules.points import phone_id
from rules.protocol import Rulebook, Session, User
from rules.searching import QUEUE as SEARCH
from rules.words import tr
from rules.zones import local_day, local_time
from storage import reference
from storage.clock import Clock
from storage.local import documents, figures, inbox, leases, meta
from storage.local.backlog import backlog
from storage.local.driver import Connection
from storage.local.leases import Deadlines, Held
from storage.local.meta import Shown, State, Waiting

if TYPE_CHECKING:
    from rules.negotiation import Negotiation

NOBODY = User(id=0, name="", display_name="", role="agent")

SKEW_SAID_MS = 120_000
"""A clock that differs from the hub's by more than this is spoken of on the screen."""


class View:
    """What the store holds at one instant.

    Args:
        connection: the store, locked for this thread.
        clock: this machine's clock.
        deadlines: of the leases, as far as this process knows them.
        link: state of the connection to the hub.
        settings: contact parameters that override the defaults.
    """

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        deadlines: Deadlines,
        link: str = "connecting",
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.connection = connection
        self.clock = clock
        self.deadlines = deadlines
        self.link = link
        self.settings = settings or {}
        self.clock_now = clock.now()
        self.offset = meta.offset(connection)
        self.now = self.clock_now + self.offset

    @cached_property
    def session(self) -> Session | None:
        """Who is signed in."""
        return meta.session(self.connection)

    def catalogue(self, client: Client | None) -> Catalogue:
        """The results of a client's portfolio; without a client, the house's."""
        return reference.catalogue(self._overlay(client, "results"))

    def negotiation(self, client: Client | None) -> Negotiation:
        """Offers and authority in a client's portfolio; without a client, the house's."""
        return reference.negotiation(self._overlay(client, "negotiation"))

    def guidance(self, client: Client, rules: ContactParameters) -> Guidance | None:
        """What the strategy in force says of a client; None = none is in force."""
        book = self._rulebook(client, "strategy")
        found = reference.strategy(book.text, book.version) if book else None
        if found is None:
            return None
        from storage.local import guiding  # here: most portfolios have no strategy

        return guiding.guidance(client, self.now, rules, found)

    def _overlay(self, client: Client | None, kind: str) -> str:
        """What the client's portfolio does differently now, as TOML; "" = nothing."""
        book = self._rulebook(client, kind)
        return book.text if book else ""

    def _rulebook(self, client: Client | None, kind: str) -> Rulebook | None:
        """The version of a kind of rules that holds for a client's portfolio now, None = the house's."""
        if client is None or not self._rulebooks:
            return None
        from rules.configuration import in_force  # here: most portfolios do as the house does

        return in_force(self._rulebooks, client.portfolio, kind, self.now)

    @cached_property
    def _rulebooks(self) -> tuple[Rulebook, ...]:
        return meta.read(self.connection, meta.RULEBOOKS, tuple[Rulebook, ...]) or ()

    @property
    def user(self) -> User:
        """The agent; `NOBODY` before the first sign-in."""
        return self.session.user if self.session else NOBODY

    def alive(self, held: Held) -> bool:
        """Whether a client may still be worked under its lease."""
        return self.deadlines.alive(held, self.clock_now, self.now)

    def timed(self, held: Held) -> bool:
        """Whether the lease's end is known well enough to call under it.

        One for working offline runs for hours; when the machine was started anew, nothing says how
        many have passed until the hub has been heard.
        """
        return not held.offline or self.deadlines.known(held)

    def client(self, held: Held) -> Client:
        """The client of a row, with the effects of own facts."""
        return documents.client(self.connection, held.client_id)

    def on_desk(self) -> tuple[Shown, Held] | None:
        """The client on the desk, if there is one."""
        shown = meta.read(self.connection, meta.SHOWN, Shown)
        held = leases.of_client(self.connection, shown.client_id) if shown else None
        return (shown, held) if shown and held and not held.worked else None

    def client_on_desk(self) -> Client | None:
        """The client on the desk itself."""
        found = self.on_desk()
        return self.client(found[1]) if found else None

    def left_over(self) -> bool:
        """Whether the client on the desk is there from a former run and is no more at hand.

        One whose capture was taken back stays for its day: the agent is mending it.
        """
        found = self.on_desk()
        if found is None:
            return False
        shown, held = found
        mending = shown.undone and self._day(shown.since) == self._day(self.now)
        return not ((self.alive(held) and self.timed(held)) or mending)

    def _day(self, at: datetime) -> str:
        return local_day(at, self.user.zone).isoformat()

    def at_hand(self) -> list[Held]:
        """Clients that can be worked, in the order in which they are offered.

        Callbacks that are due come first, the longest due before the others; then by score.
        """
        return sorted(filter(self.alive, leases.unworked(self.connection)), key=self._urgency)

    def to_call(self) -> list[Held]:
        """Those at hand who can be called; the others are here to be searched for."""
        return [held for held in self.at_hand() if not held.queue]

    def _urgency(self, held: Held) -> tuple[bool, float, int, int]:
        due = held.callback_due
        is_due = due is not None and due <= self.now
        return (not is_due, due.timestamp() if due and is_due else 0.0, -held.score, held.position)

    def page_ahead(self) -> ClientPage | None:
        """The page that comes when the client on the desk has been worked; None = nobody is at hand."""
        found = self.on_desk()
        chosen = self.next_client(past=found[1].client_id if found else None)
        if isinstance(chosen, NoClient):
            return None
        return self.client_page(Shown(client_id=chosen.client_id, since=self.now), chosen)

    def next_client(self, past: int | None = None) -> Held | NoClient:
        """Whom to call next: the first at hand who may be contacted now, or why there is none.

        Args:
            past: a client to pass by.
        """
        opens: list[datetime] = []
        closed = unknown = False
        for held in self.to_call():
            if held.client_id == past or held.attempts_left == 0:
                continue
            if not self.timed(held):
                unknown = True
                continue
            client = self.client(held)
            permission = may_reach(client, self.now, for_client(client, self.settings))
            if permission.allowed:
                return held
            closed = True
            opens += [permission.until] if permission.until else []
        if closed:
            return NoClient(why="out_of_hours", until=min(opens, default=None))
        if unknown:
            return NoClient(why="clock_unknown")
        if self.link != "online":
            return NoClient(why="connecting" if self.link == "connecting" else "offline")
        waiting = meta.read(self.connection, meta.WAITING, Waiting)
        return NoClient(why=waiting.why, until=waiting.until) if waiting else NoClient(why="empty")

    def screenful(self) -> DeskPage:
        """Header and client: the one on the desk, else the one that comes next."""
        return self._screenful(self.on_desk())

    def first_screenful(self) -> DeskPage:
        """The same for a run that just begins: what is left over from the last one is passed by."""
        return self._screenful(None if self.left_over() else self.on_desk())

    def _screenful(self, found: tuple[Shown, Held] | None) -> DeskPage:
        if found is None:
            chosen = self.next_client()
            if isinstance(chosen, NoClient):
                return DeskPage(header=self.header(), page=chosen)
            found = Shown(client_id=chosen.client_id, since=self.now), chosen
        page = self.client_page(*found)
        return DeskPage(header=self.header(page.client), page=page)

    def client_page(self, shown: Shown, held: Held) -> ClientPage:
        """All that the panels show of a client at hand."""
        client = self.client(held)
        rules = for_client(client, self.settings)
        account = selected_account(client, shown, self.now, rules)
        about = account.id if account else None
        guidance = self.guidance(client, rules)
        instead = guidance.assigned.plan.script if guidance else ""
        phones = tuple(
            PhoneView(phone, may_call(client, phone, self.now, rules, about)) for phone in client.phones
        )
        return ClientPage(
            client=client,
            phones=phones,
            permission=may_contact(client, self.now, rules),
            script=documents.script(self.connection, client.id, self._overlay(client, "scripts"), instead),
            local_time=local_time(self.now, (client.zones or rules.default_zones)[0]),
            selected_phone=_selected_phone(client, shown, (view.permission.allowed for view in phones)),
            selected_account=about,
            care=care(client, self.now, rules),
            lease_until=held.until if self.alive(held) else self.deadlines.ended(held, self.now).until,
            callback_due=held.callback_due,
            searched=held.queue == SEARCH,
            guidance=guidance,
        )

    def chosen(self, client: Client, shown: Shown, rules: ContactParameters) -> tuple[Account | None, int]:
        """The account and the index of the phone that the next capture is about, if nothing is typed."""
        account = selected_account(client, shown, self.now, rules)
        about = account.id if account else None
        allowed = (may_call(client, phone, self.now, rules, about).allowed for phone in client.phones)
        return account, _selected_phone(client, shown, allowed)

    def header(self, client: Client | None = None) -> Header:
        """The top line; the portfolio is the client's, else all that the agent may work."""
        state = meta.read(self.connection, meta.STATE, State) or State("offline", self.now)
        unsent = backlog(self.connection)
        unread, urgent = inbox.unread(self.connection)
        return Header(
            agent=self.user.display_name or self.user.name,
            portfolio=client.portfolio if client else " · ".join(self.user.portfolios),
            link=self.link,
            waiting=unsent.waiting,
            state=state.state,
            state_since=state.since,
            figures=self.figures(),
            waiting_since=unsent.since,
            quarantined=unsent.quarantined,
            training=self.clock.set or bool(self.session and self.session.training),
            clock_note=self._clock_note(),
            zone=self.user.zone,
            level=self.user.level,
            unread=unread,
            urgent=urgent,
        )

    def figures(self) -> Figures:
        """The agent's own day."""
        return figures.of_day(self.connection, self.user, self.now)

    def _clock_note(self) -> str:
        if self.clock.start is not None:
            return tr(
                "training clock, started at {start}", start=self.clock.start.isoformat(timespec="minutes")
            )
        milliseconds = self.offset.total_seconds() * 1000
        if abs(milliseconds) > SKEW_SAID_MS:
            minutes = round(abs(milliseconds) / 60_000)
            return tr("this machine's clock and the hub's are {minutes} minutes apart", minutes=minutes)
        return ""


def selected_account(client: Client, shown: Shown, now: datetime, p: ContactParameters) -> Account | None:
    """The account that the next capture is about: the chosen one, else the first that may be called about."""
    accounts = client.accounts
    if len(accounts) < 2:
        return accounts[0] if accounts else None
    zone = (client.zones or p.default_zones)[0]
    free = free_debts(client, local_day(now, zone), zone, p)
    first = next((one for one in accounts if one.id in free), accounts[0])
    return next((one for one in accounts if one.id == shown.account_id), first)


def _selected_phone(client: Client, shown: Shown, allowed: Iterable[bool]) -> int:
    """Index of the chosen number, else of the first that may be called, else 0."""
    chosen = phone_id(client, shown.phone)
    for index, phone in enumerate(client.phones):
        if phone.id == chosen:
            return index
    return next((index for index, may in enumerate(allowed) if may), 0)
