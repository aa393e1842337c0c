"""Stamped tax receipts come in as XML: found, checked against payment and receipt, and attached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from rules.explained import Explained
from rules.tax.tax_board import MOST_SENT_FILES, Attached, AttachedFiles, StampedFiles, TaxFile
from rules.tax.tax_checks import Difference, Stamped, differences, is_for
from rules.tax.tax_receipts import INVOICE
from rules.text import fold
from storage.central.cfdi import tasks
from storage.central.cfdi.orders import bring_up_to_date
from storage.central.cfdi.rows import TaxedReceipt, TaxRecord, expected, receipts, records
from storage.central.changes import touch
from storage.central.connection import Store, Tx
from storage.central.doors.who import Who
from storage.central.queue.queueing import lock_clients
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

MOST_FILES = 200

_INVOICES = """
    SELECT DISTINCT t.account_id, t.client_id
    FROM tax_receipt t
    JOIN client c ON c.id = t.client_id
    WHERE t.kind = 'invoice' AND t.status <> 'cancelled' AND t.amount = :total AND t.currency = :currency
      AND (upper(c.tax_id) = :receiver OR c.tax_id = '') AND c.portfolio_id IN :portfolios
"""
_COMPLEMENTS = """
    SELECT DISTINCT t.account_id, t.client_id
    FROM tax_receipt t
    JOIN client c ON c.id = t.client_id
    WHERE t.kind = 'invoice' AND t.status <> 'cancelled' AND t.uuid IN :invoices
      AND c.portfolio_id IN :portfolios
