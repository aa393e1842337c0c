"""Offers as lines: the ladder by number, and the one under the cursor in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from rules.capacity import Capacity
from rules.clients import Account
from rules.facts import Instalment
from rules.offers import monthly_load
from rules.steps import Offer
from rules.words import language, mark, tr
from widgets.formats import day, hour, plain
from widgets.ordered_keys import take_key
from widgets.panel import LABEL, columns, wrapped
from widgets.shown import row, shown
from widgets.wording import COMPONENTS, LEVELS, word

KEYS = 9
"""Offers that have a digit of their own."""

ROOMY = 92
"""Width from which names are not cut short."""

NOTES = {
    "beyond_grace": mark("the last payment comes after the cover ends, {time}"),
    "above_capacity": mark("more in a month than the client can set aside"),
    "no_principal_waiver": mark("in this bucket no principal may be waived"),
    "before_pay_day": mark("the pay day comes too late for a promise: this is the last day before"),
}
"""What to know about an offer, by its note."""

HINTS = {
    "nothing_due": mark("Nothing is due on this account."),
    "all_disputed": mark("All that is due is in dispute: nothing is asked for until it is resolved."),
    "part_disputed": mark("A part is in dispute: only the rest is offered."),
    "clarification_first": mark("Open a clarification first; what is not disputed can be asked for then."),
    "no_demand": mark("No payment is asked for with this reason."),
    "promise_open": mark("The account has an open promise; only a plan or a settlement takes its place."),
}
"""What to know before any offer."""


class OfferLines(Static, can_focus=True):
    """Takes the keys of the dialog in the order typed; the text is put by `update`."""

    async def on_key(self, event: events.Key) -> None:
        """Run what a key is bound to before the next one is looked at."""
        await take_key(self, event)

    def room(self) -> tuple[int, int]:
        """Cells and lines that there are to draw in."""
        return self.content_size.width, self.content_size.height


def ladder_lines(offers: Sequence[Offer], cursor: int, today: date, width: int, height: int) -> list[Content]:
    """One line for each offer, as many as fit around the cursor."""
    first = max(0, min(cursor - height + 1, len(offers) - height))
    return [
        _line(place, offers[place], place == cursor, today, width)
        for place in range(first, min(first + height, len(offers)))
    ]


def _line(place: int, offer: Offer, chosen: bool, today: date, width: int) -> Content:
    key = f"{place + 1}" if place < KEYS else " "
    ample = width >= ROOMY
    widths = [2, 27 if ample else 24, -12, 0, 15 if ample else 12]
    widths[3] = max(8, width - sum(abs(size) for size in widths) - len(widths) + 1)
    mark_and_key = row(("▸" if chosen else " ", "bold $text-primary"), (key, "bold $text-primary"))
    called = shown(name(offer), "bold" if chosen else "")
    if not offer.terms.to_pay:  # nothing but words: they take the room of the figures
        wide = width - widths[0] - widths[4] - 2
        return columns([mark_and_key, called, verdict(offer)], [widths[0], wide, widths[4]])
    cells = [
        mark_and_key,
        called,
        shown(plain(offer.terms.to_pay), "bold" if chosen else ""),
        shown(_how(offer, today), "" if chosen else LABEL),
        verdict(offer),
    ]
    return columns(cells, widths)


def name(offer: Offer) -> str:
    """What an offer is called, in the language in force."""
    return offer.words[language() == "en"]


def verdict(offer: Offer) -> Content:
    """Whether the agent may grant it, or who has to."""
    if offer.request_id is not None:
        return shown(f"✓ {offer.granted_by or tr('approved')}", "bold $text-success")
    if offer.within:
        return shown(f"✓ {tr('yours')}", "$text-success")
    return shown(f"▲ {word(LEVELS, offer.level)}", "bold $text-warning")


def _how(offer: Offer, today: date) -> str:
    """When it is paid, in a few words, and what share is waived."""
    payments = offer.terms.payments
    if not payments:
        return ""
    first, last = payments[0], payments[-1]
    when = tr("today") if first.due == today else day(first.due)
    if offer.terms.waived:
        words = f"−{offer.percent} % · {when}"
    elif len(payments) == 1:
        words = when
    elif len(payments) > 2 and first.amount != payments[1].amount:
        words = f"{plain(first.amount)} + {len(payments) - 1} → {day(last.due)}"
    else:
        words = f"{len(payments)} × {plain(first.amount)} → {day(last.due)}"
    return f"{words} !" if offer.notes else words


def detail_lines(
    offer: Offer,
    account: Account,
    today: date,
    ends: datetime | None,
    capacity: Capacity | None,
    width: int,
) -> list[Content]:
    """One offer in full: the line that takes it, each payment, each component, what to know."""
    lines = [row(("› ", "$text-primary"), (offer.line, "bold"))]
    if offer.terms.payments:
        paid = " · ".join(_payment(payment, today) for payment in offer.terms.payments)
        lines += wrapped(shown(tr("Pays {payments}", payments=paid)), width, "  ")
    if offer.interest:
        total = plain(offer.terms.to_pay)
        lines.append(
            shown(tr("Interest {interest}, {total} in all", interest=plain(offer.interest), total=total))
        )
    lines += _waived(offer, account, width)
    load = monthly_load(offer.terms.payments)
    if capacity is not None and load:
        percent = capacity.pti(load).percent or 0
        lines.append(shown(tr("With it debts take {percent} % of a month's income", percent=percent)))
    for note in offer.notes:
        text = tr(NOTES[note], time=f"{day(ends)} {hour(ends)}" if ends else "")
        lines += wrapped(row(("! ", "bold $text-warning"), (text, "$text-warning")), width, "  ")
    if not offer.within:
        asked = tr("Above your authority: the digit sends it to the lead.")
        lines += wrapped(shown(asked, "$text-warning"), width, "  ")
    return lines


def _payment(payment: Instalment, today: date) -> str:
    when = tr("today") if payment.due == today else day(payment.due)
    return f"{when} {plain(payment.amount)}"


def _waived(offer: Offer, account: Account, width: int) -> list[Content]:
    """What is waived of each component and what was owed of it."""
    waived = offer.terms.waived
    if not waived:
        return []
    parts = " · ".join(
        tr(
            "{component} {waived} of {owed}",
            component=word(COMPONENTS, component),
            waived=plain(amount),
            owed=plain(account.components.get(component, amount)),
        )
        for component, amount in waived.items()
    )
    total = plain(sum(waived.values()))
    text = tr("Waives {total} ({percent} %): {parts}", total=total, percent=offer.percent, parts=parts)
    return wrapped(shown(text), width, "  ")


def heading(widget: Widget, text: str) -> Content:
    """A thin rule with words across a widget."""
    width = widget.content_size.width
    return row(("─ ", "$panel-rule"), (text, f"bold {LABEL}"), (f" {'─' * width}", "$panel-rule")).truncate(
        max(1, width)
    )
