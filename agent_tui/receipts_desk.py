"""The receipts desk put together: sign in, then what waits at the hub."""

from __future__ import annotations

from agent_tui.logs import log_fault
from agent_tui.office_feed import OfficeFeed
from agent_tui.opening import Opening
from agent_tui.receipts_app import ReceiptsApp
from agent_tui.terminal_app import run
from agent_tui.workstation import SignInAs, hub_client

MAY_LOOK = ("backoffice", "lead", "admin", "auditor")


def open_receipts(who: SignInAs, language: str | None) -> int:
    """Run the receipts desk until its user leaves; the command's exit code.

    Raises:
        CommandError: the password was given and the hub does not take it.
    """
    door = Opening(who, language, MAY_LOOK, "receipts")
    run(
        ReceiptsApp(
            lambda: OfficeFeed(lambda: hub_client(who), door.sessions[-1], on_fault=log_fault("receipts")),
            door.settings,
            sign_in=door.screen,
        )
    )
    return 0
