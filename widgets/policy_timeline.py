"""A policy's timeline: one line of signs over its term, and what each of its days brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from textual.content import Content

from rules.insurance.policy_timeline import Entry
from rules.words import tr
from widgets.formats import day, full_day, hour, plain
from widgets.panel import LABEL, columns, wrapped
from widgets.policy_panel import RECEIPT_SIGNS
from widgets.policy_words import EVENTS, PAYMENT_STATUSES, RECEIPT_STATUSES, WHYS
from widgets.shown import row, shown
from widgets.wording import CLAIM_STATUSES, ENDORSEMENT_KINDS, POLICY_STATUSES, word

ENDORSED = {"A": "+", "B": "=", "D": "-"}
ENDED = ("lapsed", "cancelled", "expired")


def glance(entries: Sequence[Entry], today: date, width: int) -> list[Content]:
    """The term in a line: the weightiest sign of each stretch of days, and today; then the dates."""
    first, last = entries[0].on, max(one.on for one in entries)
    span, cells = max(1, (last - first).days), max(10, width - 1)
    at = {(one.on - first).days * (cells - 1) // span: one for one in sorted(entries, key=_weight)}
    marks: list[Content | str | tuple[str, str]] = []
    now = (today - first).days * (cells - 1) // span if first <= today <= last else -1
    for cell in range(cells):
        entry = at.get(cell)
        sign = _sign(entry) if entry is not None and _weight(entry) else ("─", "$panel-rule")
        marks.append(("┃", "bold $text-primary") if cell == now else sign)
    return [row(*marks), _dates(first, last, today, now, cells)]


def _dates(first: date, last: date, today: date, now: int, cells: int) -> Content:
    """The first day and the last at the ends, today under its mark, where there is room for it."""
    left, right, here = full_day(first), full_day(last), f"{tr('today')} {day(today)}"
    start = min(max(now - len(here) // 2, len(left) + 1), cells - len(right) - len(here) - 1)
    if now < 0 or start <= len(left):
        return shown(f"{left}{' ' * max(1, cells - len(left) - len(right))}{right}", LABEL)
    gap = " " * (cells - start - len(here) - len(right))
    return row((left, LABEL), " " * (start - len(left)), (here, "bold"), gap, (right, LABEL))


def _weight(one: Entry) -> int:
    """The weightier of two that fall on one place is seen; 0 = nothing is."""
    if one.kind == "status":
        return 9 if one.what in ENDED else 8 if one.what == "rehabilitated" else 0
    if one.kind == "due":
        return {"lapsed": 7, "overdue": 7, "paid": 3}.get(one.what, 2)
    return {"claim": 6, "grace_ends": 6, "endorsement": 5, "event": 4, "payment": 1, "begins": 1, "ends": 1}[
        one.kind
    ]


def _sign(one: Entry) -> tuple[str, str]:
    if one.kind == "due":
        return RECEIPT_SIGNS.get(one.what, ("?", LABEL))
    if one.kind == "status":
        return ("▼", "bold $text-error") if one.what in ENDED else ("▲", "bold $text-success")
    if one.kind == "endorsement":
        return ENDORSED.get(one.what, "="), "bold"
    return {
        "claim": ("!", "bold $text-warning"),
        "grace_ends": ("!", "bold $text-error"),
        "event": ("•", "bold"),
        "payment": ("$", "$text-success"),
        "begins": ("├", LABEL),
        "ends": ("┤", LABEL),
    }[one.kind]


def told(entries: Sequence[Entry], now: datetime, width: int) -> list[Content]:
    """What each day brought, newest first; on top what is to come, without the receipts to fall due."""
    lines: list[Content] = []
    for one in reversed(entries):
        ahead = one.on > now.date() or (one.at is not None and one.at > now)
        if ahead and one.kind == "due":
            continue
        when = f"{day(one.on)} {hour(one.at)}" if one.at is not None else full_day(one.on)
        head = columns([_signed(one), shown(when, LABEL if ahead else "")], [1, 13])
        lines += wrapped(row(head, " ", (_words(one), LABEL if ahead else "")), width, " " * 16)
    return lines


def _signed(one: Entry) -> Content:
    if one.kind == "status" and one.what not in ENDED:
        return shown("●", "$text-success" if one.what != "grace" else "bold $text-warning")
    return shown(*_sign(one))


def _words(one: Entry) -> str:
    if one.kind == "begins":
        return tr("cover begins at noon")
    if one.kind == "ends":
        return tr("cover ends at noon")
    if one.kind == "due" and one.what == "pending":
        return tr("{receipt} of {amount} falls due", receipt=one.name, amount=plain(one.amount))
    if one.kind == "due":
        return tr(
            "{receipt} of {amount} due: {status}",
            receipt=one.name,
            amount=plain(one.amount),
            status=word(RECEIPT_STATUSES, one.what),
        )
    if one.kind == "grace_ends":
        return tr("cover ends unless {receipt} is paid", receipt=one.name)
    if one.kind == "payment":
        said = tr("payment of {amount}", amount=plain(one.amount))
        return f"{said} {one.name}" + (
            f" · {word(PAYMENT_STATUSES, one.what)}" if one.what != "standing" else ""
        )
    if one.kind == "claim":
        return tr("claim {number}: {status}", number=one.name, status=word(CLAIM_STATUSES, one.what))
    if one.kind == "endorsement":
        delta = f" {one.amount / 100:+,.2f}" if one.amount else ""
        said = tr("endorsement {kind}", kind=one.what)
        return f"{said}: {word(ENDORSEMENT_KINDS, one.what)}{delta} {one.name}".strip()
    return _event(one)


def _event(one: Entry) -> str:
    if one.kind == "status":
        said = tr("the policy is {status}", status=word(POLICY_STATUSES, one.what))
    else:
        said = word(EVENTS, one.what)
        said += f": {one.was} → {one.became}" if one.was else f": {one.became}" if one.became else ""
    said += f" · {word(WHYS, one.why)}" if one.why else ""
    return f"{said} · {one.by}" if one.by else said
