"""The sheet of an account, by its product; and the trace of its money."""

from __future__ import annotations

from textual.content import Content

from screens.account.dialog import About
from widgets.company_sheet import company_sheet
from widgets.contract_sheet import contract_sheet
from widgets.credit_sheet import credit_sheet
from widgets.money_trace import money_trace
from widgets.policy_sheet import policy_sheet


def sheet(about: About, width: int) -> list[Content]:
    """The account's sheet in lines for a width in cells."""
    if about.policy is not None:
        return policy_sheet(about.policy, about.client, about.now, width)
    if about.account.contract is not None:
        return contract_sheet(about.account, about.client, about.now, width)
    if about.account.company is not None:
        return company_sheet(about.account, about.client, width)
    return credit_sheet(about.account, about.client, width)


def trace(about: About, width: int) -> list[Content]:
    """What each payment of the account paid, in lines for a width in cells."""
    return money_trace(about.account, about.policy, about.client, about.now, width)
