"""Why a payment can't be taken by terminal or link, or not so: code to its words, in English."""

from __future__ import annotations

from rules.words import mark

NOT_TAKEN = {
    "bad_method": mark("A payment is taken by terminal or link."),
    "receipt_closed": mark("A receipt is not open any more: look at the policy."),
    "receipts_in_part": mark("Receipts are paid whole: {total}."),
    "payment_under_way": mark("A payment of the same is under way: wait for it, or fin gives it up."),
    "point_not_validated": mark("A link goes to a contact point that the client confirmed, or is read out."),
    "unknown_intent": mark("That payment is not here any more."),
    "intent_over": mark("That payment is over already."),
    "not_a_terminal": mark("That payment is by link: its page says how it went."),
    "bad_outcome": mark("A terminal says approved or declined: ok, or no."),
    "auth_code_missing": mark("Type the authorisation code that the terminal printed: ok 123456."),
    "bad_last4": mark("Of the card only its last four digits are typed."),
    "bad_brand": mark("The brand is a word: visa, mastercard, amex."),
    "bad_recording": mark("The recording can't be told that."),
}
"""The words of the codes of `rules.paying.taking` and `rules.paying.recordings`."""
