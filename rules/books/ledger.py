"""The ledger of money on an account: entries that are only ever added, and what they add up to.

Money comes in as a deposit (prima en depósito, saldo a favor), is applied to receipts or to the
components of a credit, and can be taken back, moved to another account, given back to the payer, or
bounce. Amounts are integer minor units above 0 in the account's currency. Whatever the entries:
received + moved in - moved out - refunded - returned = applied + deposit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

Payment = int | None
"""Id of the payment whose money it is; None = money of before the ledger."""

Target = tuple[int | None, str]
"""What is paid: a receipt's id, or None and a component of a credit."""


class Effect(msgspec.Struct, frozen=True):
    """What an entry does to the deposit, to what is applied, to what was let go: +1, 0 or -1 times."""

    deposit: int = 0
    applied: int = 0
    adjusted: int = 0


KINDS = {
    "received": Effect(deposit=1),
    "applied": Effect(deposit=-1, applied=1),
    "unapplied": Effect(deposit=1, applied=-1),
    "adjusted": Effect(adjusted=1),
    "unadjusted": Effect(adjusted=-1),
    "moved_in": Effect(deposit=1),
    "moved_out": Effect(deposit=-1),
    "refunded": Effect(deposit=-1),
    "returned": Effect(deposit=-1),
}
"""received: it came in. applied, unapplied: to a receipt or component, and back. adjusted: let go, as a
receipt fell short within the tolerance or an agreement waived it; unadjusted: asked for again. moved_in,
moved_out: from and to another account. refunded: given back to the payer. returned: the payment bounced."""

SIGNS = {"received": 1, "moved_in": 1, "moved_out": -1, "refunded": -1, "returned": -1}
"""Kinds by which money enters (+1) or leaves (-1) the account."""


class Overdrawn(ValueError):
    """An entry would take more than there is; the message says of what."""


class Lowered(msgspec.Struct, frozen=True, omit_defaults=True):
    """By what a credit's overdue and minimum fell with a payment, and the oldest due day that it cleared."""

    overdue: int = 0
    minimum: int = 0
    oldest_due: date | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A movement; kind is one of `KINDS`. lowered: of a credit, what else went down or up with it."""

    kind: str
    amount: int
    payment: Payment = None
    receipt: int | None = None
    component: str = ""
    lowered: Lowered | None = None

    @property
    def target(self) -> Target:
        """What it is applied to."""
        return (self.receipt, self.component)


class Books(msgspec.Struct, frozen=True):
    """An account's money as its entries leave it.

    sums: of each kind. deposits: by payment, in the order in which they came. applied: by payment and
    target. adjusted: by target and the payment that fell short or fulfilled an agreement, None = let go
    for good. lowered: of a credit, by payment, what a reversal has to give back.
    """

    sums: Mapping[str, int] = {}
    deposits: Mapping[Payment, int] = {}
    applied: Mapping[tuple[Payment, Target], int] = {}
    adjusted: Mapping[tuple[Payment, Target], int] = {}
    lowered: Mapping[Payment, Lowered] = {}

    @property
    def deposit(self) -> int:
        """What pays nothing yet."""
        return sum(self.deposits.values())

    def on(self, target: Target) -> int:
        """What is applied to a target."""
        return sum(amount for (_, found), amount in self.applied.items() if found == target)

    def let_go(self, target: Target) -> int:
        """What of a target need not be paid any more."""
        return sum(amount for (_, found), amount in self.adjusted.items() if found == target)

    def held(self) -> int:
        """What came in and has not left again."""
        return sum(sign * self.sums.get(kind, 0) for kind, sign in SIGNS.items())

    def after(self, entries: Iterable[Entry]) -> Books:
        """The books after some entries.

        Raises:
            Overdrawn: one takes more than there is.
        """
        sums, deposits = dict(self.sums), dict(self.deposits)
        applied, adjusted, lowered = dict(self.applied), dict(self.adjusted), dict(self.lowered)
        for entry in entries:
            effect, amount = KINDS[entry.kind], entry.amount
            if amount <= 0:
                raise Overdrawn(f"{entry.kind}: an entry's amount is above 0, not {amount}")
            sums[entry.kind] = sums.get(entry.kind, 0) + amount
            _add(deposits, entry.payment, effect.deposit * amount, "the deposit", keep=True)
            _add(applied, (entry.payment, entry.target), effect.applied * amount, "what is applied")
            _add(adjusted, (entry.payment, entry.target), effect.adjusted * amount, "what was let go")
            if entry.lowered is not None:
                lowered[entry.payment] = _sum(lowered.get(entry.payment), entry.lowered, effect.applied)
        return Books(sums, deposits, applied, adjusted, lowered)


def _add(amounts: dict[Any, int], key: object, change: int, what: str, *, keep: bool = False) -> None:
    if not change:
        return
    left = amounts.get(key, 0) + change
    if left < 0:
        raise Overdrawn(f"{-change} taken from {what} of {left - change} ({key})")
    amounts[key] = left
    if not left and not keep:
        del amounts[key]


def _sum(before: Lowered | None, entry: Lowered, sign: int) -> Lowered:
    before = before or Lowered()
    return Lowered(
        before.overdue + sign * entry.overdue,
        before.minimum + sign * entry.minimum,
        (before.oldest_due or entry.oldest_due)
        if sign > 0
        else None
        if entry.oldest_due
        else before.oldest_due,
    )


def replay(entries: Iterable[Entry]) -> Books:
    """The books that a list of entries, oldest first, adds up to."""
    return Books().after(entries)


# Decisions: each says which entries it takes, and changes nothing itself.


def receive(payment: int, amount: int) -> Entry:
    """A payment comes in, as a deposit."""
    return Entry(kind="received", amount=amount, payment=payment)


def draw(pots: Mapping[Payment, int], shares: Sequence[tuple[Target, int]]) -> list[Entry]:
    """Apply shares from deposits, oldest payment first.

    Raises:
        Overdrawn: the deposits do not reach.
    """
    left = {payment: amount for payment, amount in pots.items() if amount > 0}
    entries = []
    for (receipt, component), wanted in shares:
        for payment in list(left):
            part = min(wanted, left[payment])
            if part > 0:
                entries.append(
                    Entry(kind="applied", amount=part, payment=payment, receipt=receipt, component=component)
                )
                left[payment] -= part
                wanted -= part
        if wanted > 0:
            raise Overdrawn(f"{wanted} more wanted than there is in deposit")
    return entries


ANY = object()
"""Stands for whosever money it is."""


def unapply(
    books: Books, *, payment: object = ANY, target: Target | None = None, amount: int | None = None
) -> list[Entry]:
    """Take applied money back to the deposit, what was applied last first.

    What was let go of the same receipts is asked for again; so is what an agreement waived of a credit.

    Args:
        books: as they are.
        payment: whose money, `ANY` = whoever's.
        target: from what, None = from whatever it is on.
        amount: at most how much, None = all of it.

    Raises:
        Overdrawn: there is less than `amount`.
    """
    lots = [
        (key, found)
        for key, found in reversed(list(books.applied.items()))
        if payment in (ANY, key[0]) and target in (None, key[1])
    ]
    left = sum(found for _, found in lots) if amount is None else amount
    entries: list[Entry] = []
    for (whose, (receipt, component)), found in lots:
        part = min(left, found)
        if part > 0:
            entries.append(
                Entry(kind="unapplied", amount=part, payment=whose, receipt=receipt, component=component)
            )
            left -= part
    if left > 0:
        raise Overdrawn(f"{left} more to be taken back than was applied")
    return _with_lowered(books, entries) + _asked_again(books, entries)


def _with_lowered(books: Books, entries: list[Entry]) -> list[Entry]:
    """The first entry of each payment tells what of a credit's overdue and minimum comes back with it."""
    told: set[Payment] = set()
    found = []
    for entry in entries:
        was = books.lowered.get(entry.payment)
        if was is not None and entry.payment not in told:
            told.add(entry.payment)
            back = sum(one.amount for one in entries if one.payment == entry.payment)
            on = sum(amount for (payment, _), amount in books.applied.items() if payment == entry.payment)
            if back < on:
                was = Lowered(min(back, was.overdue), min(back, was.minimum), was.oldest_due)
            entry = msgspec.structs.replace(entry, lowered=was)
        found.append(entry)
    return found


