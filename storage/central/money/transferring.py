"""Money that came in for the wrong account is moved to the right one."""

from __future__ import annotations

import uuid

from rules.books.ledger import Books, Entry, Overdrawn, leave, unapply
from rules.text import clean, fold
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.money.applying import apply, take_back
from storage.central.money.entries import Stamp
from storage.central.money.ledger import LONGEST, add_order, free
from storage.central.money.opening import ThePayment, Work, payment_for, reason
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

_TARGETS = """
    SELECT DISTINCT a.id, a.currency, a.portfolio_id
    FROM account a
    LEFT JOIN policy p ON p.account_id = a.id
    WHERE a.ref = :number OR p.number = :number
"""


def transfer(
    store: Store, who: Who, payment_id: int, to: str, amount: int, why: str, instruction: str = ""
) -> str:
    """Move a payment's money to another account, where it is applied as if it had come there.

    What is in deposit goes first; the rest is taken back from what it pays. Between accounts of one
    policyholder it is done at once; to another's it takes the folio of a written instruction, and a
    second person.

    Args:
        store: the central store.
        who: who orders it.
        payment_id: whose money.
        to: number of the account or policy to which it goes.
        amount: minor units, 0 = all that there is of it on its account.
        why: has to be said.
        instruction: folio of what the policyholder wrote.

    Returns:
        The order's id, "" = it is done.

    Raises:
        NotDone: unknown_payment, before_ledger, bounced, unknown_account, several_accounts,
            same_account, other_currency, bad_amount, not_enough, instruction_missing, why_missing,
            card_number_in_note, card_code_in_note.
    """
    why, instruction = reason(why), clean(instruction, limit=LONGEST)
    with store.begin() as tx:
        payment = payment_for(tx, who, payment_id)
        target = _target(tx, who, payment, to)
        work = Work(tx, [payment.account_id, target])
        there = _there(tx, work.books[payment.account_id], payment)
        amount = amount or there
        if amount <= 0:
            raise NotDone("bad_amount")
        if amount > there:
            raise NotDone("not_enough")
        detail = {"account": payment.account_id, "to": target, "amount": amount, "currency": payment.currency}
        if not same_holder(tx, payment.account_id, target):
            if not instruction:
                raise NotDone("instruction_missing")
            order = add_order(
                tx, "transfer", payment.account_id, amount, payment.currency, user_id=who.user_id, why=why,
                payment_id=payment_id, to_account_id=target, instruction=instruction,
            )  # fmt: skip
            audit.note(
                tx, who.name, "transfer_ordered", f"order:{order}",
                device=who.device, payment=payment_id, **detail,
            )  # fmt: skip
            return order
        move(work, payment, target, amount, Stamp(cause=uuid.uuid4().hex, user_id=who.user_id, why=why))
        work.close(gone=[payment.account_id])
        audit.note(tx, who.name, "payment_moved", f"payment:{payment_id}", device=who.device, **detail)
        return ""


def _target(tx: Tx, who: Who, payment: ThePayment, number: str) -> int:
    rows = [row for row in tx.all(_TARGETS, number=number.strip()) if who.may_see(row[2])]
    if not rows:
        raise NotDone("unknown_account")
    if len(rows) > 1:
        raise NotDone("several_accounts")
    account, currency, _ = rows[0]
    if account == payment.account_id:
        raise NotDone("same_account")
    if currency != payment.currency:
        raise NotDone("other_currency")
    return int(account)


def _there(tx: Tx, books: Books, payment: ThePayment) -> int:
    """How much of a payment is on its account and may be moved: not what open orders wait for."""
    applied = sum(amount for (whose, _), amount in books.applied.items() if whose == payment.id)
    return applied + free(tx, payment.account_id, books).get(payment.id, 0)


def same_holder(tx: Tx, one: int, other: int) -> bool:
    """Whether two accounts are of one policyholder: the same client, and no policies of different holders."""
    rows = tx.all(
        """
        SELECT a.client_id, coalesce(nullif(p.sheet ->> 'holder', ''), c.name)
        FROM account a
        JOIN client c ON c.id = a.client_id
        LEFT JOIN policy p ON p.account_id = a.id
        WHERE a.id IN :ids
        """,
        ids=[one, other],
    )
    return len({(client, fold(name)) for client, name in rows}) == 1


def move(work: Work, payment: ThePayment, target: int, amount: int, stamp: Stamp) -> None:
    """Move money of a payment from its account to another, and apply it there.

    Raises:
        NotDone: not_enough.
    """
    books = work.books[payment.account_id]
    short = amount - books.deposits.get(payment.id, 0)
    try:
        entries = unapply(books, payment=payment.id, amount=short) if short > 0 else []
        entries += leave(books.after(entries), "moved_out", amount, payment=payment.id)
    except Overdrawn as error:
        raise NotDone("not_enough") from error
    take_back(work.held[payment.account_id], entries, stamp)
    there = work.held[target]
    there.take([Entry(kind="moved_in", amount=amount, payment=payment.id)], stamp)
    apply(there, {payment.id: amount}, payment.at, stamp)
