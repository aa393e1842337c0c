"""Payments by terminal or link in lines: how they stand, in words, a sign and a colour."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.paying import taking
from rules.paying.intent_words import METHODS, REASONS, STATUSES
from rules.paying.intents import Intent
from rules.words import tr
from widgets.formats import masked, moment, money
from widgets.panel import LABEL
from widgets.shown import row
from widgets.wording import word

_SIGNS = {
    "asked": ("…", LABEL),
    "pending": ("…", "$text-warning"),
    "approved": ("✓", "bold $text-success"),
    "declined": ("✗", "bold $text-error"),
    "expired": ("✗", "$text-error"),
    "unknown": ("?", "bold $text-warning"),
    "withdrawn": ("✗", LABEL),
    "refunded": ("↩", LABEL),
}
"""Status to its sign and style."""


def status_words(intent: Intent) -> str:
    """How it stands, with the reason if there is one."""
    words = word(STATUSES, intent.status)
    return f"{words}: {word(REASONS, intent.reason)}" if intent.reason else words


def sign(intent: Intent) -> str:
    """The sign of its status."""
    return _SIGNS.get(intent.status, ("·", LABEL))[0]


def style(intent: Intent) -> str:
    """The style of its status."""
    return _SIGNS.get(intent.status, ("·", LABEL))[1]


def card_words(intent: Intent) -> str:
    """What is known of the card: brand and last four digits, "" = nothing."""
    ending = f"···{intent.last4}" if intent.last4 else ""
    return f"{intent.brand} {ending}".strip()


def intent_line(intent: Intent, now: datetime) -> Content:
    """A payment in one line: when, by what, how much, how it stands."""
    code = tr("auth. {code}", code=intent.auth_code) if intent.auth_code else ""
    printed = " ".join(part for part in (code, card_words(intent)) if part)
    return row(
        (f"{sign(intent)} ", style(intent)),
        (f"{moment(intent.asked, now)} ", LABEL),
        f"{word(METHODS, intent.method)} {money(intent.amount, intent.currency)} ",
        (status_words(intent), style(intent)),
        (f" {printed}" if printed else "", LABEL),
    )


def intent_lines(intent: Intent, now: datetime) -> list[Content]:
    """A payment with what the agent needs for it: the link to read or send, or the terminal's folio."""
    lines = [intent_line(intent, now)]
    if intent.status not in taking.UNDER_WAY:
        return lines
    if intent.method == "terminal":
        lines.append(
            row(
                (f"  {tr('Reference to type into the terminal:')} ", LABEL),
                (taking.folio(intent.id), "bold"),
                (f"  {tr('then here: ok 123456 4242 visa, or no')}", LABEL),
            )
        )
    elif intent.url:
        until = tr("until {at}", at=moment(intent.expires, now)) if intent.expires else ""
        lines.append(row("  ", (intent.url, "bold"), (f"  {until}", LABEL)))
    return lines


def point_words(value: str) -> str:
    """A contact point that a link goes to, told apart and no more."""
    return value if "@" in value else masked(value)
