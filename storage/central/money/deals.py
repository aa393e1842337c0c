"""Agreements by which money is applied: those that waive something, and whose payments are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from rules.books.application import Deal
from storage.central.connection import Tx, document, instant

_DEALS = """
    SELECT g.account_id, g.made, g.terms, (
        SELECT coalesce(sum(p.amount), 0)
        FROM payment p
        WHERE p.account_id = g.account_id AND p.at >= g.made AND p.bounced_at IS NULL
    )
    FROM agreement g
    WHERE g.client_id IN :ids AND g.status IN ('issued', 'delivered')
        AND NOT EXISTS (
            SELECT 1 FROM promise p
            WHERE p.event_id = g.id AND p.status IN ('broken', 'partial', 'cancelled')
        )
    ORDER BY g.made, g.id
"""


class Made(msgspec.Struct, frozen=True):
    """An agreement in force, and when it was made: earlier money is applied as if there were none."""

    at: datetime
    deal: Deal

    def with_paid(self, amount: int) -> Made:
        """The same after another payment towards it."""
        return Made(self.at, msgspec.structs.replace(self.deal, paid=self.deal.paid + amount))


def deals(tx: Tx, client_ids: Iterable[int]) -> dict[int, Made]:
    """The last agreement of each account that waives something and has not been broken."""
    found: dict[int, Made] = {}
    for account, made, terms, paid in tx.all(_DEALS, ids=sorted(set(client_ids))):
        agreed = document(terms)
        waived = {name: amount for name, amount in agreed.get("waived", {}).items() if amount}
        if waived:
            deal = Deal(waived=waived, to_pay=agreed["to_pay"], paid=int(paid))
            found[account] = Made(instant(made), deal)
        else:
            found.pop(account, None)
    return found
