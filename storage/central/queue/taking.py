"""Taking clients from the queue to a desk, so that no two desks ever take the same one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rules.protocol import LeaseRequest
from rules.searching import QUEUE as SEARCH
from storage.central.connection import Tx, instant, maybe_instant
from storage.central.doors.who import Who
from storage.central.queue.lanes import Hours, Known, OpenLane
from storage.central.queue.parts import WHOLE, Parts, parts
from storage.central.queue.taking_postgres import MOST, NEXT, NEXT_IN_PARTS, NEXT_SEARCH
from storage.central.queue.taking_sqlite import fill
from storage.central.queue.watermarks import BOTTOM, TOP, Place, View

__all__ = [
    "CALLBACK_FOR_ANYONE_AFTER",
    "COLUMNS",
    "LIFE",
    "MOST",
    "OFFLINE_LIFE",
    "Held",
    "end_of",
    "held",
    "lane_arrays",
    "next_in_lanes",
    "plan_once",
    "take",
    "terms",
]

LIFE = timedelta(minutes=20)
OFFLINE_LIFE = timedelta(hours=4)
LOOKS_AGAIN = 2
CALLBACK_FOR_ANYONE_AFTER = timedelta(minutes=30)
"""A callback promised by one agent is given to any other once it is this late."""


COLUMNS = "client_id, lease_id, token, until, callback_due, queue, offline, attempts_left"


class Held(msgspec.Struct, frozen=True):
    """A lease as it stands in the store; attempts_left as in `rules.protocol.Lease`.

    fresh: it was given just now.
    """

    client_id: int
    lease_id: str
    token: int
    until: datetime
    callback_due: datetime | None
    queue: str
    offline: bool
    attempts_left: int | None
    fresh: bool = False


def plan_once(tx: Tx) -> None:
    """Have the transaction's statements planned once for all: planning `NEXT` outlasts running it."""
    if tx.dialect == "postgresql":
        tx.run("SET LOCAL plan_cache_mode = force_generic_plan")


def take(
    tx: Tx,
    who: Who,
    request: LeaseRequest,
    lanes: Known,
    hours: Hours,
    *,
    first: bool = True,
    reserved: bool = False,
) -> list[Held]:
    """Fill the desk up to `want` clients from the queue; all that is on it, the oldest lease first.

    What the device holds already stays; if one of these was given to this very request, nothing
    is added (`first`: the request is only just being looked at). Then callbacks that are due, then the
    best. From the queue of the unlocatable: those whose search is due, in open and closed lanes.
    Who is reserved for another person is never given (`reserved`: some are for this one), nor who
    stands in a part that a directive holds back.
    """
    search = request.queue == SEARCH
    places = hours.ids() if search else hours.closes
    sources = lanes.taken_from(places, lambda lane: end_of(request, tx.now, hours.closes.get(lane)))
    asked = terms(tx.now, who, request, first=first)
    directed = parts(tx, lanes.directives(tx.now), [lane for lane in lanes.lanes if lane.id in places])
    if tx.dialect == "sqlite":
        rows = fill(tx, request, sources, asked, directed)
    elif search:
        held_back = list(directed.held)
        rows = tx.all(NEXT_SEARCH, **asked, **lane_arrays(sources), lane_ids=places, held=held_back)
    else:
        rows = next_in_lanes(tx, sources, asked, directed, reserved=reserved)
    found = [held(row, fresh=row[8] is None) for row in rows if row[0] is not None]
    return sorted(found, key=lambda one: one.token)


def held(row: Sequence[Any], *, fresh: bool = False) -> Held:
    """A lease from its row: the columns of `COLUMNS`, and others that are left out."""
    until, callback_due = instant(row[3]), maybe_instant(row[4])
    return Held(row[0], row[1], row[2], until, callback_due, row[5], bool(row[6]), row[7], fresh)


def next_in_lanes(
    tx: Tx,
    sources: list[OpenLane],
    asked: dict[str, Any],
    directed: Parts = WHOLE,
    *,
    reserved: bool = False,
) -> list[tuple[Any, ...]]:
    """PostgreSQL's answer, begun at the watermarks; at the top where that gave too few.

    Also once more where the lanes hold somebody and too few came all the same: so many others were
    taking clients that all whom the statement looked at were gone.
    """
    ids = [lane.id for lane in sources if lane.id not in directed.lanes]
    sql = NEXT
    if reserved or directed.lanes:
        sql, asked = NEXT_IN_PARTS, asked | directed.terms | {"lanes_in_parts": sorted(directed.lanes)}
    view = tx.watermarks.view(ids, tx.now)
    rows, anybody = _look(tx, sql, sources, asked, view)
    if asked["first"] and any(row[8] for row in rows):
        return rows
    fresh: set[int] = set()
    for _ in range(LOOKS_AGAIN):
        if len(rows) >= asked["want"] or (view.from_top and not anybody):
            break
        fresh |= {row[2] for row in rows if row[8] is None}
        view = tx.watermarks.view(ids, tx.now, from_top=True)
        rows, anybody = _look(tx, sql, sources, asked | {"first": False}, view)
    return [(*row[:8], None) if row[2] in fresh else row for row in rows]


def _look(
    tx: Tx, sql: str, sources: list[OpenLane], asked: dict[str, Any], view: View
) -> tuple[list[tuple[Any, ...]], bool]:
    """The desk's leases after one statement, and whether the lanes held anybody."""
    rows = tx.all(sql, **asked, **lane_arrays(sources, view))
    heads = rows[0][-1]
    if heads is not None:
        best: dict[int, Place] = {}
        for lane, prio, client_id in heads:
            best[lane] = max(best.get(lane, BOTTOM), (prio, client_id))
        tx.afterwards.append(lambda: tx.watermarks.seen(view, best, tx.now))
    return [row for row in rows if row[0] is not None], bool(heads)


def terms(now: datetime, who: Who, request: LeaseRequest, *, first: bool = True) -> dict[str, Any]:
    """What the statements are told of the request."""
    return {
        "now": now,
        "today": now.date(),
        "for_anyone": now - CALLBACK_FOR_ANYONE_AFTER,
        "user": who.user_id,
        "device": request.device,
        "request": request.request_id,
        "queue": request.queue,
        "offline": request.offline,
        "want": request.want,
        "first": first,
    }


def end_of(request: LeaseRequest, now: datetime, closes: datetime | None) -> datetime:
    """When a lease ends: after its life, one for work without a link at the latest when its lane closes."""
    if not request.offline:
        return now + LIFE
    return min(now + OFFLINE_LIFE, closes or now + OFFLINE_LIFE)


def lane_arrays(sources: Iterable[OpenLane], view: View | None = None) -> dict[str, str]:
    """Lanes as arrays in PostgreSQL's own writing, one for each column; no view = from the top."""
    columns: dict[str, list[str]] = {name: [] for name in ("lanes", "portfolios", "untils")}
    marks: dict[str, list[str]] = {name: [] for name in ("prios", "clients")}
    for lane in sources:
        columns["lanes"].append(str(lane.id))
        columns["portfolios"].append(str(lane.portfolio_id))
        columns["untils"].append(lane.until.isoformat())
        prio, client_id = view.places.get(lane.id, TOP) if view is not None else TOP
        marks["prios"].append(str(prio))
        marks["clients"].append(str(client_id))
    return {name: "{" + ",".join(values) + "}" for name, values in (columns | marks).items()}
