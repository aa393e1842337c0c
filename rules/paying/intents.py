"""Payments under way: by a card terminal (TPV) or a payment link, from the wish to the money."""

from __future__ import annotations

from datetime import datetime

from rules.wire import Wire

METHODS = ("terminal", "link")

STATUSES = ("asked", "pending", "approved", "declined", "expired", "unknown", "withdrawn", "refunded")
"""asked: the gateway has not been told. pending: it waits for the client. unknown: the gateway did
not say, and is asked again until it does. expired: the link ran out."""

FINAL = frozenset({"approved", "declined", "expired", "withdrawn", "refunded"})


class Intent(Wire, frozen=True):
    """A payment under way; id is the fact's, and the key under which the gateway knows it once.

    Never a card's number: last4, brand and auth_code are what a terminal prints. url: of a link.
    receipts: ids of the premium receipts that it is to pay. reason: why it was declined, as the
    gateway's code.
    """

    id: str
    account_id: int
    method: str
    amount: int
    currency: str
    asked: datetime
    status: str = "asked"
    gateway: str = ""
    receipts: tuple[int, ...] = ()
    url: str = ""
    expires: datetime | None = None
    auth_code: str = ""
    last4: str = ""
    brand: str = ""
    terminal: str = ""
    reason: str = ""
    refunded: int = 0
    agent: str = ""
