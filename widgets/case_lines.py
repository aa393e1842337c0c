"""How a case reads in one or two lines: what it is, its clock, where it is, and its answer."""

from __future__ import annotations

from datetime import date, datetime

from textual.content import Content

from rules.clients import Case
from rules.words import mark, tr, trn
from rules.zones import local_day
from widgets.formats import day, plain
from widgets.shown import row, shown
from widgets.wording import word

KINDS = {
    "dispute": mark("Dispute"),
    "fraud": mark("Fraud report"),
    "referral": mark("Referral"),
    "cancellation": mark("Cancellation"),
    "claim": mark("Claim"),
    "attorney": mark("Attorney"),
    "deceased": mark("Deceased"),
    "cease": mark("Cease of contact"),
    "hardship": mark("Hardship"),
}
"""Kind of a case to its words."""

OUTCOMES = {
    "resolved_for_client": mark("resolved for the client"),
    "resolved_for_creditor": mark("resolved for the creditor"),
    "withdrawn": mark("withdrawn"),
    "done": mark("done"),
}
"""How a case ended, in words."""

CLOCKS = {
    "mx.clarification.hold": mark("clarification by law"),
    "mx.une.answer_days": mark("complaints unit by law"),
    "mx.arco.answer_days": mark("personal data by law"),
    "mx.timeshare.revocation_days": mark("refund by law"),
    "us.validation.period": mark("nothing asked for until verified"),
}
"""Clocks that stand on more than the house's own service level."""

MEDIA = {
    "call": mark("calls"),
    "sms": mark("text messages"),
    "whatsapp": mark("WhatsApp"),
    "email": mark("e-mail"),
    "mail": mark("letters"),
    "all": mark("every medium"),
}
"""By what a client asked not to be contacted."""

SOON = 3
"""Days before the end of its term from which a case is a warning."""

MUTED = "$text-muted"


def case_lines(case: Case, now: datetime, zone: str, *, amounts: bool = True) -> list[Content]:
    """What a case is and how long there is to answer; then what is known of it, if anything is.

    Args:
        case: open or closed.
        now: the present instant.
        zone: IANA zone of the client, whose days the terms are counted in.
        amounts: False hides what is held, while identity is not confirmed.
    """
    told = [headline(case, now, zone, amounts=amounts)]
    known = [f"#{case.reference}" if case.reference else "", case.party, case.answer or case.note]
    details = " · ".join(text for text in known if text)
    if details:
        told.append(shown(f"  {details}", MUTED))
    return told


def headline(case: Case, now: datetime, zone: str, *, amounts: bool = True) -> Content:
    """The case in one line."""
    held = f" {plain(case.amount)} {case.currency}" if case.amount and amounts else ""
    name = f"{_name(case)}{held}"
    if case.status != "open":
        ended = f": {word(OUTCOMES, case.outcome)}" if case.outcome else ""
        on = f", {day(local_day(case.closed, zone))}" if case.closed else ""
        return row(("✓ ", "$text-success"), (name, "bold"), f"{ended}{on}")
    clock, style = _clock(case, local_day(now, zone))
    where = f" · → {case.destination}" if case.destination else ""
    law = f" ({word(CLOCKS, case.clock)})" if case.clock in CLOCKS else ""
    return row(
        ("⚑ ", style or "$text-warning"), (name, "bold"), (f" · {clock}" if clock else "", style), where + law
    )


def _name(case: Case) -> str:
    name = word(KINDS, case.kind)
    if case.kind == "cease":
        return f"{name}: {word(MEDIA, case.reason)}"
    return f"{name} {case.tier}".strip()


def _clock(case: Case, today: date) -> tuple[str, str]:
    """The words of the term and their style."""
    if case.due is None:
        return "", ""
    left = (case.due - today).days
    if left < 0:
        late = trn("answer {number} day late", "answer {number} days late", -left)
        return late, "bold $text-error"
    if left == 0:
        return tr("answer due today"), "bold $text-warning"
    words = trn(
        "answer by {day}, {number} day left", "answer by {day}, {number} days left", left, day=day(case.due)
    )
    return words, "$text-warning" if left <= SOON else ""
