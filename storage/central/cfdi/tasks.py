"""Tasks for tax receipts that do not say what they have to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from storage.central.cfdi.rows import TaxedReceipt
from storage.central.connection import Tx

KIND = "cfdi_difference"


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """A tax receipt that was checked; differs: something in it does not fit. label: policy and receipt."""

    id: str
    client_id: int
    account_id: int
    due: date
    label: str
    differs: bool


def tell(tx: Tx, found: Iterable[Differing]) -> None:
    """Open a task for each tax receipt with differences, one at a time; close that of one without."""
    found = list(found)
    tx.many(
        """
        INSERT INTO task (id, client_id, account_id, kind, due, about, note, status, outcome)
        VALUES (:task, :client_id, :account_id, :kind, :due, :id, :label, 'open', '')
        ON CONFLICT (id) DO UPDATE SET status = 'open', outcome = '', done_at = NULL, due = excluded.due
        """,
        [
            msgspec.structs.asdict(one) | {"task": f"cfdi-{one.id}", "kind": KIND}
            for one in found
            if one.differs
        ],
    )
    tx.run(
        """
        UPDATE task SET status = 'done', outcome = 'done', done_at = :now
        WHERE id IN :ids AND status = 'open'
        """,
        now=tx.now,
        ids=[f"cfdi-{one.id}" for one in found if not one.differs],
    )


def about(receipt: TaxedReceipt, tax_id: str, now: datetime, *, differs: bool) -> Differing:
    """A tax receipt of a premium receipt that was checked."""
    return Differing(
        id=tax_id,
        client_id=receipt.client_id,
        account_id=receipt.account_id,
        due=receipt.book.moment(now)[0],
        label=receipt.label,
        differs=differs,
    )


def settled(tax_id: str, client_id: int, account_id: int, today: date) -> Differing:
    """A tax receipt in which everything fits now."""
    return Differing(
        id=tax_id, client_id=client_id, account_id=account_id, due=today, label="", differs=False
    )
