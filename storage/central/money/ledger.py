"""What other parts of the store do with money: state accounts anew, give back, spend, order a refund.

Each is called within a transaction whose caller holds the clients locked, and who touches and places
them in the end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from rules.books.ledger import Books, Entry, Overdrawn, Payment, fit, unapply
from rules.text import clean
from storage.central.connection import Tx, instant
from storage.central.money import accounts
from storage.central.money.accounts import Held
from storage.central.money.applying import apply, take_back
from storage.central.money.deals import deals
from storage.central.money.entries import Stamp, books_of
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

BEFORE = "before_ledger"
"""Why of entries that tell how a receipt stood that was paid before there was a ledger."""

LONGEST = 300
"""Characters of a reason."""

_RESERVED = """
    SELECT account_id, payment_id, CAST(sum(amount) AS BIGINT)
    FROM money_order
    WHERE account_id IN :ids AND status = 'open'
    GROUP BY account_id, payment_id
"""
_ORDER = """
    INSERT INTO money_order (id, kind, account_id, payment_id, to_account_id, ask_id, amount, currency, payee,
        instruction, why, asked_by, asked, status, answer)
    VALUES (:id, :kind, :account, :payment, :to, :ask, :amount, :currency, :payee,
        :instruction, :why, :user, :now, 'open', '')
"""


def restate(tx: Tx, account_ids: Iterable[int]) -> None:
    """Work out anew what insurance accounts owe, from their receipts; others stay as they are.

    A receipt that holds more than its total, as an endorsement made that smaller, or that was cancelled,
    gives it back to the deposit.
    """
    held = accounts.read(tx, account_ids)
    over = {key for key, account in held.items() if any(_over(one) for one in account.receipts.values())}
    found = books_of(tx, over) if over else {}
    for key in sorted(over):
        _give_back(held[key], found[key])
    for account in held.values():
        account.restate()
    accounts.write(tx, held)


def _over(one: accounts.HeldReceipt) -> bool:
    return one.paid + one.adjusted > (0 if one.status == "cancelled" else one.total)


def _give_back(account: Held, books: Books) -> None:
    for one in [one for one in account.receipts.values() if _over(one)]:
        total = 0 if one.status == "cancelled" else one.total
        entries = fit(books, (one.id, ""), total)
        books = books.after(entries)
        take_back(account, entries, Stamp(cause=f"receipt:{one.id}", why="receipt_changed"))


def release(
    tx: Tx, receipt_id: int, amount: int, *, cause: str, user_id: int | None = None, why: str = ""
) -> None:
    """Give money that was applied to a receipt back to its account's deposit.

    The receipt is owed again by that much, unless its policy is cancelled: then what is left on it
    stays paid. So who cancels a policy does that first. Of a receipt that was paid before there was a
    ledger, the ledger learns now that it had been paid.

    Args:
        tx: where.
        receipt_id: which one.
        amount: minor units.
        cause: id of the operation.
        user_id: whose order, None = it goes by itself.
        why: a code or words.

    Raises:
        NotDone: unknown_receipt, not_applied (less than that is applied to it).
    """
    account_id = tx.value(
        "SELECT p.account_id FROM receipt r JOIN policy p ON p.id = r.policy_id WHERE r.id = :id",
        id=receipt_id,
    )
    if account_id is None:
        raise NotDone("unknown_receipt")
    held = accounts.read(tx, [account_id])
    account, books = held[account_id], books_of(tx, [account_id])[account_id]
    books = books.after(_opened(account, receipt_id))
    try:
        entries = unapply(books, target=(receipt_id, ""), amount=amount)
    except Overdrawn as error:
        raise NotDone("not_applied") from error
    take_back(account, entries, Stamp(cause=cause, user_id=user_id, why=why))
    accounts.write(tx, held)


def _opened(account: Held, receipt_id: int) -> list[Entry]:
    """How a receipt stood that was paid before there was a ledger: received and applied, nobody's payment."""
    receipt = account.receipts[receipt_id]
    if receipt.status != "paid" or receipt.paid or receipt.adjusted:
        return []
    entries = [
        Entry(kind="received", amount=receipt.total),
        Entry(kind="applied", amount=receipt.total, receipt=receipt_id),
    ]
    account.take(entries, Stamp(cause=f"receipt:{receipt_id}", why=BEFORE), receipt.paid_on)
    return entries


def spend_deposit(
    tx: Tx,
    account_id: int,
    *,
    cause: str,
    user_id: int | None = None,
    why: str = "",
    payment_id: int | None = None,
) -> int:
    """Apply an account's deposit to what is open, oldest due first; what pays nothing stays in deposit.

    What open orders are to give back or move is left alone. Cover that had ceased when the last of the
    money came is paid by nothing, before a rehabilitation.

    Args:
        tx: where.
        account_id: which account.
        cause: id of the operation.
        user_id: whose order, None = it goes by itself.
        why: a code or words.
        payment_id: only the deposit of this payment, None = all of it.

    Returns:
        How much pays something now, minor units.

    Raises:
        NotDone: unknown_account.
    """
    held = accounts.read(tx, [account_id])
    if account_id not in held:
        raise NotDone("unknown_account")
    account, books = held[account_id], books_of(tx, [account_id])[account_id]
    pots = free(tx, account_id, books)
    pots = {key: found for key, found in pots.items() if payment_id in (None, key)}
    if not pots:
        return 0
    made = deals(tx, [account.client_id]).get(account_id)
    deal = made.with_paid(-sum(pots.values())).deal if made else None  # the deposit is among what came
    stamp = Stamp(cause=cause, user_id=user_id, why=why)
    spent = apply(account, pots, _came(tx, pots), stamp, deal=deal)
    accounts.write(tx, held)
    return spent


