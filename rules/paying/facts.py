"""Facts of the desk about payments by terminal and link, and the recording that pauses meanwhile."""

from __future__ import annotations

from rules.wire import FactBody


class IntentBody(FactBody, frozen=True):
    """A payment is to be taken by a card terminal or a payment link (`rules.paying.intents`).

    amount: minor units. point_id: where the link is sent, a validated e-mail or phone; None = it is
    read out. The fact's id is the key under which a gateway takes the payment only once.
    """

    client_id: int
    account_id: int
    method: str
    amount: int
    currency: str
    receipts: tuple[int, ...] = ()
    point_id: str | None = None
    note: str = ""


class TerminalResultBody(FactBody, frozen=True):
    """What a terminal printed for an intent; outcome: approved or declined. Never a card's number."""

    client_id: int
    intent_id: str
    outcome: str
    auth_code: str = ""
    last4: str = ""
    brand: str = ""
    terminal: str = ""


class IntentEndBody(FactBody, frozen=True):
    """An intent is given up, if it is not paid by then."""

    client_id: int
    intent_id: str


class RecordingBody(FactBody, frozen=True):
    """The recording of the call pauses while payment data are given, or goes on.

    action: pause or resume. why: terminal, link, mandate; left or timeout for resume.
    """

    client_id: int
    action: str
    why: str
