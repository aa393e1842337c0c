"""Offers: each step of the ladder with its exact figures, its dates and the line that takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from rules import demand
from rules.authority import LEVELS, reaches
from rules.buckets import account_bucket
from rules.calendars import add_business_days, add_months, is_business_day, next_business_day, next_pay_day
from rules.capture.plans import instalments
from rules.capture.values import PlanReading
from rules.capture.write import plan_word
from rules.clients import Request
from rules.credit import restructure
from rules.demand import payable
from rules.facts import Instalment, Terms
from rules.insurance.premium_offers import fitted, past_due, word
from rules.offer_capture import granted_line, level_payments, written
from rules.rates import WHOLE, floor_share, share
from rules.settlements import by_component, waivable
from rules.steps import Offer, Scene, Step
from rules.terms import beyond_grace, waiver_kind

SETTLE_DAYS = 3
"""Days until a settlement is paid, rolled to a business day."""

STANDS_BUSINESS_DAYS = 5
"""How long an offer stands: its figures are those of the day on which it is made."""

TAXED_COUNTRY, TAX_RATE = "MX", 1600
"""Interest to consumers carries IVA in Mexico (LIVA 15-X-b); to a company it is exempt."""

EXEMPT_PRODUCTS = ("sme",)


def make(step: Step, scene: Scene) -> Offer | None:
    """The offer of a step; None where it makes none (nothing to waive, too little to split...)."""
    return _MAKERS[step.kind](step, scene)


def granted(request: Request, terms: Terms, scene: Scene) -> Offer:
    """The offer of a request that was granted, within anybody's authority from now on."""
    waived = sum(terms.waived.values())
    return _offer(
        ("Aprobada", "Approved"),
        terms,
        granted_line(terms, scene),
        scene,
        covers=terms.to_pay + waived,
        request=request,
    )


def monthly_load(payments: tuple[Instalment, ...]) -> int:
    """The most that is to be paid in one calendar month, minor units."""
    months: Counter[tuple[int, int]] = Counter()
    for payment in payments:
        months[(payment.due.year, payment.due.month)] += payment.amount
    return max(months.values(), default=0)


# The kinds


def _full(step: Step, scene: Scene) -> Offer | None:
    return _single(step, scene, scene.due, scene.today)


def _date(step: Step, scene: Scene) -> Offer | None:
    due, notes = _promise_day(scene)
    return _single(step, scene, scene.due, due, notes=notes) if due else None


def _minimum(step: Step, scene: Scene) -> Offer | None:
    due, notes = _promise_day(scene)
    minimum = demand.minimum(scene.account)
    if due is None or not 0 < minimum < scene.due:
        return None
    return _single(step, scene, minimum, due, code="ppp", notes=notes)


def _single(
    step: Step, scene: Scene, amount: int, due: date, code: str = "ppt", notes: tuple[str, ...] = ()
) -> Offer:
    named = _named(scene, amount)
    payments = (Instalment(due=due, amount=amount),)
    terms = _terms(step.kind, scene, payments, channel=step.channel, receipts=named)
    line = written(code, scene, "", amount, due, step.channel, receipts=word(named, amount, scene))
    return _offer((step.es, step.en), terms, line, scene, covers=amount, notes=notes)


def _promise_day(scene: Scene) -> tuple[date | None, tuple[str, ...]]:
    """The next pay day on which banks work; where a promise may not wait so long, the last day before."""
    country, last = scene.client.country, scene.last_promise
    due = next_business_day(next_pay_day(scene.today), country)
    if last is None or due <= last:
        return due, ()
    while last > scene.today and not is_business_day(last, country):
        last -= timedelta(days=1)
    return (last, ("before_pay_day",)) if last > scene.today else (None, ())


def _two_payments(step: Step, scene: Scene) -> Offer | None:
    return _planned(step, scene, PlanReading(count=2, rhythm=step.rhythm), scene.today)


def _plan(step: Step, scene: Scene) -> Offer | None:
    down = share(scene.due, step.down) if step.down else None
    reading = PlanReading(count=step.count, rhythm=step.rhythm, down=down)
    return _planned(step, scene, reading, scene.today if down else _first_pay_day(step, scene))


def _deferral(step: Step, scene: Scene) -> Offer | None:
    first = next_business_day(add_months(scene.today, step.months), scene.client.country)
    return _planned(step, scene, PlanReading(count=step.count, rhythm="m"), first)


def _first_pay_day(step: Step, scene: Scene) -> date:
    day = add_months(scene.today, 1) if step.rhythm == "m" else next_pay_day(scene.today)
    return next_business_day(day, scene.client.country)


def _planned(step: Step, scene: Scene, plan: PlanReading, first: date) -> Offer | None:
    if scene.due - (plan.down or 0) < plan.count:
        return None
    named = _named(scene, scene.due)
    plan, first = fitted(plan, first, scene)
    payments = instalments(plan, scene.due, first, scene.client.country)
    terms = _terms(step.kind, scene, payments, channel=step.channel, receipts=named)
    receipts = word(named, scene.due, scene)
    line = written("plan", scene, plan_word(plan), scene.due, first, step.channel, receipts=receipts)
    return _offer((step.es, step.en), terms, line, scene, covers=scene.due)


