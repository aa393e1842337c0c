"""Leases for one client in particular: asked for by name, or given back to whom it was taken from."""

from __future__ import annotations

import uuid

from rules.clients import Client
from rules.protocol import LeaseRequest
from rules.queue import Placement, placement
from rules.searching import QUEUE as SEARCH
from storage.central.clients import standings
from storage.central.connection import Tx
from storage.central.counting.figures import LEASED, Deltas
from storage.central.doors.who import Who
from storage.central.leading.strategies import in_force
from storage.central.portfolios import books
from storage.central.queue.lanes import lane_ids
from storage.central.queue.queueing import leave
from storage.central.queue.taking import LIFE
from storage.central.queue.taking_sqlite import LEASE


def give(tx: Tx, who: Who, request: LeaseRequest, client: Client, portfolio_id: int, spot: Placement) -> None:
    """Move one client, wherever in the queue, to this device; the caller holds it locked."""
    deltas = Deltas()
    leave(tx, [client.id], deltas)
    lanes = lane_ids(tx, [(portfolio_id, client.country, client.zones)])
    tx.run(
        LEASE,
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
        offline=False,
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
    book = books(tx)[portfolio_id]
    spot = placement(client, tx.now, book.parameters, strategy=in_force(tx, book))
    lanes = lane_ids(tx, [(portfolio_id, client.country, client.zones)])
    tx.run(
        LEASE,
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
        offline=False,
    )
    deltas.depth(portfolio_id, spot.bucket, LEASED, 1)
