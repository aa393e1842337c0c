"""What a lead answered, and how a payment went, about the client on the desk: one line for the agent."""

from __future__ import annotations

from rules.backoffice.asks import Ask
from rules.clients import Client, Request
from rules.desk import ClientPage, DeskPage
from rules.money import show_minor
from rules.paying import taking
from rules.paying.intents import Intent
from rules.requests import offered
from rules.words import tr
from widgets.ask_lines import amount_words, kind_words
from widgets.formats import MASK, money
from widgets.intent_lines import sign, status_words
from widgets.terms_lines import brief

GOOD, WARN, BAD = "bold $text-success", "bold $text-warning", "bold $text-error"

ANSWERED = ("approved", "denied", "countered", "expired")

TOLD = ("approved", "declined", "expired", "unknown", "withdrawn")
"""Statuses of a payment that the agent hears of as they come."""


def answer_between(before: DeskPage | None, after: DeskPage) -> Request | None:
    """The request that was answered between two pages of one client; the newest if several were."""
    if before is None or not isinstance(before.page, ClientPage) or not isinstance(after.page, ClientPage):
        return None
    if before.page.client.id != after.page.client.id:
        return None
    was = {request.id: request.status for request in before.page.client.requests}
    new = [
        request
        for request in after.page.client.requests
        if was.get(request.id) == "open" and request.status in ANSWERED
    ]
    return max(new, key=lambda request: request.asked, default=None)


def ask_between(before: Client, after: Client) -> Ask | None:
    """The request that the back office has moved between two states of a client; the newest of several."""
    was = {one.id: one.status for one in before.asks}
    new = [one for one in after.asks if one.status != "open" and was.get(one.id, one.status) != one.status]
    return max(new, key=lambda one: one.asked, default=None)


def ask_words(ask: Ask, *, hidden: bool = False) -> tuple[str, str]:
    """What the agent reads of a request to the back office, and its style."""
    what, who = kind_words(ask.asks), ask.answered_by
    said = (f" «{ask.answer}»" if ask.answer else "") + f" · {ask.folio}"
    if ask.status in ("approved", "done") and ask.amount and not hidden:
        what += f" {amount_words(ask.amount, ask.currency)}"
    if ask.status == "approved":
        return tr("✓ {who} granted: {what}", who=who, what=what) + said, GOOD
    if ask.status == "done":
        return tr("✓ Done: {what}", what=what) + said, GOOD
    if ask.status == "denied":
        return tr("✗ {who} denied: {what}", who=who, what=what) + said, BAD
    if ask.status == "failed":
        return tr("✗ Could not be done: {what}", what=what) + said, BAD
    return tr("Taken back: {what}", what=what) + said, WARN


def paid_between(before: Client, after: Client) -> Intent | None:
    """The payment of which something new is known between two states of a client; the newest of several."""
    was = {one.id: one.status for one in before.intents}
    new = [one for one in after.intents if one.status in TOLD and was.get(one.id, one.status) != one.status]
    return max(new, key=lambda one: one.asked, default=None)


def paid_line(intent: Intent) -> str:
    """The capture that says that it was paid on the call."""
    reference = intent.auth_code or taking.folio(intent.id)
    return f"paga {show_minor(intent.amount)} {taking.CHANNELS[intent.method]} #{reference}"


def payment_words(intent: Intent, *, hidden: bool = False) -> tuple[str, str]:
    """What the agent reads of a payment, and its style."""
    amount = MASK if hidden else money(intent.amount, intent.currency)
    if intent.status == "approved":
        reference = intent.auth_code or taking.folio(intent.id)
        return tr("✓ Paid: {amount} · reference {reference}", amount=amount, reference=reference), GOOD
    words = f"{sign(intent)} {status_words(intent)} · {amount}"
    return words, WARN if intent.status == "unknown" else BAD


def answer_words(request: Request, key: str, *, hidden: bool = False) -> tuple[str, str]:
    """What the agent reads, and its style.

    Args:
        request: as it is answered.
        key: the key that opens the offers.
        hidden: identity is not confirmed, so no amounts.
    """
    said = f" «{request.answer_note}»" if request.answer_note else ""
    who, terms = request.answered_by, MASK if hidden else brief(offered(request))
    if request.status == "approved":
        return tr("✓ Approved by {who}: {terms} · {key} takes it", who=who, terms=terms, key=key) + said, GOOD
    if request.status == "countered":
        return tr("↔ {who} offers: {terms} · {key} takes it", who=who, terms=terms, key=key) + said, WARN
    if request.status == "expired":
        return tr("✗ Nobody answered the request in its day."), BAD
    return tr("✗ Denied by {who}", who=who) + said, BAD
