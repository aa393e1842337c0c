"""The words of a policy's sheet: why it became what it is, what happened to it, how its parts stand."""

from __future__ import annotations

from rules.words import mark

INSURANCE = {
    "voluntary": mark("voluntary"),
    "mandatory": mark("mandatory insurance"),
    "surety": mark("surety bond"),
}
NEVER = {
    "art_154_no_cessation_for_unpaid_premium": mark("unpaid premium does not end it (LSCS 154)"),
    "art_150_bis_no_cessation_before_end_of_term": mark("unpaid premium does not end it (LSCS 150 Bis)"),
}
RECEIPT_STATUSES = {
    "pending": mark("not due"),
    "paid": mark("paid"),
    "overdue": mark("overdue"),
    "lapsed": mark("ceased"),
    "cancelled": mark("void"),
}
CFDI = {
    "needed": mark("needed"),
    "requested": mark("requested"),
    "stamped": mark("stamped"),
    "sent": mark("sent"),
    "cancelled": mark("cancelled"),
}
EVENTS = {
    "channel": mark("collection channel"),
    "frequency": mark("payment frequency"),
    "receipts": mark("new receipts"),
    "mandate": mark("mandate"),
    "rehabilitation": mark("rehabilitation"),
    "cancellation": mark("cancellation"),
    "claim": mark("claim"),
    "claim_offset": mark("offset against a claim"),
    "refund": mark("refund"),
    "endorsement": mark("endorsement"),
}
"""Kinds of events and of requests."""

WHYS = {
    "cover_began": mark("cover began"),
    "paid": mark("what was past due is paid"),
    "paid_in_time": mark("paid before noon after all"),
    "premium_past_due": mark("a premium is past due"),
    "premium_unpaid": mark("premium not paid in its term"),
    "term_over": mark("the term is over"),
    "rehabilitation_over": mark("not rehabilitated in time"),
    "extend": mark("brought back, its end moves"),
    "keep_end": mark("brought back, its end stays"),
    "rehabilitation": mark("the gap is settled"),
    "asked_for": mark("asked for"),
}
"""Why a policy became what it is."""

ASK_STATUSES = {
    "open": mark("waits for an answer"),
    "approved": mark("approved"),
    "denied": mark("denied"),
    "done": mark("done"),
    "failed": mark("failed"),
    "withdrawn": mark("withdrawn"),
}
PAYMENT_STATUSES = {
    "standing": mark("stands"),
    "reversed": mark("came back"),
    "moved": mark("pays another account"),
}
