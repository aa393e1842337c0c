"""The workstation, started in the order that shows the first account soonest.

The screen paints from one small read of the local store; store, desk and sync are brought
up beside it, and the network library is loaded in the sync's own thread.
"""

from __future__ import annotations

import gc
from pathlib import Path

import msgspec

from agent_tui import splash
from agent_tui.config import load_settings
from agent_tui.home import private_folder
from agent_tui.i18n import set_language
from storage.clock import Clock
from storage.local.first_page import first_page
from storage.local.keys import kept_beside

STORE_NAME = "desk.db"


class SignInAs(msgspec.Struct, frozen=True):
    """Which hub, which user; password None = a stored session, else ask."""

    hub: str
    user: str
    password: str | None = None


def open_workstation(who: SignInAs, folder: Path, clock: Clock, language: str | None) -> int:
    """Run the workstation until its user leaves; the command's exit code.

    Args:
        who: the hub and the user.
        folder: where this user's local store lies.
        clock: this machine's clock, or the training clock.
        language: es or en; None = as the settings or the environment say.
    """
    gc.disable()  # nothing of the start is garbage, and looking for it costs a tenth of the start
    settings = load_settings()
    if language or settings.language:
        set_language(language or settings.language)
    path = private_folder(folder) / STORE_NAME
    first = first_page(path, kept_beside(path), clock)

    from agent_tui.workstation_app import Workstation

    app = Workstation(who, path, clock, first, settings)
    splash.hand_over()
    try:
        app.run_desk()
    finally:
        app.close_desk()
    return 0
