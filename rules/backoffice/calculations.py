"""What ending a policy early comes to, step by step; the other calculators are in `settling_up`.

Every figure rests on the policy's own receipts and terms. An amount above 0 is to be paid by the
client, below 0 goes back. Sources: Ley sobre el Contrato de Seguro 44, 51; the policy's conditions,
which also say by which method; the policy fee is never given back, tax follows what is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import msgspec

from rules.backoffice.asks import Step
from rules.calendars import add_months
from rules.insurance.policies import Policy, PolicyTerms, Receipt
from rules.insurance.unearned import Term, pro_rata, short_rate, term
from rules.money import show_minor
from rules.rates import WHOLE, portion, share
from rules.wire import Wire
from rules.words import mark

METHODS = ("pro_rata", "instalments", "short_rate", "rescission")
"""pro_rata: of a premium that was paid in full. instalments: what was paid against what was used up.
short_rate: by the scale of the conditions. rescission: for a misstatement (LSCS 51)."""

OPEN = frozenset({"pending", "overdue"})
"""Statuses of a receipt that may still be asked for."""

KEPT_OF_FUTURE = 3, 4
"""Of the premium of periods that had not begun, so much is given back on rescission (LSCS 51)."""

PAID = mark("Net premium paid")
SURCHARGE_PAID = mark("Surcharge paid")
USED = mark("Net premium of the time that was used")
BY_SCALE = mark("Net premium by the short-rate scale")
CURRENT = mark("Net premium and surcharge of periods that had begun: kept")
AHEAD = mark("Three quarters of the premium paid for later periods")
BACK = mark("Net premium to give back")
SURCHARGE_BACK = mark("Surcharge to give back")
STILL_OWED = mark("Net premium that is still owed")
TAX = mark("Tax on it")
FEE = mark("Policy fee: not given back")
DROPPED = mark("Open receipts that are not asked for any more")
GIVEN_BACK = mark("Given back to the client")
TO_PAY = mark("To be paid by the client")
EVEN = mark("Neither side owes anything")


class NoFigures(ValueError):
    """A calculation can't be made; code says why (a problem of `rules.backoffice.asking`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Figures(Wire, frozen=True):
    """What a calculation comes to; amount = net + surcharge + tax, above 0 to be paid, below 0 given back.

    days: of cover that were missing (rehabilitation), or that had been used (end).
    """

    amount: int
    steps: tuple[Step, ...]
    net: int = 0
    surcharge: int = 0
    tax: int = 0
    days: int = 0


def default_method(policy: Policy) -> str:
    """The method of the policy's own conditions; pro rata by instalments while receipts are unpaid."""
    terms = policy.sheet.terms
    if terms is not None and terms.refund_method == "short_rate" and terms.scale:
        return "short_rate"
    return "pro_rata" if paid_in_full(policy) else "instalments"


def paid_in_full(policy: Policy) -> bool:
    """Whether every receipt that stands is paid."""
    counting = valid(policy)
    return bool(counting) and all(receipt.status == "paid" for receipt in counting)


def valid(policy: Policy) -> list[Receipt]:
    """The receipts that make up the premium: all but those that were cancelled."""
    return [receipt for receipt in policy.receipts if receipt.status != "cancelled"]


def open_receipts(policy: Policy) -> list[Receipt]:
    """The receipts that may still be asked for."""
    return [receipt for receipt in policy.receipts if receipt.status in OPEN]


def tax_rate(policy: Policy) -> int:
    """The rate of tax by the policy's terms, else by its receipts; in hundredths of a percent."""
    if policy.sheet.terms is not None:
        return policy.sheet.terms.tax_rate
    base = sum(receipt.total - receipt.tax for receipt in policy.receipts)
    return portion(WHOLE, sum(receipt.tax for receipt in policy.receipts), base) if base else 0


def yearly_net(policy: Policy) -> int:
    """The net premium of the whole term: of its receipts, without any as its terms say."""
    terms = policy.sheet.terms
    return sum(receipt.net for receipt in valid(policy)) or (terms.net if terms else 0)


