"""What hub and workstation say to each other, as values: one definition for both ends.

Paths and meaning: docs/protocol.md. All bodies are JSON, all instants aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from rules.clients import Account, Case, Client, Request
from rules.desk import AgendaItem
from rules.facts import Event, EventResult, Terms
from rules.messages import Message
from rules.ready import ready


class SignIn(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """POST /v1/session.

    code: the six digits of the second factor, "" = none asked for yet. label: what the device is
    called, for the list of devices.
    """

    user: str
    password: str
    device: str
    code: str = ""
    label: str = ""


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in. Goals in minor units of `currency`; 0 = none set.

    level: authority to grant terms, a name of `rules.authority.LEVELS`.
    required_minutes: least connection time of a day, 0 = none set.

    zone: IANA zone that decides which day a figure counts for.
    """

    id: int
    name: str
    display_name: str
    role: str
    portfolios: tuple[str, ...] = ()
    language: str = "es"
    currency: str = "MXN"
    daily_goal: int = 0
    monthly_goal: int = 0
    zone: str = "America/Mexico_City"
    level: str = "agent"
    required_minutes: int = 0


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of sign-in and refresh. training: the store is marked as training.

    device_secret: opens the device's own store (base64 of 32 bytes); with sign-in alone, and never
    for a device that was revoked.
    """

    access_token: str
    expires_at: datetime
    refresh_token: str
    user: User
    server_time: datetime
    training: bool = False
    device_secret: str = ""


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/session/refresh."""

    refresh_token: str


class LeaseRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """POST /v1/leases. want: 1 to 50 clients to hold in all; request_id: a UUID.

    queue: "" = clients to call, "search" = clients without a usable number, to be searched for.
    client_id: this very client, None = whoever is next; then nothing but its lease comes, or
    why not and until when (`Leases.waiting`: a contact rule, taken, promise, or a placement's why).
    offline: for working without a link: leases for hours, with the contact rights of each.
    """

    want: int
    request_id: str
    device: str
    queue: str = ""
    client_id: int | None = None
    offline: bool = False


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A client held by one device until `expires_at`; token grows with each lease.

    callback_due: set when the client is handed out because a callback is due then. queue,
    offline: as in the request. attempts_left: calls that may be made under an offline lease, None =
    the rules set no number.
    """

    lease_id: str
    token: int
    expires_at: datetime
    client: Client
    callback_due: datetime | None = None
    queue: str = ""
    offline: bool = False
    attempts_left: int | None = None


class Leases(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/leases.

    waiting: why fewer came than were wanted, as a code (empty, out_of_hours);
    waiting_until: when that may change.
    """

    leases: tuple[Lease, ...]
    server_time: datetime
    waiting: str | None = None
    waiting_until: datetime | None = None


class Renewal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/leases/renew: the leases to extend, id to token."""

    leases: dict[str, int]


class Renewed(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of renew: new expiry of each lease still held; the others are gone."""

    expires: dict[str, datetime]
    gone: tuple[str, ...]
    server_time: datetime


class EventBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/events: at most 100 events of one device, in the order of their numbers."""

    device: str
    events: tuple[Event, ...]


class EventResults(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/events: one result for each event, in the same order."""

    results: tuple[EventResult, ...]
    server_time: datetime


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something changed at the centre.

    entity: client, user, catalogue... `client` holds the new document when the reader
    holds that client's lease; `message` what was written to the reader. deleted: it left the
    reader's scope.
    """

    entity: str
    id: str
    version: int
    deleted: bool = False
    client: Client | None = None
    message: Message | None = None


class DayFigures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent's day as the centre counts it.

    day: the agent's own day. at: as of when. seq: the highest number among the facts of the
    asking workstation that are counted. promised, recovered, recovered_month, goal,
    goal_month: minor units of `currency`. connected, required: seconds of connection time.
    working: the connection time goes on at `at`. hours: touches in each hour of the day (24),
    () = none.
    """

    day: date
    at: datetime
    currency: str
    seq: int = 0
    touches: int = 0
    contacts: int = 0
    rpc: int = 0
    promises: int = 0
    promised: int = 0
    recovered: int = 0
    recovered_month: int = 0
    goal: int = 0
    goal_month: int = 0
    connected: int = 0
    required: int = 0
    working: bool = False
    hours: tuple[int, ...] = ()


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/changes; `cursor` is opaque, `more` = ask again at once.

    day: the reader's own day as a lead sees it, with the last page. scope: names of the portfolios
    that the reader may see, () = all, None = not told; what is kept of clients of others goes.
    """

    changes: tuple[Change, ...]
    cursor: str
    more: bool
    server_time: datetime
    day: DayFigures | None = None
    scope: tuple[str, ...] | None = None


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Rules of one portfolio as data, in one version: what differs from the house's.

    kind: results, scripts, contact or negotiation. text: TOML (see docs/configuration.md).
    In force from `since` until a higher version's.
    """

    portfolio: str
    kind: str
    version: int
    since: datetime
    text: str


