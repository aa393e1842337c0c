"""The workstation, started in the order that shows the first account soonest.

The screen paints from one small read of the local store; store, desk and sync are brought
up beside it, and the network library is loaded in the sync's own thread.
"""

from __future__ import annotations

import gc
import resource
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent_tui import splash
from agent_tui.config import Settings, load_settings
from agent_tui.home import private_folder
from agent_tui.i18n import set_language
from rules.words import tr
from storage.clock import Clock
from storage.local.first_page import first_page
from storage.local.keys import kept_beside
from storage.sync.trust import Trust

if TYPE_CHECKING:
    from agent_tui.desk_door import DeskDoor
    from agent_tui.workstation_app import Workstation
    from rules.protocol import Session
    from storage.sync.client import HubClient

STORE_NAME = "desk.db"


class SignInAs(msgspec.Struct, frozen=True):
    """Which hub, which user; password None = ask."""

    hub: str
    user: str
    password: str | None = None
    trust: Trust = Trust()


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An open store.

    password: with it the sync may sign in again by itself, None = it may not. device: the name
    that a new store takes. session: of a sign-in at the hub that opened it, None = opened here.
    """

    key: bytes
    password: str | None = None
    device: str = ""
    session: Session | None = None


def open_workstation(who: SignInAs, folder: Path, clock: Clock, language: str | None) -> int:
    """Run the workstation until its user leaves; the command's exit code.

    Nothing of a client is read or shown before the user's password has opened the store.

    Args:
        who: the hub and the user.
        folder: where this user's local store lies.
        clock: this machine's clock, or the training clock.
        language: es or en; None = as the settings or the environment say.

    Raises:
        CommandError: the password that was given does not open it, or the device was revoked.
    """
    from concurrent.futures import ThreadPoolExecutor

    from agent_tui.desk_door import DeskDoor

    settings = _begin(language)
    path = private_folder(folder) / STORE_NAME
    door = DeskDoor(who, path, lambda: hub_client(who))
    with ThreadPoolExecutor(1) as beside:  # most of its time is Argon2's, during which others may run
        opening = beside.submit(door.open_here, who.password) if who.password is not None else None

        from agent_tui.workstation_app import Workstation

    if opening is not None and not opening.result():
        _open_at_hub(door, path, who.password or "")
    first = first_page(path, door.opened.key, clock) if door.opened else None
    return _run(Workstation(who, path, clock, first, settings, door.opened, door))


def open_demo(who: SignInAs, folder: Path, clock: Clock, language: str | None) -> int:
    """Run a workstation of the demo, whose store lies open; arguments as `open_workstation`."""
    settings = _begin(language)
    path = private_folder(folder) / STORE_NAME
    opened = Opened(key=kept_beside(path), password=who.password)
    first = first_page(path, opened.key, clock)

    from agent_tui.workstation_app import Workstation

    return _run(Workstation(who, path, clock, first, settings, opened))


def _begin(language: str | None) -> Settings:
    gc.disable()  # nothing of the start is garbage, and looking for it costs a tenth of the start
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the key and every client at hand
    settings = load_settings()
    if language or settings.language:
        set_language(language or settings.language)
    return settings


def _open_at_hub(door: DeskDoor, path: Path, password: str) -> None:
    """Open by the password that was given; where a code is needed, too, it is asked for."""
    import asyncio

    from agent_tui.failures import CommandError
    from screens.sign_in import REFUSALS
    from storage.local.wipe import wipe

    refusal = asyncio.run(door.at_hub(password))
    if refusal is None or refusal.code == "second_factor_needed":
        return
    if refusal.code == "device_revoked":
        wipe(path)
    raise CommandError(tr(REFUSALS.get(refusal.code, refusal.detail or refusal.code)))


def hub_client(who: SignInAs) -> HubClient:
    """A client of the hub; the library for it is loaded only now."""
    from storage.sync.client import HubClient

    return HubClient(who.hub, who.trust)


def _run(app: Workstation) -> int:
    splash.hand_over()
    try:
        app.run_desk()
    finally:
        app.close_desk()
    return 0
