"""Who is next, in SQLite: the steps of `taking_postgres` one by one, inside the only write transaction."""

# ruff: noqa: S608 - the texts below are put together from each other and from names of ours

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from rules.protocol import LeaseRequest
from rules.searching import QUEUE as SEARCH
from storage.central.connection import Tx, maybe_day
from storage.central.counting.figures import LEASED, Deltas
from storage.central.queue.lanes import OpenLane
from storage.central.queue.parts import PART, Parts
from storage.central.queue.searching import DUE_SEARCHES

_HELD = """
    SELECT client_id, lease_id, token, until, callback_due, queue, offline, attempts_left,
        request_id = :request
    FROM lease
    WHERE device = :device AND user_id = :user AND until > :now AND queue = :queue
"""
_CALLBACKS = f"""
    SELECT client_id, lane, prio, bucket, due_at, worked_on
    FROM waiting
    WHERE lane IN :lane_ids AND kind = 'callback' AND due_at <= :now
        AND (user_id IS NULL OR user_id = :user OR due_at <= :for_anyone AND reserved_for IS NULL)
        AND NOT {PART} IN :held
    ORDER BY user_id IS NOT :user, due_at
    LIMIT :room
"""
_HEADS = """
    SELECT best.client_id, best.lane, best.prio, best.bucket, NULL, best.worked_on, {part} IN :put_first
    FROM json_each(:{sources}) source
    JOIN ready best ON best.client_id IN (
        SELECT client_id
        FROM ready
        WHERE {those}
        ORDER BY {order}prio DESC, client_id DESC
        LIMIT :room
    )
"""
_HEAD_SOURCES = (
    ("whole_lanes", "lane = source.value AND reserved_for IS NULL", ""),
    (
        "parts",
        "lane = source.value ->> 'lane' AND bucket = source.value ->> 'bucket' AND reserved_for IS NULL",
        "",
    ),
    (
        "lane_ids",
        f"reserved_for = :user AND lane = source.value AND NOT {PART} IN :held",
        f"{PART} IN :put_first DESC, ",
    ),
)
_BEST = (
    " UNION ALL ".join(
        _HEADS.format(sources=sources, those=those, order=order, part=PART)
        for sources, those, order in _HEAD_SOURCES
    )
    + " ORDER BY 7 DESC, 3 DESC, 1 DESC LIMIT :room"
)
_SEARCHES = f"""
    SELECT waiting.client_id, waiting.lane, waiting.prio, waiting.bucket, NULL, waiting.worked_on
    {DUE_SEARCHES}
    LIMIT :room
"""
LEASE = """
    INSERT INTO lease (client_id, lease_id, token, user_id, device, request_id, granted_at, until,
        lane, prio, bucket, callback_due, queue, offline)
    VALUES (:client, :lease, :token, :user, :device, :request, :now, :until,
        :lane, :prio, :bucket, :callback_due, :queue, :offline)
"""
_SOURCES = {
    "callback": ("waiting", _CALLBACKS),
    "ready": ("ready", _BEST),
    "unlocatable": ("waiting", _SEARCHES),
}


def fill(
    tx: Tx, request: LeaseRequest, lanes: Iterable[OpenLane], terms: dict[str, Any], directed: Parts
) -> list[tuple[Any, ...]]:
    """Fill the desk and say what is on it, as rows of `taking_postgres.NEXT` without their last column."""
    by_id = {lane.id: lane for lane in lanes}
    terms = terms | directed.terms | {"whole_lanes": [key for key in by_id if key not in directed.lanes]}
    held = tx.all(_HELD, **terms)
    repeated = terms["first"] and any(row[8] for row in held)
    room = 0 if repeated else terms["want"] - len(held)
    last = max((row[2] for row in held), default=0)
    deltas = Deltas()
    for kind in ("unlocatable",) if request.queue == SEARCH else ("callback", "ready"):
        if room > 0:
            room -= _move(tx, kind, by_id, terms | {"room": room}, deltas)
    deltas.write(tx)
    return [(*row[:8], row[8] if row[2] <= last else None) for row in tx.all(_HELD, **terms)]


def _move(tx: Tx, kind: str, lanes: dict[int, OpenLane], terms: dict[str, Any], deltas: Deltas) -> int:
    """Move clients of one kind of placement to the desk; how many."""
    table, best = _SOURCES[kind]
    rows = tx.all(best, **terms | {"lane_ids": json.dumps(list(lanes))})
    if not rows:
        return 0
    tx.run(
        f"DELETE FROM {table} WHERE client_id IN :ids",
        ids=[row[0] for row in rows],
    )
    last: int = tx.value("UPDATE lease_counter SET token = token + :n RETURNING token", n=len(rows))
    leases = []
    for token, row in enumerate(rows, last - len(rows) + 1):
        client_id, lane, prio, bucket, due_at, worked_on = row[:6]
        portfolio_id = lanes[lane].portfolio_id
        deltas.queued(portfolio_id, bucket, kind, maybe_day(worked_on), -1)
        deltas.depth(portfolio_id, bucket, LEASED, 1)
        leases.append(
            terms
            | {
                "client": client_id,
                "lease": str(uuid.uuid4()),
                "token": token,
                "until": lanes[lane].until,
                "lane": lane,
                "prio": prio,
                "bucket": bucket,
                "callback_due": due_at,
            }
        )
    tx.many(LEASE, leases)
    return len(rows)
