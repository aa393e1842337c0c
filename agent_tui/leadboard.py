"""The lead board put together: sign in, then the live figures of the hub."""

from __future__ import annotations

from agent_tui import board_arrangement
from agent_tui.board_app import BoardApp
from agent_tui.board_feed import BoardFeed
from agent_tui.logs import log_fault
from agent_tui.opening import Opening
from agent_tui.terminal_app import run
from agent_tui.workstation import SignInAs, hub_client

MAY_LOOK = ("lead", "admin", "auditor")


def open_board(who: SignInAs, language: str | None) -> int:
    """Run the lead board until its user leaves; the command's exit code.

    Raises:
        CommandError: the password was given and the hub does not take it.
    """
    door = Opening(who, language, MAY_LOOK, "board")
    run(
        BoardApp(
            lambda: BoardFeed(lambda: hub_client(who), door.sessions[-1], on_fault=log_fault("board")),
            door.settings,
            kept=board_arrangement.kept(),
            keep=board_arrangement.keep,
            sign_in=door.screen,
        )
    )
    return 0
