"""Charge files: made from what may be charged, one open charge for a receipt whoever makes them at once."""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from rules import folios
from rules.debit.charge_files import ChargeFile, ChargeLine, digest, write_charges
from rules.debit.charging import PART, Batch, BatchPart, NewBatch
from rules.debit.mandates import CHARGED
from storage.central.changes import touch
from storage.central.charges.candidates import Due, due
from storage.central.connection import Store, Tx, instant
from storage.central.doors.who import Who
from storage.central.portfolios import Book, books
from storage.central.queue.queueing import lock_clients
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

PREFIX = "DD"

_LINES = """
    SELECT h.reference, m.account_number, m.token, m.payer, c.name, h.amount
    FROM charge h
    JOIN mandate m ON m.id = h.mandate_id
    JOIN client c ON c.id = m.client_id
    WHERE h.batch_id = :batch AND h.status = 'sent'
    ORDER BY h.reference
"""


def make(store: Store, who: Who, new: NewBatch) -> Batch:
    """Charge everything that may be charged today by a channel in a portfolio and currency.

    The clients are locked and everything is looked at again before a charge is made, so that a mandate
    that is taken back meanwhile, or a receipt in another file, is not in it.

    Raises:
        NotDone: unknown_portfolio, unknown_channel, nothing_to_charge.
    """
    if new.channel not in CHARGED:
        raise NotDone("unknown_channel")
    with store.begin() as tx:
        book = next((one for one in books(tx).values() if one.name == new.portfolio), None)
        if book is None or not who.may_see(book.id):
            raise NotDone("unknown_portfolio")
        lock_clients(tx, [one.client_id for one in _ready(tx, book, new)])
        found = _ready(tx, book, new)
        if not found:
            raise NotDone("nothing_to_charge")
        batch_id = str(uuid7())
        folio = folios.made(PREFIX, batch_id)
        _write(tx, who, book, new, batch_id, folio)
        tx.many(_CHARGE, [_charge(one, batch_id, f"{folio}-{n:05}") for n, one in enumerate(found, start=1)])
        batch = restate(tx, batch_id)
        touch(tx, [one.client_id for one in found])
        audit.note(
            tx,
            who.name,
            "charge_file_made",
            f"charge_batch:{batch_id}",
            device=who.device,
            folio=folio,
            charges=batch.charges,
            amount=batch.amount,
            currency=batch.currency,
            digest=batch.digest,
        )
        return batch


def _ready(tx: Tx, book: Book, new: NewBatch) -> list[Due]:
    wanted = (new.channel, new.currency)
    return [one for one in due(tx, book) if not one.why and (one.channel, one.currency) == wanted]


def _write(tx: Tx, who: Who, book: Book, new: NewBatch, batch_id: str, folio: str) -> None:
    tx.run(
        """
        INSERT INTO charge_batch (id, folio, portfolio_id, user_id, made, channel, charges, amount,
            currency, digest, status)
        VALUES (:id, :folio, :portfolio, :user, :now, :channel, 0, 0, :currency, '', 'made')
        """,
        id=batch_id,
        folio=folio,
        portfolio=book.id,
        user=who.user_id,
        now=tx.now,
        channel=new.channel,
        currency=new.currency,
    )


_CHARGE = """
    INSERT INTO charge (id, batch_id, mandate_id, account_id, receipt_id, reference, amount, currency,
        attempt, status, code)
    VALUES (:id, :batch, :mandate, :account, :receipt, :reference, :amount, :currency, :attempt, 'sent', '')
"""


def _charge(one: Due, batch_id: str, reference: str) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "batch": batch_id,
        "mandate": one.mandate_id,
        "account": one.account_id,
        "receipt": one.receipt_id,
        "reference": reference,
        "amount": one.amount,
        "currency": one.currency,
        "attempt": one.attempt,
    }


def restate(tx: Tx, batch_id: str) -> Batch:
    """State a batch anew from the charges that the bank has not answered: count, sum, digest of its file.

    Of a batch whose answers have begun to come, only the status changes: it says what had left.
    """
    sent = tx.value("SELECT count(*) FROM charge WHERE batch_id = :id AND status = 'sent'", id=batch_id)
    answered = tx.value(
        "SELECT count(*) FROM charge WHERE batch_id = :id AND status IN ('charged', 'rejected')", id=batch_id
    )
    if not answered:
        batch = _read(tx, batch_id)
        lines = _lines(tx, batch_id)
        file = ChargeFile(
            folio=batch.folio, channel=batch.channel, currency=batch.currency, day=batch.day, lines=lines
        )
        tx.run(
            "UPDATE charge_batch SET charges = :charges, amount = :amount, digest = :digest WHERE id = :id",
            id=batch_id,
            charges=len(lines),
            amount=sum(one.amount for one in lines),
            digest=digest(write_charges(file)),
        )
    if not sent:
        tx.run("UPDATE charge_batch SET status = 'answered' WHERE id = :id", id=batch_id)
    return _read(tx, batch_id)


def part(store: Store, who: Who, batch_id: str, start: int) -> BatchPart:
    """Some lines of a charge file, with account numbers; that they were read is noted.

    Raises:
        NotDone: unknown_batch (also one out of the person's portfolios).
    """
    with store.begin() as tx:
        portfolio = tx.value("SELECT portfolio_id FROM charge_batch WHERE id = :id", id=batch_id)
        if portfolio is None or not who.may_see(portfolio):
            raise NotDone("unknown_batch")
        batch = _read(tx, batch_id)
        if start == 0:
            audit.note(
                tx,
                who.name,
                "charge_file_read",
                f"charge_batch:{batch_id}",
                device=who.device,
                folio=batch.folio,
            )
        return BatchPart(batch=batch, lines=_lines(tx, batch_id)[start : start + PART])


def _lines(tx: Tx, batch_id: str) -> tuple[ChargeLine, ...]:
    return tuple(
        ChargeLine(reference=reference, account=number or token, holder=payer or name, amount=amount)
        for reference, number, token, payer, name, amount in tx.all(_LINES, batch=batch_id)
    )


def _read(tx: Tx, batch_id: str) -> Batch:
    row = tx.one(
        """
        SELECT folio, channel, currency, made, charges, amount, digest, portfolio_id
        FROM charge_batch
        WHERE id = :id
        """,
        id=batch_id,
    )
    if row is None:
        raise NotDone("unknown_batch")
    return Batch(
        id=batch_id,
        folio=row[0],
        channel=row[1],
        currency=row[2],
        day=books(tx)[row[7]].moment(instant(row[3]))[0],
        charges=row[4],
        amount=row[5],
        digest=row[6],
    )
