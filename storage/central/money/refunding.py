"""Orders that need a second person: refunds, and transfers to another policyholder."""

from __future__ import annotations

from typing import Any

from rules.books.ledger import ANY, Overdrawn, leave
from rules.text import clean
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.money.applying import take_back
from storage.central.money.entries import Stamp
from storage.central.money.ledger import LONGEST, order_refund
from storage.central.money.opening import Work, payment_for, reason
from storage.central.money.transferring import move
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

VERDICTS = ("approve", "deny")

_ORDER = """
    SELECT m.kind, m.account_id, m.payment_id, m.to_account_id, m.amount, m.currency, m.why, m.asked_by,
        m.status, a.portfolio_id
    FROM money_order m
    JOIN account a ON a.id = m.account_id
    WHERE m.id = :id
    FOR UPDATE OF m
"""
_DECIDE = """
    UPDATE money_order
    SET status = :status, decided_by = :user, decided = :now, answer = :answer
    WHERE id = :id
"""


def ask_refund(store: Store, who: Who, payment_id: int, amount: int, why: str) -> str:
    """Order that money of a payment which is in deposit goes back to who paid it; the order's id.

    Args:
        store: the central store.
        who: who orders it; somebody else approves it.
        payment_id: whose money.
        amount: minor units, 0 = all of it that is in deposit.
        why: has to be said.

    Raises:
        NotDone: unknown_payment, before_ledger, bounced, why_missing, card_number_in_note,
            card_code_in_note, bad_amount, not_in_deposit.
    """
    why = reason(why)
    with store.begin() as tx:
        payment = payment_for(tx, who, payment_id)
        work = Work(tx, [payment.account_id])
        amount = amount or work.books[payment.account_id].deposits.get(payment_id, 0)
        if not amount:
            raise NotDone("not_in_deposit")
        return order_refund(
            tx, payment.account_id, amount, user_id=who.user_id, why=why, payment_id=payment_id
        )


def decide(store: Store, who: Who, order_id: str, verdict: str, answer: str = "") -> None:
    """Approve an order, which is then done, or deny it; never one's own.

    A refund takes the money out of the deposit. It does not lower what was recovered: the money had come.

    Args:
        store: the central store.
        who: the second person.
        order_id: which order.
        verdict: one of `VERDICTS`.
        answer: why, needed to deny.

    Raises:
        NotDone: unknown_order, already_answered, own_order, unknown_verdict, why_missing,
            card_number_in_note, card_code_in_note, not_in_deposit, not_enough, bounced.
    """
    answer = reason(answer) if answer or verdict == "deny" else ""
    if verdict not in VERDICTS:
        raise NotDone("unknown_verdict")
    with store.begin() as tx:
        row = tx.one(_ORDER, id=order_id)
        if row is None or not who.may_see(row[9]):
            raise NotDone("unknown_order")
        if row[8] != "open":
            raise NotDone("already_answered")
        if row[7] == who.user_id:
            raise NotDone("own_order")
        # Decided first: what it waited for is no longer held back.
        status = "done" if verdict == "approve" else "denied"
        tx.run(_DECIDE, id=order_id, status=status, user=who.user_id, now=tx.now, answer=answer)
        if verdict == "approve":
            _carry_out(tx, who, order_id, row)
        audit.note(
            tx, who.name, f"{row[0]}_{status}", f"order:{order_id}",
            device=who.device, account=row[1], amount=row[4], currency=row[5],
        )  # fmt: skip


def _carry_out(tx: Tx, who: Who, order_id: str, row: tuple[Any, ...]) -> None:
    kind, account_id, payment_id, target, amount, _, why = row[:7]
    work = Work(tx, [account_id, *([target] if target else [])])
    stamp = Stamp(cause=order_id, user_id=who.user_id, why=clean(why, limit=LONGEST))
    if kind == "transfer":
        move(work, payment_for(tx, who, payment_id), target, amount, stamp)
    else:
        try:
            entries = leave(
                work.books[account_id], "refunded", amount, payment=ANY if payment_id is None else payment_id
            )
        except Overdrawn as error:
            raise NotDone("not_in_deposit") from error
        take_back(work.held[account_id], entries, stamp)
    work.close(gone=[account_id] if kind == "transfer" else ())
