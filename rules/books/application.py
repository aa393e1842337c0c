"""What money pays: premium receipts in their order, components of a credit, an agreement's terms.

Sources: the insurer's rules of application (by reference, oldest due first, whole receipts, within a
tolerance, the rest to deposit); Código de Comercio 364 and the contract for the components of a credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from rules import credit
from rules.books.ledger import Lowered
from rules.insurance import premiums

BALANCE = "saldo"
"""The component of an account that has none: all that is owed."""


OPEN = ("pending", "overdue", "lapsed")
"""States of a receipt on which something is owed."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as money finds it; open: minor units left to pay. payable: it may be paid now."""

    id: int
    policy: int
    due: date
    open: int
    payable: bool = True


class Share(msgspec.Struct, frozen=True):
    """What a receipt gets: applied, and let go within the tolerance; minor units."""

    receipt: int
    applied: int
    adjusted: int


def payable(status: str, policy_status: str, ceases: datetime | None, at: datetime) -> bool:
    """Whether money paid at an instant may pay a receipt: not once cover has ceased for want of it.

    Money that was paid strictly before the cut-off pays it also where it is posted later. A cancelled
    receipt is paid by nothing, what lapsed after a rehabilitation.

    Args:
        status: the receipt's.
        policy_status: its policy's.
        ceases: when cover ceases, or ceased, for want of what is unpaid; None = it does not.
        at: when the money was paid.
    """
    if status not in OPEN:
        return False
    if policy_status == "rehabilitated":
        return True
    return at < ceases if ceases is not None else status != "lapsed"


def to_receipts(
    amount: int,
    owed: Iterable[Owed],
    named: Sequence[int] = (),
    tolerance: int = premiums.TOLERANCE,
) -> tuple[Share, ...]:
    """What receipts get of an amount: those it was given for, then the oldest due of the same policy.

    Money that was given for receipts which it does not pay, or which are paid already, pays no others:
    it waits in deposit for somebody to decide. A receipt that can't be paid now stops those after it.

    Args:
        amount: minor units.
        owed: receipts of one account that are not wholly paid.
        named: ids of the receipts that it was given for.
        tolerance: by which a payment may fall short, minor units.
    """
    known = {one.id: one for one in owed if one.open > 0}
    wanted = [known[key] for key in dict.fromkeys(named) if key in known and known[key].payable]
    shares = _in_turn(amount, wanted, tolerance)
    if len(shares) < len(set(named)):
        return shares
    policy = wanted[0].policy if wanted else min(known.values(), key=_turn).policy if known else None
    rest = [one for one in known.values() if one.policy == policy and one not in wanted]
    stop = min((_turn(one) for one in rest if not one.payable), default=None)
    due = [one for one in rest if stop is None or _turn(one) < stop]
    return shares + _in_turn(amount - sum(one.applied for one in shares), due, tolerance)


def _turn(one: Owed) -> tuple[date, int]:
    return (one.due, one.id)


