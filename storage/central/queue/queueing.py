"""The queue: puts each client where the rules say, and brings back what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from rules.queue import Placement, placement
from storage.central.changes import touch
from storage.central.clients import standings
from storage.central.connection import Store, Tx, day, maybe_day, maybe_instant
from storage.central.counting.figures import LEASED, Deltas
from storage.central.facts.promises import judge, matured, take_slot
from storage.central.leading.strategies import in_force
from storage.central.portfolios import books
from storage.central.queue import searching
from storage.central.queue.lanes import lane_ids
from storage.central.queue.watermarks import BOTTOM, Place
from storage.central.records.cases import bring_overdue
from storage.central.upkeep.pruning import prune

CHUNK = 1000
SWEPT_AT_ONCE = 500
OFFLINE_GUARD = timedelta(seconds=60)
"""How long after its end an offline lease still keeps the client from others: clocks differ."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where one client is to stand.

    user_id: whose the callback is, None = anyone's. worked_on: the day, in the portfolio's
    zone, on which the client was last worked. reserved_for: who alone is given the client.
    """

    client_id: int
    portfolio_id: int
    lane: int
    place: Placement
    user_id: int | None = None
    worked_on: date | None = None
    reserved_for: int | None = None


def lock_clients(tx: Tx, client_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Lock clients against other writers, in the one order that all use; (id, portfolio) of each."""
    return [
        (row[0], row[1])
        for row in tx.all(
            "SELECT id, portfolio_id FROM client WHERE id IN :ids ORDER BY id FOR NO KEY UPDATE",
            ids=sorted(set(client_ids)),
        )
    ]


def place(tx: Tx, client_ids: Iterable[int], now: datetime) -> None:
    """Put clients where `rules.queue.placement` says; who is on a desk stays there.

    Reads the clients' present state, so it is called last in the transaction that changed
    them. The earliest next try is the client's own `not_before`.
    """
    ids = sorted(set(client_ids))
    for start in range(0, len(ids), CHUNK):
        _place_chunk(tx, ids[start : start + CHUNK], now)


def _place_chunk(tx: Tx, ids: list[int], now: datetime) -> None:
    lock_clients(tx, ids)
    deltas = Deltas()
    leave(tx, ids, deltas)
    # Only now: whoever was taking one of them from the queue has either finished or will not.
    on_desk = {row[0] for row in tx.all("SELECT client_id FROM lease WHERE client_id IN :ids", ids=ids)}
    _enter(tx, [client_id for client_id in ids if client_id not in on_desk], now, deltas)
    deltas.write(tx)


def leave(tx: Tx, ids: list[int], deltas: Deltas) -> None:
    """Take clients that the caller holds locked out of ready and waiting."""
    portfolio_of = lane_portfolios(tx)
    for statement in (
        "DELETE FROM ready WHERE client_id IN :ids RETURNING lane, bucket, 'ready', worked_on",
        "DELETE FROM waiting WHERE client_id IN :ids RETURNING lane, bucket, kind, worked_on",
    ):
        for lane, bucket, kind, worked_on in tx.all(statement, ids=ids):
            deltas.queued(portfolio_of[lane], bucket, kind, maybe_day(worked_on), -1)


def lane_portfolios(tx: Tx) -> dict[int, int]:
    """The portfolio of each lane."""
    return {row[0]: row[1] for row in tx.all("SELECT id, portfolio_id FROM lane")}


_OWN_STATE = """
    SELECT c.id, c.portfolio_id, c.not_before, a.worked_by
    FROM client c
    LEFT JOIN assignment a ON a.client_id = c.id
    WHERE c.id IN :ids
"""


def _enter(tx: Tx, ids: list[int], now: datetime, deltas: Deltas) -> None:
    if not ids:
        return
    known = books(tx)
    own = {row[0]: (row[1], maybe_instant(row[2]), row[3]) for row in tx.all(_OWN_STATE, ids=ids)}
    clients = standings(tx, ids, now)
    lanes = lane_ids(tx, {(own[key][0], one.country, one.zones) for key, one in clients.items()})
    users = (
        {row[0]: row[1] for row in tx.all("SELECT name, id FROM app_user")} if _any_callback(clients) else {}
    )
    worked = _worked_on(tx, ids)
    spots: list[Spot] = []
    for client_id, client in clients.items():
        portfolio_id, not_before, reserved_for = own[client_id]
        strategy = in_force(tx, known[portfolio_id])
        found = placement(client, now, known[portfolio_id].parameters, not_before, strategy)
        spots.append(
            Spot(
                client_id=client_id,
                portfolio_id=portfolio_id,
                lane=lanes[(portfolio_id, "|".join(sorted(client.zones)))],
                place=found,
                user_id=reserved_for or users.get(found.agent or ""),
                worked_on=worked.get(client_id),
                reserved_for=reserved_for,
            )
        )
    stand(tx, spots, deltas)
    _end_searches(tx, spots)


