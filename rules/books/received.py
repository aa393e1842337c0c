"""Money received, and what each payment paid: the trace from a payment to receipt or component."""

from __future__ import annotations

from datetime import datetime

from rules.wire import Wire


class Part(Wire, frozen=True):
    """What a payment paid: a receipt (its id and number) or a component of a credit; minor units."""

    amount: int
    receipt_id: int | None = None
    receipt: int = 0
    component: str = ""


class Received(Wire, frozen=True):
    """A payment. parts: what it pays now. deposit: what of it pays nothing yet.

    status: standing, reversed (it came back), moved (all of it pays another account now).
    """

    id: int
    account_id: int
    at: datetime
    amount: int
    currency: str
    channel: str = ""
    reference: str = ""
    parts: tuple[Part, ...] = ()
    deposit: int = 0
    refunded: int = 0
    moved: int = 0
    status: str = "standing"
