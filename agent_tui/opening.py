"""Opening a board or a desk on a hub: the language, the settings, and who sits here."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from textual import constants

from agent_tui import splash
from agent_tui.config import Settings, load_settings
from agent_tui.failures import CommandError
from agent_tui.home import home, private_folder
from agent_tui.hub_sign_in import HubSignIn
from agent_tui.i18n import set_language
from agent_tui.workstation import SignInAs, hub_client
from rules.protocol import Session
from rules.words import tr
from screens.sign_in import REFUSALS, SignInScreen


class Opening:
    """A door that is open, or the screen that opens it.

    Attributes:
        settings: the user's own.
        sessions: the session comes here as soon as somebody is signed in.
        screen: the screen that signs in first; None = somebody is signed in already.
    """

    def __init__(self, who: SignInAs, language: str | None, roles: tuple[str, ...], desk: str) -> None:
        """Sign in at once where the password is known; desk: the name of what is opened.

        Raises:
            CommandError: the hub does not take the password.
        """
        self.settings: Settings = load_settings()
        if language or self.settings.language:
            set_language(language or self.settings.language)
        self.sessions: list[Session] = []
        door = HubSignIn(lambda: hub_client(who), device(desk), self.sessions.append, roles=roles)
        screen = SignInScreen(door, hub=who.hub, user=who.user)
        if who.password is not None:
            refusal = asyncio.run(door.sign_in(who.user, who.password))
            if refusal is not None and refusal.code != "second_factor_needed":
                raise CommandError(tr(REFUSALS.get(refusal.code, refusal.detail or refusal.code)))
        self.screen = None if self.sessions else screen
        splash.hand_over()


def device(desk: str) -> str:
    """The name under which the hub knows a board or desk of this machine's user.

    Behind a browser's tab anybody may sit: each has a name of its own, since a device is one user's.
    """
    if constants.DRIVER is not None:
        return str(uuid4())
    path = private_folder(home()) / f"{desk}-device"
    if not path.exists():
        path.write_text(str(uuid4()), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
