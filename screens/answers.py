"""What a lead answered about the client on the desk, as one line for the agent."""

from __future__ import annotations

from rules.clients import Request
from rules.desk import ClientPage, DeskPage
from rules.requests import offered
from rules.words import tr
from widgets.formats import MASK
from widgets.terms_lines import brief

GOOD, WARN, BAD = "bold $text-success", "bold $text-warning", "bold $text-error"

ANSWERED = ("approved", "denied", "countered", "expired")


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
