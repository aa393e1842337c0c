"""The words of payments by terminal or link, in English: how they are taken, how they stand, and why."""

from __future__ import annotations

from rules.paying import taking
from rules.words import mark

METHODS = {"terminal": mark("terminal"), "link": mark("link")}

STATUSES = {
    "asked": mark("asked for"),
    "pending": mark("waits for the client"),
    "approved": mark("approved"),
    "declined": mark("declined"),
    "expired": mark("ran out unpaid"),
    "unknown": mark("not known yet: it is asked again"),
    "withdrawn": mark("given up"),
    "refunded": mark("given back"),
}

REASONS = {
    taking.WITHDRAWING: mark("being given up"),
    "payment_under_way": mark("another payment of the same was under way"),
    "receipt_closed": mark("a receipt was paid meanwhile"),
    "receipts_in_part": mark("a receipt's amount has changed"),
    "amount_above_total": mark("more than is owed by now"),
    "point_not_validated": mark("the contact point is not validated"),
    "never_confirmed": mark("the gateway never confirmed it"),
    "other_currency": mark("taken in another currency"),
    "refund_waits": mark("the refund waits for the gateway"),
    "insufficient_funds": mark("not enough funds"),
    "card_declined": mark("the bank declined it"),
    "generic_decline": mark("the bank declined it"),
    "expired_card": mark("the card has expired"),
    "forgotten": mark("the practice gateway was started again"),
}
"""Why, by code; a gateway's own code that is not here is shown as it is."""

VERDICTS = {
    "settled": mark("to be booked"),
    "known": mark("booked already"),
    "different": mark("another amount"),
    "twice": mark("twice in the file"),
    "unknown": mark("nobody asked for it"),
}
"""What a row of a terminal's file is."""


def reason(code: str) -> str:
    """The English words of a reason; a code that has none, as people read it."""
    return REASONS.get(code, code.replace("_", " "))
