"""What waits at the receipts desk, counted in the reader's portfolios."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from rules.office import PAGES, Office, Waiting
from storage.central.connection import Store, Tx, day
from storage.central.doors.who import Who
from storage.central.portfolios import books

SOON = timedelta(days=2)
"""What has to be done within so many days is an alarm already."""

_WAITING = {
    "policies": """
        SELECT a.currency, count(*), sum(r.total - r.paid - r.adjusted), min(r.due),
            sum(CASE WHEN r.grace_ends <= :soon_at THEN 1 ELSE 0 END)
        FROM receipt r
        JOIN policy p ON p.id = r.policy_id
        JOIN account a ON a.id = p.account_id
        JOIN client c ON c.id = a.client_id
        WHERE r.status = 'overdue' AND r.grace_ends > :now
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY a.currency
    """,
    "payments": """
        SELECT a.currency, count(*), sum(a.deposit), NULL, 0
        FROM account a
        JOIN client c ON c.id = a.client_id
        WHERE a.deposit > 0
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY a.currency
        UNION ALL
        SELECT m.currency, count(*), 0, NULL, count(*)
        FROM money_order m
        JOIN account a ON a.id = m.account_id
        JOIN client c ON c.id = a.client_id
        WHERE m.status = 'open'
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY m.currency
    """,
    "asks": """
        SELECT k.currency, count(*), sum(abs(k.amount)), min(k.due),
            sum(CASE WHEN k.due < :today THEN 1 ELSE 0 END)
        FROM ask k
        JOIN client c ON c.id = k.client_id
        WHERE k.status IN ('open', 'approved')
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY k.currency
    """,
    "intents": """
        SELECT i.currency, count(*), sum(i.amount), NULL,
            sum(CASE WHEN i.status = 'unknown' THEN 1 ELSE 0 END)
        FROM payment_intent i
        JOIN client c ON c.id = i.client_id
        WHERE i.status IN ('asked', 'pending', 'unknown')
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY i.currency
    """,
    "charges": """
        SELECT h.currency, count(*), sum(h.amount), NULL,
            sum(CASE WHEN h.retry_on <= :now THEN 1 ELSE 0 END)
        FROM charge h
        JOIN mandate m ON m.id = h.mandate_id
        JOIN client c ON c.id = m.client_id
        LEFT JOIN receipt r ON r.id = h.receipt_id
        WHERE (h.status = 'sent' OR h.status = 'rejected' AND h.retry_on IS NOT NULL
            AND m.status = 'active' AND r.status IN ('pending', 'overdue')
            AND NOT EXISTS (
                SELECT 1 FROM charge n
                WHERE n.receipt_id = h.receipt_id AND n.mandate_id = h.mandate_id AND n.attempt > h.attempt
            ))
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY h.currency
    """,
    "cfdi": """
        SELECT t.currency, count(*), sum(t.amount),
            min(CASE WHEN t.status <> 'stamped' THEN t.due END),
            sum(CASE WHEN t.status <> 'stamped' AND t.due <= :soon OR t.differs > 0 THEN 1 ELSE 0 END)
        FROM tax_receipt t
        JOIN client c ON c.id = t.client_id
        WHERE (t.status IN ('needed', 'requested', 'stamped') OR t.differs > 0)
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY t.currency
    """,
    "reconcile": """
        SELECT c.currency, count(*), sum(abs(r.collected - r.accounted)), NULL, 0
        FROM reconciliation_row r
        JOIN (SELECT id, portfolio_id, currency, status FROM reconciliation) c ON c.id = r.run_id
        WHERE c.status = 'open' AND r.status NOT IN ('matched', 'tolerance') AND r.resolution = ''
          AND (:everything OR c.portfolio_id IN :portfolios)
        GROUP BY c.currency
    """,
}
"""Page to the statement that counts what waits there: currency, count, amount, next day, late."""


def waiting(store: Store, who: Who) -> Office:
    """What waits on each page, in the reader's portfolios."""
    with store.read() as tx:
        return Office(waiting=tuple(_of_page(tx, who, page) for page in PAGES), at=tx.now)


def _of_page(tx: Tx, who: Who, page: str) -> Waiting:
    amounts: defaultdict[str, int] = defaultdict(int)
    count = late = 0
    days: list[date] = []
    for currency, found, amount, due, alarms in tx.all(_WAITING[page], **_terms(tx, who)):
        count, late = count + found, late + (alarms or 0)
        if currency and amount:
            amounts[currency] += int(amount)
        if due is not None:
            days.append(day(due))
    return Waiting(page=page, count=count, late=late, amounts=dict(amounts), next_due=min(days, default=None))


def _terms(tx: Tx, who: Who) -> dict[str, Any]:
    mine = [book for book in books(tx).values() if who.may_see(book.id)]
    today = max((book.moment(tx.now)[0] for book in mine), default=tx.now.date())
    return {
        "everything": who.portfolio_ids is None,
        "portfolios": [book.id for book in mine],
        "now": tx.now,
        "today": today,
        "soon": today + SOON,
        "soon_at": tx.now + timedelta(hours=24),
    }
