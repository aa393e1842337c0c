"""Money pays: what a deposit does to the receipts or the components of its account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from rules.books.application import Deal, back, to_debt, to_receipts
from rules.books.ledger import Entry, Lowered, Payment, draw
from storage.central.money.accounts import Held
from storage.central.money.entries import Stamp


def apply(
    account: Held,
    pots: Mapping[Payment, int],
    at: datetime,
    stamp: Stamp,
    *,
    named: Sequence[int] = (),
    deal: Deal | None = None,
    paid_on: date | None = None,
) -> int:
    """Apply money to what is owed on an account; what pays nothing stays in deposit.

    Args:
        account: changed, to be written.
        pots: deposits by payment, the oldest first.
        at: when the money was paid: cover that has ceased by then is paid by nothing.
        stamp: whose doing it is.
        named: receipts that it was given for.
        deal: the agreement by which it is applied, of a credit.
        paid_on: the day on which receipts are paid by it, None = today.

    Returns:
        How much of it pays something, minor units.
    """
    amount = sum(pots.values())
    if amount <= 0:
        return 0
    if account.receipts:
        entries = _on_receipts(account, pots, amount, at, named)
    else:
        entries = _on_debt(account, pots, amount, deal)
    account.take(entries, stamp, paid_on)
    return sum(entry.amount for entry in entries if entry.kind == "applied")


def _on_receipts(
    account: Held, pots: Mapping[Payment, int], amount: int, at: datetime, named: Sequence[int]
) -> list[Entry]:
    shares = to_receipts(amount, account.owed(at), named)
    entries = draw(pots, [((one.receipt, ""), one.applied) for one in shares])
    last = {entry.receipt: entry.payment for entry in entries}
    return entries + [
        Entry(kind="adjusted", amount=one.adjusted, payment=last[one.receipt], receipt=one.receipt)
        for one in shares
        if one.adjusted
    ]


def _on_debt(account: Held, pots: Mapping[Payment, int], amount: int, deal: Deal | None) -> list[Entry]:
    if account.debt.status == "closed":
        return []
    paid = to_debt(amount, account.debt, deal)
    account.debt = paid.debt
    entries = draw(pots, [((None, name), part) for name, part in paid.parts.items()])
    if entries and paid.lowered != Lowered():
        entries[0] = msgspec.structs.replace(entries[0], lowered=paid.lowered)
    entries += [Entry(kind="adjusted", amount=given, component=name) for name, given in paid.waived.items()]
    return entries


def take_back(account: Held, entries: Sequence[Entry], stamp: Stamp) -> None:
    """Let entries that take money back have their effect, on a credit's components too."""
    parts: dict[str, int] = {}
    lowered = Lowered()
    for entry in entries:
        if entry.receipt is None and entry.kind in ("unapplied", "unadjusted"):
            parts[entry.component] = parts.get(entry.component, 0) + entry.amount
        if entry.lowered is not None:
            fell = entry.lowered
            lowered = Lowered(
                lowered.overdue + fell.overdue,
                lowered.minimum + fell.minimum,
                min(filter(None, (lowered.oldest_due, fell.oldest_due)), default=None),
            )
    if parts:
        account.debt = back(account.debt, parts, lowered)
    account.take(entries, stamp)


def let_go(account: Held, amount: int, stamp: Stamp) -> None:
    """Take an amount off what is owed for good, no money having come: of receipts the oldest due first."""
    if not account.receipts:
        account.debt = to_debt(amount, account.debt).debt
        account.touched = True
        return
    entries = []
    for one in account.receipts.values():
        part = min(amount, one.open)
        if part > 0:
            entries.append(Entry(kind="adjusted", amount=part, receipt=one.id))
            amount -= part
    account.take(entries, stamp)
