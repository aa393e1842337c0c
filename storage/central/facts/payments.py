"""Payments come in: on the account, on its promises, and in the live figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from rules.credit import apply_payment, payoff
from rules.queue import placement
from storage.central.changes import touch
from storage.central.clients import standings
from storage.central.connection import Store, Tx, document
from storage.central.counting.figures import RECOVERED, Deltas
from storage.central.facts.promises import judge
from storage.central.leading.strategies import in_force
from storage.central.portfolios import books
from storage.central.queue.queueing import lock_clients, place
from storage.central.records.checking import AFTER_PAYMENT, find

CHUNK = 500


class NewPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Money received.

    amount: minor units. reference: unique on its account. user_id: who gets the credit, None
    = whoever took the account's last promise.
    """

    account_id: int
    at: datetime
    amount: int
    currency: str
    reference: str
    channel: str = ""
    user_id: int | None = None


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

    A payment lowers what is owed in the order of the payment hierarchy, keeps (or partly
    keeps) promises, and the clients are placed anew in the queue.
    """
    posted = duplicates = 0
    refused: list[tuple[int, str]] = []
    for start in range(0, len(payments), CHUNK):
        with store.begin() as tx:
            done = _post(tx, payments[start : start + CHUNK])
        posted += done.posted
        duplicates += done.duplicates
        refused += [(start + index, code) for index, code in done.refused]
    return Posted(posted=posted, duplicates=duplicates, refused=tuple(refused))


def _post(tx: Tx, payments: Sequence[NewPayment]) -> Posted:
    owners = dict(
        tx.all(
            "SELECT id, client_id FROM account WHERE id IN :ids",
            ids=[payment.account_id for payment in payments],
        )
    )
    portfolio_of = dict(lock_clients(tx, owners.values()))
    accounts = _accounts(tx, owners)
    refused = [
        (index, code)
        for index, payment in enumerate(payments)
        if (code := _problem(payment, accounts.get(payment.account_id)))
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
        if _insert(tx, payment, user_id, today, hour, buckets[client_id]):
            posted.append(payment)
            measure = RECOVERED + payment.currency
            deltas.add(today, hour, book.id, buckets[client_id], user_id or 0, measure, payment.amount)
    _lower_debts(tx, accounts, [(payment.account_id, payment.amount) for payment in posted])
    changed = {owners[payment.account_id] for payment in posted}
    find(tx, changed, AFTER_PAYMENT)
    judge(tx, changed, deltas)
    deltas.write(tx)
    touch(tx, changed)
    place(tx, changed, tx.now)
    return Posted(
        posted=len(posted),
        duplicates=len(payments) - len(posted) - len(refused),
        refused=tuple(refused),
    )


def _accounts(tx: Tx, account_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = tx.all(
        """
        SELECT id, currency, overdue, total, minimum, components, status, oldest_due
        FROM account
        WHERE id IN :ids
        """,
        ids=list(account_ids),
    )
    names = ("id", "currency", "overdue", "total", "minimum", "components", "status", "oldest_due")
    found = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    for account in found.values():
        account["components"] = document(account["components"])
    return found


def _problem(payment: NewPayment, account: dict[str, Any] | None) -> str | None:
    if account is None:
        return "unknown_account"
    if payment.amount <= 0:
        return "amount_not_positive"
    return None if payment.currency == account["currency"] else "currency_mismatch"


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


def _insert(tx: Tx, payment: NewPayment, user_id: int | None, today: Any, hour: int, bucket: str) -> bool:
    return (
        tx.run(
            """
            INSERT INTO payment (account_id, at, amount, currency, channel, reference, user_id, day,
                hour, bucket)
            VALUES (:account, :at, :amount, :currency, :channel, :reference, :user, :day,
                :hour, :bucket)
            ON CONFLICT (account_id, reference) DO NOTHING
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
        )
        > 0
    )


def lower_debt(tx: Tx, account_id: int, amount: int) -> None:
    """Take an amount off a debt that turned out not to be owed; no money came in, so nothing counts it."""
    _lower_debts(tx, _accounts(tx, [account_id]), [(account_id, amount)])


def _lower_debts(tx: Tx, accounts: dict[int, dict[str, Any]], amounts: Iterable[tuple[int, int]]) -> None:
    touched: set[int] = set()
    for account_id, amount in amounts:
        account = accounts[account_id]
        account["components"] = _after(account["components"], amount)
        for field in ("overdue", "minimum", "total"):
            account[field] = max(0, account[field] - amount)
        if account["components"]:
            account["total"] = payoff(account["components"])
        if account["overdue"] == 0:
            account["oldest_due"] = None
        if account["total"] == 0:
            account["status"] = "paid"
        touched.add(account_id)
    tx.many(
        """
        UPDATE account
        SET overdue = :overdue, total = :total, minimum = :minimum, components = :components,
            status = :status, oldest_due = :oldest_due
        WHERE id = :id
        """,
        [{k: v for k, v in accounts[key].items() if k != "currency"} for key in sorted(touched)],
    )


def _after(components: dict[str, int], amount: int) -> dict[str, int]:
    """What is left of each component; those of other products than credit go in their order."""
    paid, left = apply_payment(amount, components)
    after: dict[str, int] = {}
    for name, owed in components.items():
        part = paid.get(name)
        if part is None:
            part = min(left, owed)
            left -= part
        after[name] = owed - part
    return after
