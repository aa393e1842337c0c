"""The receipts of a policy, in lines: breakdown, state, until when each keeps the cover, CFDI."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.debit.charge_words import CHANNELS
from rules.insurance.policies import Policy, Receipt
from rules.insurance.policy_states import unpaid
from rules.words import tr
from widgets.formats import day, hour, plain
from widgets.panel import LABEL, columns, wrapped
from widgets.policy_panel import RECEIPT_SIGNS
from widgets.policy_words import CFDI, RECEIPT_STATUSES
from widgets.shown import shown
from widgets.wording import word

WIDE = 116
"""Width from which a receipt is one line."""


def receipt_lines(policy: Policy, now: datetime, width: int) -> list[Content]:
    """What is owed first, then what is paid, the newest on top.

    In one line each with what it is made of; where there is no room for that, only what is owed has a
    second line for it.
    """
    owed = unpaid(policy)
    listed = (*owed, *(one for one in reversed(policy.receipts) if one not in owed))
    if width >= WIDE and listed:
        return [_titles(width), *(_wide(one, policy, now, width) for one in listed)]
    lines: list[Content] = []
    for one in listed:
        lines.append(_narrow(one, now, width))
        lines += _made(one, policy, width) if one in owed else []
    return lines


_WIDTHS = (6, 12, 6, -10, -9, -8, -9, -10, 14, 12)


def _widths(width: int) -> list[int]:
    fixed = sum(abs(one) + 1 for one in _WIDTHS)
    return [*_WIDTHS, max(1, width - fixed)]


def _titles(width: int) -> Content:
    names = (
        "", tr("status"), tr("due"), tr("net"), tr("surcharge"), tr("fee"), tr("VAT"), tr("total"),
        tr("grace until"), tr("channel"), tr("CFDI"),
    )  # fmt: skip
    return columns([shown(name, LABEL) for name in names], _widths(width))


def _wide(one: Receipt, policy: Policy, now: datetime, width: int) -> Content:
    sign, style = RECEIPT_SIGNS.get(one.status, ("?", LABEL))
    cells = [
        shown(f"R{one.number}/{one.of}", "bold"),
        shown(f"{sign} {word(RECEIPT_STATUSES, one.status)}", style),
        shown(day(one.due)),
        *(shown(plain(amount), LABEL) for amount in (one.net, one.surcharge, one.fee, one.tax)),
        shown(plain(one.total), "bold" if one.status in ("overdue", "lapsed") else ""),
        _until(one, now),
        shown(word(CHANNELS, one.channel or policy.channel), LABEL),
        shown(_cfdi(one), LABEL),
    ]
    return columns(cells, _widths(width))


def _narrow(one: Receipt, now: datetime, width: int) -> Content:
    sign, style = RECEIPT_SIGNS.get(one.status, ("?", LABEL))
    cells = [
        shown(f"R{one.number}/{one.of}", "bold"),
        shown(f"{sign} {word(RECEIPT_STATUSES, one.status)}", style),
        shown(day(one.due)),
        shown(plain(one.total), "bold" if one.status in ("overdue", "lapsed") else ""),
        _until(one, now),
        shown(_cfdi(one), LABEL),
    ]
    return columns(cells, [6, 12, 6, -12, 14, max(1, width - 55)])


def _made(one: Receipt, policy: Policy, width: int) -> list[Content]:
    """What a receipt is made of, what of it is settled, and how it is collected if not as the others."""
    parts = [
        (tr("net"), one.net),
        (tr("surcharge"), one.surcharge),
        (tr("fee"), one.fee),
        (tr("VAT"), one.tax),
        (tr("paid"), one.paid),
        (tr("let go"), one.adjusted),
    ]
    made = "  ".join(f"{name} {plain(minor)}" for name, minor in parts if minor)
    channel = f" · {word(CHANNELS, one.channel)}" if one.channel not in ("", policy.channel) else ""
    return wrapped(shown(f"       {made}{channel}", LABEL), width, "       ")


def _until(one: Receipt, now: datetime) -> Content:
    """Until when it may be paid without losing cover, to the hour; a paid one: when it was."""
    if one.status == "paid":
        return shown(day(one.paid_on) if one.paid_on else "", LABEL)
    if one.grace_ends is None or one.status == "cancelled":
        return shown("")
    ends = one.grace_ends.astimezone(now.tzinfo)
    today = one.status == "overdue" and ends.date() == now.date()
    style = "bold $text-error" if today else "$text-warning" if one.status == "overdue" else LABEL
    return shown(f"{'!' if today else '→'} {day(ends)} {hour(ends)}", style)


def _cfdi(one: Receipt) -> str:
    return " ".join(text for text in (one.method, word(CFDI, one.cfdi) if one.cfdi else "") if text)
