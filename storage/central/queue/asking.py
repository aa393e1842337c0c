"""One client by name: an agent opens it from the agenda, wherever in the queue it stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from rules.clients import Client
from rules.contact import for_client, may_reach
from rules.protocol import LeaseRequest, Leases
from rules.queue import Placement, placement
from storage.central.clients import documents
from storage.central.connection import Store, Tx
from storage.central.doors.devices import hold_device
from storage.central.doors.people import Who
from storage.central.leading.covering import covered_by
from storage.central.leading.strategies import in_force
from storage.central.portfolios import books
from storage.central.queue.granting import give
from storage.central.queue.leases import lease_of, note_read
from storage.central.queue.queueing import lock_clients


def ask(store: Store, who: Who, request: LeaseRequest) -> Leases:
    """Lease the client that is asked for, or say why not and until when.

    The same rules hold as for whom the queue gives: contact rules, no call while a promise is
    open, a callback promised by another agent, another agent's client, one desk at a time. Only
    the rest between two tries is left to the agent, and what leads hold back or put first.
    """
    assert request.client_id is not None  # noqa: S101 - the hub has seen it
    with store.begin() as tx:
        hold_device(tx, who, request.device)
        portfolio_id = dict(lock_clients(tx, [request.client_id])).get(request.client_id)
        if portfolio_id is None or not who.may_see(portfolio_id):
            return Leases(leases=(), server_time=tx.now, waiting="unknown_client")
        why, until = _give(tx, who, request, portfolio_id)
        given = () if why else lease_of(tx, request.client_id)
        note_read(tx, who, request.device, [one.client.id for one in given])
        return Leases(leases=given, server_time=tx.now, waiting=why or None, waiting_until=until)


def _give(tx: Tx, who: Who, request: LeaseRequest, portfolio_id: int) -> tuple[str, datetime | None]:
    """Move the client to the desk unless it is there; why it can't be, "" when it is."""
    client_id = request.client_id or 0
    held = tx.one(
        "SELECT user_id, device, until > :now FROM lease WHERE client_id = :id", id=client_id, now=tx.now
    )
    if held is not None:
        own = (held[0], held[1]) == (who.user_id, request.device) and held[2]
        return ("" if own else "taken"), None
    client = documents(tx, [client_id])[client_id]
    rules = for_client(client)
    spot = placement(client, tx.now, rules, strategy=in_force(tx, books(tx)[portfolio_id]))
    worked_by = tx.value("SELECT worked_by FROM assignment WHERE client_id = :id", id=client_id)
    if worked_by not in (None, who.user_id):
        return "taken", None
    asked_for = {who.name, *covered_by(tx, who).values()}
    why, until = _barred(client, spot, {*asked_for, spot.agent} if worked_by else asked_for)
    if why:
        return why, until
    answer = may_reach(client, tx.now, rules)
    if not answer.allowed:
        return answer.rule, answer.until
    give(tx, who, request, client, portfolio_id, spot)
    return "", None


def _barred(client: Client, spot: Placement, names: Collection[str | None]) -> tuple[str, datetime | None]:
    """What keeps a client in the queue although the clock would allow a call.

    names: whose callbacks the asking person may take: the own, and those of absent colleagues for
    whom that person stands in; of an own client everybody's.
    """
    if spot.kind in ("out", "unlocatable"):
        return spot.why, None
    if spot.kind == "callback" and spot.agent not in (None, *names):
        return "taken", spot.due_at
    return (spot.why, spot.due_at) if spot.why == "promise" else ("", None)
