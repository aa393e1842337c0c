"""What tax receipts premium receipts need, brought up to date with the money on them.

May be run again at any time, and by several hubs at once: what is right already stays untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from rules.tax.tax_checks import Difference, differences
from rules.tax.tax_receipts import INVOICE, PPD, Applied, Need, needs
from storage.central.cfdi import tasks
from storage.central.cfdi.rows import (
    TaxedReceipt,
    TaxRecord,
    applied,
    expected,
    live_invoice,
    receipts,
    records,
)
from storage.central.changes import touch
from storage.central.connection import Store, Tx
from storage.central.queue.queueing import lock_clients

CHUNK = 500
OVERLAP = 1_000
"""So many of the entries that were seen last are looked at again."""

MOST_MISSED = 2_000
"""So many receipts that were brought in are taken up at a time; the others when it is looked again."""

STEPS = ("needed", "requested", "stamped", "sent")
"""How far a tax receipt is; a receipt is as far as the one that is furthest behind."""


def follow(tx: Tx, account_ids: Iterable[int]) -> None:
    """Bring what receipts and payments of some accounts need up to date; others than premiums need nothing.

    What is no longer needed is cancelled; what was asked for with other figures has to be asked for
    anew; what was stamped is checked again, and what does not fit becomes a task.
    """
    ids = sorted(set(account_ids))
    insured = [row[0] for row in tx.all(_INSURED, ids=ids)]
    if not insured:
        return
    lock_clients(tx, insured)
    premiums = receipts(tx, ids)
    known = records(tx, ids)
    paid = applied(tx, ids, premiums, known)
    plan = Plan(tx)
    for one in premiums:
        plan.add(one, _paid(one, paid), known.get(one.premium.id, []))
    plan.write()


def _paid(one: TaxedReceipt, paid: dict[int, list[Applied]]) -> list[Applied]:
    """What pays a receipt; one that was brought in paid, its tax receipt to come, by one payment."""
    if one.premium.id in paid:
        return paid[one.premium.id]
    if one.status == "paid" and one.paid_on is not None and one.awaits:
        return [Applied(payment_id=None, on=one.paid_on, amount=one.premium.total - one.premium.adjusted)]
    return []


class Plan:
    """What is to be written, gathered receipt by receipt."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._made: list[dict[str, Any]] = []
        self._changed: list[dict[str, Any]] = []
        self._stands: list[dict[str, Any]] = []
        self._differing: list[tasks.Differing] = []
        self._clients: set[int] = set()

    def add(self, receipt: TaxedReceipt, paid: Sequence[Applied], rows: Sequence[TaxRecord]) -> None:
        """Compare what a receipt needs with what there is."""
        live = {one.key: one for one in rows if one.status != "cancelled"}
        invoice = live_invoice(rows)
        wanted = needs(
            receipt.premium,
            paid,
            in_parts=invoice is not None and invoice.status != "needed" and invoice.method == PPD,
            financial_sector=receipt.book.parameters.cfdi_financial_sector,
        )
        stands: list[tuple[str, str]] = []
        for need in wanted:
            row = live.pop((need.kind, need.payment_id), None)
            status = self._kept(receipt, need, row, rows) if row else self._needed(receipt, need, rows)
            stands.append((status, need.figures.method))
        for row in live.values():
            if (
                not wanted
                and row.kind == INVOICE
                and row.is_stamped
                and row.method == PPD
                and _is_open(receipt)
            ):
                stands.append((row.status, row.method))  # it holds for what is still to be paid
            else:
                self._cancelled(receipt, row)
        if rows or wanted:
            self._stand(receipt, stands)

    def _needed(self, receipt: TaxedReceipt, need: Need, rows: Sequence[TaxRecord]) -> str:
        """A tax receipt that there is not yet; one that was brought in as asked for stays so."""
        again = sum(one.key == (need.kind, need.payment_id) for one in rows)
        status = receipt.cfdi if not rows and receipt.cfdi == "requested" else "needed"
        self._made.append(
            {
                "id": f"{need.kind}-{receipt.premium.id}-{need.payment_id or 0}-{again + 1}",
                "portfolio": receipt.book.id,
                "client": receipt.client_id,
                "account": receipt.account_id,
                "receipt": receipt.premium.id,
                "payment": need.payment_id,
                "kind": need.kind,
                "method": need.figures.method,
                "amount": need.figures.total,
                "currency": receipt.currency,
                "made": self._tx.now,
                "due": need.due,
                "status": status,
                "figures": msgspec.to_builtins(need.figures),
            }
        )
        return status

    def _kept(self, receipt: TaxedReceipt, need: Need, row: TaxRecord, rows: Sequence[TaxRecord]) -> str:
        same = row.figures == need.figures and row.due == need.due
        if row.stated is None:
            status = row.status if row.figures == need.figures else "needed"
            if not same:
                self._change(row, need, status, ())
            return status
        found = row.differences
        if row.figures != need.figures:
            found = differences(expected(receipt, need.kind, need.figures, rows), row.stated)
        if not same or found != row.differences:
            self._change(row, need, row.status, found)
            self._differ(receipt, row, found)
        return row.status

    def _cancelled(self, receipt: TaxedReceipt, row: TaxRecord) -> None:
        """Nothing calls for it any more; what was stamped has to be cancelled where it was stamped."""
        found = (Difference(code="reversed", found=row.uuid),) if row.is_stamped else ()
        self._changed.append(_row(row, "cancelled", found))
        self._differ(receipt, row, found)

    def _change(self, row: TaxRecord, need: Need, status: str, found: tuple[Difference, ...]) -> None:
        figures = msgspec.to_builtins(need.figures)
        method = need.figures.method
        self._changed.append(
            _row(row, status, found)
            | {"amount": need.figures.total, "due": need.due, "method": method, "figures": figures}
        )

    def _differ(self, receipt: TaxedReceipt, row: TaxRecord, found: tuple[Difference, ...]) -> None:
        self._differing.append(tasks.about(receipt, row.id, self._tx.now, differs=bool(found)))
        self._clients.add(receipt.client_id)

    def _stand(self, receipt: TaxedReceipt, stands: Sequence[tuple[str, str]]) -> None:
        """The receipt says how its tax receipts stand."""
        cfdi = min((status for status, _ in stands), key=STEPS.index, default="")
        method = next((method for _, method in stands if method), "")
        if (cfdi, method) != (receipt.cfdi, receipt.method):
            self._stands.append({"id": receipt.premium.id, "cfdi": cfdi, "method": method})
            self._clients.add(receipt.client_id)

    def write(self) -> None:
        """Write what differs."""
        self._tx.many(
            """
            INSERT INTO tax_receipt (id, portfolio_id, client_id, account_id, receipt_id, payment_id, kind,
                method, amount, currency, made, due, status, sent_to, uuid, figures, xml, digest)
            VALUES (:id, :portfolio, :client, :account, :receipt, :payment, :kind, :method, :amount,
                :currency, :made, :due, :status, '', '', :figures, '', '')
            ON CONFLICT (id) DO NOTHING
            """,
            self._made,
        )
        self._tx.many(
            """
            UPDATE tax_receipt
            SET status = :status, method = :method, amount = :amount, due = :due, figures = :figures,
                differences = :differences, differs = :differs
            WHERE id = :id
            """,
            self._changed,
        )
        self._tx.many("UPDATE receipt SET cfdi = :cfdi, method = :method WHERE id = :id", self._stands)
        tasks.tell(self._tx, self._differing)
        if self._clients:
            touch(self._tx, self._clients)


