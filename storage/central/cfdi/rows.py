"""Tax receipts as they stand in the store, and their receipts and payments beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from rules.tax.tax_checks import Difference, Expected, Stamped
from rules.tax.tax_receipts import INVOICE, Applied, Figures, Premium
from storage.central.connection import Tx, day, document, instant, maybe_day
from storage.central.portfolios import Book, books

_RECEIPTS = """
    SELECT r.id, p.account_id, a.client_id, c.portfolio_id, a.currency, coalesce(r.since, r.due),
        r.net + r.surcharge + r.fee, r.tax, r.total, r.adjusted, r.status, r.paid_on, r.cfdi, r.method,
        p.number, r.number, r.of, c.tax_id
    FROM receipt r
    JOIN policy p ON p.id = r.policy_id
    JOIN account a ON a.id = p.account_id
    JOIN client c ON c.id = a.client_id
    WHERE p.account_id IN :ids AND c.country = 'MX'
    ORDER BY r.id
"""
_APPLIED = """
    SELECT l.receipt_id, l.payment_id,
        sum(CASE l.kind WHEN 'applied' THEN l.amount ELSE -l.amount END),
        min(CASE l.kind WHEN 'applied' THEN l.at END),
        max(CASE WHEN EXISTS (
            SELECT 1 FROM ledger_entry g
            WHERE g.cause = l.cause AND g.kind = 'received'
                AND coalesce(g.payment_id, 0) = coalesce(l.payment_id, 0)
        ) THEN 1 ELSE 0 END),
        p.at, p.channel
    FROM ledger_entry l
    LEFT JOIN payment p ON p.id = l.payment_id
    WHERE l.account_id IN :ids AND l.receipt_id IS NOT NULL AND l.kind IN ('applied', 'unapplied')
    GROUP BY l.receipt_id, l.payment_id, p.at, p.channel
"""
_ROWS = """
    SELECT id, receipt_id, payment_id, kind, method, amount, due, status, uuid, figures, stated, differences
    FROM tax_receipt
    WHERE account_id IN :ids
    ORDER BY made, id
"""


class TaxedReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A premium receipt of a Mexican client. label: policy and number, "AUT-12345 2/12"."""

    premium: Premium
    account_id: int
    client_id: int
    book: Book
    currency: str
    status: str
    paid_on: date | None
    cfdi: str
    method: str
    label: str
    tax_id: str

    @property
    def awaits(self) -> bool:
        """Whether its tax receipt is still to come, be it by what the feeding system says."""
        return self.cfdi in ("needed", "requested")


class TaxRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A row of tax receipts; stated: what it says, once it is stamped."""

    id: str
    receipt_id: int
    payment_id: int | None
    kind: str
    method: str
    amount: int
    due: date | None
    status: str
    uuid: str
    figures: Figures
    stated: Stamped | None
    differences: tuple[Difference, ...]

    @property
    def key(self) -> tuple[str, int | None]:
        """What it is for, within its receipt."""
        return self.kind, self.payment_id

    @property
    def is_stamped(self) -> bool:
        """Whether it was stamped, and not cancelled since."""
        return self.status in ("stamped", "sent")


def receipts(tx: Tx, account_ids: Sequence[int]) -> list[TaxedReceipt]:
    """The premium receipts of accounts; those of other countries and products have none here."""
    known = books(tx)
    return [
        TaxedReceipt(
            premium=Premium(
                id=row[0], opens=day(row[5]), subtotal=row[6], tax=row[7], total=row[8], adjusted=row[9]
            ),
            account_id=row[1],
            client_id=row[2],
            book=known[row[3]],
            currency=row[4],
            status=row[10],
            paid_on=maybe_day(row[11]),
            cfdi=row[12],
            method=row[13],
            label=f"{row[14]} {row[15]}/{row[16]}",
            tax_id=row[17].upper(),
        )
        for row in tx.all(_RECEIPTS, ids=list(account_ids))
    ]


def applied(
    tx: Tx, account_ids: Sequence[int], of: Iterable[TaxedReceipt], known: Mapping[int, Sequence[TaxRecord]]
) -> dict[int, list[Applied]]:
    """What payments pay of receipts, by receipt; what came back off it again is left out.

    The day is that on which the money came in, or was taken out of the deposit later. What had paid a
    receipt before there was a ledger had its tax receipt then, unless that is followed here.
    """
    by_id = {one.premium.id: one for one in of}
    found: defaultdict[int, list[Applied]] = defaultdict(list)
    for receipt, payment, amount, first, direct, paid_at, channel in tx.all(_APPLIED, ids=list(account_ids)):
        one = by_id.get(receipt)
        if one is None or amount <= 0:
            continue
        on = one.book.moment(instant(paid_at if direct and paid_at is not None else first))[0]
        if payment is None and direct:
            if not one.awaits and not known.get(receipt):
                continue
            on = one.paid_on or on
        found[receipt].append(Applied(payment_id=payment, on=on, amount=int(amount), channel=channel or ""))
    return found


def records(tx: Tx, account_ids: Sequence[int]) -> dict[int, list[TaxRecord]]:
    """The tax receipts of accounts by premium receipt, the oldest first."""
    found: defaultdict[int, list[TaxRecord]] = defaultdict(list)
    for row in tx.all(_ROWS, ids=list(account_ids)):
        found[row[1]].append(record(row))
    return found


def record(row: Sequence[Any]) -> TaxRecord:
    """A row: id, receipt, payment, kind, method, amount, due, status, uuid, figures, stated, differences."""
    stated = document(row[10])
    return TaxRecord(
        id=row[0],
        receipt_id=row[1],
        payment_id=row[2],
        kind=row[3],
        method=row[4],
        amount=row[5],
        due=maybe_day(row[6]),
        status=row[7],
        uuid=row[8],
        figures=msgspec.convert(document(row[9]), Figures),
        stated=msgspec.convert(stated, Stamped) if stated else None,
        differences=msgspec.convert(document(row[11]), tuple[Difference, ...]),
    )


def live_invoice(rows: Iterable[TaxRecord]) -> TaxRecord | None:
    """The invoice of a receipt that holds."""
    return next((one for one in rows if one.kind == INVOICE and one.status != "cancelled"), None)


def expected(receipt: TaxedReceipt, kind: str, figures: Figures, rows: Iterable[TaxRecord]) -> Expected:
    """What a tax receipt has to say, and of whom."""
    invoice = live_invoice(rows)
    return Expected(
        kind=kind,
        figures=figures,
        currency=receipt.currency,
        issuer=receipt.book.parameters.cfdi_issuer,
        receiver=receipt.tax_id,
        invoice=invoice.uuid if invoice is not None and kind != INVOICE else "",
    )
