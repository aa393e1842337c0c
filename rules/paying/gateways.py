"""What a payment gateway or terminal is to the hub: asked to take a payment, asked how one stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that a gateway is asked to take.

    key: the intent's id; a gateway that is asked twice with the same key takes one payment. amount:
    minor units. about: what the payer reads (policy and receipts; nothing of the debt).
    """

    key: str
    method: str
    amount: int
    currency: str
    about: str
    expires: datetime | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a payment stands at a gateway: status is one of `rules.paying.intents.STATUSES`.

    external: the gateway's own id. Never a card's number: last4, brand, auth_code at most.
    paid_at: when, once it is approved. reason: the gateway's code for what went wrong. amount: what was
    taken, 0 = what was asked for; currency: in which, "" = in the one asked for.
    """

    status: str
    external: str = ""
    url: str = ""
    expires: datetime | None = None
    auth_code: str = ""
    last4: str = ""
    brand: str = ""
    terminal: str = ""
    reason: str = ""
    paid_at: datetime | None = None
    refunded: int = 0
    amount: int = 0
    currency: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice (webhook) that is proved to be the gateway's: its id, kind, and whose standing it tells.

    key: the intent's id, "" = none of ours.
    """

    id: str
    kind: str
    key: str
    standing: Standing | None
    body: dict[str, object]


class GatewayAway(Exception):
    """The gateway did not answer, or not so that anything is known: the intent's state is unknown."""


class NoticeRefused(Exception):
    """A notice can't be proved to be the gateway's; the message is a code."""


class Gateway(Protocol):
    """A gateway or terminal. Methods wait for the network; none is called within a transaction."""

    name: str
    methods: tuple[str, ...]

    def take(self, wish: Wish) -> Standing:
        """Ask for a payment; asking again with the same key brings the same one.

        Raises:
            GatewayAway: nothing is known.
        """
        ...

    def look(self, key: str, external: str) -> Standing:
        """How a payment stands.

        Raises:
            GatewayAway: nothing is known.
        """
        ...

    def withdraw(self, key: str, external: str) -> Standing:
        """Give up a payment that is not made yet; the answer may be that it was made.

        Raises:
            GatewayAway: nothing is known.
        """
        ...

    def refund(self, key: str, external: str, amount: int, refund_key: str) -> Standing:
        """Give money back, once for each refund_key.

        Raises:
            GatewayAway: nothing is known.
        """
        ...

    def notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Prove and read a notice.

        Raises:
            NoticeRefused: bad_signature, too_old or unreadable.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