def _is_open(receipt: TaxedReceipt) -> bool:
    return receipt.status in ("pending", "overdue")


def _row(row: TaxRecord, status: str, found: tuple[Difference, ...]) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": status,
        "method": row.method,
        "amount": row.amount,
        "due": row.due,
        "figures": msgspec.to_builtins(row.figures),
        "differences": list(msgspec.to_builtins(found)),
        "differs": len(found),
    }


_INSURED = """
    SELECT DISTINCT a.client_id
    FROM policy p
    JOIN account a ON a.id = p.account_id
    WHERE p.account_id IN :ids
"""
_FRESH = "SELECT DISTINCT account_id FROM ledger_entry WHERE id > :seen AND receipt_id IS NOT NULL"
_MISSED = """
    SELECT p.account_id
    FROM receipt r
    JOIN policy p ON p.id = r.policy_id
    JOIN account a ON a.id = p.account_id
    JOIN client c ON c.id = a.client_id
    WHERE r.cfdi IN ('needed', 'requested') AND r.status = 'paid' AND c.country = 'MX'
      AND NOT EXISTS (SELECT 1 FROM tax_receipt t WHERE t.receipt_id = r.id)
    LIMIT :most
"""


def catch_up(store: Store, seen: int = 0) -> int:
    """Follow accounts that were missed: with new entries, or brought in with something to come.

    Args:
        store: where.
        seen: the number up to which entries of the ledger were seen; the last of them are looked at
            again, as some that were written before may be committed after.

    Returns:
        The number up to which they are seen now.
    """
    with store.read() as tx:
        newest: int = tx.value("SELECT coalesce(max(id), 0) FROM ledger_entry")
        fresh = tx.all(_FRESH, seen=(seen or newest) - OVERLAP)
        accounts = sorted({row[0] for row in (*fresh, *tx.all(_MISSED, most=MOST_MISSED))})
    for start in range(0, len(accounts), CHUNK):
        with store.begin() as tx:
            follow(tx, accounts[start : start + CHUNK])
    return newest
