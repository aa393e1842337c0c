"""Payments come in: on the account, on its promises, and in the live figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from rules.books.ledger import receive
from rules.queue import placement
from storage.central.clients import standings
from storage.central.connection import Store, Tx
from storage.central.counting.figures import RECOVERED, Deltas
from storage.central.leading.strategies import in_force
from storage.central.money import accounts
from storage.central.money.accounts import Held
from storage.central.money.applying import apply, let_go
from storage.central.money.deals import deals
from storage.central.money.entries import Stamp
from storage.central.money.settled import settled
from storage.central.portfolios import books
from storage.central.queue.queueing import lock_clients

CHUNK = 500


class NewPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Money received.

    amount: minor units. reference: unique on its account. user_id: who gets the credit, None
    = whoever took the account's last promise. receipts: ids of those that it was given for, () = the
    oldest due. payer: whose money it is, "" = the client's; a refund goes there.
    """

    account_id: int
    at: datetime
    amount: int
    currency: str
    reference: str
    channel: str = ""
    user_id: int | None = None
    receipts: tuple[int, ...] = ()
    payer: str = ""


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of payments.

    refused: index in the input and a code (unknown_account, currency_mismatch,
    amount_not_positive).
    """

    posted: int = 0
    duplicates: int = 0
    refused: tuple[tuple[int, str], ...] = ()


def post_payments(store: Store, payments: Sequence[NewPayment]) -> Posted:
    """Post payments, each once by its account and reference.

    A payment pays premium receipts (`rules.books.application.to_receipts`) or the components of a credit
    in the order of the payment hierarchy; what pays nothing stays in deposit. It keeps (or partly keeps)
    promises, policies follow, and the clients are placed anew in the queue.
    """
    posted = duplicates = 0
    refused: list[tuple[int, str]] = []
    for start in range(0, len(payments), CHUNK):
        with store.begin() as tx:
            done = post(tx, payments[start : start + CHUNK])
        posted += done.posted
        duplicates += done.duplicates
        refused += [(start + index, code) for index, code in done.refused]
    return Posted(posted=posted, duplicates=duplicates, refused=tuple(refused))


def post(tx: Tx, payments: Sequence[NewPayment]) -> Posted:
    """Post payments within a transaction (see `post_payments`); their clients are locked from here on."""
    owners = dict(
        tx.all(
            "SELECT id, client_id FROM account WHERE id IN :ids",
            ids=[payment.account_id for payment in payments],
        )
    )
    portfolio_of = dict(lock_clients(tx, owners.values()))
    held = accounts.read(tx, owners)
    agreed = deals(tx, portfolio_of)
    refused = [
        (index, code)
        for index, payment in enumerate(payments)
        if (code := _problem(payment, held.get(payment.account_id)))
    ]
    bad = {index for index, _ in refused}
    deltas = Deltas()
    known = books(tx)
    clients = standings(tx, portfolio_of, tx.now)
    buckets = {}
    for client_id, client in clients.items():
        book = known[portfolio_of[client_id]]
        spot = placement(client, tx.now, book.parameters, strategy=in_force(tx, book))
        buckets[client_id] = spot.bucket
    takers = _last_takers(tx, owners)
    posted: list[NewPayment] = []
    for index, payment in enumerate(payments):
        if index in bad:
            continue
        client_id = owners[payment.account_id]
        book = known[portfolio_of[client_id]]
        user_id = takers.get(payment.account_id) if payment.user_id is None else payment.user_id
        today, hour = book.moment(payment.at)
        payment_id = _insert(tx, payment, user_id, today, hour, buckets[client_id])
        if payment_id is not None:
            posted.append(payment)
            made = agreed.get(payment.account_id)
            binding = made is not None and payment.at >= made.at
            account, stamp = held[payment.account_id], Stamp(cause=f"payment:{payment_id}")
            account.take([receive(payment_id, payment.amount)], stamp)
            apply(
                account, {payment_id: payment.amount}, payment.at, stamp, named=payment.receipts,
                deal=made.deal if made and binding else None, paid_on=today,
            )  # fmt: skip
            if made and binding:
                agreed[payment.account_id] = made.with_paid(payment.amount)
            measure = RECOVERED + payment.currency
            deltas.add(today, hour, book.id, buckets[client_id], user_id or 0, measure, payment.amount)
    accounts.write(tx, held)
    changed = {owners[payment.account_id] for payment in posted}
    settled(tx, changed, {key for key, one in held.items() if one.touched and one.receipts}, deltas)
    return Posted(
        posted=len(posted),
        duplicates=len(payments) - len(posted) - len(refused),
        refused=tuple(refused),
    )


def _problem(payment: NewPayment, account: Held | None) -> str | None:
    if account is None:
        return "unknown_account"
    if payment.amount <= 0:
        return "amount_not_positive"
    return None if payment.currency == account.currency else "currency_mismatch"


def _last_takers(tx: Tx, account_ids: Iterable[int]) -> dict[int, int]:
    """Who took the last promise on each account."""
    rows = tx.all(
        """
        SELECT account_id, user_id
        FROM promise
        WHERE account_id IN :ids AND user_id IS NOT NULL AND status <> 'cancelled'
        ORDER BY made
        """,
        ids=list(account_ids),
    )
    return {row[0]: row[1] for row in rows}


def _insert(
    tx: Tx, payment: NewPayment, user_id: int | None, today: Any, hour: int, bucket: str
) -> int | None:
    """The id of the payment; None = its account has one with this reference."""
    found: int | None = tx.value(
        """
        INSERT INTO payment (account_id, at, amount, currency, channel, reference, user_id, day,
            hour, bucket, payer)
        VALUES (:account, :at, :amount, :currency, :channel, :reference, :user, :day,
            :hour, :bucket, :payer)
        ON CONFLICT (account_id, reference) DO NOTHING
        RETURNING id
        """,
        account=payment.account_id,
        at=payment.at,
        amount=payment.amount,
        currency=payment.currency,
        channel=payment.channel,
        reference=payment.reference,
        user=user_id,
        day=today,
        hour=hour,
        bucket=bucket,
        payer=payment.payer,
    )
    return found


def lower_debt(tx: Tx, account_id: int, amount: int) -> None:
    """Take an amount off a debt that turned out not to be owed; no money came in, so nothing counts it."""
    held = accounts.read(tx, [account_id])
    let_go(held[account_id], amount, Stamp(cause=f"account:{account_id}", why="not_owed"))
    accounts.write(tx, held)
