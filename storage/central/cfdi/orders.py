"""What the back office does about tax receipts: asks for them, notes that they went out, accepts them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from rules.tables import Column, Row, Table
from rules.tax.tax_board import MEDIA, MOST_ROWS, TaxAcceptance, TaxRequests, TaxSending
from rules.tax.tax_receipts import Figures
from rules.words import mark
from storage.central.cfdi import tasks
from storage.central.cfdi.board import emails
from storage.central.cfdi.needs import STEPS
from storage.central.changes import touch
from storage.central.connection import Store, Tx, document, maybe_day
from storage.central.doors.who import Who
from storage.central.queue.queueing import lock_clients
from storage.central.records.closing import checked_note
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

EMAIL = "email"
EXEMPT = "Exento"
"""TipoFactor of a premium without value added tax, in the tax authority's own word."""

NAME, TITLE = "cfdi_request", mark("CFDI to be stamped")
COLUMNS = (
    Column(key="id", title=mark("reference"), kind="code"),
    Column(key="kind", title=mark("what"), kind="code"),
    Column(key="policy", title=mark("policy"), kind="code"),
    Column(key="receipt", title=mark("receipt"), kind="code"),
    Column(key="name", title=mark("client")),
    Column(key="rfc", title=mark("RFC"), kind="code"),
    Column(key="due", title=mark("last day"), kind="date"),
    Column(key="method", title=mark("method"), kind="code"),
    Column(key="form", title=mark("form of payment"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="paid_on", title=mark("paid on"), kind="date"),
    Column(key="invoice", title=mark("invoice's UUID"), kind="code"),
    Column(key="number", title=mark("part number"), kind="count"),
    Column(key="before", title=mark("balance before"), kind="money"),
    Column(key="after", title=mark("balance after"), kind="money"),
    Column(key="base", title=mark("tax base")),
    Column(key="rate", title=mark("tax rate")),
    Column(key="tax", title=mark("tax")),
)
_ASKED = """
    SELECT t.id, t.kind, p.number, r.number, r.of, c.name, c.tax_id, t.due, t.currency, t.figures, t.status,
        c.portfolio_id, t.client_id, t.receipt_id, coalesce(i.uuid, '')
    FROM tax_receipt t
    JOIN client c ON c.id = t.client_id
    JOIN receipt r ON r.id = t.receipt_id
    JOIN policy p ON p.id = r.policy_id
    LEFT JOIN tax_receipt i ON i.receipt_id = t.receipt_id AND i.kind = 'invoice' AND i.status <> 'cancelled'
        AND t.kind = 'complement'
    WHERE t.id IN :ids
    ORDER BY t.due, t.receipt_id, t.kind DESC, t.id
"""


def request(store: Store, who: Who, order: TaxRequests) -> Table:
    """Ask those who stamp for tax receipts: what they have to say, as a table; asking again is no harm.

    Raises:
        NotDone: nothing_chosen, too_many, unknown_tax_receipt, already_stamped.
    """
    ids = sorted(set(order.ids))
    if not ids:
        raise NotDone("nothing_chosen")
    if len(ids) > MOST_ROWS:
        raise NotDone("too_many")
    with store.begin() as tx:
        lock_clients(
            tx, [row[0] for row in tx.all("SELECT client_id FROM tax_receipt WHERE id IN :ids", ids=ids)]
        )
        rows = tx.all(_ASKED, ids=ids)
        if len(rows) != len(ids) or not all(who.may_see(row[11]) for row in rows):
            raise NotDone("unknown_tax_receipt")
        if any(row[10] not in ("needed", "requested") for row in rows):
            raise NotDone("already_stamped")
        tx.run(
            """
            UPDATE tax_receipt
            SET status = 'requested', requested = coalesce(requested, :now), requested_by = :user
            WHERE id IN :ids
            """,
            now=tx.now,
            user=who.user_id or None,
            ids=ids,
        )
        bring_up_to_date(tx, [row[13] for row in rows])
        touch(tx, {row[12] for row in rows})
        audit.note(tx, who.name, "cfdi_requested", device=who.device, count=len(ids), ids=ids[:50])
        return Table(name=NAME, title=TITLE, columns=COLUMNS, rows=tuple(map(_asked, rows)), at=tx.now)


def _asked(row: tuple[Any, ...]) -> Row:
    figures, due = msgspec.convert(document(row[9]), Figures), maybe_day(row[7])
    part = bool(figures.number)
    return Row(
        key=row[0],
        currency=row[8],
        cells=(
            row[0], row[1], row[2], f"{row[3]}/{row[4]}", row[5], row[6],
            None if due is None else due.isoformat(),
            figures.method, figures.form, figures.total,
            None if figures.paid_on is None else figures.paid_on.isoformat(),
            row[14],
            figures.number if part else None,
            figures.before if part else None,
            figures.after if part else None,
            str(figures.base),
            f"{Decimal(figures.rate).scaleb(-4):.6f}" if figures.rate else EXEMPT,
            str(figures.tax),
        ),
    )  # fmt: skip


def bring_up_to_date(tx: Tx, receipt_ids: Sequence[int]) -> None:
    """Let receipts say how their tax receipts stand: as far as the one that is furthest behind."""
    rows = tx.all(
        """
        SELECT receipt_id, status FROM tax_receipt
        WHERE receipt_id IN :ids AND status <> 'cancelled'
        """,
        ids=list(receipt_ids),
    )
    found: dict[int, str] = {}
    for receipt, status in rows:
        found[receipt] = min(found.get(receipt, status), status, key=STEPS.index)
    tx.many(
        "UPDATE receipt SET cfdi = :cfdi WHERE id = :id AND cfdi <> :cfdi",
        [{"id": receipt, "cfdi": status} for receipt, status in sorted(found.items())],
    )


def held(tx: Tx, who: Who, tax_id: str) -> tuple[Any, ...]:
    """A tax receipt with its client locked: status, client, receipt, differences, account, portfolio.

    Raises:
        NotDone: unknown_tax_receipt.
    """
    client = tx.value("SELECT client_id FROM tax_receipt WHERE id = :id", id=tax_id)
    if client is None or not all(who.may_see(portfolio) for _, portfolio in lock_clients(tx, [client])):
        raise NotDone("unknown_tax_receipt")
    row = tx.one(
        "SELECT status, client_id, receipt_id, differences, account_id FROM tax_receipt WHERE id = :id",
        id=tax_id,
    )
    return row or ()


def send(store: Store, who: Who, tax_id: str, order: TaxSending) -> None:
    """Note that a stamped tax receipt went to the client; this program sends no mail itself.

    Raises:
        NotDone: unknown_tax_receipt, unknown_medium, not_stamped, has_differences, no_email (the client
            has no validated address), other_email (it is not one of them).
    """
    if order.medium not in MEDIA:
        raise NotDone("unknown_medium")
    with store.begin() as tx:
        status, client, receipt, differences, _ = held(tx, who, tax_id)
        if status not in ("stamped", "sent"):
            raise NotDone("not_stamped")
        if document(differences):
            raise NotDone("has_differences")
        to = _address(tx, client, order) if order.medium == EMAIL else ""
        tx.run(
            "UPDATE tax_receipt SET status = 'sent', sent = :now, sent_to = :to WHERE id = :id",
            now=tx.now,
            to=f"{order.medium} {to}".strip(),
            id=tax_id,
        )
        bring_up_to_date(tx, [receipt])
        touch(tx, [client])
        audit.note(tx, who.name, "cfdi_sent", f"cfdi:{tax_id}", device=who.device, medium=order.medium)


def _address(tx: Tx, client_id: int, order: TaxSending) -> str:
    known = emails(tx, client_id)
    if not known:
        raise NotDone("no_email")
    wanted = order.to.strip().lower()
    found = next((one for one in known if wanted in ("", one.lower())), None)
    if found is None:
        raise NotDone("other_email")
    return found


def accept(store: Store, who: Who, tax_id: str, order: TaxAcceptance) -> None:
    """What does not fit is left so, or was settled elsewhere: the differences and their task are closed.

    Raises:
        NotDone: unknown_tax_receipt, no_differences, why_missing, card_number_in_note, card_code_in_note.
    """
    why = checked_note(order.why).strip()
    if not why:
        raise NotDone("why_missing")
    with store.begin() as tx:
        _, client, _, differences, account = held(tx, who, tax_id)
        found = document(differences)
        if not found:
            raise NotDone("no_differences")
        tx.run(
            "UPDATE tax_receipt SET differences = :none, differs = 0 WHERE id = :id",
            none=list[Any](),
            id=tax_id,
        )
        tasks.tell(tx, [tasks.settled(tax_id, client, account, tx.now.date())])
        touch(tx, [client])
        audit.note(
            tx, who.name, "cfdi_accepted", f"cfdi:{tax_id}",
            device=who.device, why=why, codes=[one["code"] for one in found],
        )  # fmt: skip
