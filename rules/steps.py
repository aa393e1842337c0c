"""What offers are made from and what they are: the step, the scene, the offer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from rules import demand
from rules.authority import Authority
from rules.capacity import Capacity
from rules.clients import Account, Client
from rules.demand import payable
from rules.facts import Terms
from rules.rates import WHOLE


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of offer with its parameters, as the data names them.

    channel: how it is to be paid, "" = not said. count, rhythm, down: of a plan; down is a
    share of the amount. months: how far a deferral goes. of, part: what share of whose
    largest waiver is offered. since: the first bucket in which it is made. line: the capture
    of a step without money.
    """

    kind: Literal[
        "full",
        "date",
        "minimum",
        "two_payments",
        "plan",
        "waiver",
        "deferral",
        "restructure",
        "remedial",
        "refer",
    ]
    es: str
    en: str
    channel: str = ""
    count: int = 1
    rhythm: Literal["q", "m", "w"] = "q"
    down: int = 0
    months: int = 0
    of: str = ""
    part: int = WHOLE
    since: str = msgspec.field(name="from", default="B0")
    line: str = ""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What offers are made from; see `rules.negotiation.ladder`."""

    client: Client
    account: Account
    authority: Authority
    rates: dict[str, int]
    today: date
    level: str
    reason: str
    capacity: Capacity | None
    last_promise: date | None
    language: str

    @property
    def due(self) -> int:
        """What brings the account current, without what is in dispute."""
        return min(demand.due(self.account), payable(self.account))


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One offer, ready to be made; money in minor units of the terms' currency.

    words: what it is called, Spanish and English. line: the capture that takes it. level: the
    lowest that may grant it; within: the agent's own reaches it. covers: the debt that it
    pays or settles: to_pay + waived - interest. interest: what a restructure adds. percent:
    share of `covers` that is waived, two decimals. notes: beyond_grace, above_capacity,
    no_principal_waiver (the bucket allows none), before_pay_day. request_id, granted_by: of
    the request that was granted these terms.
    """

    words: tuple[str, str]
    terms: Terms
    line: str
    level: str
    within: bool
    covers: int = 0
    interest: int = 0
    percent: Decimal = Decimal(0)
    notes: tuple[str, ...] = ()
    request_id: str | None = None
    granted_by: str = ""
