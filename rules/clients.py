"""The client as an agent sees one: accounts, policies, phones, history, promises.

These values are also the wire form: the hub sends a `Client` with each lease as JSON
and the workstation keeps that JSON, so field names are part of the protocol. Adding a
field with a default is compatible; renaming or removing one is not.

Money is integer minor units beside the currency of its account. Instants are aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rules.backoffice.asks import Ask
from rules.books.received import Received
from rules.companies import Company
from rules.contracts import Contract
from rules.debit.mandates import Mandate
from rules.facts import Terms
from rules.insurance.policies import Policy
from rules.paying.intents import Intent
from rules.ready import ready
from rules.wire import Wire


class Phone(Wire, frozen=True):
    """A phone of the client.

    number: E.164. label: mobile, home, work, reference. status: one of the phone
    statuses of the trade (por_validar, validado_titular, equivocado, fuera_servicio...).
    use: collect, validate or none. zone: IANA zone that the number's prefix suggests.
    source: who gave it (entidad, titular, aval, tercero, buro, publico). consents: what the
    client said about a medium (call, sms, whatsapp, autodial...); absent = nothing said.
    last_result, last_at: the newest call on it.
    """

    id: str
    number: str
    label: str = "mobile"
    status: str = "por_validar"
    use: str = "collect"
    zone: str | None = None
    source: str = "entidad"
    consents: dict[str, bool] = {}
    first_seen: date | None = None
    last_result: str = ""
    last_at: datetime | None = None


class Email(Wire, frozen=True):
    """An e-mail address of the client: fields as in `Phone`."""

    id: str
    address: str
    status: str = "por_validar"
    use: str = "collect"
    label: str = ""
    source: str = "entidad"
    consents: dict[str, bool] = {}
    first_seen: date | None = None


class Address(Wire, frozen=True):
    """A postal address of the client: fields as in `Phone`; text is one line."""

    id: str
    text: str
    status: str = "por_validar"
    use: str = "collect"
    label: str = ""
    source: str = "entidad"
    zone: str | None = None
    consents: dict[str, bool] = {}
    first_seen: date | None = None


class PointChange(Wire, frozen=True):
    """One change of a contact point; id is the fact's. was, became: values as text, "" = none."""

    id: str
    at: datetime
    point: str
    action: str
    was: str = ""
    became: str = ""
    agent: str = ""
    source: str = ""


class Case(Wire, frozen=True):
    """A record that a result opened; id is that fact's.

    kind: dispute, fraud, referral, cancellation, claim, attorney, deceased, cease, hardship.
    due: last day to answer by `clock` (name of the parameter behind it), None = no clock.
    amount: what is on hold for it, minor units. tier: T1 or T2 of a cancellation.
    destination: where it was referred to. reason: why it was not paid; for a cease, the medium.
    outcome, closed, answer: how it ended, when and with which words, while status is closed.
    """

    id: str
    kind: str
    opened: datetime
    account_id: int | None = None
    status: str = "open"
    due: date | None = None
    clock: str = ""
    amount: int = 0
    currency: str = ""
    tier: str = ""
    destination: str = ""
    reason: str = ""
    reference: str = ""
    party: str = ""
    note: str = ""
    agent: str = ""
    outcome: str = ""
    closed: datetime | None = None
    answer: str = ""


class Request(Wire, frozen=True):
    """A request for approval; id is the fact's.

    status: open, approved, denied, countered, used, withdrawn, expired. counter: the terms
    that the lead offers instead. level: the lowest that may grant the terms.
    """

    id: str
    account_id: int
    terms: Terms
    asked: datetime
    agent: str
    level: str
    status: str = "open"
    reason: str = ""
    note: str = ""
    answered: datetime | None = None
    answered_by: str = ""
    answer_note: str = ""
    counter: Terms | None = None


class Agreement(Wire, frozen=True):
    """A written agreement; id is the id of the result that made it.

    status: issued (written, not handed over), delivered (now agreed), void (a newer one took its
    place; one that was taken back is in no client's document).
    text: as it was issued, "" until the hub has issued it; digest: SHA-256 of it.
    """

    id: str
    account_id: int
    made: datetime
    terms: Terms
    folio: str
    agent: str = ""
    status: str = "issued"
    delivered: datetime | None = None
    medium: str = ""
    digest: str = ""
    text: str = ""


class Inconsistency(Wire, frozen=True):
    """Data that can't be right: found by a check (agent "") or reported by an agent.

    issue: one of `rules.inconsistencies.ISSUES`. status: open, closed. evidence: what shows
    it, as text. owner: the lead who looks after it.
    """

    id: str
    issue: str
    found: datetime
    account_id: int | None = None
    evidence: str = ""
    note: str = ""
    agent: str = ""
    owner: str = ""
    status: str = "open"


class Task(Wire, frozen=True):
    """Something to be done about the client by a day.

    kind: reminder, deliver_agreement, copy_to_lender, verify_payment, skip_trace, validation_notice,
    follow_case, cfdi_difference. status: open, done. agent: whose it is, "" = anyone's.
    """

    id: str
    kind: str
    due: date
    account_id: int | None = None
    about: str = ""
    note: str = ""
    agent: str = ""
    status: str = "open"
    outcome: str = ""


