"""Result files: what was charged is posted as a payment, a reject becomes a task and perhaps a retry.

A file may be read as often as one likes: a payment is posted once by its charge's reference, and a
charge that has its answer keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from uuid_utils import uuid7

from rules.debit.charge_files import ResultLine
from rules.debit.charges import CHARGED, STOPPED_TOO_LATE, Outcome, rejected
from rules.debit.charging import Results, Taken
from rules.zones import midnight
from storage.central.changes import touch
from storage.central.charges.batches import restate
from storage.central.charges.mandates import revoke
from storage.central.connection import Store, Tx, instant, maybe_instant
from storage.central.doors.who import Who
from storage.central.facts.payments import NewPayment, post_payments
from storage.central.portfolios import Book, books
from storage.central.queue.queueing import lock_clients, place
from storage.central.refusing import NotDone
from storage.central.upkeep import audit


class _Charge(msgspec.Struct, frozen=True):
    """A charge as it stands; grace_ends: when cover ceases unless its receipt is paid."""

    id: str
    reference: str
    mandate_id: str
    client_id: int
    account_id: int
    receipt_id: int | None
    amount: int
    currency: str
    attempt: int
    status: str
    channel: str
    payer: str
    grace_ends: datetime | None


def take(store: Store, who: Who, results: Results) -> Taken:
    """Take some lines of a result file.

    Raises:
        NotDone: unknown_batch (no file of the person's portfolios has this folio), bad_day (of an
            answer that lies ahead).
    """
    with store.begin() as tx:
        batch_id, book, made = _batch(tx, who, results)
        found = _charges(tx, batch_id, [line.reference for line in results.lines])
    known = [line for line in results.lines if line.reference in found]
    differing = [
        line for line in known if line.code == CHARGED and line.amount != found[line.reference].amount
    ]
    lines = [(line, found[line.reference]) for line in known if line not in differing]
    _post(store, [one for line, one in lines if line.code == CHARGED], _paid_at(results.day, book, made))
    with store.begin() as tx:
        answered = _answer(tx, who, book, batch_id, results, lines)
        taken = msgspec.structs.replace(
            answered,
            unknown=tuple(line.reference for line in results.lines if line.reference not in found),
            differing=(*(line.reference for line in differing), *answered.differing),
        )
        audit.note(
            tx,
            who.name,
            "charge_results_taken",
            f"charge_batch:{batch_id}",
            device=who.device,
            digest=results.digest,
            charged=taken.charged,
            rejected=taken.rejected,
            known=taken.known,
            unknown=len(taken.unknown),
            differing=list(taken.differing),
        )
    return taken


def _batch(tx: Tx, who: Who, results: Results) -> tuple[str, Book, datetime]:
    row = tx.one("SELECT id, portfolio_id, made FROM charge_batch WHERE folio = :folio", folio=results.folio)
    if row is None or not who.may_see(row[1]):
        raise NotDone("unknown_batch")
    book = books(tx)[row[1]]
    if results.day > book.moment(tx.now)[0]:
        raise NotDone("bad_day")
    return row[0], book, instant(row[2])


def _charges(tx: Tx, batch_id: str, references: Sequence[str]) -> dict[str, _Charge]:
    rows = tx.all(
        """
        SELECT h.id, h.reference, h.mandate_id, m.client_id, h.account_id, h.receipt_id, h.amount,
            h.currency, h.attempt, h.status, m.channel, m.payer, r.grace_ends
        FROM charge h
        JOIN mandate m ON m.id = h.mandate_id
        LEFT JOIN receipt r ON r.id = h.receipt_id
        WHERE h.batch_id = :batch AND h.reference IN :references
        """,
        batch=batch_id,
        references=list(references),
    )
    return {row[1]: msgspec.structs.replace(_Charge(*row), grace_ends=maybe_instant(row[-1])) for row in rows}


def _paid_at(on: date, book: Book, made: datetime) -> datetime:
    """A bank's answer has a day and no hour: its day begins at midnight, not before the file was made."""
    return max(midnight(on, book.zone.key), made)


