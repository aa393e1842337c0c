"""Lanes: what opens and closes with the clock, as a whole and for everyone in it.

A lane is a portfolio and a set of zones. Because the hour decides on a few dozen lanes
instead of a million clients, the queue's statements carry no filter on the hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from weakref import WeakKeyDictionary

import msgspec

from rules.contact import closing, window
from rules.stops import firm_stop
from storage.central.connection import Store, Tx
from storage.central.portfolios import BOOKS, Book, books
from storage.central.who import Who

LaneKey = tuple[int, str, tuple[str, ...]]
"""Portfolio id, country, zones."""


class Lane(msgspec.Struct, frozen=True):
    """A lane as it is kept."""

    id: int
    portfolio_id: int
    zones: tuple[str, ...]


class OpenLane(msgspec.Struct, frozen=True):
    """A lane from which clients may be taken now; a lease from it is to end at `until`."""

    id: int
    portfolio_id: int
    until: datetime


class Hours(msgspec.Struct, frozen=True):
    """Of one minute: when the open lanes close and the closed ones open, by the lane's id."""

    minute: datetime
    closes: dict[int, datetime]
    opens: dict[int, datetime]

    def ids(self) -> list[int]:
        """Lanes that are open now or later."""
        return [*self.closes, *self.opens]


class Known(msgspec.Struct):
    """What this process knows of portfolios and lanes, as of a version of both."""

    version: str
    books: dict[int, Book]
    lanes: tuple[Lane, ...]
    hours: Hours | None = None

    def taken_from(self, lane_ids: Iterable[int], until: Callable[[int], datetime]) -> list[OpenLane]:
        """Lanes to take clients from, with the end of a lease from each."""
        wanted = set(lane_ids)
        return [
            OpenLane(lane.id, lane.portfolio_id, until(lane.id)) for lane in self.lanes if lane.id in wanted
        ]

    def hours_for(self, who: Who, now: datetime) -> Hours:
        """The lanes of a person's portfolios, open or closed.

        A portfolio on hold, or one whose firm may not call, has neither open lanes nor lanes
        that will open.
        """
        minute = now.replace(second=0, microsecond=0)
        if self.hours is None or self.hours.minute != minute:
            self.hours = self._look(minute)
        mine = {lane.id for lane in self.lanes if who.may_see(lane.portfolio_id)}
        hours = self.hours
        return Hours(
            minute,
            {lane: at for lane, at in hours.closes.items() if lane in mine},
            {lane: at for lane, at in hours.opens.items() if lane in mine},
        )

    def _look(self, minute: datetime) -> Hours:
        closes: dict[int, datetime] = {}
        opens: dict[int, datetime] = {}
        for lane in self.lanes:
            book = self.books.get(lane.portfolio_id)
            if book is None or book.on_hold or firm_stop(book.parameters):
                continue
            permission = window(minute, lane.zones, book.parameters)
            if permission.allowed:
                closes[lane.id] = closing(minute, lane.zones, book.parameters)
            elif permission.until is not None:
                opens[lane.id] = permission.until
        return Hours(minute, closes, opens)


_VERSIONS = {
    "postgresql": """
        SELECT concat_ws('/',
            (SELECT count(*) FROM lane),
            (SELECT count(*) FROM portfolio),
            (SELECT sum(CAST(CAST(xmin AS text) AS bigint)) FROM portfolio))
    """,
    "sqlite": """
        SELECT json_array(
            (SELECT count(*) FROM lane),
            (SELECT json_group_array(json_array(id, name, product, country, currency, creditor, firm,
                on_hold, goal, settings, settings_version)) FROM portfolio))
    """,
}
"""One value that is another one once a lane was made or a portfolio written to. Lanes are only ever added."""

_of_stores: WeakKeyDictionary[Store, Known] = WeakKeyDictionary()


def version(tx: Tx) -> str:
    """The version of portfolios and lanes in the store."""
    found: str = tx.value(_VERSIONS[tx.dialect])
    return found


def known(store: Store, tx: Tx, version: str) -> Known:
    """Portfolios and lanes, read again only when the store's version of them is another one."""
    found = _of_stores.get(store)
    if found is None or found.version != version:
        lanes = tuple(
            Lane(row[0], row[1], tuple(row[2].split("|")) if row[2] else ())
            for row in tx.all("SELECT id, portfolio_id, zones FROM lane ORDER BY id")
        )
        found = _of_stores[store] = Known(version, books(tx), lanes)
    tx.memo[BOOKS] = found.books
    return found


def lane_ids(tx: Tx, wanted: Iterable[LaneKey]) -> dict[tuple[int, str], int]:
    """The lane of each portfolio and zones (joined by "|"), made where there is none yet."""
    keys = {(portfolio, "|".join(sorted(zones))): country for portfolio, country, zones in wanted}
    made = _made(tx)
    missing = [key for key in sorted(keys) if key not in made]
    if not missing:
        return made
    tx.many(
        """
        INSERT INTO lane (portfolio_id, country, zones)
        VALUES (:portfolio, :country, :zones)
        ON CONFLICT (portfolio_id, zones) DO NOTHING
        """,
        [{"portfolio": key[0], "country": keys[key], "zones": key[1]} for key in missing],
    )
    return _made(tx)


def _made(tx: Tx) -> dict[tuple[int, str], int]:
    return {(row[1], row[2]): row[0] for row in tx.all("SELECT id, portfolio_id, zones FROM lane")}