class Detail(Wire, frozen=True):
    """One labelled line of a product's own sheet (plan, sales room, guarantor...).

    key is an English snake_case name that the screen translates; value is clean text.
    """

    key: str
    value: str


class Account(Wire, frozen=True):
    """One debt of the client.

    product: card, loan, sme, insurance, timeshare. status: open, paid, charged_off,
    closed. days: days past due on the day the document was made (`as_of` of the client);
    the bucket is derived from it. overdue: what brings the account current; total:
    payoff; minimum: minimum payment. components: payoff by component, name to minor
    units, in the order of the payment hierarchy. flags: what stops or limits contact about it
    (bankruptcy, concurso, court_order, attorney, deceased, scra, pagare). servicing: the
    servicing account of student loans; those with the same one are one debt to the limits on calls.
    deposit: money received for it that pays nothing yet (prima en depósito, saldo a favor). contract,
    company: the sheets of a timeshare contract and of a company's credit.
    """

    id: int
    product: str
    number: str
    currency: str
    overdue: int
    total: int
    minimum: int = 0
    status: str = "open"
    name: str = ""
    portfolio: str = ""
    creditor: str = ""
    oldest_due: date | None = None
    days: int = 0
    bucket: str = "B0"
    disputed: int = 0
    components: dict[str, int] = {}
    details: tuple[Detail, ...] = ()
    flags: tuple[str, ...] = ()
    servicing: str = ""
    deposit: int = 0
    contract: Contract | None = None
    company: Company | None = None


class HistoryEntry(Wire, frozen=True):
    """One past action on the client: a call result, a payment, a letter, a system event.

    id is the fact's id. code is a catalogue code, or PAGO for a payment received. status
    tells the fate of a promise (open, kept, partial, broken, cancelled) or "retracted".
    """

    id: str
    at: datetime
    code: str
    agent: str = ""
    account_id: int | None = None
    amount: int | None = None
    currency: str = ""
    due: date | None = None
    channel: str | None = None
    reason: str | None = None
    phone: str | None = None
    note: str = ""
    status: str = ""


class Promise(Wire, frozen=True):
    """A promise to pay: made on a day, due on a day, kept within the grace days.

    status: open, kept, partial, broken, cancelled. receipts: ids of the premium receipts that it
    is to pay, () = whatever is due first.
    """

    id: str
    account_id: int
    made: datetime
    due: date
    amount: int
    currency: str
    status: str = "open"
    channel: str | None = None
    paid: int = 0
    agent: str = ""
    receipts: tuple[int, ...] = ()


class Callback(Wire, frozen=True):
    """A call that the client asked for, at an instant; agent None = anyone."""

    id: str
    due_at: datetime
    agent: str | None = None
    phone: str | None = None
    note: str = ""


class Attempt(Wire, frozen=True):
    """One past call attempt, as the contact rules count it.

    counted: it uses up an attempt (flag A in Mexico, flag 7 in the US). conversation:
    the debt was discussed with the right party (flag V). account_id: the debt that it was
    about, None = it counts for every debt of the client.
    """

    at: datetime
    counted: bool = True
    conversation: bool = False
    phone: str | None = None
    account_id: int | None = None


class Client(Wire, frozen=True):
    """Everything an agent needs for one client, as of one instant.

    country: MX or US, decides the contact rules. zones: every IANA zone that phone,
    address or declaration suggest; all must allow a call. hold_until/hold_reason and
    do_not_contact stop contact. language: es or en, the language to speak.
    rules: contact parameters by which the portfolio overrides the defaults, name to value.
    score: the queue's score; score_parts: what it is made of, name to points, in the
    order of their weight, so that a screen can say why this client is next.
    rules_version: version of the contact parameters in `rules`, "" = the defaults alone.
    suits: local hours in which calls suit, as "HH:MM-HH:MM", "" = any allowed one.
    stopped_media: media that the client asked to stop (call, sms, whatsapp, email, mail).
    ref: the client's identity in the feeding system, which draws the arm of a strategy.
    asks: what was asked of the back office. mandates: by what may be charged automatically. intents:
    payments under way by terminal or link. received: the newest payments, and what they paid.
    """

    id: int
    name: str
    country: str
    zones: tuple[str, ...]
    as_of: datetime
    version: int = 1
    kind: str = "person"
    language: str = "es"
    tax_id: str = ""
    national_id: str = ""
    born: date | None = None
    state: str = ""
    address: str = ""
    portfolio: str = ""
    treatment: str = ""
    firm: str = ""
    do_not_contact: bool = False
    hold_until: datetime | None = None
    hold_reason: str = ""
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    accounts: tuple[Account, ...] = ()
    policies: tuple[Policy, ...] = ()
    promises: tuple[Promise, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    history_total: int = 0
    rules: dict[str, Any] = {}
    score: int = 0
    score_parts: dict[str, int] = {}
    rules_version: str = ""
    suits: str = ""
    stopped_media: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    point_changes: tuple[PointChange, ...] = ()
    cases: tuple[Case, ...] = ()
    requests: tuple[Request, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    inconsistencies: tuple[Inconsistency, ...] = ()
    tasks: tuple[Task, ...] = ()
    ref: str = ""
    asks: tuple[Ask, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    intents: tuple[Intent, ...] = ()
    received: tuple[Received, ...] = ()


ready(Client)
