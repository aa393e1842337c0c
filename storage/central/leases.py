"""Leases: who has which client on the desk, until when.

A lease is a row whose key is the client, so a client can't be held twice. It ends when a
fact about the client arrives under its number, when it is given back, or when it runs out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rules.contact import for_client, may_reach
from rules.protocol import Lease, LeaseRequest, Leases, Renewal, Renewed
from rules.searching import QUEUE as SEARCH
from storage.central.clients import documents
from storage.central.connection import Store, Tx, instant, maybe_instant
from storage.central.devices import hold_device
from storage.central.figures import Deltas
from storage.central.lanes import Lanes, lanes_for
from storage.central.people import Who
from storage.central.queueing import end_leases, lock_clients, lock_free, place, put_off
from storage.central.taking import LIFE, take

MOST = 50
ROUNDS = 4
"""How often clients are taken for one request, when the rules send some of them back."""

PUT_OFF = timedelta(days=1)
"""How long a client waits for whom the rules know no day from which it may be called."""


def lease(store: Store, who: Who, request: LeaseRequest) -> Leases:
    """Fill this person's desk on a device up to `want` clients.

    What the device holds already comes first, so that a lost answer costs no client; the
    same request_id takes nothing more. Then callbacks that are due, then the most urgent
    clients of the open lanes; from the queue of the unlocatable, those whose search is due.
    Each queue is counted by itself.
    """
    want = max(1, min(request.want, MOST))
    with store.begin() as tx:
        hold_device(tx, who, request.device)
        held, repeated = _held(tx, who, request)
        lanes = lanes_for(tx, who, tx.now)
        given = _as_leases(tx, held[:want])
        if not repeated:
            given = _fill(tx, who, request, lanes, want, given)
        waiting, until = (None, None) if len(given) >= want else _why_fewer(tx, lanes, request.queue)
        return Leases(leases=given, server_time=tx.now, waiting=waiting, waiting_until=until)


def _fill(
    tx: Tx, who: Who, request: LeaseRequest, lanes: Lanes, want: int, given: tuple[Lease, ...]
) -> tuple[Lease, ...]:
    """Take what is missing; whom the contact rules forbid to call now goes back and another is taken."""
    for _ in range(ROUNDS):
        if len(given) >= want:
            break
        before = {one.client.id for one in given}
        take(tx, who, request, lanes, want - len(given))
        held, _ = _held(tx, who, request)
        new = _as_leases(tx, [row for row in held if row[0] not in before])
        allowed = new if request.queue == SEARCH else _put_back(tx, new)
        given += allowed
        if len(allowed) == len(new):
            break
    return given


def _put_back(tx: Tx, new: tuple[Lease, ...]) -> tuple[Lease, ...]:
    """Those of the new leases whose client may be called now; the others wait until they may.

    The queue knows of each client what can be known without reading all of it; here is the
    whole document. A client that somebody else is writing stays: the desk asks the same rules.
    """
    until: dict[int, datetime] = {}
    for one in new:
        answer = may_reach(one.client, tx.now, for_client(one.client))
        if not answer.allowed:
            until[one.client.id] = answer.until or tx.now + PUT_OFF
    if not until:
        return new
    refused = {client_id: until[client_id] for client_id in lock_free(tx, list(until))}
    put_off(tx, refused)
    return tuple(one for one in new if one.client.id not in refused)


def _held(tx: Tx, who: Who, request: LeaseRequest) -> tuple[list[tuple[Any, ...]], bool]:
    """The device's own running leases, and whether this very request gave some of them."""
    rows = tx.all(
        """
        SELECT client_id, lease_id, token, until, callback_due, request_id, queue
        FROM lease
        WHERE device = :device AND user_id = :user AND until > :now AND queue = :queue
        ORDER BY token
        """,
        queue=request.queue,
        device=request.device,
        user=who.user_id,
        now=tx.now,
    )
    return rows, any(row[5] == request.request_id for row in rows)