def _post(store: Store, charges: Sequence[_Charge], at: datetime) -> None:
    """Post what was charged; before the charges are answered, so that a crash between loses no money."""
    post_payments(
        store,
        [
            NewPayment(
                account_id=one.account_id,
                at=at,
                amount=one.amount,
                currency=one.currency,
                reference=one.reference,
                channel=one.channel,
                payer=one.payer,
                receipts=(one.receipt_id,) if one.receipt_id else (),
            )
            for one in charges
        ],
    )


def _answer(
    tx: Tx, who: Who, book: Book, batch_id: str, results: Results, lines: Sequence[tuple[ResultLine, _Charge]]
) -> Taken:
    """Write the answers that say something new; money that came counts whatever was said before.

    That something was rejected after all which was charged is left to a person: money went back.
    """
    clients = {one.client_id for _, one in lines}
    lock_clients(tx, clients)
    now = _charges(tx, batch_id, [one.reference for _, one in lines])
    charged = rejects = before = 0
    contradicting = []
    for line, old in lines:
        one, paid = now[old.reference], line.code == CHARGED
        if one.status == "charged" and not paid:
            contradicting.append(one.reference)
        elif one.status == "sent" or (paid and one.status != "charged"):
            _write(tx, who, book, results.day, line, one)
            charged, rejects = charged + paid, rejects + (not paid)
        else:
            before += 1
    restate(tx, batch_id)
    touch(tx, clients)
    place(tx, clients, tx.now)
    return Taken(charged=charged, rejected=rejects, known=before, differing=tuple(contradicting))


def _write(tx: Tx, who: Who, book: Book, on: date, line: ResultLine, one: _Charge) -> None:
    if line.code == CHARGED:
        late = one.status == "stopped"
        code = STOPPED_TOO_LATE if late else CHARGED
        outcome = Outcome(None, "charge_back" if late else "", "active")
    else:
        code = line.code
        cover_ends = book.moment(one.grace_ends)[0] if one.grace_ends else None
        outcome = rejected(code, one.attempt, on, cover_ends)
    tx.run(
        """
        UPDATE charge SET status = :status, code = :code, at = :at, retry_on = :retry WHERE id = :id
        """,
        id=one.id,
        status="charged" if line.code == CHARGED else "rejected",
        code=code,
        at=tx.now,
        retry=midnight(outcome.retry_on, book.zone.key) if outcome.retry_on else None,
    )
    tx.run("UPDATE mandate SET last = :code WHERE id = :id", id=one.mandate_id, code=code)
    _first_charge(tx, one, code)
    if outcome.mandate == "revoked":
        revoke(tx, one.mandate_id, client_id=one.client_id, user_id=who.user_id, by="bank")
    elif outcome.mandate == "suspended":
        tx.run(
            "UPDATE mandate SET status = 'suspended' WHERE id = :id AND status = 'active'", id=one.mandate_id
        )
    if outcome.task:
        _task(tx, book, one, code, outcome)


def _first_charge(tx: Tx, one: _Charge, code: str) -> None:
    """The request that a mandate came from learns how the first charge went, once."""
    tx.run(
        """
        UPDATE ask SET first_charge = :code
        WHERE first_charge = '' AND id = (SELECT ask_id FROM mandate WHERE id = :mandate)
        """,
        mandate=one.mandate_id,
        code=code,
    )


def _task(tx: Tx, book: Book, one: _Charge, code: str, outcome: Outcome) -> None:
    tx.run(
        """
        INSERT INTO task (id, client_id, account_id, kind, due, about, note, status, outcome)
        VALUES (:id, :client, :account, :kind, :due, :about, :note, 'open', '')
        """,
        id=str(uuid7()),
        client=one.client_id,
        account=one.account_id,
        kind=outcome.task,
        due=outcome.retry_on or book.moment(tx.now)[0],
        about=one.reference,
        note=code,
    )
