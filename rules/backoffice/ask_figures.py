"""What a request to the back office comes to on a policy as it is, step by step, whatever its kind."""

from __future__ import annotations

from datetime import date, datetime

from rules.backoffice.asks import (
    Asked,
    Cancellation,
    ChannelChange,
    ClaimOffset,
    Endorse,
    FrequencyChange,
    Rehabilitation,
    Step,
)
from rules.backoffice.calculations import (
    TAX,
    Figures,
    NoFigures,
    money,
    open_receipts,
    outcome,
    percent,
    tax_rate,
    unearned,
)
from rules.backoffice.settling_up import bring_back, offset
from rules.insurance.instalment_change import CannotChange, changed
from rules.insurance.policies import Policy
from rules.insurance.policy_states import COVERED
from rules.insurance.premiums import spread_delta
from rules.rates import share
from rules.words import mark

OLD_RECEIPTS = mark("Open receipts as they are")
NEW_RECEIPTS = mark("Open receipts as they become")
NET_CHANGE = mark("Change of the net premium")


def figures(asked: Asked, policy: Policy, now: datetime) -> Figures:
    """What a request comes to on a policy as it is, step by step.

    now: aware, in the zone of the policy's days.

    Raises:
        NoFigures: it can't be done: not_covered, day_outside_term, and the codes of `unearned`, `offset`,
            `bring_back` and `rules.insurance.instalment_change.CannotChange`.
    """
    match asked:
        case Cancellation():
            return _cancellation(asked, policy)
        case ClaimOffset():
            return offset(policy, asked, now.date())
        case Rehabilitation():
            return bring_back(policy, asked.mode, now)
        case FrequencyChange():
            return _frequency(asked, policy, now.date())
        case Endorse():
            return _endorsement(asked, policy)
        case ChannelChange():
            if policy.status not in (*COVERED, "issued"):
                raise NoFigures("not_covered")
            return Figures(amount=0, steps=())


def _cancellation(asked: Cancellation, policy: Policy) -> Figures:
    if policy.status not in (*COVERED, "issued"):
        raise NoFigures("not_covered")
    if not policy.starts <= asked.on <= policy.ends:
        raise NoFigures("day_outside_term")
    return unearned(policy, asked.on, asked.method)


def _frequency(asked: FrequencyChange, policy: Policy, today: date) -> Figures:
    try:
        change = changed(policy, asked.to, today)
    except CannotChange as error:
        raise NoFigures(error.code) from error
    was, becomes = sum(one.total for one in change.goes), sum(one.total for one in change.new)
    steps = (
        Step(name=OLD_RECEIPTS, how=f"{len(change.goes)}", amount=was),
        Step(name=NEW_RECEIPTS, how=f"{len(change.new)}", amount=becomes),
        outcome(change.delta),
    )
    return Figures(amount=change.delta, steps=steps)


def _endorsement(asked: Endorse, policy: Policy) -> Figures:
    if policy.status not in (*COVERED, "issued"):
        raise NoFigures("not_covered")
    if not asked.delta:
        return Figures(amount=0, steps=())
    rate = tax_rate(policy)
    tax = _tax_change(policy, asked.delta, rate)
    whole = asked.delta + tax
    steps = (
        Step(name=NET_CHANGE, how="", amount=asked.delta),
        Step(name=TAX, how=f"{money(asked.delta)} × {percent(rate)}", amount=tax),
        outcome(whole),
    )
    return Figures(amount=whole, steps=steps, net=asked.delta, tax=tax)


def _tax_change(policy: Policy, delta: int, rate: int) -> int:
    """Change of the tax by that of the net premium: each receipt's by itself, whole cents."""
    opened = open_receipts(policy)
    nets, rest = spread_delta(delta, [one.net for one in opened])
    change = sum(
        share(net + one.surcharge + one.fee, rate) - one.tax
        for one, net in zip(opened, nets, strict=True)
        if net != one.net
    )
    if rest > 0:
        return change + share(rest, rate)
    for one in sorted(policy.receipts, key=lambda receipt: receipt.due, reverse=True):
        less = min(-rest, one.net) if one.status == "paid" else 0
        if less:
            change += share(one.net - less + one.surcharge + one.fee, rate) - one.tax
            rest += less
    return change