def _as_leases(tx: Tx, rows: list[tuple[Any, ...]]) -> tuple[Lease, ...]:
    found = documents(tx, [row[0] for row in rows])
    return tuple(
        Lease(
            lease_id=row[1],
            token=row[2],
            expires_at=instant(row[3]),
            client=found[row[0]],
            callback_due=maybe_instant(row[4]),
            queue=row[6],
        )
        for row in rows
    )


def lease_of(tx: Tx, client_id: int) -> tuple[Lease, ...]:
    """The running lease of one client, with its document."""
    rows = tx.all(
        """
        SELECT client_id, lease_id, token, until, callback_due, request_id, queue
        FROM lease
        WHERE client_id = :client AND until > :now
        """,
        client=client_id,
        now=tx.now,
    )
    return _as_leases(tx, rows)


def _why_fewer(tx: Tx, lanes: Lanes, queue: str) -> tuple[str, datetime | None]:
    """Why there are no more, and when that may change."""
    if queue == SEARCH:
        return "empty", None
    stocked = {
        row[0]
        for row in tx.all(
            """
            SELECT id
            FROM lane
            WHERE id IN :lanes AND (EXISTS (SELECT 1 FROM ready WHERE lane = lane.id)
                OR EXISTS (
                    SELECT 1 FROM waiting
                    WHERE lane = lane.id AND kind = 'callback' AND due_at <= :now
                ))
            """,
            lanes=list(lanes.closed),
            now=tx.now,
        )
    }
    if stocked:
        return "out_of_hours", min(lanes.closed[lane] for lane in stocked)
    soonest = tx.value(
        """
        SELECT min(due_at)
        FROM (
            SELECT (
                SELECT min(due_at) FROM waiting
                WHERE lane = lane.id AND kind = 'waiting' AND due_at > :now
            ) AS due_at
            FROM lane
            WHERE id IN :lanes
            UNION ALL
            SELECT (
                SELECT min(due_at) FROM waiting
                WHERE lane = lane.id AND kind = 'callback' AND due_at > :now
            )
            FROM lane
            WHERE id IN :lanes
        ) soonest
        """,
        lanes=[*lanes.open, *lanes.closed],
        now=tx.now,
    )
    return "empty", maybe_instant(soonest)


def renew(store: Store, who: Who, renewal: Renewal) -> Renewed:
    """Extend leases that are still held under the number they were given with."""
    with store.begin() as tx:
        rows = tx.all(
            """
            SELECT lease_id, token, client_id
            FROM lease
            WHERE lease_id IN :ids AND user_id = :user AND until > :now
            ORDER BY client_id
            FOR UPDATE
            """,
            ids=list(renewal.leases),
            user=who.user_id,
            now=tx.now,
        )
        kept = [row for row in rows if renewal.leases[row[0]] == row[1]]
        until = tx.now + LIFE
        tx.run(
            "UPDATE lease SET until = :until WHERE client_id IN :clients",
            until=until,
            clients=[row[2] for row in kept],
        )
        expires = {row[0]: until for row in kept}
        gone = tuple(lease_id for lease_id in renewal.leases if lease_id not in expires)
        return Renewed(expires=expires, gone=gone, server_time=tx.now)


def release(store: Store, who: Who, lease_id: str, token: int | None = None) -> bool:
    """Give a client back to the queue; False when this person no longer held it so."""
    with store.begin() as tx:
        client_id = tx.value("SELECT client_id FROM lease WHERE lease_id = :id", id=lease_id)
        if client_id is None:
            return False
        lock_clients(tx, [client_id])
        row = tx.one(
            """
            SELECT lane, bucket, token
            FROM lease
            WHERE lease_id = :id AND user_id = :user AND until > :now
            FOR UPDATE
            """,
            id=lease_id,
            user=who.user_id,
            now=tx.now,
        )
        if row is None or (token is not None and token != row[2]):
            return False
        deltas = Deltas()
        end_leases(tx, [(client_id, row[0], row[1])], deltas)
        deltas.write(tx)
        place(tx, [client_id], tx.now)
        return True