def _named(scene: Scene, amount: int) -> tuple[int, ...]:
    """Ids of the premium receipts that an amount pays whole: all that are past due, or none."""
    return tuple(one.id for one in past_due(scene)) if amount == scene.due else ()


def _waiver(step: Step, scene: Scene) -> Offer | None:
    own = step.of == "own"
    if not own and reaches(scene.level, step.of):
        return None  # the agent's own limit is offered already
    bucket, payoff = account_bucket(scene.account, scene.today), payable(scene.account)
    limits = scene.authority.limits(scene.level if own else step.of, bucket)
    wanted = floor_share(payoff, limits.waiver * step.part // WHOLE)
    waived, short = by_component(wanted, waivable(scene.account.components, limits.principal))
    to_pay = payoff - sum(waived.values())
    if not waived or to_pay <= 0:
        return None
    due = next_business_day(scene.today + timedelta(days=SETTLE_DAYS), scene.client.country)
    terms = _terms(waiver_kind(waived), scene, (Instalment(due=due, amount=to_pay),), waived)
    line = written("quit", scene, "", to_pay, due, step.channel)
    notes = ("no_principal_waiver",) if short and not limits.principal else ()
    return _offer((step.es, step.en), terms, line, scene, covers=payoff, notes=notes)


def _restructure(step: Step, scene: Scene) -> Offer | None:
    account, country = scene.account, scene.client.country
    rate = scene.rates.get(account.product)
    payoff = payable(account)
    if rate is None or payoff < step.count:
        return None
    taxed = country == TAXED_COUNTRY and account.product not in EXEMPT_PRODUCTS
    _, schedule = restructure(payoff, rate, step.count, TAX_RATE if taxed else 0)
    payments = tuple(
        Instalment(due=next_business_day(add_months(scene.today, line.number), country), amount=line.payment)
        for line in schedule
    )
    terms = _terms(step.kind, scene, payments)
    words = step.en if scene.language == "en" else step.es
    line = written("rest", scene, rest=f"a:rem /{words}: {level_payments(payments)}")
    return _offer((step.es, step.en), terms, line, scene, covers=payoff, interest=terms.to_pay - payoff)


def _refer(step: Step, scene: Scene) -> Offer | None:
    words = step.en if scene.language == "en" else step.es
    line = step.line.replace("{words}", words)
    line = line.replace(" r:{reason}", f" r:{scene.reason.lower()}" if scene.reason else "")
    return _offer((step.es, step.en), _terms(step.kind, scene, ()), line, scene)


_MAKERS: dict[str, Callable[[Step, Scene], Offer | None]] = {
    "full": _full,
    "date": _date,
    "minimum": _minimum,
    "two_payments": _two_payments,
    "plan": _plan,
    "waiver": _waiver,
    "deferral": _deferral,
    "restructure": _restructure,
    "remedial": _refer,
    "refer": _refer,
}

# Their parts


def _terms(
    kind: str,
    scene: Scene,
    payments: tuple[Instalment, ...],
    waived: dict[str, int] | None = None,
    channel: str = "",
    receipts: tuple[int, ...] = (),
) -> Terms:
    stands = add_business_days(scene.today, STANDS_BUSINESS_DAYS, scene.client.country)
    return Terms(
        kind=kind,
        currency=scene.account.currency,
        to_pay=sum(payment.amount for payment in payments),
        payments=payments,
        waived=waived or {},
        channel=channel or None,
        valid_until=min(payments[0].due, stands) if payments else None,
        beyond_grace=beyond_grace(scene.client, scene.account.id, payments, scene.today),
        receipts=receipts,
    )


def _offer(
    words: tuple[str, str],
    terms: Terms,
    line: str,
    scene: Scene,
    *,
    covers: int = 0,
    interest: int = 0,
    notes: tuple[str, ...] = (),
    request: Request | None = None,
) -> Offer:
    free = terms.kind in ("refer", "remedial")
    level = LEVELS[0] if free else scene.authority.required(terms, scene.client, scene.account, scene.today)
    capacity = scene.capacity
    above = capacity is not None and monthly_load(terms.payments) > capacity.monthly
    flags = (*notes, *(["beyond_grace"] * terms.beyond_grace), *(["above_capacity"] * above))
    waived = Decimal(100 * sum(terms.waived.values()))
    return Offer(
        words=words,
        terms=terms,
        line=line,
        level=level,
        within=request is not None or reaches(scene.level, level),
        covers=covers,
        interest=interest,
        percent=(waived / covers).quantize(Decimal("0.01"), ROUND_HALF_UP) if covers else Decimal(0),
        notes=flags,
        request_id=request.id if request else None,
        granted_by=request.answered_by if request else "",
    )
