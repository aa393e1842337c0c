"""How terms read: in one phrase, payment by payment, and what is waived of each component."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from textual.content import Content

from rules.clients import Account
from rules.facts import Terms
from rules.words import mark, tr
from widgets.formats import day, full_day, money, plain
from widgets.panel import LABEL, columns
from widgets.shown import row, shown
from widgets.wording import COMPONENTS, word

KINDS = {
    "full": mark("payment in full"),
    "date": mark("payment on a day"),
    "two_payments": mark("two payments"),
    "plan": mark("payment plan"),
    "settlement": mark("settlement"),
    "waiver": mark("waiver of charges"),
    "deferral": mark("deferral"),
    "restructure": mark("restructure"),
    "remedial": mark("remedial"),
}
"""Kind of terms to its words."""


def percent(terms: Terms) -> str:
    """The share that is given up, in per cent with two decimals; "" when nothing is."""
    waived = sum(terms.waived.values())
    return f"{Decimal(waived * 100) / (terms.to_pay + waived):.2f}" if waived else ""


def phrase(terms: Terms, country: str) -> str:
    """``pays $7,500.00 (−25.00 %) in 3 payments until 30-dec``."""
    share = percent(terms)
    amount = money(terms.to_pay, terms.currency, country) + (f" (−{share} %)" if share else "")
    if len(terms.payments) > 1:
        return tr(
            "pays {amount} in {count} payments until {day}",
            amount=amount,
            count=len(terms.payments),
            day=_until(terms.payments[-1].due, terms),
        )
    if terms.payments:
        return tr("pays {amount} on {day}", amount=amount, day=day(terms.payments[0].due))
    return tr("pays {amount}", amount=amount)


def brief(terms: Terms) -> str:
    """``pays 7,500.00 (−25.00 %)``, for where there is little room."""
    share = percent(terms)
    return tr("pays {amount}", amount=plain(terms.to_pay)) + (f" (−{share} %)" if share else "")


def payment_lines(terms: Terms, width: int) -> list[Content]:
    """Each payment with its day, as many on a line as fit."""
    lines: list[Content] = []
    for number, payment in enumerate(terms.payments, start=1):
        said = f"{number}) {_until(payment.due, terms)} {plain(payment.amount)}"
        if lines and lines[-1].cell_length + len(said) + 3 <= width:
            lines[-1] = row(lines[-1], " · ", said)
        else:
            lines.append(row((f"{tr('Payments')} ", LABEL) if not lines else "  ", said))
    return lines


def _until(due: date, terms: Terms) -> str:
    """A day of a payment; with its year where the payments run into another one."""
    return day(due) if due.year == terms.payments[0].due.year else full_day(due)


def component_lines(terms: Terms, account: Account, width: int) -> list[Content]:
    """What is owed, waived and left of each component; no line where nothing is waived."""
    if not terms.waived:
        return [shown(tr("Nothing is waived."), LABEL)]
    names = [*account.components, *(name for name in terms.waived if name not in account.components)]
    owed = [(name, account.components.get(name, 0), terms.waived.get(name, 0)) for name in names]
    widths = [max(16, min(34, width - 42)), -12, -12, -12]
    head = [shown(tr(text), LABEL) for text in ("component", "owed", "waived", "left")]
    lines = [columns(head, widths)]
    for name, amount, waived in owed:
        if amount or waived:
            cells = [word(COMPONENTS, name), plain(amount), plain(waived) if waived else "·"]
            left = plain(max(amount - waived, 0))
            lines.append(columns([shown(text) for text in (*cells, left)], widths))
    return lines
