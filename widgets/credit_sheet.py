"""A credit whole, in lines: the payoff by component, what was promised, what its product says."""

from __future__ import annotations

from textual.content import Content

from rules.clients import Account, Client
from rules.words import tr
from widgets.formats import full_day, money, plain
from widgets.panel import LABEL, columns
from widgets.shown import row, shown
from widgets.wording import COMPONENTS, PROMISE_STATUSES, word


def credit_sheet(account: Account, client: Client, width: int) -> list[Content]:
    """The account's payoff as it is made up, and its promises, in lines for a width in cells."""
    widths = [max(1, min(44, width - 18)), -16]
    lines = [row((tr("Payoff"), "bold"), (f" · {account.number} · {account.creditor}", LABEL))]
    lines += [
        columns([shown(f" {word(COMPONENTS, name)}"), shown(plain(amount))], widths)
        for name, amount in account.components.items()
        if amount
    ]
    total = shown(money(account.total, account.currency), "bold")
    lines.append(columns([shown(f" {tr('payoff')}", "bold"), total], widths))
    lines.append(columns([shown(f" {tr('brings it current')}"), shown(plain(account.overdue))], widths))
    if account.minimum:
        lines.append(columns([shown(f" {tr('minimum')}"), shown(plain(account.minimum))], widths))
    if account.deposit:
        credit = shown(plain(account.deposit), "$text-success")
        lines.append(columns([shown(f" {tr('credit balance')}"), credit], widths))
    if account.disputed:
        held = shown(plain(account.disputed), "$text-warning")
        lines.append(columns([shown(f" {tr('in dispute, not asked for')}"), held], widths))
    return lines + _promises(account, client)


def _promises(account: Account, client: Client) -> list[Content]:
    own = [one for one in client.promises if one.account_id == account.id]
    if not own:
        return []
    lines = [shown(""), shown(tr("Promises"), "bold")]
    for one in own:
        state = word(PROMISE_STATUSES, one.status)
        paid = f" · {tr('paid {amount}', amount=plain(one.paid))}" if one.paid else ""
        lines.append(row(f" {full_day(one.due)}  {plain(one.amount)}  ", (f"{state}{paid}", LABEL)))
    return lines