def unearned(policy: Policy, on: date, method: str) -> Figures:
    """What ending a policy on a day gives back, or leaves owed.

    Raises:
        NoFigures: unknown_method, no_term, no_receipts, not_paid_in_full, no_scale.
    """
    if method not in METHODS:
        raise NoFigures("unknown_method")
    if not valid(policy):
        raise NoFigures("no_receipts")
    try:
        span = term(policy.starts, policy.ends, on)
    except ValueError as error:
        raise NoFigures("no_term") from error
    made = _BY_METHOD[method](policy, span, on)
    fee = sum(receipt.fee for receipt in policy.receipts if receipt.status == "paid")
    steps = list(made.steps)
    if fee:
        steps.append(Step(name=FEE, how=money(fee), amount=0))
    if dropped := open_receipts(policy):
        numbers = " ".join(f"R{receipt.number}" for receipt in dropped)
        steps.append(Step(name=DROPPED, how=numbers, amount=sum(_left(one) for one in dropped)))
    return msgspec.structs.replace(made, steps=(*steps, outcome(made.amount)), days=span.elapsed)


def outcome(amount: int) -> Step:
    """The last step: what it comes to, and for whom."""
    name = TO_PAY if amount > 0 else GIVEN_BACK if amount else EVEN
    return Step(name=name, how="", amount=abs(amount))


def money(minor: int) -> str:
    """Minor units as they stand in a step: ``12,000.00``."""
    units, _, cents = show_minor(minor).partition(".")
    return f"{int(units):,}.{cents}"


def percent(rate: int) -> str:
    """A rate as it stands in a step: ``16 %``, ``3.75 %``."""
    return f"{rate / 100:g} %"


def earned_share(terms: PolicyTerms, starts: date, on: date) -> tuple[str, int]:
    """The band of a short-rate scale that a day falls in, and the share earned by then.

    A band's limit is ``10d`` (days) or ``1.5m`` (months and half months of 15 days) after the start, that
    day included; after the last band everything is earned ("").

    Raises:
        NoFigures: no_scale.
    """
    if not terms.scale:
        raise NoFigures("no_scale")
    for limit, earned in terms.scale:
        if on <= _limit(limit, starts):
            return limit, earned
    return "", WHOLE


def _limit(text: str, starts: date) -> date:
    number, unit = text[:-1], text[-1:]
    if unit == "d" and number.isdecimal():
        return starts + timedelta(days=int(number))
    whole, _, half = number.partition(".")
    if unit != "m" or not whole.isdecimal() or half not in ("", "0", "5"):
        raise NoFigures("no_scale")
    return add_months(starts, int(whole)) + timedelta(days=15 if half == "5" else 0)


def _left(receipt: Receipt) -> int:
    return receipt.total - receipt.paid - receipt.adjusted


def _paid(receipts: Iterable[Receipt], part: Callable[[Receipt], int]) -> int:
    """What was paid of a part of the premium; of a receipt that is paid in part its share."""
    return sum(
        part(one) if one.status == "paid" else portion(part(one), one.paid, one.total or 1)
        for one in receipts
    )


def _net(receipt: Receipt) -> int:
    return receipt.net


def _surcharge(receipt: Receipt) -> int:
    return receipt.surcharge


def _tax(base: int, tax: int, rate: int) -> Step:
    return Step(name=TAX, how=f"{money(base)} × {percent(rate)}", amount=tax)


def _pro_rata(policy: Policy, span: Term, _: date) -> Figures:
    """All was paid: what is ahead goes back, by days."""
    if not paid_in_full(policy):
        raise NoFigures("not_paid_in_full")
    rate = tax_rate(policy)
    net, surcharge = _paid(valid(policy), _net), _paid(valid(policy), _surcharge)
    back = pro_rata(net, surcharge, span, rate)
    days = f"{span.unearned}/{span.days}"
    steps = [
        Step(name=PAID, how="", amount=net),
        *([Step(name=SURCHARGE_PAID, how="", amount=surcharge)] if surcharge else []),
        Step(name=BACK, how=f"{money(net)} × {days}", amount=back.net),
    ]
    if surcharge:
        steps.append(Step(name=SURCHARGE_BACK, how=f"{money(surcharge)} × {days}", amount=back.surcharge))
    steps.append(_tax(back.net + back.surcharge, back.tax, rate))
    return Figures(
        amount=-back.total, steps=tuple(steps), net=-back.net, surcharge=-back.surcharge, tax=-back.tax
    )


