"""The sheet of an account, by its product."""

from __future__ import annotations

from textual.content import Content

from screens.account.dialog import About
from widgets.policy_sheet import policy_sheet


def sheet(about: About, width: int) -> list[Content]:
    """The account's sheet in lines for a width in cells."""
    if about.policy is not None:
        return policy_sheet(about.policy, about.client, about.now, width)
    return []
