"""Is the store sound? Questions whose right answer is "no row", the figures' recount, and the audit log."""

from __future__ import annotations

from rules.queue import placement
from rules.words import mark, tr
from storage.central.clients import standings
from storage.central.connection import Store, Tx
from storage.central.counting.recount import differences
from storage.central.portfolios import books
from storage.central.upkeep.vouching import verify

_OF_MONEY = (
    (
        mark("Accounts whose deposit is not the sum of their entries: {number} (first: {first})."),
        """
        SELECT a.id
        FROM account a
        LEFT JOIN (
            SELECT account_id, sum(CASE
                WHEN kind IN ('received', 'moved_in', 'unapplied') THEN amount
                WHEN kind IN ('adjusted', 'unadjusted') THEN 0 ELSE -amount END) AS deposit
            FROM ledger_entry
            GROUP BY account_id
        ) e ON e.account_id = a.id
        WHERE a.deposit <> coalesce(e.deposit, 0)
        """,
    ),
    (
        mark("Receipts whose paid amount is not that of their entries: {number} (first: {first})."),
        """
        SELECT r.id
        FROM receipt r
        LEFT JOIN (
            SELECT receipt_id,
                sum(CASE kind WHEN 'applied' THEN amount WHEN 'unapplied' THEN -amount ELSE 0 END) AS paid,
                sum(CASE kind WHEN 'adjusted' THEN amount WHEN 'unadjusted' THEN -amount ELSE 0 END)
                    AS adjusted
            FROM ledger_entry
            WHERE receipt_id IS NOT NULL
            GROUP BY receipt_id
        ) e ON e.receipt_id = r.id
        WHERE r.paid <> coalesce(e.paid, 0) OR r.adjusted <> coalesce(e.adjusted, 0)
        """,
    ),
    (
        mark("Receipts that hold more than their total: {number} (first: {first})."),
        "SELECT id FROM receipt WHERE paid + adjusted > total",
    ),
    (
        mark("Payments that the ledger received with another amount: {number} (first: {first})."),
        """
        SELECT y.id
        FROM payment y
        JOIN ledger_entry e ON e.payment_id = y.id AND e.kind = 'received'
        GROUP BY y.id, y.amount, y.account_id
        HAVING sum(e.amount) <> y.amount OR min(e.account_id) <> y.account_id
        """,
    ),
)
"""What the ledger says against what was derived from it; of payments from before it nothing is known."""

