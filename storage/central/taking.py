"""Taking clients from the queue to a desk, so that no two desks ever take the same one."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any, NamedTuple

from rules.clients import Client
from rules.protocol import LeaseRequest
from rules.queue import Placement, placement
from rules.searching import QUEUE as SEARCH
from storage.central.clients import standings
from storage.central.connection import Tx, maybe_day
from storage.central.figures import LEASED, Deltas
from storage.central.lanes import Lanes, lane_ids
from storage.central.people import Who
from storage.central.portfolios import books
from storage.central.queueing import lane_portfolios, leave

LIFE = timedelta(minutes=20)
CALLBACK_FOR_ANYONE_AFTER = timedelta(minutes=30)
"""A callback promised by one agent is given to any other once it is this late."""

# The best clients over all open lanes, without a sort of the whole queue: the head of each
# lane is read off its index, the lanes are merged, and each gives as many as it has among
# the best. Rows that others are just taking are stepped over. The ARRAY() makes PostgreSQL
# delete by key: of a join it expects so many rows that it reads the whole queue.
_TAKE_READY_PG = """
    WITH best AS (
        SELECT lane, count(*) AS share
        FROM (
            SELECT head.lane
            FROM json_array_elements_text(:lanes) AS open_lane (id)
            CROSS JOIN LATERAL (
                SELECT lane, prio, client_id
                FROM ready
                WHERE lane = open_lane.id::integer
                ORDER BY prio DESC, client_id
                LIMIT :want
            ) head
            ORDER BY head.prio DESC, head.client_id
            LIMIT :want
        ) heads
        GROUP BY lane
    ), chosen AS (
        SELECT taken.client_id
        FROM best
        CROSS JOIN LATERAL (
            SELECT client_id
            FROM ready
            WHERE lane = best.lane
            ORDER BY prio DESC, client_id
            LIMIT best.share
            FOR UPDATE SKIP LOCKED
        ) taken
    ), taken AS (
        DELETE FROM ready
        WHERE client_id = ANY(ARRAY(SELECT client_id FROM chosen))
        RETURNING client_id, lane, prio, bucket, CAST(NULL AS timestamptz) AS due_at, worked_on
    )
"""
_TAKE_CALLBACKS_PG = """
    WITH chosen AS (
        SELECT client_id
        FROM waiting
        WHERE lane IN :lanes AND kind = 'callback' AND due_at <= :now
            AND (user_id IS NULL OR user_id = :user OR due_at <= :for_anyone)
        ORDER BY due_at
        LIMIT :want
        FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM waiting
        WHERE client_id = ANY(ARRAY(SELECT client_id FROM chosen))
        RETURNING client_id, lane, prio, bucket, due_at, worked_on
    )
"""
# Whoever has the best score of those whose search is due, whatever the hour: nobody is called.
_DUE_SEARCHES = """
    FROM waiting
    JOIN task ON task.client_id = waiting.client_id AND task.kind = 'skip_trace'
        AND task.status = 'open' AND task.due <= :today
    JOIN client ON client.id = waiting.client_id
        AND (client.not_before IS NULL OR client.not_before <= :now)
    WHERE waiting.lane IN :lanes AND waiting.kind = 'unlocatable'
    ORDER BY waiting.prio DESC, waiting.client_id
    LIMIT :want
"""
_TAKE_SEARCHES_PG = f"""
    WITH chosen AS (
        SELECT waiting.client_id {_DUE_SEARCHES} FOR UPDATE OF waiting SKIP LOCKED
    ), taken AS (
        DELETE FROM waiting
        WHERE client_id = ANY(ARRAY(SELECT client_id FROM chosen))
        RETURNING client_id, lane, prio, bucket, CAST(NULL AS timestamptz) AS due_at, worked_on
    )
"""  # noqa: S608 - our own statement
_LEASE_TAKEN = """
    , given AS (
        INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until,
            lane, prio, bucket, callback_due, queue)
        SELECT client_id, gen_random_uuid(), nextval('lease_token'), :user, :device, :request, :now,
            :until, lane, prio, bucket, due_at, :queue
        FROM taken
        ORDER BY due_at, prio DESC, client_id
    )
    SELECT lane, bucket, worked_on FROM taken