def free(tx: Tx, account_id: int, books: Books) -> dict[Payment, int]:
    """Deposits of an account that no open order waits for, by payment, the oldest first; minor units.

    An order holds back what it names of its own payment; one of no payment, the newest deposits.
    """
    pots = {key: amount for key, amount in books.deposits.items() if amount > 0}
    waits = {row[1]: row[2] for row in tx.all(_RESERVED, ids=[account_id])}
    of_any = waits.pop(None, 0)
    for key, amount in waits.items():
        pots[key] = max(0, pots.get(key, 0) - amount)
    for key in reversed(list(pots)):
        taken = min(of_any, pots[key])
        pots[key] -= taken
        of_any -= taken
    return {key: amount for key, amount in pots.items() if amount}


def _came(tx: Tx, pots: Mapping[Payment, int]) -> datetime:
    """When the last of some money came; money of before the ledger, now."""
    known = [key for key in pots if key is not None]
    last = tx.value("SELECT max(at) FROM payment WHERE id IN :ids", ids=known)
    return tx.now if last is None or len(known) < len(pots) else instant(last)


def reserved(tx: Tx, account_ids: Iterable[int]) -> dict[int, int]:
    """Of accounts' deposits what open orders wait for, minor units; an account without such is left out."""
    waiting = {row[0] for row in tx.all(_RESERVED, ids=sorted(set(account_ids)))}
    found = books_of(tx, waiting) if waiting else {}
    return {key: books.deposit - sum(free(tx, key, books).values()) for key, books in found.items()}


def order_refund(
    tx: Tx,
    account_id: int,
    amount: int,
    *,
    user_id: int,
    why: str,
    payment_id: int | None = None,
    ask_id: str | None = None,
) -> str:
    """Order that money in deposit goes back to its payer; another person has to approve it.

    The payee is whoever paid: who the payment names, else the policyholder or the client.

    Args:
        tx: where.
        account_id: in whose deposit it is.
        amount: minor units.
        user_id: who orders it.
        why: a code or words; has to be said.
        payment_id: whose money, None = the oldest in deposit.
        ask_id: the request behind it, if any.

    Returns:
        The order's id.

    Raises:
        NotDone: unknown_account, bad_amount, why_missing, not_in_deposit.
    """
    row = tx.one(
        """
        SELECT a.currency, coalesce(nullif(y.payer, ''), nullif(p.sheet ->> 'holder', ''), c.name), u.name
        FROM account a
        JOIN client c ON c.id = a.client_id
        JOIN app_user u ON u.id = :user
        LEFT JOIN policy p ON p.account_id = a.id
        LEFT JOIN payment y ON y.id = :payment
        WHERE a.id = :id
        """,
        id=account_id,
        payment=payment_id,
        user=user_id,
    )
    if row is None:
        raise NotDone("unknown_account")
    why = clean(why, limit=LONGEST)
    check_amount(tx, account_id, amount, payment_id)
    if not why:
        raise NotDone("why_missing")
    order = add_order(
        tx, "refund", account_id, amount, row[0],
        user_id=user_id, why=why, payment_id=payment_id, ask_id=ask_id, payee=row[1],
    )  # fmt: skip
    audit.note(
        tx, row[2], "refund_ordered", f"order:{order}",
        account=account_id, payment=payment_id, amount=amount, currency=row[0],
    )  # fmt: skip
    return order


def check_amount(tx: Tx, account_id: int, amount: int, payment_id: int | None = None) -> None:
    """See whether an amount lies free in an account's deposit.

    Raises:
        NotDone: bad_amount, not_in_deposit.
    """
    if amount <= 0:
        raise NotDone("bad_amount")
    pots = free(tx, account_id, books_of(tx, [account_id])[account_id])
    if amount > (sum(pots.values()) if payment_id is None else pots.get(payment_id, 0)):
        raise NotDone("not_in_deposit")


def add_order(
    tx: Tx,
    kind: str,
    account_id: int,
    amount: int,
    currency: str,
    *,
    user_id: int,
    why: str,
    payment_id: int | None = None,
    to_account_id: int | None = None,
    ask_id: str | None = None,
    payee: str = "",
    instruction: str = "",
) -> str:
    """Write an order that waits for its second person; its id. Fields as in `MoneyOrder`."""
    order = uuid.uuid4().hex
    tx.run(
        _ORDER, id=order, kind=kind, account=account_id, payment=payment_id, to=to_account_id, ask=ask_id,
        amount=amount, currency=currency, payee=payee, instruction=instruction, why=why, user=user_id,
        now=tx.now,
    )  # fmt: skip
    return order