def _asked_again(books: Books, entries: list[Entry]) -> list[Entry]:
    """What payments had let go of what is no longer paid; of a credit, all that was waived."""
    touched = {entry.target for entry in entries}
    credit = any(receipt is None for receipt, _ in touched)
    return [
        Entry(kind="unadjusted", amount=amount, payment=payment, receipt=target[0], component=target[1])
        for (payment, target), amount in books.adjusted.items()
        if payment is not None and (target in touched or (credit and target[0] is None))
    ]


def fit(books: Books, target: Target, total: int) -> list[Entry]:
    """Give back what a receipt holds above its total, after an endorsement made that smaller.

    What was let go goes first, then money, what was applied last first.
    """
    excess = books.on(target) + books.let_go(target) - total
    entries: list[Entry] = []
    for kind, lots in (("unadjusted", books.adjusted), ("unapplied", books.applied)):
        for (payment, found), amount in reversed(list(lots.items())):
            part = min(excess, amount) if found == target else 0
            if part > 0:
                entries.append(
                    Entry(kind=kind, amount=part, payment=payment, receipt=found[0], component=found[1])
                )
                excess -= part
    return entries


def leave(books: Books, kind: str, amount: int, *, payment: object = ANY) -> list[Entry]:
    """Money leaves the deposit, oldest payment first: kind is moved_out, refunded or returned.

    Raises:
        Overdrawn: there is less in deposit.
    """
    entries, left = [], amount
    for whose, found in books.deposits.items():
        part = min(left, found) if payment in (ANY, whose) else 0
        if part > 0:
            entries.append(Entry(kind=kind, amount=part, payment=whose))
            left -= part
    if left > 0:
        raise Overdrawn(f"{left} more to leave than there is in deposit")
    return entries


def bounce(books: Books, payment: int) -> list[Entry]:
    """A payment did not hold: taken back from whatever it paid, and gone.

    Raises:
        Overdrawn: some of it has been moved or given back already; that has to be undone first.
    """
    entries = unapply(books, payment=payment)
    left = books.after(entries)
    whole = books.deposits.get(payment, 0) + sum(
        amount for (whose, _), amount in books.applied.items() if whose == payment
    )
    return entries + leave(left, "returned", whole, payment=payment) if whole else entries
