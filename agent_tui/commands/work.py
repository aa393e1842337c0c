"""``agent-tui work``: the workstation on a hub of one's own."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from rules.words import tr

if TYPE_CHECKING:
    from agent_tui.workstation import SignInAs


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("open the workstation")
    parser = subparsers.add_parser("work", help=words, description=words)
    add_sign_in(parser)
    parser.set_defaults(func=run)


def add_sign_in(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which hub, which user and which language."""
    parser.add_argument(
        "--hub", metavar="URL", help=tr("the hub's address (or AGENT_TUI_HUB, or the settings)")
    )
    parser.add_argument("--user", metavar="NAME", help=tr("who works (or AGENT_TUI_USER, or the settings)"))
    parser.add_argument("--lang", choices=("es", "en"), help=tr("language of the screens"))
    parser.add_argument(
        "--ca", metavar=tr("FILE"), help=tr("certificates (PEM) to trust instead of the system's")
    )
    parser.add_argument(
        "--pin",
        action="append",
        default=[],
        metavar="sha256/…",
        help=tr("the hub's key has to be this one; may be given again"),
    )


def run(options: argparse.Namespace) -> int:
    """Open the workstation; the password comes from AGENT_TUI_PASSWORD or is asked for."""
    from agent_tui.clock import environment_clock
    from agent_tui.demo.folder import FileLock
    from agent_tui.failures import CommandError
    from agent_tui.home import private_folder
    from agent_tui.workstation import open_workstation

    who = signing_in(options)
    folder = private_folder(desk_folder(who))
    desk = FileLock(folder / "desk.lock")
    if not desk.take():
        raise CommandError(
            tr("{user} already works on this machine; close that workstation first.", user=who.user)
        )
    with desk:
        return open_workstation(who, folder, environment_clock(), options.lang)


def signing_in(options: argparse.Namespace, *, anybody: bool = False) -> SignInAs:
    """Who signs in where: command line, then environment, then settings.

    Args:
        options: what was typed.
        anybody: the screen asks for the user, too, if none is named.

    Raises:
        CommandError: hub or user is not said anywhere.
    """
    from agent_tui.config import load_settings, settings_path
    from agent_tui.failures import CommandError
    from agent_tui.workstation import SignInAs
    from storage.sync.trust import Trust

    settings = load_settings()
    hub, user = options.hub or settings.hub, options.user or settings.user
    if not hub or not (user or anybody):
        missing = "--hub URL" if not hub else "--user NAME"
        raise CommandError(
            tr(
                "Say {missing}, or set it in {path}. To try without a hub: agent-tui demo.",
                missing=missing,
                path=settings_path(),
            )
        )
    trust = Trust(ca=options.ca or settings.ca, pins=tuple(options.pin) or settings.pins)
    return SignInAs(
        hub=hub.rstrip("/"), user=user, password=os.environ.get("AGENT_TUI_PASSWORD"), trust=trust
    )


def desk_folder(who: SignInAs) -> Path:
    """Where a user's workstation of one hub lies."""
    from agent_tui.home import home

    return home() / "desk" / folder_name(who.hub, who.user)


def folder_name(hub: str, user: str) -> str:
    """A folder name for one user on one hub, safe on every file system."""
    from urllib.parse import quote

    return quote(f"{user}@{hub.partition('://')[2]}", safe="@.-")
