"""Clients of a portfolio are placed anew little by little, by whichever hub has a moment.

For decisions that a lead waits for: what was begun is kept in the store, so that it ends even if
the hub that began it does not.
"""

from __future__ import annotations

from storage.central.connection import Store, Tx
from storage.central.queue.queueing import place_next

_MARK = "placing:"


def begin(tx: Tx, portfolio_id: int) -> None:
    """Have every client of a portfolio placed anew, from the first on."""
    tx.run(
        """
        INSERT INTO store_mark (name, value) VALUES (:name, '0')
        ON CONFLICT (name) DO UPDATE SET value = '0'
        """,
        name=f"{_MARK}{portfolio_id}",
    )


def go_on(store: Store) -> int:
    """Place the next clients of those that wait for it; how many, 0 = nobody waits."""
    with store.glance() as tx:
        if tx.one("SELECT 1 FROM store_mark WHERE name LIKE :marks LIMIT 1", marks=f"{_MARK}%") is None:
            return 0
    with store.begin() as tx:
        row = tx.one(
            """
            SELECT name, value FROM store_mark WHERE name LIKE :marks ORDER BY name LIMIT 1
            FOR UPDATE SKIP LOCKED
            """,
            marks=f"{_MARK}%",
        )
        if row is None:
            return 0
        name, last = row[0], int(row[1])
        ids = place_next(tx, int(name.removeprefix(_MARK)), last, changed=False)
        if ids:
            tx.run("UPDATE store_mark SET value = :last WHERE name = :name", last=str(ids[-1]), name=name)
        else:
            tx.run("DELETE FROM store_mark WHERE name = :name", name=name)
        return len(ids)