"""
_BEST_SQLITE = """
    SELECT head.client_id, head.lane, head.prio, head.bucket, NULL, head.worked_on
    FROM json_each(:lanes) open_lane
    JOIN ready head ON head.client_id IN (
        SELECT client_id
        FROM ready
        WHERE lane = open_lane.value
        ORDER BY prio DESC, client_id
        LIMIT :want
    )
    ORDER BY head.prio DESC, head.client_id
    LIMIT :want
"""
_CALLBACKS_SQLITE = """
    SELECT client_id, lane, prio, bucket, due_at, worked_on
    FROM waiting
    WHERE lane IN (SELECT value FROM json_each(:lanes)) AND kind = 'callback' AND due_at <= :now
        AND (user_id IS NULL OR user_id = :user OR due_at <= :for_anyone)
    ORDER BY due_at
    LIMIT :want
"""
_SEARCHES_SQLITE = f"""
    SELECT waiting.client_id, waiting.lane, waiting.prio, waiting.bucket, NULL, waiting.worked_on
    {_DUE_SEARCHES}
"""
_LEASE = """
    INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until,
        lane, prio, bucket, callback_due, queue)
    VALUES (:client, :lease, :token, :user, :device, :request, :now, :until,
        :lane, :prio, :bucket, :callback_due, :queue)
