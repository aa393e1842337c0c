"""For whom clients in the queue are reserved: an assignment's effect where clients are handed out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from storage.central.connection import Tx
from storage.central.queue.watermarks import BOTTOM, Place

_READY = """
    UPDATE ready SET reserved_for = :user WHERE client_id IN :ids
    RETURNING lane, prio, client_id
"""
_WAITING = """
    UPDATE waiting
    SET reserved_for = :user, user_id = CASE
        WHEN kind <> 'callback' THEN NULL
        ELSE coalesce(CAST(:user AS INTEGER), (
            SELECT asked.user_id
            FROM callback asked
            WHERE asked.client_id = waiting.client_id AND asked.status = 'open'
            ORDER BY asked.due_at
            LIMIT 1
        ))
        END
    WHERE client_id IN :ids
"""


def reserve(tx: Tx, users: Mapping[int, int | None]) -> None:
    """Reserve clients, by id, who stand in the queue for one person each, None = for anybody.

    The caller holds them locked. Who is on a desk stays there, and stands where the assignment
    says when coming back (`queueing.place`). A callback goes along, and is again whose it was
    when the client is anybody's.
    """
    by_user: defaultdict[int | None, list[int]] = defaultdict(list)
    for client_id, user in users.items():
        by_user[user].append(client_id)
    best: dict[int, Place] = {}
    for user, ids in by_user.items():
        for lane, prio, client_id in tx.all(_READY, user=user, ids=ids):
            best[lane] = max(best.get(lane, BOTTOM), (prio, client_id))
        tx.run(_WAITING, user=user, ids=ids)
    tx.afterwards.append(lambda: tx.watermarks.entered(best))
