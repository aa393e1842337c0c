"""Receipts that are due on accounts with a mandate: which may be charged today, and why others not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from rules.debit.channel_changes import covered
from rules.debit.charges import Candidate, left_out
from rules.paying.intents import FINAL
from storage.central.connection import Tx, day, document, maybe_day, maybe_instant
from storage.central.portfolios import Book


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that is due, and the mandate that may charge it.

    account: the account number or token. why: a key of `rules.debit.charges.LEFT_OUT`, "" = it may be
    charged. attempt: which try it would be.
    """

    mandate_id: str
    client_id: int
    account_id: int
    receipt_id: int
    portfolio_id: int
    channel: str
    currency: str
    amount: int
    account: str
    ending: str
    holder: str
    policy: str
    number: int
    due: date
    attempt: int
    why: str


_DUE = """
    SELECT m.id, m.client_id, m.account_id, r.id, m.channel, a.currency, r.total - r.paid - r.adjusted,
        m.account_number, m.token, m.ending, m.payer, c.name, p.number, r.number, r.due, m.status, p.status,
        m.limit_amount, f.due, m.policy_id <> p.id AND r.number = 1, m.renewal_told,
        EXISTS (SELECT 1 FROM charge h WHERE h.receipt_id = r.id AND h.status = 'sent'),
        (
            SELECT count(*)
            FROM charge h
            WHERE h.receipt_id = r.id AND h.mandate_id = m.id AND h.status = 'rejected'
        ), (
            SELECT h.retry_on
            FROM charge h
            WHERE h.receipt_id = r.id AND h.mandate_id = m.id AND h.status = 'rejected'
            ORDER BY h.attempt DESC
            LIMIT 1
        )
    FROM mandate m
    JOIN account a ON a.id = m.account_id
    JOIN client c ON c.id = m.client_id
    JOIN policy p ON p.account_id = m.account_id
    JOIN receipt r ON r.policy_id = p.id
    LEFT JOIN policy g ON g.id = m.policy_id
    LEFT JOIN receipt f ON f.id = m.first_receipt
    WHERE m.status <> 'revoked' AND a.portfolio_id = :portfolio
        AND r.status IN ('pending', 'overdue') AND r.due <= :today AND r.total > r.paid + r.adjusted
        AND (m.policy_id IS NULL OR p.id = m.policy_id OR p.starts > g.starts)
    ORDER BY m.agreed DESC, m.id
"""
"""A mandate given for a policy is also for those that renew it on the same account."""

_OPEN = """
    SELECT p.account_id, r.id, r.total - r.paid - r.adjusted
    FROM receipt r
    JOIN policy p ON p.id = r.policy_id
    WHERE p.account_id IN :ids AND r.status IN ('pending', 'overdue') AND r.total > r.paid + r.adjusted
    ORDER BY r.due, r.id
"""
_PROMISED = """
    SELECT account_id, channel, receipts, amount - paid
    FROM promise
    WHERE account_id IN :ids AND status = 'open'
"""
_INTENTS = """
    SELECT account_id, receipts, amount
    FROM payment_intent
    WHERE account_id IN :ids AND NOT status IN :final
"""


def due(tx: Tx, book: Book) -> list[Due]:
    """What is due today in a portfolio on accounts with a mandate, by channel and due day."""
    today = book.moment(tx.now)[0]
    rows = tx.all(_DUE, portfolio=book.id, today=today)
    ids = sorted({row[2] for row in rows})
    promised, intents = _otherwise(tx, ids)
    found, taken = [], set()
    for row in rows:
        if row[3] in taken:  # an account whose mandates overlap: the newest one charges
            continue
        taken.add(row[3])
        retry = maybe_instant(row[23])
        candidate = Candidate(
            due=day(row[14]),
            amount=row[6],
            mandate=row[15],
            policy=row[16],
            limit=row[17],
            begins=maybe_day(row[18]),
            renews=bool(row[19]),
            told=maybe_day(row[20]),
            under_way=bool(row[21]),
            promised=bool(promised[row[3]] - {row[4]}),
            intent=row[3] in intents,
            attempts=row[22],
            retry_on=book.moment(retry)[0] if retry else None,
        )
        found.append(_due(row, book.id, left_out(candidate, today)))
    return sorted(found, key=lambda one: (one.channel, one.currency, one.due, one.receipt_id))


def _due(row: tuple[Any, ...], portfolio_id: int, why: str) -> Due:
    return Due(
        mandate_id=row[0],
        client_id=row[1],
        account_id=row[2],
        receipt_id=row[3],
        portfolio_id=portfolio_id,
        channel=row[4],
        currency=row[5],
        amount=row[6],
        account=row[7] or row[8],
        ending=row[9],
        holder=row[10] or row[11],
        policy=row[12],
        number=row[13],
        due=day(row[14]),
        attempt=row[22] + 1,
        why=why,
    )


def _otherwise(tx: Tx, ids: Sequence[int]) -> tuple[defaultdict[int, set[str]], set[int]]:
    """Receipts that are promised, with the channels of the promises; receipts of payments under way."""
    promised: defaultdict[int, set[str]] = defaultdict(set)
    intents: set[int] = set()
    if not ids:
        return promised, intents
    open_ones: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for account_id, receipt_id, rest in tx.all(_OPEN, ids=list(ids)):
        open_ones[account_id].append((receipt_id, rest))
    for account_id, channel, named, amount in tx.all(_PROMISED, ids=list(ids)):
        for receipt_id in covered(open_ones[account_id], document(named), amount):
            promised[receipt_id].add(channel or "")
    for account_id, named, amount in tx.all(_INTENTS, ids=list(ids), final=sorted(FINAL)):
        intents.update(covered(open_ones[account_id], document(named), amount))
    return promised, intents