"""


class _Source(NamedTuple):
    """Where clients are taken from: the statements of both stores, the table, the kind of placement."""

    postgresql: str
    sqlite: str
    table: str
    kind: str


_READY = _Source(_TAKE_READY_PG, _BEST_SQLITE, "ready", "ready")
_CALLBACKS = _Source(_TAKE_CALLBACKS_PG, _CALLBACKS_SQLITE, "waiting", "callback")
_SEARCHES = _Source(_TAKE_SEARCHES_PG, _SEARCHES_SQLITE, "waiting", "unlocatable")


def take(tx: Tx, who: Who, request: LeaseRequest, lanes: Lanes, want: int) -> None:
    """Move up to `want` clients from the queue to this device: callbacks that are due, then the best.

    From the queue of the unlocatable: those whose search is due, in open and closed lanes.
    """
    deltas = Deltas()
    portfolio_of = lane_portfolios(tx)

    def move(where: tuple[int, ...], source: _Source) -> None:
        nonlocal want
        if want <= 0 or not where:
            return
        taken = _move(tx, who, request, where, want, source)
        for lane, bucket, worked_on in taken:
            deltas.queued(portfolio_of[lane], bucket, source.kind, maybe_day(worked_on), -1)
            deltas.depth(portfolio_of[lane], bucket, LEASED, 1)
        want -= len(taken)

    if request.queue == SEARCH:
        move((*lanes.open, *lanes.closed), _SEARCHES)
    else:
        move(lanes.open, _CALLBACKS)
        move(lanes.open, _READY)
        # Where others are just taking the very best, what is left may stand in any lane.
        for lane in _stocked(tx, lanes.open) if want > 0 else ():
            move((lane,), _READY)
    deltas.write(tx)


def _stocked(tx: Tx, lane_ids: tuple[int, ...]) -> list[int]:
    """The lanes that hold anyone; the best first."""
    rows = tx.all(
        """
        SELECT id, (SELECT max(prio) FROM ready WHERE lane = lane.id) AS best
        FROM lane
        WHERE id IN :lanes
        """,
        lanes=list(lane_ids),
    )
    return [row[0] for row in sorted(rows, key=lambda row: -(row[1] or 0)) if row[1] is not None]


def _move(
    tx: Tx, who: Who, request: LeaseRequest, lane_ids: tuple[int, ...], want: int, source: _Source
) -> list[tuple[Any, ...]]:
    """Move up to `want` clients from the queue to the desk; (lane, bucket, worked_on) of each."""
    terms = {
        "now": tx.now,
        "until": tx.now + LIFE,
        "user": who.user_id,
        "device": request.device,
        "request": request.request_id,
        "queue": request.queue,
    }
    search = {"want": want, "for_anyone": tx.now - CALLBACK_FOR_ANYONE_AFTER, "today": tx.now.date()}
    if tx.dialect == "postgresql":
        return tx.all(source.postgresql + _LEASE_TAKEN, lanes=list(lane_ids), **terms, **search)
    rows = tx.all(source.sqlite, lanes=json.dumps(lane_ids), now=tx.now, user=who.user_id, **search)
    if not rows:
        return []
    tx.run(
        f"DELETE FROM {source.table} WHERE client_id IN :ids",  # noqa: S608 - our own table name
        ids=[row[0] for row in rows],
    )
    last: int = tx.value("UPDATE lease_counter SET token = token + :n RETURNING token", n=len(rows))
    tx.many(
        _LEASE,
        [
            terms
            | {
                "client": client_id,
                "lease": str(uuid.uuid4()),
                "token": token,
                "lane": lane,
                "prio": prio,
                "bucket": bucket,
                "callback_due": due_at,
            }
            for token, (client_id, lane, prio, bucket, due_at, _) in enumerate(rows, last - len(rows) + 1)
        ],
    )
    return [(row[1], row[3], row[5]) for row in rows]


def give(tx: Tx, who: Who, request: LeaseRequest, client: Client, portfolio_id: int, spot: Placement) -> None:
    """Move one client, wherever in the queue, to this device; the caller holds it locked."""
    deltas = Deltas()
    leave(tx, [client.id], deltas)
    lanes = lane_ids(tx, [(portfolio_id, client.country, client.zones)])
    tx.run(
        _LEASE,
        client=client.id,
        lease=str(uuid.uuid4()),
        token=_next_token(tx),
        user=who.user_id,
        device=request.device,
        request=request.request_id,
        now=tx.now,
        until=tx.now + LIFE,
        lane=lanes[(portfolio_id, "|".join(sorted(client.zones)))],
        prio=spot.prio,
        bucket=spot.bucket,
        callback_due=spot.due_at if spot.kind == "callback" else None,
        queue="",
    )
    deltas.depth(portfolio_id, spot.bucket, LEASED, 1)
    deltas.write(tx)


def _next_token(tx: Tx) -> int:
    if tx.dialect == "postgresql":
        token: int = tx.value("SELECT nextval('lease_token')")
    else:
        token = tx.value("UPDATE lease_counter SET token = token + 1 RETURNING token")
    return token


def restore(tx: Tx, who: Who, device: str, client_id: int, lease_id: str, token: int, deltas: Deltas) -> None:
    """Give a lease that its own fact had ended back, unless someone else had the client since.

    The caller holds the client locked.
    """
    leave(tx, [client_id], deltas)
    taken = tx.one("SELECT 1 FROM lease WHERE client_id = :client", client=client_id)
    later = tx.one(
        "SELECT 1 FROM event WHERE client_id = :client AND lease_token > :token LIMIT 1",
        client=client_id,
        token=token,
    )
    if taken or later:
        return
    client = standings(tx, [client_id], tx.now)[client_id]
    portfolio_id: int = tx.value("SELECT portfolio_id FROM client WHERE id = :client", client=client_id)
    spot = placement(client, tx.now, books(tx)[portfolio_id].parameters)
    lanes = lane_ids(tx, [(portfolio_id, client.country, client.zones)])
    tx.run(
        _LEASE,
        client=client_id,
        lease=lease_id,
        token=token,
        user=who.user_id,
        device=device,
        request="",
        now=tx.now,
        until=tx.now + LIFE,
        lane=lanes[(portfolio_id, "|".join(sorted(client.zones)))],
        prio=spot.prio,
        bucket=spot.bucket,
        callback_due=None,
        queue=SEARCH if spot.kind == "unlocatable" else "",
    )
    deltas.depth(portfolio_id, spot.bucket, LEASED, 1)
