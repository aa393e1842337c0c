"""What was granted is done: once, in one transaction, by another person than who asked.

The centre works it out anew from its own receipts; whoever orders it says what it came to when it was
looked at, and it is left alone where that has changed since. What has to be paid first waits in the
deposit until the whole of it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rules.backoffice import asking
from rules.backoffice.asks import (
    Cancellation,
    ChannelChange,
    ClaimOffset,
    Endorse,
    FrequencyChange,
    Rehabilitation,
)
from rules.backoffice.calculations import Figures
from rules.backoffice.settling_up import to_set_off
from rules.insurance.instalment_change import NewReceipt, changed
from rules.insurance.lapse_costs import costs
from rules.insurance.policies import Policy
from rules.rates import portion
from rules.zones import local_time
from storage.central.cfdi import needs
from storage.central.changes import touch
from storage.central.charges import mandates
from storage.central.connection import Store, Tx
from storage.central.doors.people import Who
from storage.central.facts.payments import NewPayment, post
from storage.central.money.ledger import order_refund, release, spend_deposit
from storage.central.policies import endorsing, life
from storage.central.policies.answering import Found, check_authority, found, paid_at, the_policy, worked_out
from storage.central.policies.ask_list import waits_for
from storage.central.queue.queueing import place
from storage.central.refusing import NotDone
from storage.central.upkeep import audit

OFFSET_CHANNEL = "offset"
"""Channel of a payment that is premium set off against a claim (forma de pago 17)."""


def do(store: Store, who: Who, ask_id: str, amount: int) -> None:
    """Do what a request asks for, once it is granted.

    Args:
        store: the central store.
        who: who does it; never the one who asked.
        ask_id: which request.
        amount: what it came to when it was looked at, minor units.

    Raises:
        NotDone: unknown_ask, own_ask, not_approved (also: it is done already), beyond_your_amount,
            figures_changed (it comes to another amount by now), waits_for_payment (what is to be paid
            first is not in deposit), or a code of `rules.backoffice.ask_figures.figures`: it can't be done
            any more.
    """
    with store.begin() as tx:
        ask = found(tx, who, ask_id)
        if ask.asker == who.user_id:
            raise NotDone("own_ask")
        if ask.status != "approved":
            raise NotDone("not_approved")
        policy = the_policy(tx, ask.policy_id)
        made = worked_out(tx, ask.asked, policy, ask.zone, ask.client_id)
        if made.amount != amount:
            raise NotDone("figures_changed")
        check_authority(who, ask.asked, made)
        _BY_KIND[asking.kind_of(ask.asked)](tx, who, ask, policy, made)
        tx.run(
            "UPDATE ask SET status = 'done', done = :now, done_by = :user, amount = :amount WHERE id = :id",
            id=ask.id,
            now=tx.now,
            user=who.user_id,
            amount=made.amount,
        )
        life.follow(tx, [ask.account_id])
        needs.follow(tx, [ask.account_id])
        touch(tx, [ask.client_id])
        place(tx, [ask.client_id], tx.now)
        audit.note(
            tx, who.name, "ask_done", f"ask:{ask.folio}", client=ask.client_id,
            kind=asking.kind_of(ask.asked), amount=made.amount,
        )  # fmt: skip


def _channel(tx: Tx, who: Who, ask: Found, _: Policy, __: Figures) -> None:
    """The new mandate takes the place of the former; an endorsement B says so."""
    assert isinstance(ask.asked, ChannelChange)  # noqa: S101 - by its kind
    mandates.agree(tx, ask.id, user_id=who.user_id)
    endorsing.endorse(tx, ask.policy_id, 0, "channel", folio=ask.folio, user_id=who.user_id, about=ask.id)


def _frequency(tx: Tx, who: Who, ask: Found, policy: Policy, _: Figures) -> None:
    """The open receipts give way to those of the new frequency."""
    assert isinstance(ask.asked, FrequencyChange)  # noqa: S101 - by its kind
    change = changed(policy, ask.asked.to, local_time(tx.now, ask.zone).date())
    tx.run("UPDATE policy SET frequency = :to WHERE id = :id", to=change.to, id=policy.id)
    endorsing.replace_open(
        tx, policy.id, change.new, why="frequency", user_id=who.user_id, folio=ask.folio, about=ask.id
    )
    life.happened(
        tx, policy.id, "frequency", was=policy.frequency, became=change.to, user_id=who.user_id, about=ask.id
    )


def _rehabilitation(tx: Tx, who: Who, ask: Found, policy: Policy, made: Figures) -> None:
    """What had lapsed is paid by the deposit, cover is back, and the gap is made good."""
    assert isinstance(ask.asked, Rehabilitation)  # noqa: S101 - by its kind
    _paid_first(tx, ask, made)
    at = local_time(paid_at(tx, ask.asked, policy), ask.zone)
    back = costs(policy, at).back(ask.asked.mode)
    assert back is not None  # noqa: S101 - the figures rest on it
    life.move(tx, policy.id, "rehabilitated", ask.asked.mode, user_id=who.user_id, about=ask.id)
    spend_deposit(tx, ask.account_id, cause=ask.id, user_id=who.user_id, why="rehabilitation")
    if ask.asked.mode == "extend":
        tx.run("UPDATE policy SET ends = :ends WHERE id = :id", ends=back.ends, id=policy.id)
    else:
        endorsing.endorse(
            tx, policy.id, -back.returned_net, "gap", folio=ask.folio, user_id=who.user_id, about=ask.id
        )
    life.happened(
        tx, policy.id, "rehabilitation", was=policy.ends.isoformat(), became=back.ends.isoformat(),
        why=ask.asked.mode, user_id=who.user_id, about=ask.id,
    )  # fmt: skip
    life.move(tx, policy.id, "in_force", "rehabilitation", user_id=who.user_id, about=ask.id)


def _cancellation(tx: Tx, who: Who, ask: Found, policy: Policy, made: Figures) -> None:
    """Open receipts end; what was earned is paid, what was not goes back by a refund of two people."""
    assert isinstance(ask.asked, Cancellation)  # noqa: S101 - by its kind
    if made.amount > 0:
        _paid_first(tx, ask, made)
    earned = _earned(ask.asked.on, policy, made)
    if earned.total:
        endorsing.replace_open(
            tx, policy.id, [earned], why="earned", user_id=who.user_id, folio=ask.folio, about=ask.id
        )
        spend_deposit(tx, ask.account_id, cause=ask.id, user_id=who.user_id, why="earned_premium")
    life.move(tx, policy.id, "cancelled", ask.asked.reason or "asked_for", user_id=who.user_id, about=ask.id)
    tx.run("UPDATE policy SET ends = :on WHERE id = :id", on=ask.asked.on, id=policy.id)
    if made.amount < 0:
        _give_back(tx, who, ask, -made.amount)
    life.happened(
        tx, policy.id, "cancellation", was=policy.ends.isoformat(), became=ask.asked.on.isoformat(),
        why=ask.asked.method, user_id=who.user_id, about=ask.id,
    )  # fmt: skip


def _earned(on: date, policy: Policy, made: Figures) -> NewReceipt:
    """The receipt that takes the place of the open ones: what they were paid in part, and what is owed."""
    begun = [one for one in policy.receipts if one.status in ("pending", "overdue") and one.paid]
    paid = sum(one.paid for one in begun)
    net = sum(portion(one.net, one.paid, one.total) for one in begun)
    surcharge = sum(portion(one.surcharge, one.paid, one.total) for one in begun)
    fee = sum(portion(one.fee, one.paid, one.total) for one in begun)
    owed = made if made.amount > 0 else Figures(amount=0, steps=())
    return NewReceipt(
        number=0, of=0, due=on, since=policy.starts, until=on,
        net=net + owed.net, surcharge=surcharge + owed.surcharge, fee=fee,
        tax=paid - net - surcharge - fee + owed.tax, total=paid + owed.amount,
    )  # fmt: skip


def _give_back(tx: Tx, who: Who, ask: Found, amount: int) -> None:
    """Free money from the receipts that were paid, the newest first, and order its refund."""
    left = amount
    for receipt in sorted(
        the_policy(tx, ask.policy_id).receipts, key=lambda one: (one.due, one.number), reverse=True
    ):
        if receipt.status != "paid" or not left:
            continue
        part = min(receipt.paid or receipt.total, left)
        release(tx, receipt.id, part, cause=ask.id, user_id=who.user_id, why="unearned")
        left -= part
    if left:  # more than was ever paid: the figures do not rest on these receipts
        raise NotDone("figures_changed")
    order_refund(tx, ask.account_id, amount, user_id=who.user_id, why=f"unearned {ask.folio}", ask_id=ask.id)


def _claim_offset(tx: Tx, who: Who, ask: Found, policy: Policy, made: Figures) -> None:
    """A payment of the benefit's own pays the receipts; the claim keeps how much that was."""
    assert isinstance(ask.asked, ClaimOffset)  # noqa: S101 - by its kind
    today = local_time(tx.now, ask.zone).date()
    posted = post(
        tx,
        [
            NewPayment(
                account_id=ask.account_id,
                at=tx.now,
                amount=made.amount,
                currency=policy.currency,
                reference=ask.folio,
                channel=OFFSET_CHANNEL,
                user_id=who.user_id,
                receipts=tuple(one.id for one in to_set_off(policy, ask.asked.scope, today)),
            )
        ],
    )
    assert posted.posted == 1  # noqa: S101 - no payment before had this folio for its reference
    tx.run(
        "UPDATE claim SET set_off = set_off + :amount WHERE id = :id",
        amount=made.amount,
        id=ask.asked.claim_id,
    )
    life.happened(tx, ask.policy_id, "claim_offset", why=ask.asked.scope, user_id=who.user_id, about=ask.id)


def _endorsement(tx: Tx, who: Who, ask: Found, _: Policy, __: Figures) -> None:
    """The change of the premium lands on the open receipts."""
    assert isinstance(ask.asked, Endorse)  # noqa: S101 - by its kind
    endorsing.endorse(
        tx, ask.policy_id, ask.asked.delta, ask.asked.what, folio=ask.folio, user_id=who.user_id, about=ask.id
    )


def _paid_first(tx: Tx, ask: Found, made: Figures) -> None:
    if waits_for(tx, ask.account_id, made.amount):
        raise NotDone("waits_for_payment")


_BY_KIND: dict[str, Callable[..., Any]] = {
    "channel": _channel,
    "frequency": _frequency,
    "rehabilitation": _rehabilitation,
    "cancellation": _cancellation,
    "claim_offset": _claim_offset,
    "endorsement": _endorsement,
}
