"""What comes from the hub: clients taken on lease, leases renewed or ended, newer documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from rules.clients import Client
from rules.facts import Event
from rules.protocol import Change, Lease
from storage.local import documents, leases, meta, outbox, quarantine
from storage.local.documents import decoded
from storage.local.leases import Held
from storage.local.rebase import rebased
from storage.local.view import View


def take(
    view: View, given: Iterable[tuple[Lease, bytes]], server_time: datetime, round_trip_s: float
) -> None:
    """Put leased clients at hand; a lease that is held already is only dated anew.

    Args:
        view: in a transaction.
        given: each lease with its cleaned document.
        server_time: the hub's clock in its answer.
        round_trip_s: from asking to the answer, in seconds.
    """
    for lease, document in given:
        seconds, until = leases.reliable(lease.expires_at, server_time, round_trip_s)
        client = decoded(document)
        before = leases.of_client(view.connection, client.id)
        same = before is not None and before.lease_id == lease.lease_id
        unsent = outbox.of_client(view.connection, client.id)
        held = Held(
            client_id=client.id,
            lease_id=lease.lease_id,
            token=lease.token,
            expires_at=lease.expires_at,
            until=until,
            taken_at=view.clock_now,
            callback_due=lease.callback_due,
            score=client.score,
            position=before.position if before and same else meta.count(view.connection, meta.POSITION),
            worked=_worked(unsent, lease.lease_id),
            queue=lease.queue,
            offline=lease.offline,
            attempts_left=_attempts_left(before, lease),
        )
        leases.keep(view.connection, view.deadlines.dated(held, seconds))
        documents.keep(view.connection, client.id, document)
        put_own_on_top(view, client, unsent)


def _worked(unsent: Iterable[Event], lease_id: str) -> bool:
    """Whether a result or skip under the lease is on its way and not taken back."""
    made = {event.id for event in unsent if event.lease_id == lease_id and event.kind in ("result", "skip")}
    return bool(made - {event.body["fact_id"] for event in unsent if event.kind == "retraction"})


def _attempts_left(before: Held | None, lease: Lease) -> int | None:
    """Calls left under a lease; one that is given again may not know of the latest made here."""
    if before is None or before.lease_id != lease.lease_id:
        return lease.attempts_left
    return min((n for n in (before.attempts_left, lease.attempts_left) if n is not None), default=None)


def put_own_on_top(view: View, server: Client, unsent: list[Event]) -> None:
    """Keep the hub's document with the agent's unsent facts on top of it."""
    client = rebased(server, unsent, view.catalogue(server), view.user.name, view.settings)
    if client is not None:
        documents.put_on_top(view.connection, client, server)


def extend(view: View, expires: Mapping[str, datetime], server_time: datetime, round_trip_s: float) -> None:
    """Date leases anew that the hub has renewed; in a transaction."""
    for lease_id, expires_at in expires.items():
        held = leases.of_lease(view.connection, lease_id)
        if held is None:
            continue
        seconds, until = leases.reliable(expires_at, server_time, round_trip_s)
        held = msgspec.structs.replace(held, expires_at=expires_at, until=until, taken_at=view.clock_now)
        leases.keep(view.connection, view.deadlines.dated(held, seconds))


def drop(view: View, held: Held) -> None:
    """A lease is over: its client goes, unless it is on the desk; then it is only marked."""
    found = view.on_desk()
    if found is not None and found[1].client_id == held.client_id:
        leases.keep(view.connection, view.deadlines.ended(held, view.now))
    else:
        leases.remove(view.connection, held)


def drop_ended(view: View) -> None:
    """Clients whose lease has run out leave the desk; in a transaction."""
    for held in leases.every(view.connection):
        if not view.alive(held):
            drop(view, held)


def apply_change(view: View, change: Change, document: bytes | None) -> None:
    """Take a change of a client in: newer document, or erased because it left our scope.

    Args:
        view: in a transaction.
        change: of a client.
        document: the cleaned document, None when the change brings none.
    """
    client_id = int(change.id)
    if change.deleted:
        _erase(view, client_id)
        return
    before = documents.as_sent(view.connection, client_id)
    if document is None or before is None:
        return
    client = decoded(document)
    if client.version >= before.version:
        documents.keep(view.connection, client_id, document)
        put_own_on_top(view, client, outbox.of_client(view.connection, client_id))


def erase_others(view: View, scope: Sequence[str]) -> None:
    """Erase the clients of portfolios that are not, or no more, the agent's; in a transaction.

    The hub tells of those that it knows to be here; of a client whose lease ran out it does not.
    """
    rows = view.connection.execute(
        "SELECT client_id FROM document WHERE json_extract(CAST(server AS TEXT), '$.portfolio') "
        "NOT IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(scope).decode(),),
    )
    for (client_id,) in rows.fetchall():
        _erase(view, client_id)


def _erase(view: View, client_id: int) -> None:
    """Nothing of the client stays but the day's counts and facts that the hub has still to get."""
    held = leases.of_client(view.connection, client_id)
    if held is not None:
        leases.remove(view.connection, held)
    for table in ("undo", "agenda", "document", "message"):
        view.connection.execute(f"DELETE FROM {table} WHERE client_id = ?", (client_id,))  # noqa: S608 - our own names
    view.connection.execute(
        "UPDATE fact SET event = x'', client_id = NULL "
        "WHERE client_id = ? AND id NOT IN (SELECT fact_id FROM outbox)",
        (client_id,),
    )
    quarantine.forget_name(view.connection, client_id)


def restored(view: View, then: Held) -> Held:
    """The row of a client whose last capture is taken back.

    What the fact had put on its document goes, unless only the hub can take it out. A
    lease that is given up already does not come back: the row is marked as ended.

    Args:
        view: in a transaction, after the retraction was written.
        then: the row as it was before the capture.
    """
    server = documents.as_sent(view.connection, then.client_id)
    if server is not None:
        put_own_on_top(view, server, outbox.of_client(view.connection, then.client_id))
    now = leases.of_client(view.connection, then.client_id)
    if now is not None:
        return msgspec.structs.replace(now, worked=False, attempts_left=then.attempts_left)
    return view.deadlines.ended(then, view.now)
