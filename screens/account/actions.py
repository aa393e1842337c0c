"""What can be asked for or done about an account: key, words, and the dialog, imported when it opens."""

from __future__ import annotations

from importlib import import_module

import msgspec

from rules.words import mark
from screens.account.dialog import About, AccountDialog


class Action(msgspec.Struct, frozen=True):
    """An action: its key on the account's screen, words, dialog as module:class, what it said when done.

    brief: the words where there is little room. needs: "policy" where there has to be one, a product
    ("timeshare"), "" for any account.
    """

    key: str
    words: str
    dialog: str
    said: str
    brief: str
    needs: str = ""


ACTIONS: dict[str, Action] = {
    "pay": Action(
        "p",
        mark("Take a payment: terminal or link"),
        "screens.account.paying:PayDialog",
        mark("Payment asked for."),
        mark("pay"),
    ),
    "channel": Action(
        "c",
        mark("Change the collection channel"),
        "screens.account.channel:ChannelDialog",
        mark("Change of channel asked for."),
        mark("channel"),
        "policy",
    ),
    "frequency": Action(
        "f",
        mark("Pay in other parts"),
        "screens.account.frequency:FrequencyDialog",
        mark("Change of frequency asked for."),
        mark("parts"),
        "policy",
    ),
    "rehabilitate": Action(
        "r",
        mark("Bring cover back"),
        "screens.account.rehabilitating:RehabilitateDialog",
        mark("Rehabilitation asked for."),
        mark("bring back"),
        "policy",
    ),
    "cancel": Action(
        "x",
        mark("What ending it early gives back"),
        "screens.account.cancelling:CancelDialog",
        mark("Cancellation asked for."),
        mark("end"),
        "policy",
    ),
    "set_off": Action(
        "s",
        mark("Set premium off against a claim"),
        "screens.account.setting_off:SetOffDialog",
        mark("Offset asked for."),
        mark("claim"),
        "policy",
    ),
    "revoke": Action(
        "v",
        mark("Take a mandate back"),
        "screens.account.revoking:RevokeDialog",
        mark("Mandate taken back: nothing is charged by it any more."),
        mark("mandate"),
    ),
}
"""Name of an action to what it is."""


def offered(about: About) -> dict[str, Action]:
    """The actions that fit an account."""
    return {
        name: action
        for name, action in ACTIONS.items()
        if not action.needs
        or (action.needs == "policy" and about.policy is not None)
        or action.needs == about.account.product
    }


def dialog(name: str, about: About) -> AccountDialog:
    """The dialog of an action."""
    module, _, found = ACTIONS[name].dialog.partition(":")
    kind: type[AccountDialog] = getattr(import_module(module), found)
    return kind(about)
