"""``agent-tui wipe``: destroys what a workstation keeps of its user's clients."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rules.words import tr, trn

if TYPE_CHECKING:
    from storage.local.wrapped import KeyFile


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    from agent_tui.commands.work import add_sign_in

    words = tr("destroy the data of one user's workstation on this machine")
    parser = subparsers.add_parser(
        "wipe",
        help=words,
        description=words,
        epilog=tr(
            "Whether something is unsent can only be seen with the password (AGENT_TUI_PASSWORD, or it is "
            "asked for); --lose-unsent destroys without looking."
        ),
    )
    add_sign_in(parser)
    parser.add_argument(
        "--dir", type=Path, help=tr("the workstation's folder, instead of the one of --hub and --user")
    )
    parser.add_argument(
        "--lose-unsent", action="store_true", help=tr("also when captures were not sent yet: they are lost")
    )
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Destroy the key, then the store, and say what is gone; 1 if there was nothing."""
    from agent_tui.commands.work import desk_folder, signing_in
    from agent_tui.demo.folder import FileLock
    from agent_tui.failures import CommandError
    from agent_tui.workstation import STORE_NAME
    from storage.local.wipe import wipe

    folder = options.dir or desk_folder(signing_in(options))
    store = folder / STORE_NAME
    if not folder.is_dir():
        raise CommandError(tr("There is no workstation in {path}.", path=folder))
    lock = FileLock(folder / "desk.lock")
    if not lock.take():
        raise CommandError(tr("The workstation in {path} is open; close it first.", path=folder))
    with lock:
        if not options.lose_unsent:
            _refuse_unsent(store)
        gone = wipe(store)
    for path in gone:
        print(tr("destroyed: {path}", path=path))
    if not gone:
        raise CommandError(tr("There is no workstation in {path}.", path=folder))
    return 0


def _refuse_unsent(store: Path) -> None:
    from agent_tui.failures import CommandError

    number = _unsent(store)
    if number:
        words = trn(
            "{number} capture was not sent yet: open the workstation with the hub in reach, or add "
            "--lose-unsent.",
            "{number} captures were not sent yet: open the workstation with the hub in reach, or add "
            "--lose-unsent.",
            number,
        )
        raise CommandError(words)


def _unsent(store: Path) -> int:
    """How many facts would be lost with the store."""
    from storage.local.encrypting import is_clear
    from storage.local.keys import kept_beside, open_key_path
    from storage.local.wipe import unsent
    from storage.local.wrapped import KeyFile

    if is_clear(store):
        return unsent(store, None)
    if open_key_path(store).exists():
        return unsent(store, kept_beside(store))
    if store.exists() and KeyFile(store).exists():
        return unsent(store, _opened(KeyFile(store)))
    return 0  # there is none, or nobody can read it any more


def _opened(keys: KeyFile) -> bytes:
    from agent_tui.failures import CommandError

    password = os.environ.get("AGENT_TUI_PASSWORD")
    if password is None and sys.stdin.isatty():
        from getpass import getpass

        password = getpass(tr("Password: "))
    if not password:
        raise CommandError(
            tr("Set AGENT_TUI_PASSWORD so that unsent captures can be seen, or add --lose-unsent.")
        )
    time.sleep(keys.pause())
    key = keys.by_password(password)
    if key is None:
        raise CommandError(tr("The password does not open this workstation."))
    return key
