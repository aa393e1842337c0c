"""Money is applied from deposit, taken back to it, or turns out never to have come."""

from __future__ import annotations

import uuid

from rules.books.ledger import Books, Entry, Overdrawn, bounce, unapply
from storage.central.connection import Store
from storage.central.counting.figures import RECOVERED, Deltas
from storage.central.doors.who import Who
from storage.central.money.applying import take_back
from storage.central.money.entries import Stamp
from storage.central.money.ledger import spend_deposit
from storage.central.money.opening import Work, payment_for, reason
from storage.central.refusing import NotDone
from storage.central.upkeep import audit


def apply_deposit(store: Store, who: Who, payment_id: int, why: str = "") -> int:
    """Apply what is in deposit of a payment to what its account owes; how much pays something now.

    Raises:
        NotDone: unknown_payment, before_ledger, bounced, nothing_to_apply (there is no deposit, or it
            pays no whole receipt whose cover holds), card_number_in_note, card_code_in_note.
    """
    why = reason(why) if why else ""
    with store.begin() as tx:
        payment = payment_for(tx, who, payment_id)
        work = Work(tx, [payment.account_id])
        cause = uuid.uuid4().hex
        spent = spend_deposit(
            tx, payment.account_id, cause=cause, user_id=who.user_id, why=why, payment_id=payment_id
        )
        if not spent:
            raise NotDone("nothing_to_apply")
        work.close()
        audit.note(
            tx, who.name, "deposit_applied", f"payment:{payment_id}",
            device=who.device, account=payment.account_id, amount=spent, currency=payment.currency,
        )  # fmt: skip
        return spent


def take_back_payment(store: Store, who: Who, payment_id: int, why: str) -> int:
    """Take what a payment pays on its account back to deposit; how much that was.

    The money has come, so figures and promises stay as they are.

    Raises:
        NotDone: unknown_payment, before_ledger, bounced, why_missing, card_number_in_note,
            card_code_in_note, nothing_applied.
    """
    why = reason(why)
    with store.begin() as tx:
        payment = payment_for(tx, who, payment_id)
        work = Work(tx, [payment.account_id])
        entries = unapply(work.books[payment.account_id], payment=payment_id)
        if not entries:
            raise NotDone("nothing_applied")
        stamp = Stamp(cause=uuid.uuid4().hex, user_id=who.user_id, why=why)
        take_back(work.held[payment.account_id], entries, stamp)
        work.close()
        amount = sum(entry.amount for entry in entries if entry.kind == "unapplied")
        audit.note(
            tx, who.name, "payment_taken_back", f"payment:{payment_id}",
            device=who.device, account=payment.account_id, amount=amount, currency=payment.currency,
        )  # fmt: skip
        return amount


def bounce_payment(store: Store, who: Who, payment_id: int, why: str) -> None:
    """A payment did not hold: a returned transfer, a charge that the bank took back.

    What it paid is owed again. It is no longer in the figures of its day, keeps no promise, and is not
    in the client's history any more; its row and its entries stay.

    Raises:
        NotDone: unknown_payment, before_ledger, bounced, why_missing, card_number_in_note,
            card_code_in_note, moved_or_refunded (what was moved or given back has to come back first).
    """
    why = reason(why)
    with store.begin() as tx:
        payment = payment_for(tx, who, payment_id)
        work = Work(tx, [payment.account_id])
        books = work.books[payment.account_id]
        entries = _bounced(books, payment_id, payment.amount)
        stamp = Stamp(cause=uuid.uuid4().hex, user_id=who.user_id, why=why)
        take_back(work.held[payment.account_id], entries, stamp)
        tx.run("UPDATE payment SET bounced_at = :now, day = NULL WHERE id = :id", now=tx.now, id=payment_id)
        deltas = Deltas()
        if payment.day is not None:
            deltas.add(
                payment.day, payment.hour, payment.portfolio_id, payment.bucket, payment.user_id or 0,
                RECOVERED + payment.currency, -payment.amount,
            )  # fmt: skip
        work.close(deltas, gone=[payment.account_id])
        audit.note(
            tx, who.name, "payment_bounced", f"payment:{payment_id}",
            device=who.device, account=payment.account_id, amount=payment.amount, currency=payment.currency,
        )  # fmt: skip


def _bounced(books: Books, payment_id: int, amount: int) -> list[Entry]:
    try:
        entries = bounce(books, payment_id)
    except Overdrawn as error:
        raise NotDone("moved_or_refunded") from error
    if sum(entry.amount for entry in entries if entry.kind == "returned") != amount:
        raise NotDone("moved_or_refunded")
    return entries
