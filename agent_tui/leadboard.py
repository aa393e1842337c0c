"""The lead board put together: sign in, then the live figures of the hub."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from textual import constants

from agent_tui import board_arrangement, splash
from agent_tui.board_app import BoardApp, run
from agent_tui.board_feed import BoardFeed
from agent_tui.config import load_settings
from agent_tui.failures import CommandError
from agent_tui.home import home, private_folder
from agent_tui.hub_sign_in import HubSignIn
from agent_tui.i18n import set_language
from agent_tui.logs import log_fault
from agent_tui.workstation import SignInAs, hub_client
from rules.protocol import Session
from rules.words import tr
from screens.sign_in import REFUSALS, SignInScreen

MAY_LOOK = ("lead", "admin", "auditor")


def open_board(who: SignInAs, language: str | None) -> int:
    """Run the lead board until its user leaves; the command's exit code.

    Raises:
        CommandError: the password was given and the hub does not take it.
    """
    settings = load_settings()
    if language or settings.language:
        set_language(language or settings.language)
    sessions: list[Session] = []
    door = HubSignIn(lambda: hub_client(who), _device(), sessions.append, roles=MAY_LOOK)
    screen = SignInScreen(door, hub=who.hub, user=who.user)
    if who.password is not None:
        refusal = asyncio.run(door.sign_in(who.user, who.password))
        if refusal is not None and refusal.code != "second_factor_needed":
            raise CommandError(tr(REFUSALS.get(refusal.code, refusal.detail or refusal.code)))
    splash.hand_over()
    run(
        BoardApp(
            lambda: BoardFeed(lambda: hub_client(who), sessions[-1], on_fault=log_fault("board")),
            settings,
            kept=board_arrangement.kept(),
            keep=board_arrangement.keep,
            sign_in=None if sessions else screen,
        )
    )
    return 0


def _device() -> str:
    """The name under which the hub knows the boards of this machine's user.

    Behind a browser's tab anybody may sit: each has a name of its own, since a device is one user's.
    """
    if constants.DRIVER is not None:
        return str(uuid4())
    path = private_folder(home()) / "board-device"
    if not path.exists():
        path.write_text(str(uuid4()), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
