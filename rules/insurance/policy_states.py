"""What a policy may become, when, and why not: its states from quotation to renewal.

Sources: Ley sobre el Contrato de Seguro 20, 37-40, 150 Bis and 154; the term for rehabilitation is
the insurer's. Instants that are asked about are in the zone of the policy's days and hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import msgspec

from rules.insurance.policies import Policy, Receipt
from rules.insurance.receipts import NO_CESSATION, NOON, REHABILITATION_DAYS

STATES = (
    "quoted",
    "issued",
    "in_force",
    "grace",
    "lapsed",
    "rehabilitated",
    "cancelled",
    "expired",
    "renewed",
)
"""quoted: offered. issued: the contract is made, cover has not begun. grace: cover holds although a
premium is past due. lapsed: cover ceased for want of it. rehabilitated: it is back after a gap.
expired: the term is over. renewed: another policy follows."""

COVERED = frozenset({"in_force", "grace", "rehabilitated"})
"""States in which there is cover."""

KINDS = (
    "status",
    "endorsement",
    "channel",
    "frequency",
    "receipts",
    "mandate",
    "rehabilitation",
    "cancellation",
    "claim",
    "claim_offset",
    "refund",
)
"""Kinds of what happens to a policy. status: from one state to another. receipts: open ones gave way to
others. The others by what they are about."""

MOVES: dict[str, frozenset[str]] = {
    "quoted": frozenset({"issued", "cancelled", "expired"}),
    "issued": frozenset({"in_force", "grace", "cancelled"}),
    "in_force": frozenset({"grace", "cancelled", "expired", "renewed"}),
    "grace": frozenset({"in_force", "lapsed", "cancelled", "expired"}),
    "lapsed": frozenset({"rehabilitated", "cancelled"}),
    "rehabilitated": frozenset({"in_force", "grace", "cancelled", "expired", "renewed"}),
    "cancelled": frozenset(),
    "expired": frozenset({"renewed"}),
    "renewed": frozenset(),
}
"""What each state may become."""

PAID = "paid"
"""Why cover is in force again: nothing is past due any more."""

PAID_IN_TIME = "paid_in_time"
"""Why cover that was taken for lapsed never ceased: the money had come before noon, the news of it after."""


def may_lapse(policy: Policy) -> bool:
    """Whether an unpaid premium ends the cover: never a surety's, a mandatory one's only by agreed term."""
    return not why_never(policy)


def why_never(policy: Policy) -> str:
    """Why an unpaid premium does not end the cover, as a code of `rules.insurance.receipts`; "" = it does."""
    if policy.kind == "surety" or policy.sheet.insurance == "surety":
        return NO_CESSATION["surety"]
    if policy.sheet.insurance == "mandatory" and policy.grace_days is None:
        return NO_CESSATION["mandatory"]
    return ""


def refusal(policy: Policy, became: str, why: str = "") -> str:
    """Why a policy may not become something, as a code; "" = it may.

    unknown_state; not_rehabilitated (cover that ceased comes back by rehabilitation only, LSCS 40);
    never_lapses (LSCS 150 Bis, 154); premium_past_due (what is owed comes before a renewal); not_in_force
    (there is no cover that could end or go on); already_begun (what began can't be quoted or issued);
    over (it has ended for good); already_so.
    """
    if became not in STATES:
        return "unknown_state"
    if became == policy.status:
        return "already_so"
    if became == "lapsed" and not may_lapse(policy):
        return "never_lapses"
    if policy.status == "lapsed" and became in ("in_force", "grace") and why == PAID_IN_TIME:
        return ""
    if became in MOVES[policy.status]:
        return ""
    return _reason(policy.status, became)


def _reason(was: str, became: str) -> str:
    if was in ("cancelled", "expired", "renewed"):
        return "over"
    if became in ("quoted", "issued"):
        return "already_begun"
    if was == "lapsed" and became in ("in_force", "grace"):
        return "not_rehabilitated"
    return "premium_past_due" if (was, became) == ("grace", "renewed") else "not_in_force"


def ceases(policy: Policy) -> datetime | None:
    """When cover ceases, or ceased, for want of what is unpaid; None = it does not."""
    if not may_lapse(policy):
        return None
    return min((receipt.grace_ends for receipt in unpaid(policy) if receipt.grace_ends), default=None)


def unpaid(policy: Policy) -> tuple[Receipt, ...]:
    """The receipts on which something is owed, now or in time."""
    return tuple(one for one in policy.receipts if one.status in ("pending", "overdue", "lapsed"))


def status_at(policy: Policy, now: datetime) -> str:
    """What a policy should be now, by its present state, its receipts and its dates.

    Cover begins and ends at noon. A receipt is past due from the day after its due day, and at noon
    of the last day of grace cover ceases, to the second: a payment at noon is too late. Whoever does not
    rehabilitate a lapsed policy in time has it cancelled.
    """
    was = policy.status
    if was in ("quoted", "cancelled", "expired", "renewed"):
        return was
    if was == "lapsed":
        return "cancelled" if now >= rehabilitation_ends(policy, now) else "lapsed"
    ends = _noon(policy.ends, now)
    ceased = ceases(policy)
    if ceased is not None and ceased <= now and ceased < ends:
        return "lapsed"
    if now >= ends:
        return "expired"
    if may_lapse(policy) and any(one.due < now.date() and one.grace_ends for one in unpaid(policy)):
        return "grace"
    if was == "issued" and now < _noon(policy.starts, now):
        return "issued"
    return "rehabilitated" if was == "rehabilitated" else "in_force"


def rehabilitation_ends(policy: Policy, now: datetime) -> datetime:
    """From when on a payment does not bring a lapsed policy back: the day after the last one, local."""
    lapsed = (policy.lapsed_at or now).astimezone(now.tzinfo)
    days = policy.sheet.terms.rehabilitation_days if policy.sheet.terms else REHABILITATION_DAYS
    return datetime.combine(lapsed.date() + timedelta(days=days + 1), time(), now.tzinfo)


_BY_TIME = {
    "grace": "premium_past_due",
    "lapsed": "premium_unpaid",
    "expired": "term_over",
    "cancelled": "rehabilitation_over",
}
"""Why time moves a policy there."""


class Move(msgspec.Struct, frozen=True):
    """A policy becomes something: when, and why as a code."""

    at: datetime
    became: str
    why: str


def moves_due(policy: Policy, now: datetime) -> tuple[Move, ...]:
    """The moves that bring a policy to what it should be now, each at its own instant.

    Nobody may have looked for days: a premium that fell due on Monday and was not paid by the end of its
    term is one move into grace and one out of cover, at the midnight and the noon at which they were.
    """
    found: list[Move] = []
    if policy.status == "lapsed" and policy.lapsed_at is not None and _paid_in_time(policy):
        found.append(Move(policy.lapsed_at, "grace", PAID_IN_TIME))
        policy = moved(policy, "grace", policy.lapsed_at.astimezone(now.tzinfo))
    for at in (*sorted(one for one in _instants(policy, now) if one < now), now):
        became = status_at(policy, at)
        # What ceased while nobody looked had been in grace before.
        unseen = became == "lapsed" and policy.status not in ("grace", "lapsed")
        path = ("grace", "lapsed") if unseen else (became,)
        for step in path:
            why = _why(policy.status, step)
            # Time alone makes nothing better: what was paid counts from now on.
            if step != policy.status and (why != PAID or at == now):
                found.append(Move(at, step, why))
                policy = moved(policy, step, at)
    return tuple(found)


def _paid_in_time(policy: Policy) -> bool:
    """Whether the receipts for want of which cover was taken for lapsed are paid.

    Nothing else pays a lapsed receipt than money that had come before it lapsed.
    """
    ceased = [one for one in policy.receipts if one.grace_ends == policy.lapsed_at]
    return bool(ceased) and all(one.status == "paid" for one in ceased)


def _instants(policy: Policy, now: datetime) -> Iterable[datetime]:
    """When a policy may have to move."""
    yield _noon(policy.starts, now)
    yield _noon(policy.ends, now)
    if policy.status == "lapsed":
        yield rehabilitation_ends(policy, now)
    for receipt in unpaid(policy):
        yield datetime.combine(receipt.due + timedelta(days=1), time(), now.tzinfo)
        if receipt.grace_ends:
            lapses = receipt.grace_ends.astimezone(now.tzinfo)
            yield lapses
            yield rehabilitation_ends(msgspec.structs.replace(policy, lapsed_at=lapses), now)


def _why(was: str, became: str) -> str:
    """Why time, or money, moves a policy."""
    if became == "in_force":
        return "cover_began" if was == "issued" else PAID
    return _BY_TIME.get(became, "")


def moved(policy: Policy, became: str, at: datetime) -> Policy:
    """A policy after a move, with its receipts."""
    lapsed_at = at if became == "lapsed" else None
    return with_receipts(msgspec.structs.replace(policy, status=became, lapsed_at=lapsed_at), at)


def with_receipts(policy: Policy, now: datetime) -> Policy:
    """A policy whose receipts are what they should be now."""
    receipts = tuple(
        msgspec.structs.replace(one, status=receipt_status(policy, one, now)) for one in policy.receipts
    )
    return policy if receipts == policy.receipts else msgspec.structs.replace(policy, receipts=receipts)


def receipt_status(policy: Policy, receipt: Receipt, now: datetime) -> str:
    """What a receipt should be now, by its policy's state.

    What a lapsed policy owed when its cover ceased is lapsed: money for it waits for a rehabilitation. What
    falls due later stays pending, for a cover that comes back goes on. A policy that was cancelled asks
    for nothing more.
    """
    if receipt.status in ("paid", "cancelled"):
        return receipt.status
    if policy.status == "cancelled":
        return "cancelled"
    if policy.status == "quoted":
        return "pending"
    if policy.status == "lapsed" and policy.lapsed_at is not None:
        if receipt.due <= policy.lapsed_at.astimezone(now.tzinfo).date():
            return "lapsed"
        return "pending"
    return "overdue" if receipt.due < now.date() else "pending"


def _noon(day: date, now: datetime) -> datetime:
    return datetime.combine(day, NOON, now.tzinfo)
