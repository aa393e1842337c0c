"""Policies change by themselves: cover begins and ends at noon, a premium is past due from midnight.

What is due is looked for each quarter of an hour, which is when noons and midnights are wherever
there is a policy. Nobody may have looked for days: each change has the instant at which it was due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from rules.insurance.receipts import NOON, REHABILITATION_DAYS
from storage.central.changes import touch
from storage.central.connection import Store, Tx
from storage.central.policies.life import follow_these
from storage.central.portfolios import books
from storage.central.queue.queueing import lock_free, place

AT_ONCE = 500
SLOT_MINUTES = 15
MARK = "policies_kept"


def keep(store: Store) -> int:
    """Bring every policy that is due to what it should be now; how many clients that changed.

    Once in a quarter of an hour for all hubs of a store together, one look at a mark in between. A client
    whom somebody else is writing is left for the next beat.
    """
    slot = _slot(store.now())
    with store.glance() as tx:
        if tx.value("SELECT value FROM store_mark WHERE name = :mark", mark=MARK) == slot:
            return 0
    changed, last, left = 0, 0, False
    while True:
        with store.begin() as tx:
            due = _due(tx, last)
            free = set(lock_free(tx, sorted({client_id for _, client_id, _ in due})))
            known = books(tx)
            ready = {policy_id: known[book] for policy_id, client_id, book in due if client_id in free}
            accounts = follow_these(tx, ready)
            clients = _clients_of(tx, accounts)
            touch(tx, clients)
            place(tx, clients, tx.now)
            changed, left = changed + len(clients), left or len(ready) < len(due)
            if len(due) < AT_ONCE:
                if not left:
                    _mark(tx, slot)
                return changed
            last = due[-1][0]


def _slot(now: datetime) -> str:
    return now.replace(minute=now.minute - now.minute % SLOT_MINUTES, second=0, microsecond=0).isoformat()


def _mark(tx: Tx, slot: str) -> None:
    tx.run(
        """
        INSERT INTO store_mark (name, value) VALUES (:mark, :slot)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """,
        mark=MARK,
        slot=slot,
    )


def _clients_of(tx: Tx, account_ids: Iterable[int]) -> list[int]:
    rows = tx.all(
        "SELECT DISTINCT client_id FROM account WHERE id IN :ids ORDER BY client_id", ids=sorted(account_ids)
    )
    return [row[0] for row in rows]


_DUE = """
    SELECT p.id, a.client_id, a.portfolio_id
    FROM policy p
    JOIN account a ON a.id = p.account_id
    WHERE p.id > :last AND a.portfolio_id IN :books AND (
        p.status IN ('issued', 'in_force', 'grace', 'rehabilitated') AND p.ends <= :ended
        OR p.status = 'issued' AND p.starts <= :ended
        OR p.status NOT IN ('quoted', 'lapsed', 'cancelled') AND p.id IN (
            SELECT r.policy_id FROM receipt r WHERE r.status = 'pending' AND r.due < :today
        )
        OR p.status IN ('in_force', 'grace', 'rehabilitated') AND p.id IN (
            SELECT r.policy_id FROM receipt r WHERE r.status = 'overdue' AND r.grace_ends <= :now
        )
        OR p.status = 'grace' AND NOT EXISTS (
            SELECT 1 FROM receipt r WHERE r.policy_id = p.id AND r.status = 'overdue'
        )
        OR p.status = 'lapsed' AND {lapsed_days} >= CAST(
            coalesce(p.sheet -> 'terms' ->> 'rehabilitation_days', '{rehabilitation_days}') AS INTEGER
        )
        OR p.status = 'lapsed' AND EXISTS (
            SELECT 1 FROM receipt r
            WHERE r.policy_id = p.id AND r.grace_ends = p.lapsed_at AND r.status = 'paid'
        )
    )
    ORDER BY p.id
    LIMIT :limit
"""
_LAPSED_DAYS = {
    "sqlite": "julianday(:now) - julianday(p.lapsed_at)",
    "postgresql": "extract(epoch FROM :now - p.lapsed_at) / 86400",
}
_DUE_SQL = {
    dialect: _DUE.format(lapsed_days=days, rehabilitation_days=REHABILITATION_DAYS)
    for dialect, days in _LAPSED_DAYS.items()
}
"""Policies that may have to change; what it finds in excess is left as it is."""


def _due(tx: Tx, last: int) -> list[tuple[int, int, int]]:
    """Policies after one that may have to change: id, client, portfolio.

    Asked for each day that it is somewhere, of which there are two at most, and each side of noon.
    """
    days: defaultdict[tuple[date, date], list[int]] = defaultdict(list)
    for book in books(tx).values():
        local = tx.now.astimezone(book.zone)
        days[(local.date(), local.date() - timedelta(days=local.time() < NOON))].append(book.id)
    found = [
        (row[0], row[1], row[2])
        for (today, ended), ids in days.items()
        for row in tx.all(
            _DUE_SQL[tx.dialect],
            last=last,
            books=ids,
            ended=ended,
            today=today,
            now=tx.now,
            limit=AT_ONCE,
        )
    ]
    return sorted(found)[:AT_ONCE]