class Rulebooks(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/rulebooks: those of the reader's portfolios, every version that may still hold."""

    books: tuple[Rulebook, ...]
    server_time: datetime


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /v1/agenda: what the reader has to see to, wherever the clients are.

    seq: the highest number among the facts of the asking workstation that are in it. covers: names of
    absent colleagues for whom the reader stands in; their items are among them.
    """

    items: tuple[AgendaItem, ...]
    seq: int
    server_time: datetime
    covers: tuple[str, ...] = ()


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """Live figures of one portfolio, strategy ("" = none holds) and bucket.

    pending: ready to be called now or later today; leased: on an agent's desk; waiting:
    will come back by itself (retry, callback, promise check); untouched: of those pending
    and waiting, whom nobody has worked today. unlocatable: owe, but have no number to call;
    in none of the others. Money in minor units of `currency`. trend: touches in each hour
    of the day (24), () = none. opens, closes: minutes of the day in `zone` between which clients are
    called today, both 0 = not today. directive: "hold" or "first" while a lead wants it so.
    """

    portfolio: str
    bucket: str
    strategy: str = ""
    currency: str
    pending: int = 0
    leased: int = 0
    waiting: int = 0
    untouched: int = 0
    unlocatable: int = 0
    worked: int = 0
    contacted: int = 0
    rpc: int = 0
    promised: int = 0
    promised_amount: int = 0
    recovered_amount: int = 0
    goal: int = 0
    trend: tuple[int, ...] = ()
    zone: str = ""
    opens: int = 0
    closes: int = 0
    directive: str = ""


class AgentRow(msgspec.Struct, frozen=True, kw_only=True):
    """Live figures of one agent today. since: start of the present state.

    client: masked label of the client on the desk. connected: a session is alive.
    connected_seconds: connection time of the day by `Stats.at`, working: it goes on;
    required_seconds: its minimum, 0 = none set. kept, matured: promises that fell due this
    month, and those of them that were kept.
    """

    name: str
    display_name: str
    state: str
    since: datetime
    currency: str
    team: str = ""
    client: str = ""
    touches: int = 0
    contacts: int = 0
    rpc: int = 0
    promises: int = 0
    promised_amount: int = 0
    recovered_amount: int = 0
    goal: int = 0
    last_code: str = ""
    last_at: datetime | None = None
    connected: bool = True
    connected_seconds: int = 0
    required_seconds: int = 0
    working: bool = False
    kept: int = 0
    matured: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/requests/{id}/answer: what a lead says to a request for approval.

    verdict: approve, deny or counter. terms: of a counter-offer, the sum and its payments;
    what is waived is worked out anew at the centre. note: a word to the agent.
    """

    verdict: str
    terms: Terms | None = None
    note: str = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of POST /v1/requests/{id}/answer: the request's status from now on."""

    id: str
    status: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an approval is about: the request, and the debt without its owner's data.

    account: number masked, no sheet. country: whose rules and ways of writing hold.
    """

    request: Request
    account: Account
    country: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a lead.

    kind: broken_promise, breach, conflict, late, refused, needs_lead (passed over by an agent);
    approval: asked is what it is about; inconsistency: evidence is what shows it, note what the
    agent says, owner who looks after it ("" = nobody yet), agent "" = found by a check;
    case_due: case is the case whose term is over; refused: fact is what the hub did not take;
    unassigned, no_next_action: n clients of a portfolio lack an owner or a next step, since `at`.
    """

    id: str
    kind: str
    at: datetime
    agent: str
    client: str
    amount: int = 0
    currency: str = ""
    reason: str = ""
    asked: Asked | None = None
    owner: str = ""
    evidence: str = ""
    note: str = ""
    case: Case | None = None
    fact: Event | None = None
    portfolio: str = ""
    n: int = 0


LIVING = ("approval", "inconsistency", "case_due", "unassigned", "no_next_action")
"""Kinds of decisions that end with the record that they are about; the others once they were seen."""


class CaseClosing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/cases/{id}/close. outcome: one of `rules.cases.OUTCOMES`; note: for the agent."""

    outcome: str
    note: str = ""


class InconsistencyCare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/inconsistencies/{id}: the name of its owner, or status "closed" with a note."""

    owner: str = ""
    status: str = ""
    note: str = ""


class ReviewClosing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/reviews/{id}/close: it was seen. note: a word on what was done about it."""

    note: str = ""


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/stats and the stream's `stats` messages: one whole snapshot.

    number grows with each change; equal number = equal figures. hours: promises, contacts
    and touches by hour of the day (24 each) for the trend lines.
    """

    number: int
    at: datetime
    queue: tuple[QueueRow, ...]
    agents: tuple[AgentRow, ...]
    decisions: tuple[Decision, ...]
    touches_by_hour: tuple[int, ...] = ()
    contacts_by_hour: tuple[int, ...] = ()
    promises_by_hour: tuple[int, ...] = ()


class StatsChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The stream's `change` messages: what differs from the snapshot numbered `since`.

    queue, agents, decisions: rows that are new or changed, whole. gone_*: keys of rows that are no
    more: (portfolio, strategy, bucket), names, ids. *_by_hour: None = as before.
    """

    since: int
    number: int
    at: datetime
    queue: tuple[QueueRow, ...] = ()
    agents: tuple[AgentRow, ...] = ()
    decisions: tuple[Decision, ...] = ()
    gone_queue: tuple[tuple[str, str, str], ...] = ()
    gone_agents: tuple[str, ...] = ()
    gone_decisions: tuple[str, ...] = ()
    touches_by_hour: tuple[int, ...] | None = None
    contacts_by_hour: tuple[int, ...] | None = None
    promises_by_hour: tuple[int, ...] | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error answer, RFC 9457 (application/problem+json). code names it for machines.

    instance: ``urn:agent-tui:request:ID``, whose id is that of the hub's log.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str = ""


ready(Session, tuple[Rulebook, ...])

SPOKEN = (
    SignIn,
    Refresh,
    LeaseRequest,
    Leases,
    Renewal,
    Renewed,
    EventBatch,
    EventResults,
    Changes,
    Agenda,
    Answer,
    Answered,
    Rulebooks,
    Stats,
    StatsChange,
    Problem,
)
"""Bodies and answers: whoever speaks to the other side makes them `ready` first."""
