"""Requests to the back office: what may be asked, what it comes to, who may answer, and by when.

Desk and centre work a request out alike, each from the policy as it knows it; what counts is what
the centre makes of it when it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

import msgspec

from rules import folios
from rules.backoffice.ask_figures import figures
from rules.backoffice.asks import (
    Ask,
    Asked,
    Cancellation,
    ChannelChange,
    ClaimOffset,
    Endorse,
    FrequencyChange,
    Rehabilitation,
)
from rules.backoffice.calculations import (
    METHODS,
    Figures,
    NoFigures,
)
from rules.backoffice.facts import AskBody
from rules.backoffice.settling_up import SCOPES
from rules.calendars import add_business_days
from rules.clients import Account, Client
from rules.debit.channel_changes import check_channel, masked
from rules.debit.mandates import CHANNELS
from rules.insurance.lapse_costs import MODES
from rules.insurance.policies import Policy
from rules.insurance.receipts import INSTALMENTS
from rules.problems import Problem
from rules.text import find_card_code, find_pan
from rules.zones import local_day, local_time

PREFIX = "SO"
"""How folios of requests begin."""

SERVICE_DAYS = {
    "channel": 2,
    "frequency": 2,
    "rehabilitation": 1,
    "cancellation": 5,
    "claim_offset": 5,
    "endorsement": 5,
}
"""Kind to the business days in which it is to be done (house values)."""

MAY_GIVE_BACK: dict[str, int | None] = {"backoffice": 10_000_00, "lead": 50_000_00, "admin": None}
"""Role to the most that it may grant to give back or set off, in minor units; None = any amount."""

VERDICTS = {"approve": "approved", "deny": "denied", "fail": "failed"}
"""What may be answered, and the request's status after it."""

MOVES = {
    "open": frozenset({"approved", "denied", "withdrawn"}),
    "approved": frozenset({"done", "failed", "withdrawn"}),
}
"""What may become of a request; a status that is not here is its last."""

WAITING = frozenset(MOVES)
"""Statuses in which something is still to be done."""

DOUBTFUL = frozenset({"bad_ask", "office_only", "unknown_policy"})
"""Problems for which a request is not kept whoever sends it."""


def folio(ask_id: str) -> str:
    """The folio of a request, such as ``SO-4K7Q2-M9XTB``; its last character checks the others."""
    return folios.made(PREFIX, ask_id)


def due_day(kind: str, asked_on: date, country: str) -> date:
    """The last day on which a request is to be done."""
    return add_business_days(asked_on, SERVICE_DAYS[kind], country)


def kind_of(asked: Asked) -> str:
    """The kind of a request, a name of `rules.backoffice.asks.KINDS`."""
    return str(asked.__struct_config__.tag)


def check(body: AskBody, client: Client, now: datetime) -> Iterator[Problem]:
    """What forbids a request of an agent.

    Codes: unknown_account, unknown_policy, office_only (endorsements are entered by the back office),
    bad_ask (values that no desk offers), card_number_in_note, card_code_in_note, ask_open (one of its kind
    at a time for an account), and those of `rules.backoffice.ask_figures.figures`.
    """
    account = next((one for one in client.accounts if one.id == body.account_id), None)
    if account is None:
        yield Problem("unknown_account", {"account": str(body.account_id)})
        return
    policy = policy_of(client, account, body.policy_id)
    if policy is None:
        yield Problem("unknown_policy")
        return
    if isinstance(body.asks, Endorse):
        yield Problem("office_only")
    if not is_sound(body.asks):
        yield Problem("bad_ask")
        return
    yield from _card(body.asks)
    if isinstance(body.asks, ChannelChange):
        yield from check_channel(body.asks, client, policy)
    kind = kind_of(body.asks)
    if any(
        one.account_id == account.id and one.status in WAITING and kind_of(one.asks) == kind
        for one in client.asks
    ):
        yield Problem("ask_open")
    try:
        figures(body.asks, policy, local_time(now, zone_of(client)))
    except NoFigures as error:
        yield Problem(error.code)


def policy_of(client: Client, account: Account, policy_id: int | None) -> Policy | None:
    """The policy that a request is about: the one named, else the account's."""
    return next(
        (
            one
            for one in client.policies
            if one.account_id == account.id and (policy_id is None or one.id == policy_id)
        ),
        None,
    )


def is_sound(asked: Asked) -> bool:
    """Whether a request has values of its kind at all."""
    match asked:
        case ChannelChange():
            return asked.to in CHANNELS and asked.limit >= 0
        case FrequencyChange():
            return asked.to in INSTALMENTS
        case Rehabilitation():
            return asked.mode in MODES and asked.amount >= 0
        case Cancellation():
            return asked.method in METHODS
        case ClaimOffset():
            return asked.scope in SCOPES and 0 <= asked.deductible <= asked.gross and asked.gross > 0
        case Endorse():
            return bool(asked.what.strip())


def _card(asked: Asked) -> Iterator[Problem]:
    """A CLABE is a long number by nature, and checked by its own digit."""
    values = (getattr(asked, name) for name in asked.__struct_fields__ if name != "clabe")
    texts = [value for value in values if isinstance(value, str)]
    if any(find_pan(text) for text in texts):
        yield Problem("card_number_in_note")
    elif any(find_card_code(text) for text in texts):
        yield Problem("card_code_in_note")


def told(body: AskBody, found: Figures) -> AskBody:
    """A request with what the client was told that it comes to; the centre may come to another amount."""
    if not isinstance(body.asks, Cancellation | ClaimOffset):
        return body
    asked = msgspec.structs.replace(body.asks, amount=found.amount)
    return msgspec.structs.replace(body, asks=asked)


def apply(client: Client, fact_id: str, body: AskBody, at: datetime, agent: str) -> Client:
    """The client with the request open, and what it comes to as far as it is known here."""
    account = next((one for one in client.accounts if one.id == body.account_id), None)
    if account is None:
        return client
    policy = policy_of(client, account, body.policy_id)
    zone = zone_of(client)
    found = Figures(amount=0, steps=())
    if policy is not None:
        with suppress(NoFigures):  # without the receipts at hand; the centre has its own
            found = figures(body.asks, policy, local_time(at, zone))
    asked = Ask(
        id=fact_id,
        folio=folio(fact_id),
        account_id=account.id,
        policy_id=policy.id if policy else None,
        asked=at,
        asks=shown(body.asks),
        agent=agent,
        note=body.note,
        amount=found.amount,
        currency=account.currency,
        steps=found.steps,
        due=due_day(kind_of(body.asks), local_day(at, zone), client.country),
    )
    return msgspec.structs.replace(client, asks=(*client.asks, asked))


def shown(asked: Asked) -> Asked:
    """What is asked as it may be shown and sent: no account number, no token."""
    return masked(asked) if isinstance(asked, ChannelChange) else asked


def may_grant(role: str, amount: int, *, gives: bool) -> bool:
    """Whether a role may grant an amount that is given back or set off; what is only paid, anybody may."""
    if role not in MAY_GIVE_BACK:
        return False
    most = MAY_GIVE_BACK[role]
    return not gives or most is None or abs(amount) <= most


def gives(asked: Asked, amount: int) -> bool:
    """Whether a request takes money from the insurer: given back, or set off against a claim."""
    return amount < 0 or isinstance(asked, ClaimOffset)


def zone_of(client: Client) -> str:
    """The zone of a policy's days: its client's own."""
    return client.zones[0] if client.zones else "UTC"
