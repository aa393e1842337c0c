"""What the desk shows and answers, as values: one whole screenful and its parts.

The local store makes them, the screens draw them; neither needs to know the other.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from rules.clients import Account, Client, HistoryEntry, Phone
from rules.contact import Permission
from rules.facts import Event
from rules.messages import Message
from rules.scripts import Script

if TYPE_CHECKING:
    from rules.strategies.assigning import Assigned


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's own day, from own facts: equal to what the lead sees.

    promised, recovered, goal: minor units of `currency`. hours: touches in each hour of
    the working day so far, for the small trend line.
    """

    currency: str
    touches: int = 0
    contacts: int = 0
    rpc: int = 0
    promises: int = 0
    promised: int = 0
    recovered: int = 0
    goal: int = 0
    hours: tuple[int, ...] = ()


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The top line.

    link: online, offline, connecting, refused (must sign in again), revoked (this workstation may
    not be used any more).
    waiting: facts not yet answered by the hub, the oldest since `waiting_since`.
    quarantined: facts that the hub refused and nobody has decided about. training: the clock or
    the store is for training, said on the screen. clock_note: why the clock is not today's, "" if it is.
    zone: IANA zone of the agent's own hours, "" = that of the machine. level: the agent's
    authority to grant terms. unread: messages to the agent; urgent: the newest urgent one of them.
    """

    agent: str
    portfolio: str
    link: str
    waiting: int
    state: str
    state_since: datetime
    figures: Figures
    waiting_since: datetime | None = None
    quarantined: int = 0
    training: bool = False
    clock_note: str = ""
    zone: str = ""
    level: str = "agent"
    unread: int = 0
    urgent: Message | None = None


class PhoneView(msgspec.Struct, frozen=True):
    """A phone and whether it may be called now, with the rule that says so."""

    phone: Phone
    permission: Permission


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """What the strategy in force says of the client on the desk.

    tried: calls of the client's day so far.
    """

    assigned: Assigned
    tried: int = 0


class ClientPage(msgspec.Struct, frozen=True, kw_only=True):
    """The client on the desk and all that the panels show about it.

    local_time: the client's own time when the page was made (zone of the first zone).
    selected_phone: index in `phones` of the number that is being called.
    selected_account: id of the account that the next capture is about.
    lease_until: when the client goes back to the queue if nothing happens; in the past =
    it has gone back already, and what is saved now counts as late.
    callback_due: set when the client is here because a callback is due. care: what has to be
    known before the client is called, where the contact rules warn of something. searched:
    the client is here to be searched for, since none of its numbers may be called. guidance: of the
    strategy in force, None = none is.
    """

    client: Client
    phones: tuple[PhoneView, ...]
    permission: Permission
    script: Script | None
    local_time: datetime
    selected_phone: int = 0
    selected_account: int | None = None
    lease_until: datetime | None = None
    callback_due: datetime | None = None
    care: tuple[Permission, ...] = ()
    searched: bool = False
    guidance: Guidance | None = None


class NoClient(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing to show: why (empty, out_of_hours, connecting, offline, clock_unknown) and until when."""

    why: str
    until: datetime | None = None


class DeskPage(msgspec.Struct, frozen=True, kw_only=True):
    """One whole screenful: header and the client, or the reason why there is none."""

    header: Header
    page: ClientPage | NoClient


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A fact is durable; `fact_id` names it and `desk` is what to show next."""

    fact_id: str
    desk: DeskPage


class PutAside(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the hub refused, whole, until somebody has decided about it.

    reason: the hub's code. client: the name, "" = of nobody, or not known here any more.
    held_back: later facts of the client that wait for this one. let_go: why the agent gave it up,
    one of `LET_GO`, "" = not decided.
    """

    event: Event
    reason: str
    refused_at: datetime
    client: str = ""
    held_back: int = 0
    let_go: str = ""


class KeptMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is kept here.

    mine: the agent wrote it; its `writer_name` is then to whom, "" = to whoever leads the agent.
    waiting: the hub has still to get it. refused: the hub did not take it.
    """

    message: Message
    mine: bool = False
    waiting: bool = False
    refused: bool = False

    @property
    def read(self) -> bool:
        """Whether the agent has read it, or wrote it."""
        return self.message.read_at is not None


class OfflineBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Clients that this workstation holds for working without a link, and until when at the latest.

    clients: 0 = they have been given back, or there was nobody to be had.
    """

    clients: int
    until: datetime | None = None


LET_GO = ("captured_again", "mistake", "told_lead", "other")
"""Why an agent gives up a fact that the hub refused."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was saved. code and params give the words (see `widgets.wording`)."""

    code: str
    params: dict[str, str] = {}


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something due: kind is one of `rules.agenda.KINDS`.

    at: when, in the client's own `zone`; what is due on a day (`due`) has all of it. amount:
    what is missing of a promise. status, remind_on: of a promise, and from which day on it is
    a reminder (None = never). about: kind of a task, or the note of a callback. here: the
    client is held by this workstation and can be opened at once. agent: the absent colleague whose it
    is, "" = it is the reader's own.
    """

    kind: str
    client_id: int
    client: str
    at: datetime
    id: str = ""
    zone: str = "UTC"
    due: date | None = None
    status: str = ""
    remind_on: date | None = None
    account: Account | None = None
    amount: int = 0
    currency: str = ""
    about: str = ""
    here: bool = False
    agent: str = ""

    @property
    def fact_id(self) -> str:
        """The fact that it comes from; the payments of a plan come from one."""
        return self.id.partition(":")[0]


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some entries of the history that match a filter, newest first, and how many do."""

    entries: tuple[HistoryEntry, ...]
    matching: int
    offset: int