_FAULTS = (
    (
        mark("Clients that stand in the queue more than once: {number} (first: {first})."),
        """
        SELECT client_id
        FROM (
            SELECT client_id FROM ready
            UNION ALL SELECT client_id FROM waiting
            UNION ALL SELECT client_id FROM lease
        ) places
        GROUP BY client_id
        HAVING count(*) > 1
        """,
    ),
    (
        mark("Clients queued in a lane of another portfolio: {number} (first: {first})."),
        """
        SELECT c.id
        FROM (
            SELECT client_id, lane FROM ready
            UNION ALL SELECT client_id, lane FROM waiting
            UNION ALL SELECT client_id, lane FROM lease
        ) places
        JOIN lane l ON l.id = places.lane
        JOIN client c ON c.id = places.client_id
        WHERE l.portfolio_id <> c.portfolio_id
        """,
    ),
    (
        mark("Clients in the queue who are reserved otherwise than assigned: {number} (first: {first})."),
        """
        SELECT places.client_id
        FROM (
            SELECT client_id, reserved_for FROM ready
            UNION ALL SELECT client_id, reserved_for FROM waiting
        ) places
        LEFT JOIN assignment a ON a.client_id = places.client_id
        WHERE coalesce(places.reserved_for, 0) <> coalesce(a.worked_by, 0)
        """,
    ),
    (
        mark("Clients without any account: {number} (first: {first})."),
        "SELECT c.id FROM client c WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.client_id = c.id)",
    ),
    (
        mark("Accounts under another portfolio than their client: {number} (first: {first})."),
        """
        SELECT a.id
        FROM account a
        JOIN client c ON c.id = a.client_id
        WHERE a.portfolio_id <> c.portfolio_id
        """,
    ),
    (
        mark("Results that have no line in a history: {number} (first: {first})."),
        """
        SELECT e.id
        FROM event e
        WHERE e.kind = 'result' AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.id = e.id)
        """,
    ),
    (
        mark("Open promises of results that were taken back: {number} (first: {first})."),
        """
        SELECT p.id
        FROM promise p
        JOIN interaction i ON i.id = p.event_id
        WHERE p.status = 'open' AND i.retracted_by IS NOT NULL
        """,
    ),
    (
        mark("Accounts whose disputed amount is not that of their open disputes: {number} (first: {first})."),
        """
        SELECT a.id
        FROM account a
        LEFT JOIN case_file f ON f.account_id = a.id AND f.kind = 'dispute' AND f.status = 'open'
        GROUP BY a.id, a.disputed
        HAVING a.disputed <> coalesce(sum(f.amount), 0)
        """,
    ),
    (
        mark("Open cases of results that were taken back: {number} (first: {first})."),
        """
        SELECT f.id
        FROM case_file f
        JOIN interaction i ON i.id = f.id
        WHERE f.status = 'open' AND i.retracted_by IS NOT NULL
        """,
    ),
    (
        mark("Inconsistencies that are open more than once: {number} (first: {first})."),
        """
        SELECT min(id)
        FROM inconsistency
        WHERE status = 'open' AND user_id IS NULL
        GROUP BY client_id, account_id, issue
        HAVING count(*) > 1
        """,
    ),
    *_OF_MONEY,
)

_NOWHERE = """
    SELECT c.id
    FROM client c
    WHERE NOT c.do_not_contact AND (c.hold_reason = '' OR c.hold_until IS NOT NULL)
        AND EXISTS (
            SELECT 1 FROM account a
            WHERE a.client_id = c.id AND a.status IN ('open', 'charged_off')
                AND a.overdue > a.disputed
        )
        AND NOT EXISTS (SELECT 1 FROM ready q WHERE q.client_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM waiting q WHERE q.client_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM lease q WHERE q.client_id = c.id)
    """
"""Clients who owe, whom no result stops, and who are not in the queue."""


def _out_of_queue(tx: Tx) -> list[int]:
    """Those who owe, stand nowhere in the queue, and would be put there by its rule."""
    ids = [row[0] for row in tx.all(_NOWHERE)]
    known = books(tx)
    portfolio_of = dict(tx.all("SELECT id, portfolio_id FROM client WHERE id IN :ids", ids=ids))
    return [
        client_id
        for client_id, client in standings(tx, ids, tx.now).items()
        if placement(client, tx.now, known[portfolio_of[client_id]].parameters).kind != "out"
    ]


def check(store: Store) -> list[str]:
    """Look for what must not be, and for signs of tampering; one line each, none when all is sound."""
    return contradictions(store) + verify(store).lines()


def contradictions(store: Store) -> list[str]:
    """Look for rows that contradict each other or the figures; one line for each fault."""
    found: list[str] = []
    with store.read() as tx:
        for words, statement in _FAULTS:
            rows = tx.all(statement)
            if rows:
                found.append(tr(words, number=len(rows), first=rows[0][0]))
        if lost := _out_of_queue(tx):
            found.append(
                tr(
                    "Clients who owe and stand nowhere in the queue: {number} (first: {first}).",
                    number=len(lost),
                    first=lost[0],
                )
            )
        for figure, kept, counted in differences(tx):
            found.append(
                tr(
                    "The live figure {figure} says {kept}, a recount says {counted}.",
                    figure=figure,
                    kept=kept,
                    counted=counted,
                )
            )
    return found