def _in_turn(amount: int, receipts: Iterable[Owed], tolerance: int) -> tuple[Share, ...]:
    ordered = sorted(receipts, key=_turn)
    lines, _ = premiums.apply_payment(
        amount, [premiums.OpenReceipt(str(one.id), one.due, one.open) for one in ordered], tolerance=tolerance
    )
    opens = {one.id: one.open for one in ordered}
    return tuple(
        Share(int(line.id), line.applied, opens[int(line.id)] - line.applied)
        for line in lines
        if line.applied
    )


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """A debt that is paid by components; minor units. components in the order in which they are shown."""

    components: Mapping[str, int]
    overdue: int
    total: int
    minimum: int
    oldest_due: date | None = None
    status: str = "open"


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement that waives something once its payments are made.

    waived: by component. to_pay: of it all; paid: so far. tolerance: by which it may fall short.
    """

    waived: Mapping[str, int]
    to_pay: int
    paid: int = 0
    tolerance: int = premiums.TOLERANCE


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """A debt after money came: parts paid and waived by component, what is left over, what else fell."""

    debt: Debt
    parts: Mapping[str, int]
    waived: Mapping[str, int]
    left: int
    lowered: Lowered


def to_debt(amount: int, debt: Debt, deal: Deal | None = None) -> Paid:
    """Pay a debt by the hierarchy of its components; under an agreement, by what it leaves to pay.

    Costs, arrears interest and interest go first, each with its tax, then principal; components of
    other products in their own order. Once an agreement's payments are made its waiver takes effect.
    """
    whole = dict(debt.components) or ({BALANCE: debt.total} if debt.total else {})
    waiving = _waiving(deal.waived, whole) if deal else {}
    asked = {name: owed - waiving.get(name, 0) for name, owed in whole.items()}
    parts, left = _by_component(amount, asked)
    done = deal is not None and deal.paid + amount >= deal.to_pay - deal.tolerance
    if not done and left:  # beyond the agreement the hierarchy goes on
        more, left = _by_component(left, {name: whole[name] - parts.get(name, 0) for name in whole})
        parts = {
            name: parts.get(name, 0) + more.get(name, 0) for name in whole if name in parts or name in more
        }
    waived = {name: given for name, given in waiving.items() if given} if done else {}
    short = {name: owed - parts.get(name, 0) - waived.get(name, 0) for name, owed in whole.items()}
    if done and deal is not None and 0 < sum(short.values()) <= deal.tolerance:
        waived = {
            name: waived.get(name, 0) + short[name] for name in whole if waived.get(name, 0) + short[name]
        }
    gone = {name: parts.get(name, 0) + waived.get(name, 0) for name in whole}
    after = _less(debt, gone)
    lowered = Lowered(
        debt.overdue - after.overdue,
        debt.minimum - after.minimum,
        debt.oldest_due if after.oldest_due is None else None,
    )
    return Paid(debt=after, parts=parts, waived=waived, left=left, lowered=lowered)


def _waiving(waived: Mapping[str, int], whole: Mapping[str, int]) -> dict[str, int]:
    """What an agreement waives of the components that there are; the rest of it off the last ones."""
    found = {name: min(waived.get(name, 0), owed) for name, owed in whole.items()}
    left = sum(waived.values()) - sum(found.values())
    for name in reversed(list(whole)):
        more = min(left, whole[name] - found[name])
        found[name] += more
        left -= more
    return found


def _by_component(amount: int, components: Mapping[str, int]) -> tuple[dict[str, int], int]:
    paid, left = credit.apply_payment(amount, components)
    for name, owed in components.items():
        if name not in paid:
            paid[name] = min(left, owed)
            left -= paid[name]
    return {name: paid[name] for name in components if paid[name]}, left


def _less(debt: Debt, gone: Mapping[str, int]) -> Debt:
    off = sum(gone.values())
    components = {name: owed - gone.get(name, 0) for name, owed in debt.components.items()}
    total = credit.payoff(components) if components else max(0, debt.total - off)
    overdue = max(0, debt.overdue - off)
    return Debt(
        components=components,
        overdue=overdue,
        total=total,
        minimum=max(0, debt.minimum - off),
        oldest_due=debt.oldest_due if overdue else None,
        status="paid" if total == 0 else debt.status,
    )


def back(debt: Debt, parts: Mapping[str, int], lowered: Lowered) -> Debt:
    """A debt after money that had paid it was taken back: what fell with it rises again."""
    components = {name: owed + parts.get(name, 0) for name, owed in debt.components.items()}
    total = credit.payoff(components) if components else debt.total + sum(parts.values())
    days = [day for day in (debt.oldest_due, lowered.oldest_due) if day is not None]
    return Debt(
        components=components,
        overdue=debt.overdue + lowered.overdue,
        total=total,
        minimum=debt.minimum + lowered.minimum,
        oldest_due=min(days, default=None) if debt.overdue + lowered.overdue else None,
        status="open" if debt.status == "paid" and total else debt.status,
    )


class Premium(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as its account's figures need it; open: minor units left to pay."""

    due: date
    net: int
    surcharge: int
    fee: int
    tax: int
    open: int


NAMES = {"net": "prima_neta", "surcharge": "recargo", "fee": "derecho", "tax": "iva"}
"""Parts of a receipt to the components under which an account shows them."""


def premium_debt(receipts: Iterable[Premium], today: date, status: str) -> Debt:
    """What an insurance account owes, by its open receipts; overdue is what was due before today."""
    ordered = sorted((one for one in receipts if one.open > 0), key=lambda one: one.due)
    due = [one for one in ordered if one.due < today]
    components = dict.fromkeys(NAMES.values(), 0)
    for one in ordered:
        for name, amount in _open_parts(one).items():
            components[name] += amount
    return Debt(
        components={name: amount for name, amount in components.items() if amount},
        overdue=sum(one.open for one in due),
        total=sum(one.open for one in ordered),
        minimum=ordered[0].open if ordered else 0,
        oldest_due=due[0].due if due else None,
        status=status,
    )


def _open_parts(one: Premium) -> dict[str, int]:
    """What is open of a receipt by its parts: in proportion, residual cents to the net premium."""
    parts = {name: getattr(one, field) for field, name in NAMES.items()}
    whole = sum(parts.values())
    found = {name: one.open * part // whole for name, part in parts.items()}
    found[NAMES["net"]] += one.open - sum(found.values())
    return found
