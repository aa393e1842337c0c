"""Payments in the client's document: the newest, with what each pays now."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from rules.books.ledger import KINDS
from rules.books.received import Part, Received
from storage.central.connection import Tx, instant

NEWEST = 12
"""Payments of a client in the document."""

_PAYMENTS = """
    SELECT client_id, account_id, id, at, amount, currency, channel, reference, bounced_at
    FROM (
        SELECT came.*, row_number() OVER (PARTITION BY client_id ORDER BY at DESC, id DESC) AS place
        FROM (
            SELECT a.client_id, y.account_id, y.id, y.at, y.amount, y.currency, y.channel, y.reference,
                y.bounced_at
            FROM payment y
            JOIN account a ON a.id = y.account_id
            WHERE a.client_id IN :ids
            UNION
            SELECT a.client_id, e.account_id, y.id, y.at, y.amount, y.currency, y.channel, y.reference,
                y.bounced_at
            FROM ledger_entry e
            JOIN account a ON a.id = e.account_id
            JOIN payment y ON y.id = e.payment_id
            WHERE a.client_id IN :ids AND e.kind = 'moved_in'
        ) came
    ) numbered
    WHERE place <= :newest
    ORDER BY client_id, at DESC, id DESC
"""
_ENTRIES = """
    SELECT e.payment_id, e.account_id, e.kind, e.receipt_id, r.number, e.component, e.amount
    FROM ledger_entry e
    LEFT JOIN receipt r ON r.id = e.receipt_id
    WHERE e.payment_id IN :ids
    ORDER BY e.id
"""


class _Sum(msgspec.Struct):
    deposit: int = 0
    refunded: int = 0
    moved: int = 0
    parts: dict[tuple[int | None, int, str], int] = {}


def received(tx: Tx, ids: list[int]) -> dict[int, list[Received]]:
    """The newest payments of clients, newest first, also those whose money was moved to them."""
    rows = tx.all(_PAYMENTS, ids=ids, newest=NEWEST)
    sums = _sums(tx, sorted({row[2] for row in rows})) if rows else {}
    found: defaultdict[int, list[Received]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(_received(row, sums.get((row[2], row[1])) or _Sum()))
    return found


def _sums(tx: Tx, payments: list[int]) -> dict[tuple[int, int], _Sum]:
    """By payment and account, what its entries come to."""
    sums: defaultdict[tuple[int, int], _Sum] = defaultdict(_Sum)
    for payment, account, kind, receipt, number, component, amount in tx.all(_ENTRIES, ids=payments):
        one, effect = sums[(payment, account)], KINDS[kind]
        one.deposit += effect.deposit * amount
        one.refunded += amount if kind == "refunded" else 0
        one.moved += amount if kind == "moved_out" else 0
        if effect.applied:
            key = (receipt, number or 0, component)
            one.parts[key] = one.parts.get(key, 0) + effect.applied * amount
    return sums


def _received(row: tuple[Any, ...], found: _Sum) -> Received:
    gone = found.moved > 0 and not found.deposit and not any(found.parts.values())
    return Received(
        id=row[2],
        account_id=row[1],
        at=instant(row[3]),
        amount=row[4],
        currency=row[5],
        channel=row[6],
        reference=row[7],
        parts=tuple(
            Part(amount=amount, receipt_id=receipt, receipt=number, component=component)
            for (receipt, number, component), amount in found.parts.items()
            if amount
        ),
        deposit=found.deposit,
        refunded=found.refunded,
        moved=found.moved,
        status="reversed" if row[8] is not None else "moved" if gone else "standing",
    )
