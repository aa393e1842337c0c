"""A simulated terminal and link for training: nobody is charged, and what happens depends on the amount.

The cents decide: 01 is declined, 02 runs out unpaid, 03 does not answer at first; every other amount is
approved, a terminal's at once, a link's after a few seconds. The same payment is always told the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from rules.paying.gateways import GatewayAway, Notice, NoticeRefused, Standing, Wish

PAYS_AFTER = timedelta(seconds=6)
DECLINED, RUNS_OUT, SILENT = 1, 2, 3
"""Cents of an amount, and what happens to it."""


class Practice:
    """Approves, declines and times out by the cents of an amount; remembers while the hub runs.

    What a hub forgot when it ended is taken anew by its key, and goes on as the amount says.

    Args:
        now: the hub's clock.
    """

    name: str = "practice"
    methods: tuple[str, ...] = ("terminal", "link")

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._taken: dict[str, tuple[Wish, datetime]] = {}
        self._given: dict[str, dict[str, int]] = {}
        self._ended: set[str] = set()
        self._silent: set[str] = set()

    def take(self, wish: Wish) -> Standing:
        """Begin; an amount of .03 does not answer the first time."""
        if wish.amount % 100 == SILENT and wish.key not in self._silent:
            self._silent.add(wish.key)
            raise GatewayAway("practice")
        self._taken.setdefault(wish.key, (wish, self._now()))
        return self._standing(wish.key)

    def look(self, key: str, external: str) -> Standing:
        """How it stands by now."""
        if key not in self._taken:  # the hub was started again: what it knew of is told as unpaid
            return Standing(status="expired", external=external, reason="forgotten")
        return self._standing(key)

    def withdraw(self, key: str, external: str) -> Standing:
        """Give it up, unless it was paid."""
        found = self.look(key, external)
        if found.status == "pending":
            self._ended.add(key)
            return Standing(status="withdrawn", external=found.external)
        return found

    def refund(self, key: str, external: str, amount: int, refund_key: str) -> Standing:
        """Give back, once for each key."""
        self._given.setdefault(key, {}).setdefault(refund_key, amount)
        return self.look(key, external)

    def notice(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """It sends none.

        Raises:
            NoticeRefused: always.
        """
        raise NoticeRefused("bad_signature")

    def close(self) -> None:
        """Nothing to close."""

    def _standing(self, key: str) -> Standing:
        wish, since = self._taken[key]
        digest = hashlib.sha256(key.encode()).hexdigest()
        external = f"practice-{digest[:12]}"
        link = wish.method == "link"
        url = f"https://pagos.example/{digest[:10]}" if link else ""
        waiting = Standing(status="pending", external=external, url=url, expires=wish.expires)
        if key in self._ended:
            return Standing(status="withdrawn", external=external)
        if link and self._now() - since < PAYS_AFTER:
            return waiting
        if wish.amount % 100 == DECLINED:
            return Standing(status="declined", external=external, reason="insufficient_funds")
        if wish.amount % 100 == RUNS_OUT:
            return Standing(status="expired", external=external)
        back = sum(self._given.get(key, {}).values())
        return Standing(
            status="refunded" if back >= wish.amount else "approved",
            external=external,
            url=url,
            auth_code=f"{int(digest[:8], 16) % 1_000_000:06d}",
            last4="4242",
            brand="visa",
            terminal="" if link else "TPV-1",
            paid_at=since + (PAYS_AFTER if link else timedelta()),
            refunded=back,
        )
