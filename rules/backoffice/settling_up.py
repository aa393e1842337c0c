"""The other calculators, step by step: offset against a claim, cover brought back, money received twice.

Amounts as in `rules.backoffice.calculations`. Sources: Ley sobre el Contrato de Seguro 33, 44, 154;
rehabilitation is a clause of the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from rules.backoffice.asks import ClaimOffset, Step
from rules.backoffice.calculations import (
    TAX,
    Figures,
    NoFigures,
    money,
    open_receipts,
    outcome,
)
from rules.books.received import Received
from rules.insurance.lapse_costs import MODES, Back, costs
from rules.insurance.policies import Policy, Receipt
from rules.insurance.premiums import claim_offset
from rules.words import mark

SCOPES = ("overdue_only", "all_remaining")

SAME_MONEY_WITHIN = timedelta(days=3)
"""Two payments of one amount so close together may be one that was made twice."""

GROSS = mark("Benefit before anything is taken off")
DEDUCTIBLE = mark("Deductible")
TAKEN_BEFORE = mark("Premium set off against it before")
OVERDUE = mark("Receipts past due")
AHEAD = mark("Receipts that are not due yet")
SET_OFF = mark("Premium set off")
PAYABLE = mark("Paid out to the insured")
LAPSED = mark("Receipts that let the cover lapse")
GAP = mark("Days without cover")
NEW_END = mark("New end of the policy")
GAP_NET = mark("Net premium of the days without cover")
GAP_BACK = mark("Comes back once cover is back")
RECEIVED = mark("Received")
PAID_OF_IT = mark("Of it applied")
GONE_OF_IT = mark("Of it given back or moved")
TWICE = mark("The same amount came within three days")
IN_DEPOSIT = mark("In deposit: can be given back")


def offset(policy: Policy, asked: ClaimOffset, today: date) -> Figures:
    """What premium is set off against a claim, and what of the benefit is then paid out.

    amount: the premium that is paid so.

    Raises:
        NoFigures: unknown_claim, unknown_scope, claim_rejected, bad_benefit, surety_no_offset,
            nothing_to_set_off.
    """
    claim = next((one for one in policy.claims if one.id == asked.claim_id), None)
    if claim is None:
        raise NoFigures("unknown_claim")
    if asked.scope not in SCOPES:
        raise NoFigures("unknown_scope")
    if claim.status == "rejected":
        raise NoFigures("claim_rejected")
    if asked.gross <= 0 or not 0 <= asked.deductible <= asked.gross:
        raise NoFigures("bad_benefit")
    if policy.sheet.insurance == "surety" or policy.kind == "surety":
        raise NoFigures("surety_no_offset")
    due = to_set_off(policy, "overdue_only", today)
    later = [one for one in open_receipts(policy) if one not in due]
    overdue, ahead = _open(due), _open(later)
    found = claim_offset(asked.gross, asked.deductible + claim.set_off, overdue, ahead, scope=asked.scope)
    if not found.offset:
        raise NoFigures("nothing_to_set_off")
    steps = [
        Step(name=GROSS, how=claim.number, amount=asked.gross),
        Step(name=DEDUCTIBLE, how="", amount=asked.deductible),
        *([Step(name=TAKEN_BEFORE, how="", amount=claim.set_off)] if claim.set_off else []),
        Step(name=OVERDUE, how=_numbers(due), amount=overdue),
    ]
    if asked.scope == "all_remaining":
        steps.append(Step(name=AHEAD, how=_numbers(later), amount=ahead))
    taken = money(asked.deductible + claim.set_off)
    how = f"{money(asked.gross)} − {taken} − {money(found.offset)}"
    steps += [
        Step(name=SET_OFF, how="", amount=found.offset),
        Step(name=PAYABLE, how=how, amount=found.payable),
    ]
    return Figures(amount=found.offset, steps=tuple(steps))


def to_set_off(policy: Policy, scope: str, today: date) -> list[Receipt]:
    """The receipts that a claim may pay: those past due, or all that are open."""
    return [one for one in open_receipts(policy) if scope == "all_remaining" or one.due < today]


def bring_back(policy: Policy, mode: str, paid_at: datetime) -> Figures:
    """What brings the cover of a lapsed policy back, if it is paid at an instant of its own zone.

    amount: what is to be paid first. With keep_end, net and tax are what comes back afterwards, below 0.

    Raises:
        NoFigures: unknown_mode, nothing_lapsed, too_late_to_rehabilitate, unknown_terms.
    """
    if mode not in MODES:
        raise NoFigures("unknown_mode")
    found = costs(policy, paid_at)
    if policy.status != "lapsed" or not found.lapsed or found.ceases_at is None:
        raise NoFigures("nothing_lapsed")
    if not found.backs:
        raise NoFigures("too_late_to_rehabilitate")
    back = found.back(mode)
    if back is None:
        raise NoFigures("unknown_terms")
    gap = f"{found.ceases_at:%Y-%m-%d} → {back.paid_on.isoformat()} = {back.gap_days}"
    steps = [
        Step(name=LAPSED, how=_numbers(found.receipts), amount=back.pays),
        Step(name=GAP, how=gap, amount=0),
    ]
    if mode == "extend":
        steps.append(Step(name=NEW_END, how=f"{policy.ends.isoformat()} → {back.ends.isoformat()}", amount=0))
    else:
        steps += [
            Step(name=GAP_NET, how=_gap(policy, back), amount=back.returned_net),
            Step(name=TAX, how=money(back.returned_net), amount=back.returned_tax),
            Step(name=GAP_BACK, how="", amount=back.returns),
        ]
    return Figures(
        amount=back.pays,
        steps=(*steps, outcome(back.pays)),
        net=-back.returned_net,
        tax=-back.returned_tax,
        days=back.gap_days,
    )


def _gap(policy: Policy, back: Back) -> str:
    net = policy.sheet.terms.net if policy.sheet.terms else 0
    return f"{money(net)} × {back.gap_days}/{(policy.ends - policy.starts).days}"


def excess(received: Sequence[Received]) -> Figures:
    """What of the money received pays nothing and can be given back; what came twice is said.

    Raises:
        NoFigures: nothing_in_deposit.
    """
    standing = [one for one in received if one.deposit > 0]
    if not standing:
        raise NoFigures("nothing_in_deposit")
    steps: list[Step] = []
    for one in sorted(standing, key=lambda each: (each.at, each.id)):
        steps.append(Step(name=RECEIVED, how=f"{one.at:%Y-%m-%d} {one.reference}", amount=one.amount))
        applied = sum(part.amount for part in one.parts)
        if applied:
            steps.append(Step(name=PAID_OF_IT, how="", amount=applied))
        if gone := one.refunded + one.moved:
            steps.append(Step(name=GONE_OF_IT, how="", amount=gone))
        if twin := _twin(one, received):
            steps.append(Step(name=TWICE, how=f"{twin.at:%Y-%m-%d} {twin.reference}", amount=twin.amount))
        steps.append(Step(name=IN_DEPOSIT, how="", amount=one.deposit))
    whole = sum(one.deposit for one in standing)
    return Figures(amount=-whole, steps=(*steps, outcome(-whole)))


def _twin(one: Received, received: Sequence[Received]) -> Received | None:
    """An earlier payment that this one may be a copy of."""
    return next(
        (
            other
            for other in received
            if other.id != one.id
            and (other.at, other.id) < (one.at, one.id)
            and (other.amount, other.currency) == (one.amount, one.currency)
            and one.at - other.at <= SAME_MONEY_WITHIN
        ),
        None,
    )


def _open(receipts: Sequence[Receipt]) -> int:
    return sum(one.total - one.paid - one.adjusted for one in receipts)


def _numbers(receipts: Sequence[Receipt]) -> str:
    return " ".join(f"R{one.number}" for one in receipts)