def _instalments(policy: Policy, span: Term, _: date) -> Figures:
    """Paid in parts: net premium paid less net premium used; the difference goes back or is owed."""
    net, paid = yearly_net(policy), _paid(valid(policy), _net)
    earned = portion(net, span.elapsed, span.days)
    used = Step(name=USED, how=f"{money(net)} × {span.elapsed}/{span.days}", amount=earned)
    return _against(policy, paid, earned, used)


def _short_rate(policy: Policy, _: Term, on: date) -> Figures:
    """By the scale of the conditions: the insurer's share grows faster than the days."""
    terms = policy.sheet.terms
    if terms is None:
        raise NoFigures("no_scale")
    band, share_earned = earned_share(terms, policy.starts, on)
    net, paid = yearly_net(policy), _paid(valid(policy), _net)
    earned = net - short_rate(net, share_earned, tax_rate(policy)).net
    how = f"{money(net)} × {percent(share_earned)}" + (f" (≤ {band})" if band else "")
    return _against(policy, paid, earned, Step(name=BY_SCALE, how=how, amount=earned))


def _against(policy: Policy, paid: int, earned: int, used: Step) -> Figures:
    """What was paid against what was earned."""
    rate, difference = tax_rate(policy), paid - earned
    steps = [Step(name=PAID, how="", amount=paid), used]
    how = f"{money(paid)} − {money(earned)}"
    tax = share(abs(difference), rate)
    if difference >= 0:
        steps.append(Step(name=BACK, how=how, amount=difference))
        steps.append(_tax(difference, tax, rate))
        return Figures(amount=-(difference + tax), steps=tuple(steps), net=-difference, tax=-tax)
    steps.append(Step(name=STILL_OWED, how=f"{money(earned)} − {money(paid)}", amount=-difference))
    steps.append(_tax(-difference, tax, rate))
    return Figures(amount=tax - difference, steps=tuple(steps), net=-difference, tax=tax)


def _rescission(policy: Policy, _: Term, on: date) -> Figures:
    """The insurer keeps the period that runs; of later ones that were paid three quarters go back."""
    begun_until = _year_after(policy.starts, on)
    early = [one for one in valid(policy) if (one.since or one.due) < begun_until]
    later = [one for one in valid(policy) if (one.since or one.due) >= begun_until]
    kept = _paid(early, _net) + _paid(early, _surcharge)
    prepaid = _paid(later, _net) + _paid(later, _surcharge)
    numerator, denominator = KEPT_OF_FUTURE
    back = portion(prepaid, numerator, denominator)
    surcharge = portion(_paid(later, _surcharge), numerator, denominator)
    rate = tax_rate(policy)
    steps = [
        Step(name=CURRENT, how=f"< {begun_until.isoformat()}", amount=kept),
        Step(name=AHEAD, how=f"{money(prepaid)} × {numerator}/{denominator}", amount=back),
    ]
    tax = share(back, rate)
    steps.append(_tax(back, tax, rate))
    return Figures(
        amount=-(back + tax),
        steps=tuple(steps),
        net=surcharge - back,
        surcharge=-surcharge,
        tax=-tax,
    )


def _year_after(starts: date, on: date) -> date:
    """The end of the insurance period (a year, LSCS 34) that a day lies in."""
    years = 1
    while add_months(starts, 12 * years) <= on:
        years += 1
    return add_months(starts, 12 * years)


_BY_METHOD: dict[str, Callable[[Policy, Term, date], Figures]] = {
    "pro_rata": _pro_rata,
    "instalments": _instalments,
    "short_rate": _short_rate,
    "rescission": _rescission,
}
