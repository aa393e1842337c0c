"""What happens to premium money: applied to receipts, set off against claims, endorsed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from rules.rates import Rate, share

TOLERANCE = 1_00
"""Minor units by which a payment may fall short and still pay a receipt."""


class OpenReceipt(msgspec.Struct, frozen=True):
    """A receipt that money may be applied to; total in minor units. status as in `Receipt`."""

    id: str
    due: date
    total: int
    status: str = "pending"


class Applied(msgspec.Struct, frozen=True):
    """What one receipt got. status: paid, partial or pending; open: what is left to pay."""

    id: str
    applied: int
    status: str
    open: int


def apply_payment(
    amount: int, receipts: Iterable[OpenReceipt], *, allow_partial: bool = False, tolerance: int = TOLERANCE
) -> tuple[tuple[Applied, ...], int]:
    """Apply a payment to the receipts of one policy, the oldest due first.

    Whole receipts only, unless partial payments are allowed; one that falls short by no more
    than the tolerance counts as paid. The first receipt that can't be paid stops it: a later
    one is never paid before an earlier one. Cancelled receipts get nothing.

    Returns:
        What each receipt got, oldest first, and the rest (prima en depósito).
    """
    left, stopped = amount, False
    lines = []
    for receipt in sorted(receipts, key=lambda one: one.due):
        if receipt.status == "cancelled":
            continue
        if not stopped and left > 0 and left >= receipt.total - tolerance:
            applied = min(left, receipt.total)
            lines.append(Applied(receipt.id, applied, "paid", 0))
        elif not stopped and left > 0 and allow_partial:
            applied = left
            lines.append(Applied(receipt.id, applied, "partial", receipt.total - applied))
        else:
            applied, stopped = 0, True
            lines.append(Applied(receipt.id, 0, "pending", receipt.total))
        left -= applied
    return tuple(lines), left


class Offset(msgspec.Struct, frozen=True):
    """Premium set off against a claim, and what is then paid out; minor units."""

    offset: int
    payable: int


def claim_offset(
    gross: int,
    deductible: int,
    overdue: int,
    ahead: int,
    *,
    scope: str = "overdue_only",
    kind: str = "voluntary",
) -> Offset:
    """Set owed premium off against a claim (LSCS 33); never for surety insurance (LSCS 154).

    Args:
        gross: the benefit before anything is taken off, minor units.
        deductible: the insured's own part.
        overdue: premium of receipts past due.
        ahead: premium of receipts not yet due.
        scope: "overdue_only" (partial loss) or "all_remaining" (total loss, LSCS 44).
        kind: voluntary, mandatory or surety.

    Raises:
        ValueError: unknown scope.
    """
    scopes = {"overdue_only": overdue, "all_remaining": overdue + ahead}
    if scope not in scopes:
        raise ValueError(f"unknown scope {scope!r}; known: {', '.join(scopes)}")
    available = max(gross - deductible, 0)
    offset = 0 if kind == "surety" else min(scopes[scope], available)
    return Offset(offset, available - offset)


def endorsement_kind(delta: int) -> str:
    """The type of an endorsement by its effect on the premium: A more, B none, D less."""
    if delta == 0:
        return "B"
    return "A" if delta > 0 else "D"


def frequency_change(net: int, old_rate: Rate, new_rate: Rate, tax_rate: Rate = 1600) -> int:
    """Change of the total premium when the way of paying changes, minor units.

    Only the surcharge for paying in parts moves, with its tax.
    """
    delta = share(net, new_rate) - share(net, old_rate)
    return delta + share(delta, tax_rate)


def spread_delta(delta: int, open_totals: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """Spread an endorsement's change over the open receipts, in proportion to them.

    An increase is added; a decrease takes the open receipts down first. The receipts and the
    rest always sum to what they were plus the change.

    Returns:
        The new totals, and what does not fit on them: a new receipt (positive) or a refund
        (negative); minor units.
    """
    whole = sum(open_totals)
    if whole == 0:
        return tuple(open_totals), delta
    spread = max(delta, -whole)
    changes = [abs(spread) * total // whole for total in open_totals]
    sign = 1 if spread >= 0 else -1
    largest = max(range(len(open_totals)), key=lambda n: open_totals[n])
    changes[largest] += abs(spread) - sum(changes)
    totals = tuple(total + sign * change for total, change in zip(open_totals, changes, strict=True))
    return totals, delta - spread
