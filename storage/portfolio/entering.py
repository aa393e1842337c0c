"""Puts new clients into the queue straight from their records.

By the same rule as `queueing.place`, without reading back what was just written: nothing
but money, days, flags, age and phones can decide where somebody stands whom nobody has called yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rules.clients import Account, Client, Phone
from rules.queue import placement
from rules.stops import read_flags
from storage.central.connection import Tx
from storage.central.counting.figures import Deltas
from storage.central.leading.strategies import in_force
from storage.central.portfolios import books
from storage.central.queue.lanes import lane_ids
from storage.central.queue.queueing import Spot, stand
from storage.portfolio.records import Point


class Newcomer(msgspec.Struct, frozen=True):
    """A client who was not in the store before: id, columns, points of contact, accounts' columns."""

    id: int
    columns: dict[str, Any]
    points: Sequence[Point]
    accounts: Sequence[dict[str, Any]]

    def client(self, now: datetime) -> Client:
        """What the rule of the queue needs to know of the client."""
        return Client(
            id=self.id,
            name=self.columns["name"],
            country=self.columns["country"],
            zones=tuple(self.columns["zones"]),
            as_of=now,
            ref=self.columns["ref"],
            kind=self.columns["kind"],
            language=self.columns["language"],
            born=self.columns.get("born"),
            phones=tuple(
                Phone(id="", number=value, label=label, zone=zone, source=source)
                for kind, value, label, source, zone in self.points
                if kind == "phone"
            ),
            accounts=tuple(
                Account(
                    id=0,
                    product=account["product"],
                    number=account["ref"],
                    currency=account["currency"],
                    overdue=account["overdue"],
                    total=account["total"],
                    status=account["status"],
                    oldest_due=account["oldest_due"],
                    flags=read_flags(account["details"].get("flags", "")),
                )
                for account in self.accounts
            ),
        )


def enter(tx: Tx, portfolio_id: int, newcomers: Sequence[Newcomer]) -> None:
    """Queue those of the newcomers who owe; they are in the store already."""
    book = books(tx)[portfolio_id]
    strategy = in_force(tx, book)
    lanes = lane_ids(
        tx, {(portfolio_id, one.columns["country"], tuple(one.columns["zones"])) for one in newcomers}
    )
    deltas = Deltas()
    spots = (
        Spot(
            client_id=one.id,
            portfolio_id=portfolio_id,
            lane=lanes[(portfolio_id, "|".join(one.columns["zones"]))],
            place=placement(one.client(tx.now), tx.now, book.parameters, strategy=strategy),
        )
        for one in newcomers
    )
    stand(tx, spots, deltas)
    deltas.write(tx)
