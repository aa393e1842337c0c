"""Leases: who has which client on the desk, until when.

A lease is a row whose key is the client, so a client can't be held twice. It ends when a
fact about the client arrives under its number, when it is given back, or when it runs out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from rules.contact import for_client, may_reach
from rules.protocol import Lease, LeaseRequest, Leases, Renewal, Renewed
from rules.searching import QUEUE as SEARCH
from storage.central.clients import documents
from storage.central.connection import Store, Tx, instant, maybe_instant
from storage.central.counting.figures import Deltas
from storage.central.doors.devices import hold_device
from storage.central.doors.who import Who
from storage.central.portfolios import BOOKS
from storage.central.queue.lanes import Hours, Known, known, version
from storage.central.queue.offline import go_offline, with_rights
from storage.central.queue.queueing import count_ended, lock_clients, lock_free, place, put_off
from storage.central.queue.taking import COLUMNS, LIFE, MOST, Held, held, plan_once, take
from storage.central.upkeep import audit

ROUNDS = 4
"""How often clients are taken for one request, when the rules send some of them back."""

PUT_OFF = timedelta(days=1)
"""How long a client waits for whom the rules know no day from which it may be called."""


def lease(store: Store, who: Who, request: LeaseRequest) -> Leases:
    """Fill this person's desk on a device up to `want` clients.

    What the device holds already comes first, so that a lost answer costs no client; the
    same request_id takes nothing more. Then callbacks that are due, then the most urgent
    clients of the open lanes; from the queue of the unlocatable, those whose search is due.
    Each queue is counted by itself. An offline request turns what the device holds into
    offline leases, too.
    """
    request = msgspec.structs.replace(request, want=max(1, min(request.want, MOST)))
    given: tuple[Lease, ...] = ()
    for attempt in range(ROUNDS):
        held, lanes, hours = _take(store, who, request, first=attempt == 0)
        with store.begin() as tx:
            tx.memo[BOOKS] = lanes.books
            found = as_leases(tx, [one for one in held if one.fresh or attempt == 0])
            fresh = {one.token for one in held if one.fresh}
            back = _put_back(tx, [one for one in found if one.token in fresh], request.queue)
            given += tuple(one for one in found if one.token not in back)
            if back and attempt + 1 < ROUNDS:
                continue
            if request.offline:
                given = with_rights(tx, given)
            enough = len(given) >= request.want
            waiting, until = (None, None) if enough else _why_fewer(tx, hours, request.queue)
            break
    return Leases(leases=given, server_time=tx.now, waiting=waiting, waiting_until=until)


def _take(store: Store, who: Who, request: LeaseRequest, *, first: bool) -> tuple[list[Held], Known, Hours]:
    """What is on the desk after filling it, the lanes, and their hours.

    A transaction of its own: it is short, so that nobody has to step over its rows for long.
    """
    with store.begin() as tx, tx.together():
        hold_device(tx, who, request.device)
        plan_once(tx)
        as_of, reserved = version(tx, who)
        lanes = known(store, tx, as_of)
        hours = lanes.hours_for(who, tx.now)
        if request.offline and first:
            go_offline(tx, who, request, hours)
        held = take(tx, who, request, lanes, hours, first=first, reserved=reserved)[: request.want]
        note_read(tx, who, request.device, [one.client_id for one in held if one.fresh])
        return held, lanes, hours


def _put_back(tx: Tx, new: Sequence[Lease], queue: str) -> set[int]:
    """Send those of the new leases back to wait whose client may not be called yet; their tokens.

    The queue knows of each client what can be known without reading all of it; here is the
    whole document. A client that somebody else is writing stays: the desk asks the same rules.
    """
    if queue == SEARCH:
        return set()
    until: dict[int, datetime] = {}
    for one in new:
        answer = may_reach(one.client, tx.now, for_client(one.client))
        if not answer.allowed:
            until[one.client.id] = answer.until or tx.now + PUT_OFF
    if not until:
        return set()
    free = lock_free(tx, list(until))
    refused = [one for one in new if one.client.id in free]
    put_off(tx, {one.client.id: (one.token, until[one.client.id]) for one in refused})
    return {one.token for one in refused}


def as_leases(tx: Tx, held: Sequence[Held]) -> tuple[Lease, ...]:
    """Leases as a workstation gets them, with the clients' documents."""
    found = documents(tx, [one.client_id for one in held]) if held else {}
    return tuple(
        Lease(
            lease_id=one.lease_id,
            token=one.token,
            expires_at=one.until,
            client=found[one.client_id],
            callback_due=one.callback_due,
            queue=one.queue,
            offline=one.offline,
            attempts_left=one.attempts_left,
        )
        for one in held
    )


def note_read(tx: Tx, who: Who, device: str, clients: Sequence[int]) -> None:
    """The audit log keeps whose documents are handed out; that they are given again is no news."""
    if clients:
        audit.note(tx, who.name, "leased", device=device, clients=list(clients))


def lease_of(tx: Tx, client_id: int) -> tuple[Lease, ...]:
    """The running lease of one client, with its document."""
    rows = tx.all(
        f"SELECT {COLUMNS} FROM lease WHERE client_id = :client AND until > :now",  # noqa: S608 - our own columns
        client=client_id,
        now=tx.now,
    )
    return as_leases(tx, [held(row) for row in rows])


def _why_fewer(tx: Tx, hours: Hours, queue: str) -> tuple[str, datetime | None]:
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
            lanes=list(hours.opens),
            now=tx.now,
        )
    }
    if stocked:
        return "out_of_hours", min(hours.opens[lane] for lane in stocked)
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
        lanes=hours.ids(),
        now=tx.now,
    )
    return "empty", maybe_instant(soonest)


def renew(store: Store, who: Who, renewal: Renewal) -> Renewed:
    """Extend leases that are still held under the number they were given with, in the person's scope.

    An offline lease keeps the end that it was given with.
    """
    with store.begin() as tx:
        rows = tx.all(
            """
            UPDATE lease
            SET until = CASE WHEN offline THEN until ELSE :until END
            WHERE client_id IN (
                SELECT client_id
                FROM lease
                WHERE lease_id IN :ids AND lease_id || ' ' || token IN :numbered AND user_id = :user
                    AND until > :now
                    AND (:everywhere OR lane IN (SELECT id FROM lane WHERE portfolio_id IN :scope))
                ORDER BY client_id
                FOR UPDATE
            )
            RETURNING lease_id, until
            """,
            ids=list(renewal.leases),
            numbered=[f"{lease_id} {token}" for lease_id, token in renewal.leases.items()],
            user=who.user_id,
            now=tx.now,
            until=tx.now + LIFE,
            everywhere=who.portfolio_ids is None,
            scope=list(who.portfolio_ids or ()),
        )
        expires = {row[0]: instant(row[1]) for row in rows}
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
            DELETE FROM lease
            WHERE lease_id = :id AND user_id = :user AND until > :now AND token = coalesce(:token, token)
            RETURNING lane, bucket
            """,
            id=lease_id,
            user=who.user_id,
            now=tx.now,
            token=token,
        )
        if row is None:
            return False
        deltas = Deltas()
        count_ended(tx, [row], deltas)
        deltas.write(tx)
        place(tx, [client_id], tx.now)
        audit.note(tx, who.name, "released", f"client:{client_id}", device=who.device)
        return True
