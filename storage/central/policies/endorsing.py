"""Endorsements at the centre: what they change of the premium lands on the receipts.

A more, B the same, D less (market convention). An increase is spread over the open receipts or gets one
of its own; a decrease takes open receipts down first, then goes back to the deposit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from rules.insurance.policies import Policy, PolicyTerms, Receipt
from rules.insurance.policy_states import why_never
from rules.insurance.premiums import endorsement_kind, spread_delta
from rules.insurance.receipts import grace_end
from rules.rates import share
from storage.central.connection import Tx, document
from storage.central.money.ledger import release, restate, spend_deposit
from storage.central.policies.life import happened, the_policy
from storage.central.portfolios import books

OPEN = ("pending", "overdue")


class NewReceipt(Protocol):
    """A receipt to be made: it falls due on a day and pays for a period; amounts in minor units."""

    @property
    def due(self) -> date: ...  # noqa: D102 - as its name says

    @property
    def since(self) -> date: ...  # noqa: D102 - as its name says

    @property
    def until(self) -> date: ...  # noqa: D102 - as its name says

    @property
    def net(self) -> int: ...  # noqa: D102 - as its name says

    @property
    def surcharge(self) -> int: ...  # noqa: D102 - as its name says

    @property
    def fee(self) -> int: ...  # noqa: D102 - as its name says

    @property
    def tax(self) -> int: ...  # noqa: D102 - as its name says


def endorse(
    tx: Tx, policy_id: int, delta: int, note: str, *, folio: str, user_id: int | None, about: str = ""
) -> int:
    """Change a policy's net premium, and its receipts with it.

    Open receipts share the change in proportion to their net premium; the tax of each is worked out by
    itself. What does not fit on them is a receipt of its own, due today; or, of a decrease, comes off
    what is paid already, the newest first, and that money goes back to the deposit.

    Args:
        tx: of a caller who holds the client locked, and touches and places it in the end.
        policy_id: which one.
        delta: of the net premium, minor units; 0 = nothing of the premium changes.
        note: what the endorsement says.
        folio: its folio.
        user_id: whose order.
        about: id of the request behind it.

    Returns:
        By how much the whole premium changes, tax included; the receipts sum to so much more or less.

    Raises:
        NotDone: unknown_policy.
    """
    policy, now = the_policy(tx, policy_id)
    terms = policy.sheet.terms or _terms_of(policy)
    before = sum(one.total for one in policy.receipts if one.status != "cancelled")
    cause = about or folio
    rest = _spread(tx, policy, delta, terms, cause, user_id)
    if rest > 0:
        _add(tx, policy, [_own_receipt(policy, rest, now.date(), terms)])
    elif rest < 0:
        _take_from_paid(tx, policy, -rest, terms, cause, user_id)
    after: int = tx.value(
        "SELECT coalesce(sum(total), 0) FROM receipt WHERE policy_id = :id AND status <> 'cancelled'",
        id=policy_id,
    )
    whole = int(after) - before
    _write(tx, policy_id, now.date(), whole, note, folio, user_id, about)
    restate(tx, [policy.account_id])
    return whole


def replace_open(
    tx: Tx,
    policy_id: int,
    receipts: Sequence[NewReceipt],
    *,
    why: str,
    user_id: int | None,
    folio: str = "",
    about: str = "",
) -> int:
    """Put new receipts in the place of the open ones, by an endorsement; what was paid pays the new ones.

    The open ones stay, cancelled; the new ones are numbered after them, for a receipt's number is its
    own for ever.

    Returns:
        By how much what is to be paid changes, minor units.

    Raises:
        NotDone: unknown_policy.
    """
    policy, now = the_policy(tx, policy_id)
    goes = [one for one in policy.receipts if one.status in OPEN]
    tx.run("UPDATE receipt SET status = 'cancelled' WHERE id IN :ids", ids=[one.id for one in goes])
    _add(tx, policy, [_amounts(one) | _period(one) for one in receipts])
    delta = sum(one.net + one.surcharge + one.fee + one.tax for one in receipts)
    delta -= sum(one.total for one in goes)
    happened(tx, policy_id, "receipts", why=why, user_id=user_id, about=about)
    _write(tx, policy_id, now.date(), delta, why, folio, user_id, about)
    restate(tx, [policy.account_id])
    if any(one.paid for one in goes):
        spend_deposit(tx, policy.account_id, cause=about or folio or why, user_id=user_id)
    return delta


def _spread(tx: Tx, policy: Policy, delta: int, terms: PolicyTerms, cause: str, user_id: int | None) -> int:
    """Spread a change of the net premium over the open receipts; what does not fit on them."""
    opened = [one for one in policy.receipts if one.status in OPEN]
    nets, rest = spread_delta(delta, [one.net for one in opened])
    for one, net in zip(opened, nets, strict=True):
        if net != one.net:
            _reprice(tx, one, net, terms, cause, user_id)
    return rest


def _take_from_paid(
    tx: Tx, policy: Policy, delta: int, terms: PolicyTerms, cause: str, user_id: int | None
) -> None:
    """Take net premium off receipts that are paid, the newest first."""
    for one in sorted(policy.receipts, key=lambda receipt: receipt.due, reverse=True):
        less = min(delta, one.net) if one.status == "paid" else 0
        if less:
            _reprice(tx, one, one.net - less, terms, cause, user_id)
            delta -= less


def _reprice(tx: Tx, receipt: Receipt, net: int, terms: PolicyTerms, cause: str, user_id: int | None) -> None:
    """Give a receipt another net premium, with its tax; what is paid beyond its new total is given back."""
    tax = share(net + receipt.surcharge + receipt.fee, terms.tax_rate)
    total = net + receipt.surcharge + receipt.fee + tax
    if receipt.status == "paid" and total < receipt.total:
        release(tx, receipt.id, receipt.total - total, cause=cause, user_id=user_id, why="endorsement")
    tx.run(
        """
        UPDATE receipt SET net = :net, tax = :tax, total = :total, status = :status, paid_on = :paid_on
        WHERE id = :id
        """,
        id=receipt.id,
        net=net,
        tax=tax,
        total=total,
        status=receipt.status if total else "cancelled",
        paid_on=receipt.paid_on,
    )


def _own_receipt(policy: Policy, net: int, today: date, terms: PolicyTerms) -> dict[str, Any]:
    """A receipt for an increase that no open one can carry."""
    return {
        "net": net,
        "surcharge": 0,
        "fee": 0,
        "tax": share(net, terms.tax_rate),
        "due": today,
        "since": today,
        "until": policy.ends,
    }


def _terms_of(policy: Policy) -> PolicyTerms:
    """Terms of a policy that came without: its tax is what its receipts say."""
    base = sum(one.net + one.surcharge + one.fee for one in policy.receipts)
    tax = sum(one.tax for one in policy.receipts)
    rates = (0, 800, 1600)
    return PolicyTerms(net=0, tax_rate=min(rates, key=lambda rate: abs(share(base, rate) - tax)))


def _amounts(one: NewReceipt) -> dict[str, Any]:
    return {"net": one.net, "surcharge": one.surcharge, "fee": one.fee, "tax": one.tax}


def _period(one: NewReceipt) -> dict[str, Any]:
    return {"due": one.due, "since": one.since, "until": one.until}


def _add(tx: Tx, policy: Policy, receipts: Sequence[Mapping[str, Any]]) -> None:
    """Add receipts to a policy, numbered after those that it has."""
    last = max((one.number for one in policy.receipts), default=0)
    zone, today = _local(tx, policy)
    lapses = not why_never(policy)
    tx.many(
        """
        INSERT INTO receipt (policy_id, number, "of", due, net, surcharge, fee, tax, total, status,
            grace_ends, cfdi, since, until)
        VALUES (:policy, :number, :of, :due, :net, :surcharge, :fee, :tax, :total, :status, :grace_ends,
            '', :since, :until)
        """,
        [
            {
                **one,
                "policy": policy.id,
                "number": last + place,
                "of": last + len(receipts),
                "total": one["net"] + one["surcharge"] + one["fee"] + one["tax"],
                "status": "overdue" if one["due"] < today else "pending",
                "grace_ends": grace_end(one["due"], policy.grace_days, zone) if lapses else None,
            }
            for place, one in enumerate(receipts, start=1)
        ],
    )


def _local(tx: Tx, policy: Policy) -> tuple[str, date]:
    """The zone whose noon ends a cover, the client's own; and the portfolio's own day."""
    row = tx.one(
        """
        SELECT c.zones, c.portfolio_id
        FROM account a
        JOIN client c ON c.id = a.client_id
        WHERE a.id = :account
        """,
        account=policy.account_id,
    )
    assert row is not None  # noqa: S101 - every policy has its account and client
    book = books(tx)[row[1]]
    return (document(row[0]) or (book.zone.key,))[0], book.moment(tx.now)[0]


def _write(
    tx: Tx,
    policy_id: int,
    on: date,
    delta: int,
    note: str,
    folio: str,
    user_id: int | None,
    about: str,
) -> None:
    kind = endorsement_kind(delta)
    tx.run(
        """
        INSERT INTO endorsement (policy_id, kind, "on", delta, note, folio)
        VALUES (:policy, :kind, :on, :delta, :note, :folio)
        """,
        policy=policy_id,
        kind=kind,
        on=on,
        delta=delta,
        note=note,
        folio=folio,
    )
    happened(tx, policy_id, "endorsement", became=kind, why=note, user_id=user_id, about=about or folio)