def _end_searches(tx: Tx, spots: list[Spot]) -> None:
    """Nobody searches for those who can be called again, nor for those who left the queue."""
    out = [spot.client_id for spot in spots if spot.place.kind == "out"]
    back = [spot.client_id for spot in spots if spot.place.kind not in ("out", "unlocatable")]
    if out:
        searching.give_up(tx, out)
    if back:
        searching.found(tx, back)


def _begin_searches(tx: Tx, lost: list[Spot]) -> None:
    """From today on somebody may search for those who can't be called."""
    known = books(tx)
    searching.begin(tx, {spot.client_id: known[spot.portfolio_id].moment(tx.now)[0] for spot in lost})


def stand(tx: Tx, spots: Iterable[Spot], deltas: Deltas) -> None:
    """Put clients, who stand nowhere yet, in the queue; those who are out of it stay out."""
    ready: list[tuple[Any, ...]] = []
    waiting: list[tuple[Any, ...]] = []
    lost: list[Spot] = []
    for spot in spots:
        place = spot.place
        if place.kind == "out":
            continue
        worked_on = None if place.kind == "unlocatable" else spot.worked_on
        row = (spot.client_id, spot.lane, place.prio, place.bucket, tx.raw(worked_on))
        if place.kind == "ready":
            ready.append((*row, spot.reserved_for, tx.raw(place.until)))
        else:
            waiting.append((*row, spot.reserved_for, place.kind, tx.raw(place.due_at), spot.user_id))
        if place.kind == "unlocatable":
            lost.append(spot)
        deltas.queued(spot.portfolio_id, place.bucket, place.kind, worked_on, 1)
    columns = ("client_id", "lane", "prio", "bucket", "worked_on", "reserved_for")
    if lost:
        _begin_searches(tx, lost)
    if ready:
        tx.bulk("ready", (*columns, "until"), ready)
        best: dict[int, Place] = {}
        for client_id, lane, prio, *_ in ready:
            best[lane] = max(best.get(lane, BOTTOM), (prio, client_id))
        tx.afterwards.append(lambda: tx.watermarks.entered(best))
    if waiting:
        tx.bulk("waiting", (*columns, "kind", "due_at", "user_id"), waiting)


def _worked_on(tx: Tx, ids: list[int]) -> dict[int, date]:
    """The last day on which each client was worked; results that were taken back don't count."""
    rows = tx.all(
        """
        SELECT client_id, max(day)
        FROM interaction
        WHERE client_id IN :ids AND day IS NOT NULL AND retracted_by IS NULL
        GROUP BY client_id
        """,
        ids=ids,
    )
    return {row[0]: day(row[1]) for row in rows}


def _any_callback(clients: dict[int, Any]) -> bool:
    return any(client.callbacks for client in clients.values())


def place_portfolio(
    store: Store,
    portfolio_id: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    changed: bool = True,
) -> None:
    """Place every client of a portfolio anew; `changed`: and say that each has, for its rules have."""
    _place_those(store, portfolio_id, progress, changed=changed)


def place_all(store: Store, progress: Callable[[int, int], None] | None = None) -> None:
    """Place every client anew, chunk by chunk; `progress` hears how many are done, of how many."""
    _place_those(store, None, progress, changed=False)


_CLIENTS = """
    FROM client WHERE id > :last AND (CAST(:portfolio AS INTEGER) IS NULL OR portfolio_id = :portfolio)
"""


def _place_those(
    store: Store, portfolio_id: int | None, progress: Callable[[int, int], None] | None, *, changed: bool
) -> None:
    with store.read() as tx:
        total: int = tx.value(f"SELECT count(*) {_CLIENTS}", last=0, portfolio=portfolio_id)
    done = last = 0
    while True:
        with store.begin() as tx:
            ids = place_next(tx, portfolio_id, last, changed=changed)
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        if progress is not None:
            progress(done, total)


def place_next(tx: Tx, portfolio_id: int | None, last: int, *, changed: bool) -> list[int]:
    """Place the next clients after `last` anew, of a portfolio or of all; their ids, none = that was all."""
    ids = [
        row[0]
        for row in tx.all(
            f"SELECT id {_CLIENTS} ORDER BY id LIMIT :limit", last=last, portfolio=portfolio_id, limit=CHUNK
        )
    ]
    if changed:
        touch(tx, ids)
    place(tx, ids, tx.now)
    return ids


def end_leases(tx: Tx, ended: Sequence[tuple[int, int, str]], deltas: Deltas) -> None:
    """Take clients off the desks: (client, lane, bucket) of leases that the caller holds locked."""
    tx.run("DELETE FROM lease WHERE client_id IN :ids", ids=[client_id for client_id, _, _ in ended])
    count_ended(tx, [(lane, bucket) for _, lane, bucket in ended], deltas)


