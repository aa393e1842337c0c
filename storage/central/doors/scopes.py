"""Who leaves whose scope: leases end, and every workstation that kept the client erases it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from storage.central.changes import tell_left
from storage.central.connection import Store, Tx
from storage.central.counting.figures import Deltas
from storage.central.doors.users import user_id
from storage.central.leading.stand_ins import let_go, owned_outside
from storage.central.portfolios import portfolio_id
from storage.central.queue.queueing import end_leases, lock_clients, place
from storage.central.upkeep import audit
from storage.central.upkeep.pruning import KEPT_DAYS


def withdraw(tx: Tx, client_ids: Collection[int]) -> None:
    """Take clients out of everybody's scope: their creditor has taken them back.

    The caller holds them locked, has said what changed, and places them anew.
    """
    if client_ids:
        _clear_desks(tx, client_ids)
        tell_left(tx, client_ids)


def set_portfolios(store: Store, name: str, portfolios: Sequence[str], by: str = "") -> int:
    """Give a person other portfolios; how many clients leave that person's workstations.

    Clients of the former portfolios that the person holds, worked of late, or has something
    due with, leave the desk at once and are erased with the next pull; those that were the
    person's own are nobody's from then on.

    Args:
        store: where.
        name: whose scope.
        portfolios: names; none = all.
        by: who decides, for the audit log.

    Raises:
        StoreError: there is no such user or portfolio.
    """
    with store.begin() as tx:
        user = user_id(tx, name)
        scope = [portfolio_id(tx, portfolio) for portfolio in dict.fromkeys(portfolios)]
        tx.run("DELETE FROM user_portfolio WHERE user_id = :user", user=user)
        tx.many(
            "INSERT INTO user_portfolio (user_id, portfolio_id) VALUES (:user, :portfolio)",
            [{"user": user, "portfolio": portfolio} for portfolio in scope],
        )
        audit.note(tx, by, "user_changed", f"user:{user}", portfolios=sorted(scope))
        left = _known_outside(tx, user, scope) if scope else []
        owned = owned_outside(tx, user, scope) if scope else []
        lock_clients(tx, {*left, *owned})
        let_go(tx, owned)
        held = _clear_desks(tx, left, user)
        tell_left(tx, left, user)
        place(tx, held, tx.now)
        return len(left)


def _known_outside(tx: Tx, user: int, scope: list[int]) -> list[int]:
    """The clients of whom a person's workstations may keep something, outside a scope.

    No workstation keeps what the hub has answered for longer than the feed keeps changes.
    """
    rows = tx.all(
        """
        SELECT c.id
        FROM client c
        JOIN (
            SELECT client_id FROM lease WHERE user_id = :user
            UNION
            SELECT client_id FROM event WHERE user_id = :user AND received_at >= :since
            UNION
            SELECT client_id FROM promise
            WHERE user_id = :user AND status IN ('open', 'partial', 'broken')
            UNION
            SELECT client_id FROM callback WHERE user_id = :user AND status = 'open'
            UNION
            SELECT client_id FROM task WHERE user_id = :user AND status = 'open'
            UNION
            SELECT m.client_id
            FROM message m
            JOIN message_receipt r ON r.message_id = m.id
            WHERE r.user_id = :user AND m.client_id IS NOT NULL
        ) known ON known.client_id = c.id
        WHERE NOT (c.portfolio_id IN :scope)
        ORDER BY c.id
        """,
        user=user,
        since=tx.now - timedelta(days=KEPT_DAYS),
        scope=scope,
    )
    return [row[0] for row in rows]


def _clear_desks(tx: Tx, client_ids: Collection[int], user: int | None = None) -> list[int]:
    """End the leases of clients, who are held locked, on all desks or on one person's; whose there were."""
    rows = tx.all(
        """
        SELECT client_id, lane, bucket
        FROM lease
        WHERE client_id IN :ids AND (:everybody OR user_id = :user)
        ORDER BY client_id
        FOR UPDATE
        """,
        ids=sorted(client_ids),
        everybody=user is None,
        user=user,
    )
    deltas = Deltas()
    end_leases(tx, [(row[0], row[1], row[2]) for row in rows], deltas)
    deltas.write(tx)
    return [row[0] for row in rows]
