"""The CFDI board: tax receipts by urgency, one of them in full, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from rules.tax.tax_board import DIFFERENT, LATE, MOST_ROWS, OPEN, VIEWS, TaxBoard, TaxDetail, TaxRow
from rules.tax.tax_checks import Difference
from rules.tax.tax_receipts import INVOICE, Figures, alarm
from storage.central.connection import Store, Tx, document, maybe_day, maybe_instant
from storage.central.doors.who import Who
from storage.central.portfolios import books
from storage.central.records.decisions import masked
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

_OF = """
    FROM tax_receipt t
    JOIN client c ON c.id = t.client_id
    JOIN receipt r ON r.id = t.receipt_id
    JOIN policy p ON p.id = r.policy_id
"""
_COLUMNS = """
    t.id, t.kind, t.status, c.name, c.portfolio_id, p.number, r.number, r.of, t.amount, t.currency, t.method,
    t.due, t.differs
"""
_VIEW = {
    OPEN: "(t.status IN ('needed', 'requested', 'stamped') OR t.differs > 0)",
    LATE: """
        (t.status IN ('needed', 'requested') OR (t.status <> 'cancelled' AND t.differs > 0))
        AND t.due < :today
    """,
    "needed": "t.status = 'needed'",
    "requested": "t.status = 'requested'",
    "stamped": "t.status = 'stamped'",
    DIFFERENT: "t.differs > 0",
    "sent": "t.status = 'sent'",
    "cancelled": "t.status = 'cancelled'",
}
_URGENT = """
    CASE WHEN t.status IN ('stamped', 'sent') AND t.differs = 0 THEN 1 ELSE 0 END,
    t.due, t.receipt_id, t.kind DESC, t.id
"""
_ORDER = {"sent": "t.sent DESC, t.id", "cancelled": "t.due DESC, t.id"}
_BOARD = {
    view: f"""
        SELECT {_COLUMNS}
        {_OF}
        WHERE c.portfolio_id IN :portfolios AND {terms}
        ORDER BY {_ORDER.get(view, _URGENT)}
        LIMIT :most
    """
    for view, terms in _VIEW.items()
}
_COUNTS = f"""
    SELECT t.status, t.differs > 0, t.due < :today, count(*)
    {_OF}
    WHERE c.portfolio_id IN :portfolios
        AND (t.status IN ('needed', 'requested', 'stamped') OR t.differs > 0)
    GROUP BY 1, 2, 3
"""
_ONE = f"""
    SELECT {_COLUMNS}, c.name, c.tax_id, t.figures, t.uuid, t.requested, t.stamped, t.sent, t.sent_to,
        t.client_id, t.receipt_id, t.differences
    {_OF}
    WHERE t.id = :id
"""


def shown(store: Store, who: Who, view: str) -> TaxBoard:
    """The tax receipts of a view, the most urgent first.

    Raises:
        NotDone: unknown_view.
    """
    if view not in VIEWS:
        raise NotDone("unknown_view")
    with store.read() as tx:
        mine = [book for book in books(tx).values() if who.may_see(book.id)]
        terms = {
            "portfolios": [book.id for book in mine],
            "today": max((book.moment(tx.now)[0] for book in mine), default=tx.now.date()),
        }
        rows = tx.all(_BOARD[view], **terms, most=MOST_ROWS + 1)
        return TaxBoard(
            rows=tuple(_row(tx, row) for row in rows[:MOST_ROWS]),
            at=tx.now,
            counts=_counts(tx, terms),
            more=len(rows) > MOST_ROWS,
        )


def _counts(tx: Tx, terms: dict[str, Any]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for status, differs, late, count in tx.all(_COUNTS, **terms):
        found[status] += count
        undone = status in ("needed", "requested") or (differs and status != "cancelled")
        found[DIFFERENT] += count if differs else 0
        found[LATE] += count if late and undone else 0
        found[OPEN] += count if differs or status in ("needed", "requested", "stamped") else 0
    return {view: found[view] for view in VIEWS}


def _row(tx: Tx, row: tuple[Any, ...]) -> TaxRow:
    book, due, differs = books(tx)[row[4]], maybe_day(row[11]), row[12]
    return TaxRow(
        id=row[0],
        kind=row[1],
        status=row[2],
        client=masked(row[3]),
        portfolio=book.name,
        policy=row[5],
        receipt=f"{row[6]}/{row[7]}",
        amount=row[8],
        currency=row[9],
        method=row[10],
        due=due,
        alarm=alarm(due, row[2], book.moment(tx.now)[0], differs=bool(differs)),
        differs=differs,
    )


def detail(store: Store, who: Who, tax_id: str) -> TaxDetail:
    """One tax receipt with its figures and differences; that it was read is noted.

    Raises:
        NotDone: unknown_tax_receipt (also one out of the reader's scope).
    """
    with store.begin() as tx:
        row = tx.one(_ONE, id=tax_id)
        if row is None or not who.may_see(row[4]):
            raise NotDone("unknown_tax_receipt")
        own = row[13:]
        audit.note(tx, who.name, "cfdi_read", f"cfdi:{tax_id}", device=who.device)
        return TaxDetail(
            row=_row(tx, row),
            figures=msgspec.convert(document(own[2]), Figures),
            name=own[0],
            tax_id=own[1],
            invoice="" if row[1] == INVOICE else invoice_uuid(tx, own[9]),
            uuid=own[3],
            differences=msgspec.convert(document(own[10]), tuple[Difference, ...]),
            emails=tuple(emails(tx, own[8])),
            requested=maybe_instant(own[4]),
            stamped=maybe_instant(own[5]),
            sent=maybe_instant(own[6]),
            sent_to=own[7],
        )


def invoice_uuid(tx: Tx, receipt_id: int) -> str:
    """The uuid of the invoice of a receipt, "" = not stamped yet."""
    found: str | None = tx.value(
        """
        SELECT uuid FROM tax_receipt
        WHERE receipt_id = :receipt AND kind = 'invoice' AND status <> 'cancelled'
        """,
        receipt=receipt_id,
    )
    return found or ""


def emails(tx: Tx, client_id: int) -> list[str]:
    """The validated addresses of a client, in their order."""
    rows = tx.all(
        """
        SELECT value FROM contact_point
        WHERE client_id = :client AND kind = 'email' AND status = 'validado' AND use <> 'none'
        ORDER BY position, id
        """,
        client=client_id,
    )
    return [row[0] for row in rows]
