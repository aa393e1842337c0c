"""A payment or an account as an order of the back office finds it, locked and in the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from rules.books.ledger import Books
from rules.text import clean, find_card_code, find_pan
from storage.central.connection import Tx, instant, maybe_day, maybe_instant
from storage.central.counting.figures import Deltas
from storage.central.doors.who import Who
from storage.central.money import accounts
from storage.central.money.accounts import Held
from storage.central.money.entries import books_of
from storage.central.money.ledger import LONGEST
from storage.central.money.settled import settled
from storage.central.queue.queueing import lock_clients
from storage.central.refusing import NotDone

_PAYMENT = """
    SELECT p.id, p.account_id, p.at, p.amount, p.currency, p.day, p.hour, p.bucket, p.user_id, p.bounced_at,
        a.client_id, a.portfolio_id, EXISTS (SELECT 1 FROM ledger_entry e WHERE e.payment_id = p.id)
    FROM payment p
    JOIN account a ON a.id = p.account_id
    WHERE p.id = :id
"""


class ThePayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment's own row, and whose account it came in on."""

    id: int
    account_id: int
    at: datetime
    amount: int
    currency: str
    day: Any
    hour: int
    bucket: str
    user_id: int | None
    bounced_at: datetime | None
    client_id: int
    portfolio_id: int


def payment_for(tx: Tx, who: Who, payment_id: int) -> ThePayment:
    """A payment that an order is about, of the reader's portfolios.

    Raises:
        NotDone: unknown_payment, before_ledger (posted before there was a ledger), bounced.
    """
    row = tx.one(_PAYMENT, id=payment_id)
    if row is None or not who.may_see(row[11]):
        raise NotDone("unknown_payment")
    if row[9] is not None:
        raise NotDone("bounced")
    if not row[12]:
        raise NotDone("before_ledger")
    return ThePayment(
        id=row[0],
        account_id=row[1],
        at=instant(row[2]),
        amount=row[3],
        currency=row[4],
        day=maybe_day(row[5]),
        hour=row[6],
        bucket=row[7],
        user_id=row[8],
        bounced_at=maybe_instant(row[9]),
        client_id=row[10],
        portfolio_id=row[11],
    )


def reason(why: str) -> str:
    """A reason as it may be kept.

    Raises:
        NotDone: why_missing, card_number_in_note, card_code_in_note.
    """
    why = clean(why, limit=LONGEST)
    if not why:
        raise NotDone("why_missing")
    if find_pan(why):
        raise NotDone("card_number_in_note")
    if find_card_code(why):
        raise NotDone("card_code_in_note")
    return why


class Work:
    """Accounts that an order moves money on, locked, with their books; `close` writes and follows up."""

    def __init__(self, tx: Tx, account_ids: Iterable[int]) -> None:
        self.tx = tx
        self.ids = sorted(set(account_ids))
        clients = tx.all("SELECT client_id FROM account WHERE id IN :ids", ids=self.ids)
        lock_clients(tx, [row[0] for row in clients])
        self.held: dict[int, Held] = accounts.read(tx, self.ids)
        self.books: dict[int, Books] = dict(books_of(tx, self.ids))

    def close(self, deltas: Deltas | None = None, gone: Iterable[int] = ()) -> None:
        """Write what was changed, and bring what hangs on it up to date; gone as of `settled`."""
        accounts.write(self.tx, self.held)
        clients = {account.client_id for account in self.held.values()}
        receipts = {key for key, account in self.held.items() if account.receipts}
        settled(self.tx, clients, receipts, deltas or Deltas(), set(gone))
