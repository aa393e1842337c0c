"""Automatic charges: what may be charged on a day, and what follows from the bank's answer.

A renewal is announced at least five calendar days before it is charged (LFPC 76 Bis IX).
Money is integer minor units; days are of the portfolio's own zone.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from rules.insurance.policy_states import COVERED
from rules.words import mark

RENEWAL_NOTICE = timedelta(days=5)
"""Between the word that a renewal will be charged and the charge, at least."""

CHARGED, STOPPED_TOO_LATE = "charged", "charged_after_revocation"
"""Answers that brought money: as it should, and although the mandate had been taken back."""


class Reject(msgspec.Struct, frozen=True):
    """What follows from a rejected charge.

    words: English. retries: days to the next try, after the first try, the second...; () = none.
    mandate: what becomes of it: active, suspended, revoked. task: a kind of `rules.tasks`.
    """

    words: str
    retries: tuple[int, ...]
    mandate: str
    task: str


REJECTS = {
    "insufficient_funds": Reject(mark("not enough money in the account"), (3, 5), "active", "charge_retry"),
    "card_declined": Reject(mark("the card was declined"), (3, 5), "active", "charge_retry"),
    "bank_unavailable": Reject(mark("the bank could not be reached"), (1, 1, 2), "active", "charge_retry"),
    "over_limit": Reject(mark("above the limit of the account"), (), "active", "charge_failed"),
    "account_blocked": Reject(mark("the account is blocked"), (), "suspended", "new_mandate"),
    "account_closed": Reject(mark("the account is closed"), (), "suspended", "new_mandate"),
    "account_unknown": Reject(mark("the bank knows no such account"), (), "suspended", "new_mandate"),
    "card_expired": Reject(mark("the card has expired"), (), "suspended", "new_mandate"),
    "mandate_unknown": Reject(mark("the bank has no such mandate"), (), "suspended", "new_mandate"),
    "mandate_revoked": Reject(mark("the client revoked it at the bank"), (), "revoked", "new_mandate"),
    "disputed": Reject(mark("the client disputes the charge"), (), "suspended", "charge_failed"),
}  # fmt: skip
"""Code of a result file to what follows; any other one is `OTHER`."""

OTHER = Reject(mark("rejected for another reason"), (), "active", "charge_failed")

TASKS = ("charge_retry", "charge_failed", "new_mandate", "charge_back")
"""charge_retry: the client is told to have the money there. charge_failed: it has to be paid otherwise.
new_mandate: another account or card is needed. charge_back: what was charged too much goes back."""


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of a rejected charge: its next try, None = there is none; its task; the mandate."""

    retry_on: date | None
    task: str
    mandate: str


def rejected(code: str, attempt: int, on: date, cover_ends: date | None) -> Outcome:
    """What follows from a reject.

    A try that would come on the day on which cover ceases, or later, is none: it would be too late.

    Args:
        code: as in a result file.
        attempt: which try it was, from 1.
        on: the day of the answer.
        cover_ends: when cover ceases unless the receipt is paid, None = it does not.
    """
    reject = REJECTS.get(code, OTHER)
    wait = reject.retries[attempt - 1 : attempt]
    retry_on = on + timedelta(days=wait[0]) if wait else None
    if retry_on is not None and cover_ends is not None and retry_on >= cover_ends:
        retry_on = None
    task = reject.task if retry_on or not reject.retries else "charge_failed"
    return Outcome(retry_on, task, reject.mandate)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that is due on an account with a mandate.

    amount: what is still to be paid of it. mandate: its status; limit: 0 = none. begins: due day of
    the first receipt that the mandate is for, None = any. policy: the policy's status. under_way:
    a charge of it waits for the bank's answer. promised, intent: somebody pays it otherwise.
    attempts: charges that were rejected; retry_on: when the last of them may be tried again, None =
    not any more. renews: it begins a term that the mandate was not given for; told: when the client
    was told so.
    """

    due: date
    amount: int
    mandate: str
    policy: str
    limit: int = 0
    begins: date | None = None
    under_way: bool = False
    promised: bool = False
    intent: bool = False
    attempts: int = 0
    retry_on: date | None = None
    renews: bool = False
    told: date | None = None


LEFT_OUT = {
    "suspended": mark("the mandate is suspended"),
    "before_first": mark("due before the first receipt of the mandate"),
    "no_cover": mark("the policy is neither in force nor in grace"),
    "under_way": mark("a charge waits for the bank's answer"),
    "intent": mark("a payment by terminal or link is under way"),
    "promised": mark("promised otherwise"),
    "over_limit": mark("above the limit of the mandate"),
    "retry_later": mark("to be tried again later"),
    "tried": mark("rejected, and not tried again"),
    "renewal_notice": mark("the client has to be told of the renewal five days before"),
}
"""Why a receipt that is due is not charged, to its words; the first that applies is said."""


def left_out(one: Candidate, on: date) -> str:
    """Why a receipt may not be charged on a day, as a key of `LEFT_OUT`; "" = it may."""
    reasons = {
        "suspended": one.mandate != "active",
        "before_first": one.begins is not None and one.due < one.begins,
        "no_cover": one.policy not in COVERED,
        "under_way": one.under_way,
        "intent": one.intent,
        "promised": one.promised,
        "over_limit": 0 < one.limit < one.amount,
        "retry_later": one.attempts > 0 and one.retry_on is not None and one.retry_on > on,
        "tried": one.attempts > 0 and one.retry_on is None,
        "renewal_notice": one.renews and (one.told is None or on < one.told + RENEWAL_NOTICE),
    }
    return next((name for name, applies in reasons.items() if applies), "")
