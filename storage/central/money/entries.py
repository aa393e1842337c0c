"""Entries of the ledger in the store: read as books, and added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from rules.books.ledger import Books, Entry, Lowered, replay
from storage.central.connection import Tx, document

_READ = """
    SELECT account_id, kind, amount, payment_id, receipt_id, component, lowered
    FROM ledger_entry
    WHERE account_id IN :ids
    ORDER BY account_id, id
"""
_ADD = """
    INSERT INTO ledger_entry (at, account_id, payment_id, receipt_id, component, kind, amount, currency,
        cause, user_id, why, lowered)
    VALUES (:at, :account, :payment, :receipt, :component, :kind, :amount, :currency,
        :cause, :user, :why, :lowered)
"""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """Whose doing entries are; cause: id of the operation.

    user_id None = it went by itself. why: a code or words.
    """

    cause: str
    user_id: int | None = None
    why: str = ""


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of an account, as it is to be written."""

    account_id: int
    currency: str
    entry: Entry
    stamp: Stamp


def add(tx: Tx, entries: Iterable[Added]) -> None:
    """Add entries, in their order."""
    tx.many(_ADD, [_row(tx, one) for one in entries])


def _row(tx: Tx, one: Added) -> dict[str, Any]:
    return {
        "at": tx.now,
        "account": one.account_id,
        "payment": one.entry.payment,
        "receipt": one.entry.receipt,
        "component": one.entry.component,
        "kind": one.entry.kind,
        "amount": one.entry.amount,
        "currency": one.currency,
        "cause": one.stamp.cause,
        "user": one.stamp.user_id,
        "why": one.stamp.why,
        "lowered": msgspec.to_builtins(one.entry.lowered or Lowered()),
    }


def books_of(tx: Tx, account_ids: Iterable[int]) -> Mapping[int, Books]:
    """The books of some accounts; of one without entries they are empty."""
    ids = sorted(set(account_ids))
    found: dict[int, list[Entry]] = {account: [] for account in ids}
    for account, kind, amount, payment, receipt, component, lowered in tx.all(_READ, ids=ids):
        fell = document(lowered)
        found[account].append(
            Entry(
                kind=kind,
                amount=amount,
                payment=payment,
                receipt=receipt,
                component=component,
                lowered=msgspec.convert(fell, Lowered) if fell else None,
            )
        )
    return {account: replay(entries) for account, entries in found.items()}