def count_ended(tx: Tx, ended: Iterable[Sequence[Any]], deltas: Deltas) -> None:
    """Note leases that are over: (lane, bucket) of each."""
    portfolio_of = lane_portfolios(tx)
    for lane, bucket in ended:
        deltas.depth(portfolio_of[lane], bucket, LEASED, -1)


def put_off(tx: Tx, until: Mapping[int, tuple[int, datetime]]) -> None:
    """End leases of clients that the caller holds locked; each waits: client to token and instant."""
    rows = tx.all(
        """
        DELETE FROM lease
        WHERE client_id IN :ids AND token IN :tokens
        RETURNING client_id, lane, bucket, prio
        """,
        ids=list(until),
        tokens=[token for token, _ in until.values()],
    )
    deltas = Deltas()
    count_ended(tx, [row[1:3] for row in rows], deltas)
    portfolio_of = lane_portfolios(tx)
    worked = _worked_on(tx, [row[0] for row in rows])
    reserved = {row[0]: row[3] for row in tx.all(_OWN_STATE, ids=[row[0] for row in rows])}
    spots = (
        Spot(
            client_id=client_id,
            portfolio_id=portfolio_of[lane],
            lane=lane,
            place=Placement(kind="waiting", prio=prio, parts={}, bucket=bucket, due_at=until[client_id][1]),
            worked_on=worked.get(client_id),
            reserved_for=reserved[client_id],
        )
        for client_id, lane, bucket, prio in rows
    )
    stand(tx, spots, deltas)
    deltas.write(tx)


def sweep(store: Store) -> int:
    """Bring back what is due: leases that ran out, waits that are over, promises to be judged.

    Cheap when nothing is due, and safe with several hubs on one store: each takes the
    clients that no other is busy with.

    Returns:
        How many clients were moved.
    """
    return _sweep_leases(store) + _sweep_due(store) + _sweep_promises(store)


def _sweep_leases(store: Store) -> int:
    with store.begin() as tx:
        due = tx.all(
            """
            SELECT id
            FROM client
            WHERE id IN (
                SELECT client_id
                FROM lease
                WHERE until <= :now AND (NOT offline OR until <= :guarded)
                ORDER BY until
                LIMIT :limit
            )
            ORDER BY id
            FOR NO KEY UPDATE SKIP LOCKED
            """,
            now=tx.now,
            guarded=tx.now - OFFLINE_GUARD,
            limit=SWEPT_AT_ONCE,
        )
        if not due:
            return 0
        ended = tx.all(
            """
            DELETE FROM lease
            WHERE client_id IN :ids AND until <= :now AND (NOT offline OR until <= :guarded)
            RETURNING client_id, lane, bucket
            """,
            ids=[row[0] for row in due],
            now=tx.now,
            guarded=tx.now - OFFLINE_GUARD,
        )
        deltas = Deltas()
        count_ended(tx, [row[1:] for row in ended], deltas)
        deltas.write(tx)
        place(tx, [row[0] for row in ended], tx.now)
        return len(ended)


def _sweep_due(store: Store) -> int:
    """Place anew who has waited long enough, and who is ready but whose hours are over."""
    with store.begin() as tx:
        due = tx.all(
            """
            SELECT client_id
            FROM (
                SELECT client_id FROM waiting WHERE kind = 'waiting' AND due_at <= :now
                ORDER BY due_at
                LIMIT :limit
            ) waited
            UNION ALL
            SELECT client_id
            FROM (SELECT client_id FROM ready WHERE until <= :now ORDER BY until LIMIT :limit) over
            """,
            now=tx.now,
            limit=SWEPT_AT_ONCE,
        )
        ids = lock_free(tx, [row[0] for row in due]) if due else []
        place(tx, ids, tx.now)
        return len(ids)


def _sweep_promises(store: Store) -> int:
    if not take_slot(store):
        return 0
    bring_overdue(store)
    prune(store)
    ids = matured(store)
    for start in range(0, len(ids), SWEPT_AT_ONCE):
        with store.begin() as tx:
            chunk = [row[0] for row in lock_clients(tx, ids[start : start + SWEPT_AT_ONCE])]
            deltas = Deltas()
            touch(tx, judge(tx, chunk, deltas))
            deltas.write(tx)
            place(tx, chunk, tx.now)
    return len(ids)


def lock_free(tx: Tx, ids: list[int]) -> list[int]:
    """Lock those of the clients that nobody else is writing."""
    return [
        row[0]
        for row in tx.all(
            "SELECT id FROM client WHERE id IN :ids ORDER BY id FOR NO KEY UPDATE SKIP LOCKED", ids=ids
        )
    ]
