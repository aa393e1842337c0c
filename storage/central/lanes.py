"""Lanes: what opens and closes with the clock, as a whole and for everyone in it.

A lane is a portfolio and a set of zones. Because the hour decides on a few dozen lanes
instead of a million clients, the queue's statements carry no filter on the hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from rules.contact import window
from rules.stops import firm_stop
from storage.central.connection import Tx
from storage.central.people import Who
from storage.central.portfolios import Book, books

LaneKey = tuple[int, str, tuple[str, ...]]
"""Portfolio id, country, zones."""


class Lanes(msgspec.Struct, frozen=True):
    """The lanes of a person's portfolios: those open now, and when the closed ones open."""

    open: tuple[int, ...]
    closed: dict[int, datetime]


def lane_ids(tx: Tx, wanted: Iterable[LaneKey]) -> dict[tuple[int, str], int]:
    """The lane of each portfolio and zones (joined by "|"), made where there is none yet."""
    keys = {(portfolio, "|".join(sorted(zones))): country for portfolio, country, zones in wanted}
    known = _known(tx)
    missing = [key for key in sorted(keys) if key not in known]
    if not missing:
        return known
    tx.many(
        """
        INSERT INTO lane (portfolio_id, country, zones)
        VALUES (:portfolio, :country, :zones)
        ON CONFLICT (portfolio_id, zones) DO NOTHING
        """,
        [{"portfolio": key[0], "country": keys[key], "zones": key[1]} for key in missing],
    )
    return _known(tx)


def _known(tx: Tx) -> dict[tuple[int, str], int]:
    return {(row[1], row[2]): row[0] for row in tx.all("SELECT id, portfolio_id, zones FROM lane")}


def lanes_for(tx: Tx, who: Who, now: datetime) -> Lanes:
    """Which lanes this person may be given clients from now.

    A portfolio on hold, or one whose firm may not call, has neither open lanes nor lanes that
    will open.
    """
    return _lanes(tx, {key: book for key, book in books(tx).items() if who.may_see(key)}, now)


def _lanes(tx: Tx, scope: Mapping[int, Book], now: datetime) -> Lanes:
    opened: list[int] = []
    closed: dict[int, datetime] = {}
    for lane, portfolio_id, zones in tx.all("SELECT id, portfolio_id, zones FROM lane ORDER BY id"):
        book = scope.get(portfolio_id)
        if book is None or book.on_hold or firm_stop(book.parameters):
            continue
        permission = window(now, zones.split("|") if zones else (), book.parameters)
        if permission.allowed:
            opened.append(lane)
        elif permission.until is not None:
            closed[lane] = permission.until
    return Lanes(tuple(opened), closed)
