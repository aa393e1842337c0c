"""Leases for work without a link: for hours, with the contact rights of each client.

Meanwhile nobody else has the client, so that the caps on contacts hold although the workstation
can't ask. The price: what is asked of the centre in that time, a stop of all contact too, reaches
the workstation only when it comes back or the lease ends. Hence the ends are near: `OFFLINE_LIFE`,
or when the lane closes, and renewing moves them no further.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rules.contact import attempts_left, for_client
from rules.protocol import Lease, LeaseRequest
from storage.central.connection import Tx
from storage.central.doors.who import Who
from storage.central.queue.lanes import Hours
from storage.central.queue.taking import end_of


def go_offline(tx: Tx, who: Who, request: LeaseRequest, hours: Hours) -> None:
    """Turn what the device holds into offline leases, where the lane is open."""
    device = {"device": request.device, "user": who.user_id, "now": tx.now, "queue": request.queue}
    lanes = tx.all(
        """
        SELECT DISTINCT lane
        FROM lease
        WHERE device = :device AND user_id = :user AND until > :now AND queue = :queue AND NOT offline
        """,
        **device,
    )
    tx.many(
        """
        UPDATE lease
        SET offline = true, until = :until
        WHERE device = :device AND user_id = :user AND until > :now AND queue = :queue AND NOT offline
            AND lane = :lane
        """,
        [
            device | {"lane": lane, "until": end_of(request, tx.now, hours.closes[lane])}
            for (lane,) in lanes
            if lane in hours.closes
        ],
    )


def with_rights(tx: Tx, leases: Iterable[Lease]) -> tuple[Lease, ...]:
    """Leases with the number of calls that the contact rules allow by today's end, kept in the store, too."""
    given = tuple(
        msgspec.structs.replace(one, attempts_left=attempts_left(one.client, tx.now, for_client(one.client)))
        if one.offline
        else one
        for one in leases
    )
    tx.many(
        "UPDATE lease SET attempts_left = :left WHERE token = :token AND client_id = :client",
        [
            {"left": one.attempts_left, "token": one.token, "client": one.client.id}
            for one in given
            if one.offline
        ],
    )
    return given
