"""What the receipts desk asks and orders about money: payments, what they pay, deposits, refunds."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from rules.questions import Done, Question
from rules.ready import ready
from rules.tables import Table
from rules.words import mark

KIND_WORDS = {
    "received": mark("received"),
    "applied": mark("applied"),
    "unapplied": mark("taken back"),
    "adjusted": mark("let go"),
    "unadjusted": mark("asked for again"),
    "moved_in": mark("moved here"),
    "moved_out": mark("moved away"),
    "refunded": mark("given back"),
    "returned": mark("bounced"),
}
"""Kind of an entry (`rules.books.ledger.KINDS`) to its words."""

STATE_WORDS = {
    "deposit": mark("in deposit"),
    "applied": mark("applied"),
    "given_back": mark("given back"),
    "moved": mark("moved"),
    "bounced": mark("bounced"),
    "before": mark("before the ledger"),
}
"""How a payment stands to its words; before: it was posted before there was a ledger."""

ORDER_WORDS = {"refund": mark("refund"), "transfer": mark("move to another account")}


class Payments(msgspec.Struct, frozen=True, kw_only=True):
    """Payments, those with a deposit first, then the newest; and the orders that wait for a second person."""

    payments: Table
    orders: Table


class PaymentsQuery(Question[Payments], frozen=True, kw_only=True):
    """GET /v1/payments. search: a reference, policy, policy/receipt, account or amount; "" = the newest."""

    PATH: ClassVar[str] = "/v1/payments"
    ANSWER: ClassVar[Any] = Payments

    search: str = ""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """A payment, what it pays now, and every entry of it: who, when, why."""

    account: str
    client: str
    reference: str
    amount: int
    currency: str
    state: str
    pays: Table
    entries: Table


class TraceQuery(Question[Trace], frozen=True, kw_only=True):
    """GET /v1/payments/{payment_id}."""

    PATH: ClassVar[str] = "/v1/payments/{payment_id}"
    ANSWER: ClassVar[Any] = Trace

    payment_id: int


class Why(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reason of an order."""

    why: str = ""


class Moving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where money goes. to: number of an account or policy; amount: minor units, 0 = all of it.

    instruction: folio of what the policyholder wrote, where it goes to another's account.
    """

    to: str
    why: str
    amount: int = 0
    instruction: str = ""


class Refunding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes back to who paid: minor units, 0 = all that is in deposit of the payment."""

    why: str
    amount: int = 0


class Deciding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the second person says: approve or deny; why is needed to deny."""

    verdict: str
    why: str = ""


class ApplyDeposit(Question[Done], frozen=True, kw_only=True):
    """POST /v1/payments/{payment_id}/apply: the payment's deposit pays what it can."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/payments/{payment_id}/apply"
    ANSWER: ClassVar[Any] = Done

    payment_id: int
    body: Why = Why()


class TakeBack(ApplyDeposit, frozen=True, kw_only=True):
    """POST /v1/payments/{payment_id}/take-back: what it pays goes back to deposit."""

    PATH: ClassVar[str] = "/v1/payments/{payment_id}/take-back"


class Bounce(ApplyDeposit, frozen=True, kw_only=True):
    """POST /v1/payments/{payment_id}/bounce: it did not hold."""

    PATH: ClassVar[str] = "/v1/payments/{payment_id}/bounce"


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of an order of money: its id while it waits for a second person, "" = it is done."""

    order: str


class Transfer(Question[Ordered], frozen=True, kw_only=True):
    """POST /v1/payments/{payment_id}/transfer: its money goes to another account."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/payments/{payment_id}/transfer"
    ANSWER: ClassVar[Any] = Ordered

    payment_id: int
    body: Moving


class AskRefund(Question[Ordered], frozen=True, kw_only=True):
    """POST /v1/payments/{payment_id}/refund: its deposit is to go back to who paid."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/payments/{payment_id}/refund"
    ANSWER: ClassVar[Any] = Ordered

    payment_id: int
    body: Refunding


class DecideMoney(Question[Done], frozen=True, kw_only=True):
    """POST /v1/money-orders/{order_id}: the second person approves or denies."""

    METHOD: ClassVar[str] = "POST"
    PATH: ClassVar[str] = "/v1/money-orders/{order_id}"
    ANSWER: ClassVar[Any] = Done

    order_id: str
    body: Deciding


ready(Payments, Trace, Why, Moving, Refunding, Deciding, Ordered)
