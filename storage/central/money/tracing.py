"""The trace of a payment: what it pays now, and every movement of it with who, when and why."""

from __future__ import annotations

from typing import Any

from rules.books.payment_desk import KIND_WORDS, STATE_WORDS, Trace
from rules.tables import Column, Row, Table
from rules.words import mark
from storage.central.connection import Store, Tx, instant
from storage.central.doors.who import Who
from storage.central.money.listing import standing, sums_of
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

_PAYMENT = """
    SELECT y.id, a.ref, c.name, y.reference, y.amount, y.currency, y.bounced_at, a.portfolio_id
    FROM payment y
    JOIN account a ON a.id = y.account_id
    JOIN client c ON c.id = a.client_id
    WHERE y.id = :id
"""
_ENTRIES = """
    SELECT e.id, e.at, e.kind, a.ref, p.number, r.number, r."of", e.component, e.amount, e.currency,
        u.display_name, e.why
    FROM ledger_entry e
    JOIN account a ON a.id = e.account_id
    LEFT JOIN receipt r ON r.id = e.receipt_id
    LEFT JOIN policy p ON p.id = r.policy_id
    LEFT JOIN app_user u ON u.id = e.user_id
    WHERE e.payment_id = :id
    ORDER BY e.id
"""
_ENTRY_COLUMNS = (
    Column(key="at", title=mark("when"), kind="instant"),
    Column(key="what", title=mark("what"), kind="word"),
    Column(key="target", title=mark("receipt or component"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
    Column(key="by", title=mark("by")),
    Column(key="why", title=mark("why")),
    Column(key="account", title=mark("account"), kind="code"),
)
_PAYS_COLUMNS = (
    Column(key="target", title=mark("receipt or component"), kind="code"),
    Column(key="account", title=mark("account"), kind="code"),
    Column(key="amount", title=mark("amount"), kind="money"),
)


def trace(store: Store, who: Who, payment_id: int) -> Trace:
    """Where a payment's money went, and whose it is; the audit log has who looked.

    Raises:
        NotDone: unknown_payment.
    """
    with store.begin() as tx:
        row = tx.one(_PAYMENT, id=payment_id)
        if row is None or not who.may_see(row[7]):
            raise NotDone("unknown_payment")
        audit.note(tx, who.name, "payment_read", f"payment:{payment_id}", device=who.device)
        entries = tx.all(_ENTRIES, id=payment_id)
        state = standing(row[6] is not None, sums_of(tx, [payment_id]).get(payment_id))
        return Trace(
            account=row[1],
            client=row[2],
            reference=row[3],
            amount=row[4],
            currency=row[5],
            state=STATE_WORDS[state],
            pays=_pays(tx, entries),
            entries=_entries(tx, entries),
        )


def _entries(tx: Tx, entries: list[tuple[Any, ...]]) -> Table:
    return Table(
        name="entries",
        title=mark("Movements"),
        columns=_ENTRY_COLUMNS,
        rows=tuple(
            Row(
                key=str(row[0]),
                cells=(
                    instant(row[1]).isoformat(), KIND_WORDS[row[2]], _target(row), row[8], row[10] or "",
                    row[11], row[3],
                ),
                currency=row[9],
            )
            for row in entries
        ),
        at=tx.now,
    )  # fmt: skip


def _pays(tx: Tx, entries: list[tuple[Any, ...]]) -> Table:
    """What is applied now; what pays nothing stands last, as the deposit."""
    found: dict[tuple[str, str], int] = {}
    signs = {"applied": 1, "unapplied": -1}
    deposits = {"received": 1, "moved_in": 1, "unapplied": 1, "applied": -1, "moved_out": -1,
                "refunded": -1, "returned": -1}  # fmt: skip
    waiting: dict[str, int] = {}
    for row in entries:
        if row[2] in signs:
            key = (_target(row), row[3])
            found[key] = found.get(key, 0) + signs[row[2]] * row[8]
        waiting[row[3]] = waiting.get(row[3], 0) + deposits.get(row[2], 0) * row[8]
    lines = [(target, account, amount) for (target, account), amount in found.items() if amount]
    lines += [("", account, amount) for account, amount in waiting.items() if amount]
    currency = entries[0][9] if entries else ""
    return Table(
        name="pays",
        title=mark("What it pays"),
        columns=_PAYS_COLUMNS,
        rows=tuple(Row(key=str(n), cells=cells, currency=currency) for n, cells in enumerate(lines)),
        at=tx.now,
    )


def _target(row: tuple[Any, ...]) -> str:
    """A receipt as ``AUT-1 2/4``, or a component."""
    return f"{row[4]} {row[5]}/{row[6]}" if row[4] is not None else row[7]
