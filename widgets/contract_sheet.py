"""A timeshare contract whole, in lines: members, price and balance, the legal clock, what may be offered."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from rules.clients import Account, Case, Client
from rules.contracts import OPTIONS, Clock, Contract, balance, clock, differs, options
from rules.words import mark, tr
from rules.zones import local_day
from widgets.formats import full_day, money, plain
from widgets.panel import LABEL, columns, wrapped
from widgets.shown import row, shown

USAGES = {"annual": mark("every year"), "biennial": mark("every second year"), "points": mark("points")}
"""How the right is used, in words."""


def contract_sheet(account: Account, client: Client, now: datetime, width: int) -> list[Content]:
    """The contract behind an account, in lines for a width in cells; now: in the client's own zone."""
    contract = account.contract
    if contract is None:
        return []
    return [
        *_head(contract, account, width),
        shown(""),
        *_sum(contract, account, width),
        shown(""),
        *_cancelling(contract, account, client, now, width),
    ]


def _head(contract: Contract, account: Account, width: int) -> list[Content]:
    usage = tr(USAGES[contract.usage]) if contract.usage in USAGES else contract.usage
    weeks = tr(
        "{used} of {weeks} used this year, {banked} banked",
        used=contract.used,
        weeks=contract.weeks,
        banked=contract.banked,
    )
    facts = [
        (tr("contract"), contract.number),
        (tr("plan"), f"{contract.plan} · {usage} · {weeks}"),
        (tr("members"), ", ".join(contract.members)),
        (tr("signed"), tr("{day} at {room}", day=full_day(contract.signed_on), room=contract.room)),
        (tr("maintenance"), f"{money(contract.fees, account.currency)} {tr('a year')}"),
    ]
    return [
        line for label, value in facts for line in wrapped(row((f"{label}: ", LABEL), value), width, "  ")
    ]


def _sum(contract: Contract, account: Account, width: int) -> list[Content]:
    """The balance as it is made up, to the cent."""
    parts = [
        (tr("price"), contract.price),
        (tr("− down payment"), -contract.down_payment),
        (tr("− payments"), -contract.paid),
        *(
            (f"{'+' if one.amount > 0 else '−'} {one.why or tr('adjustment')} {full_day(one.on)}", one.amount)
            for one in contract.adjustments
        ),
    ]
    widths = [max(1, min(44, width - 21)), -16]
    lines = [columns([shown(label, LABEL), shown(plain(amount))], widths) for label, amount in parts]
    total = shown(f"{plain(balance(contract))} {account.currency}", "bold")
    lines.append(columns([shown(tr("= balance of the price"), "bold"), total], [widths[0], -20]))
    off = differs(contract, account.components)
    if off:
        words = tr("! the account differs by {amount}: report it", amount=plain(abs(off)))
        lines.append(shown(words, "bold $text-error"))
    overdue = tr(
        "overdue {overdue}, payoff {total}", overdue=plain(account.overdue), total=plain(account.total)
    )
    return [*lines, shown(overdue, LABEL)]


def _cancelling(
    contract: Contract, account: Account, client: Client, now: datetime, width: int
) -> list[Content]:
    case = next((one for one in client.cases if _is_open(one, account)), None)
    zone = client.zones[0] if client.zones else "UTC"
    requested = local_day(case.opened, zone) if case else None
    found = clock(contract, now.date(), requested, case.due if case else None)
    lines = wrapped(_clock_line(found), width, "  ")
    for number, option in enumerate(options(contract, found, account.overdue), start=1):
        text = tr(OPTIONS[option.name])
        asked = f" · {tr('only if asked for')}" if option.asked else ""
        line = row((f" {number} ", "bold"), text, (f"{asked} · {option.code}", LABEL))
        lines += wrapped(line, width, "   ")
    if found.tier == "T2" and contract.terms:
        lines += wrapped(row((f"{tr('contract')}: ", LABEL), contract.terms), width, "  ")
    return lines


def _is_open(case: Case, account: Account) -> bool:
    return case.kind == "cancellation" and case.status == "open" and case.account_id in (None, account.id)


def _clock_line(found: Clock) -> Content:
    """Which tier it is, until when, and what is due by when; late in words and colour."""
    limit = full_day(found.limit)
    if found.requested is None:
        if found.tier == "T1":
            text = tr("T1: may be revoked at no cost until {day}, {days} days", day=limit, days=found.left)
            return shown(text, "bold $text-warning")
        return shown(tr("T2: the time to revoke ended on {day}", day=limit), LABEL)
    head = tr("cancellation asked for on {day}, {tier}", day=full_day(found.requested), tier=found.tier)
    if found.refund_by is None:
        return shown(head, "bold $text-warning")
    due = full_day(found.refund_by)
    if found.late:
        return shown(f"! {head} · {tr('LATE: to be settled by {day}', day=due)}", "bold $text-error")
    return shown(f"{head} · {tr('to be settled by {day}', day=due)}", "bold $text-warning")
