"""How an offer is taken: the capture line that says its terms, and reads back to them."""

from __future__ import annotations

from datetime import date

from rules.capture.plans import instalments
from rules.capture.values import PlanReading
from rules.capture.write import plan_word
from rules.facts import Instalment, Terms
from rules.insurance.premium_offers import word
from rules.money import show_minor
from rules.steps import Scene
from rules.wording import short_month


def granted_line(terms: Terms, scene: Scene) -> str:
    """The capture that takes terms as they were granted; a day that has passed becomes today."""
    payments = terms.payments
    if terms.kind in ("restructure", "remedial"):
        return written("rest", scene, rest=f"a:rem /{level_payments(payments)}")
    first = max(payments[0].due, scene.today) if payments else None
    code = "quit" if terms.waived else "plan" if len(payments) > 1 else "ppt"
    plan = _fitting_plan(payments, scene) if len(payments) > 1 else ""
    receipts = "" if terms.waived else word(terms.receipts, terms.to_pay, scene)
    return written(code, scene, plan, terms.to_pay, first, terms.channel or "", receipts=receipts)


def written(
    code: str,
    scene: Scene,
    plan: str = "",
    amount: int = 0,
    due: date | None = None,
    channel: str = "",
    rest: str = "",
    *,
    receipts: str = "",
) -> str:
    """A capture line from its parts; absent ones are left out.

    rest: what stands behind them. receipts: the word for premium receipts, whose sum is the amount.
    """
    money = receipts or (_amount(amount) if amount else "")
    words = [code, plan, money, _day(due, scene) if due else "", channel]
    words += [f"r:{scene.reason.lower()}" if scene.reason else "", rest]
    return " ".join(word for word in words if word)


def _amount(minor: int) -> str:
    return show_minor(minor).removesuffix(".00")


def _day(due: date, scene: Scene) -> str:
    if due == scene.today:
        return "today" if scene.language == "en" else "hoy"
    return f"{due.day}{short_month(due.month, scene.language)}"


def level_payments(payments: tuple[Instalment, ...]) -> str:
    """Payments of equal size in a few words, for a note: ``12 x 998.63``."""
    return f"{len(payments)} x {_amount(payments[0].amount)}" if payments else "0 x 0"


def _fitting_plan(payments: tuple[Instalment, ...], scene: Scene) -> str:
    """The plan that makes these payments: by its rhythm where one fits, else amount by amount."""
    total, count, first = sum(one.amount for one in payments), len(payments), payments[0]
    for rhythm in ("q", "m", "w"):
        equal = PlanReading(count=count, rhythm=rhythm)
        down = PlanReading(count=count - 1, rhythm=rhythm, down=first.amount)
        for plan in (equal, down):
            if instalments(plan, total, first.due, scene.client.country) == payments:
                return plan_word(plan)
    return "+".join(_amount(payment.amount) for payment in payments) + "m"