"""

Candidate = tuple[TaxedReceipt, TaxRecord, list[TaxRecord]]
"""A tax receipt that a file may be for, its receipt, and all tax receipts of that."""


def attach(store: Store, who: Who, order: StampedFiles) -> AttachedFiles:
    """Attach files to the tax receipts that they are for, each in a transaction of its own.

    Raises:
        NotDone: nothing_chosen, too_many, unknown_tax_receipt (the target is not in the reader's scope).
    """
    if not order.files or (order.target and len(order.files) > 1):
        raise NotDone("nothing_chosen" if not order.files else "too_many")
    if len(order.files) > MOST_SENT_FILES:
        raise NotDone("too_many")
    return AttachedFiles(files=tuple(_one(store, who, one, order.target) for one in order.files))


def _one(store: Store, who: Who, file: TaxFile, target: str) -> Attached:
    from storage import tax_xml  # slow to import, and rarely needed

    try:
        found = tax_xml.read(file.xml)
    except Explained as error:
        return Attached(name=file.name, code="unreadable", why=str(error))
    with store.begin() as tx:
        candidates, code = _candidates(tx, who, found, target)
        if not candidates:
            return Attached(name=file.name, code=code)
        code = _taken(tx, candidates, found.uuid, tax_xml.digest(file.xml))
        if code:
            return Attached(name=file.name, code=code)
        checked = [(one, _checked(one, found)) for one in candidates]
        _write(tx, who, checked, found, file.xml, tax_xml.digest(file.xml))
        return Attached(
            name=file.name,
            ids=tuple(record.id for _, record, _ in candidates),
            differs=sum(len(differs) for _, differs in checked),
        )


def _candidates(tx: Tx, who: Who, found: Stamped, target: str) -> tuple[list[Candidate], str]:
    """What a file is for, or the code that says why that is not known.

    Raises:
        NotDone: unknown_tax_receipt.
    """
    if target:
        rows = tx.all("SELECT account_id, client_id FROM tax_receipt WHERE id = :id", id=target)
    else:
        rows = _accounts(tx, who, found)
    portfolios = lock_clients(tx, [row[1] for row in rows])
    if target and (not portfolios or not who.may_see(portfolios[0][1])):
        raise NotDone("unknown_tax_receipt")
    known = list(_known(tx, [row[0] for row in rows]))
    if target:
        return [one for one in known if one[1].id == target and one[1].status != "cancelled"], "unknown"
    fitting = [one for one in known if _awaits(one[1], found) and is_for(_expected(one), found)]
    if found.kind == INVOICE and len(fitting) > 1:
        named = [one for one in fitting if _names(found.words, one[0].label)]
        fitting = named if len(named) == 1 else []
        return fitting, "ambiguous"
    return (fitting if found.kind == INVOICE else _by_line(fitting, found)), "unknown"


def _accounts(tx: Tx, who: Who, found: Stamped) -> list[tuple[Any, ...]]:
    mine = [row[0] for row in tx.all("SELECT id FROM portfolio") if who.may_see(row[0])]
    if found.kind == INVOICE:
        return tx.all(
            _INVOICES,
            total=found.total,
            currency=found.currency,
            receiver=found.receiver,
            portfolios=mine,
        )
    named = sorted({line.invoice for payment in found.payments for line in payment.lines})
    return tx.all(_COMPLEMENTS, invoices=named, portfolios=mine)


def _known(tx: Tx, account_ids: Sequence[int]) -> Iterable[Candidate]:
    by_receipt = records(tx, account_ids)
    for receipt in receipts(tx, account_ids):
        rows = by_receipt.get(receipt.premium.id, [])
        for row in rows:
            yield receipt, row, rows


def _awaits(row: TaxRecord, found: Stamped) -> bool:
    """Whether a file may still come for it: it has none, has this one, or has one that does not fit."""
    return row.status in ("needed", "requested") or (
        row.is_stamped and (row.uuid == found.uuid or bool(row.differences))
    )


def _expected(one: Candidate) -> Any:
    receipt, row, rows = one
    return expected(receipt, row.kind, row.figures, rows)


def _names(words: str, label: str) -> bool:
    """Whether a CFDI's own words name policy and receipt, "AUT-12345 2/12"."""
    said = fold(words).split()
    return all(fold(part) in said for part in label.split())


def _by_line(fitting: list[Candidate], found: Stamped) -> list[Candidate]:
    """Of a receipt's complements the one whose figures come nearest to each line of the file."""
    chosen: dict[str, Candidate] = {}
    for payment in found.payments:
        for line in payment.lines:
            own = [
                one for one in fitting if _expected(one).invoice == line.invoice and one[1].id not in chosen
            ]
            best = max(
                own,
                key=lambda one: (
                    (one[1].figures.number == line.number)
                    + (one[1].figures.total == line.paid)
                    + (one[1].figures.paid_on == payment.on),
                ),
                default=None,
            )
            if best is not None:
                chosen[best[1].id] = best
    return list(chosen.values())


def _taken(tx: Tx, candidates: Sequence[Candidate], uuid: str, digest: str) -> str:
    """uuid_used: it stands in another file or for something else; known: this file was attached before."""
    mine = {one[1].id for one in candidates}
    rows = tx.all("SELECT id, digest FROM tax_receipt WHERE uuid = :uuid", uuid=uuid)
    if any(kept != digest or row_id not in mine for row_id, kept in rows):
        return "uuid_used"
    return "known" if {row[0] for row in rows} == mine else ""


def _checked(one: Candidate, found: Stamped) -> tuple[Difference, ...]:
    return differences(_expected(one), found)


def _write(
    tx: Tx,
    who: Who,
    checked: Sequence[tuple[Candidate, tuple[Difference, ...]]],
    found: Stamped,
    xml: str,
    digest: str,
) -> None:
    tx.many(
        """
        UPDATE tax_receipt
        SET status = 'stamped', stamped = :stamped, uuid = :uuid,
            stated = :stated, xml = :xml, digest = :digest, differences = :differences,
            differs = :differs
        WHERE id = :id
        """,
        [
            {
                "id": record.id,
                "stamped": datetime.fromisoformat(found.stamped).replace(tzinfo=receipt.book.zone),
                "uuid": found.uuid,
                "stated": msgspec.to_builtins(found),
                "xml": xml,
                "digest": digest,
                "differences": list(msgspec.to_builtins(differs)),
                "differs": len(differs),
            }
            for (receipt, record, _), differs in checked
        ],
    )
    tasks.tell(
        tx,
        [
            tasks.about(receipt, record.id, tx.now, differs=bool(differs))
            for (receipt, record, _), differs in checked
        ],
    )
    if found.kind == INVOICE:
        for one, _ in checked:
            _recheck(tx, one, found.uuid)
    bring_up_to_date(tx, [receipt.premium.id for (receipt, _, _), _ in checked])
    touch(tx, {receipt.client_id for (receipt, _, _), _ in checked})
    for (_, record, _), differs in checked:
        audit.note(
            tx, who.name, "cfdi_stamped", f"cfdi:{record.id}",
            device=who.device, uuid=found.uuid, digest=digest, differs=[one.code for one in differs],
        )  # fmt: skip


def _recheck(tx: Tx, one: Candidate, invoice: str) -> None:
    """Hold the stamped complements of a receipt against the invoice that it has now."""
    receipt, _, rows = one
    for row in rows:
        if row.kind == INVOICE or not row.is_stamped or row.stated is None:
            continue
        wanted = msgspec.structs.replace(expected(receipt, row.kind, row.figures, rows), invoice=invoice)
        differs = differences(wanted, row.stated)
        tx.run(
            "UPDATE tax_receipt SET differences = :differences, differs = :differs WHERE id = :id",
            id=row.id,
            differences=list(msgspec.to_builtins(differs)),
            differs=len(differs),
        )
        tasks.tell(tx, [tasks.about(receipt, row.id, tx.now, differs=bool(differs))])
