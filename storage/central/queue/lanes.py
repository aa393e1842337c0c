"""Lanes: what opens and closes with the clock, as a whole and for everyone in it.

A lane is a portfolio and a set of zones. Because the hour decides on a few dozen lanes
instead of a million clients, the queue's statements carry no filter on the hour. What leads have
ordered for parts of it (`rules.directives`) is kept beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from rules.contact import closing, window
from rules.directives import Directive, all_held
from rules.stops import firm_stop
from storage.central.connection import Store, Tx, grouped, maybe_instant
from storage.central.doors.who import Who
from storage.central.portfolios import BOOKS, Book, books

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
    """What this process knows of portfolios, lanes and directives, as of a version of all of them."""

    version: str
    books: dict[int, Book]
    lanes: tuple[Lane, ...]
    ordered: Mapping[int, list[Directive]]
    hours: Hours | None = None

    def directives(self, now: datetime) -> dict[int, list[Directive]]:
        """The directives in force, by portfolio."""
        found = {key: [one for one in given if one.in_force(now)] for key, given in self.ordered.items()}
        return {key: given for key, given in found.items() if given}

    def taken_from(self, lane_ids: Iterable[int], until: Callable[[int], datetime]) -> list[OpenLane]:
        """Lanes to take clients from, with the end of a lease from each."""
        wanted = set(lane_ids)
        return [
            OpenLane(lane.id, lane.portfolio_id, until(lane.id)) for lane in self.lanes if lane.id in wanted
        ]

    def hours_for(self, who: Who, now: datetime) -> Hours:
        """The lanes of a person's portfolios, open or closed.

        A portfolio on hold, be it by its own mark or by a directive, or one whose firm may not
        call, has neither open lanes nor lanes that will open.
        """
        minute = now.replace(second=0, microsecond=0)
        if self.hours is None or self.hours.minute != minute:
            self.hours = self._look(minute)
        held = {key for key, given in self.directives(now).items() if all_held(given)}
        mine = {
            lane.id for lane in self.lanes if who.may_see(lane.portfolio_id) and lane.portfolio_id not in held
        }
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
            (SELECT sum(CAST(CAST(xmin AS text) AS bigint)) FROM portfolio),
            (SELECT string_agg(id, ',' ORDER BY id) FROM directive WHERE ended_at IS NULL)),
            EXISTS (SELECT 1 FROM ready WHERE reserved_for = :user)
    """,
    "sqlite": """
        SELECT json_array(
            (SELECT count(*) FROM lane),
            (SELECT json_group_array(json_array(id, name, product, country, currency, creditor, firm,
                on_hold, goal, settings, settings_version)) FROM portfolio),
            (SELECT json_group_array(id) FROM directive WHERE ended_at IS NULL)),
            EXISTS (SELECT 1 FROM ready WHERE reserved_for = :user)
    """,
}
"""One value that is another one once a lane was made, a portfolio written to, a directive given or ended;
and whether anybody who is ready is reserved for a user. Lanes are only ever added, and of a directive
nothing changes but its end."""

_of_stores: WeakKeyDictionary[Store, Known] = WeakKeyDictionary()


def version(tx: Tx, who: Who) -> tuple[str, bool]:
    """The store's version of what `known` knows; whether clients that are ready are this person's alone."""
    found = tx.one(_VERSIONS[tx.dialect], user=who.user_id)
    assert found is not None  # noqa: S101 - it always answers one row
    return found[0], bool(found[1])


def known(store: Store, tx: Tx, version: str) -> Known:
    """Portfolios, lanes and directives, read again only when the store's version is another one."""
    found = _of_stores.get(store)
    if found is None or found.version != version:
        lanes = tuple(
            Lane(row[0], row[1], tuple(row[2].split("|")) if row[2] else ())
            for row in tx.all("SELECT id, portfolio_id, zones FROM lane ORDER BY id")
        )
        ordered = grouped(tx.all(_DIRECTIVES), _directive)
        found = _of_stores[store] = Known(version, books(tx), lanes, ordered)
    tx.memo[BOOKS] = found.books
    return found


_DIRECTIVES = "SELECT portfolio_id, kind, strategy, bucket, until FROM directive WHERE ended_at IS NULL"


def _directive(kind: str, strategy: str, bucket: str, until: Any) -> Directive:
    return Directive(kind=kind, strategy=strategy, bucket=bucket, until=maybe_instant(until))


def directives(tx: Tx) -> dict[int, list[Directive]]:
    """The directives in force now, by portfolio."""
    found = grouped(tx.all(_DIRECTIVES), _directive)
    return {key: [one for one in given if one.in_force(tx.now)] for key, given in found.items()}


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
