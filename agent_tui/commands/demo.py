"""``agent-tui demo``: the workstation (or the lead board) on a living demo portfolio."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rules.words import tr

if TYPE_CHECKING:
    from agent_tui.demo.folder import DemoFolder
    from agent_tui.workstation import SignInAs

DEFAULT_CLIENTS = 500
MOST_CLIENTS = 1_000_000
BAR_CELLS = 20


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("open the workstation on a demo portfolio: one machine, nothing to configure")
    parser = subparsers.add_parser("demo", help=words, description=words)
    parser.add_argument("--lead", action="store_true", help=tr("open the lead board on the same demo"))
    parser.add_argument("--receipts", action="store_true", help=tr("open the receipts desk on the same demo"))
    parser.add_argument("--dir", type=Path, help=tr("where the demo keeps its data"))
    parser.add_argument(
        "--clients",
        type=_client_count,
        default=DEFAULT_CLIENTS,
        help=tr("clients of a new demo (default 500)"),
    )
    parser.add_argument("--seed", type=int, default=1, help=tr("same seed, same portfolio"))
    parser.add_argument("--lang", choices=("es", "en"), help=tr("language of the screens"))
    parser.set_defaults(func=run)


def _client_count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST_CLIENTS:
        raise argparse.ArgumentTypeError(tr("between 1 and {most}", most=f"{MOST_CLIENTS:,}"))
    return count


def run(options: argparse.Namespace) -> int:
    """Join the demo in its folder, starting it if need be, and open the screen."""
    from agent_tui.demo.folder import DemoFolder, FileLock
    from agent_tui.demo.join import join
    from agent_tui.home import home

    folder = DemoFolder(options.dir or home() / "demo")
    in_use = FileLock(folder.in_use)
    in_use.take(shared=True, wait=True)
    with in_use:
        url = join(folder, options.clients, options.seed, _show_progress)
        if options.lead:
            return _open_board(folder, url, options)
        if options.receipts:
            return _open_receipts(folder, url, options)
        return _open_desk(folder, url, options)


def _open_desk(folder: DemoFolder, url: str, options: argparse.Namespace) -> int:
    from agent_tui.demo.folder import FileLock
    from agent_tui.failures import CommandError
    from agent_tui.workstation import SignInAs, open_demo

    for user in folder.users():
        if user.role != "agent":
            continue
        desk = FileLock(folder.desk(user.name) / "desk.lock")
        if not desk.take():
            desk.close()
            continue
        with desk:
            who = SignInAs(hub=url, user=user.name, password=user.password)
            return open_demo(who, folder.desk(user.name), folder.clock(), options.lang)
    raise CommandError(
        tr("Every agent of this demo is already at work; close one of the other workstations.")
    )


def _open_board(folder: DemoFolder, url: str, options: argparse.Namespace) -> int:
    from agent_tui.leadboard import open_board

    return open_board(_signed_in_as("lead", folder, url), options.lang)


def _open_receipts(folder: DemoFolder, url: str, options: argparse.Namespace) -> int:
    from agent_tui.receipts_desk import open_receipts

    return open_receipts(_signed_in_as("backoffice", folder, url), options.lang)


def _signed_in_as(role: str, folder: DemoFolder, url: str) -> SignInAs:
    """The first user of a role; a demo of an older version has only a lead for the back office."""
    from agent_tui.workstation import SignInAs

    users = {user.role: user for user in reversed(folder.users())}
    user = users.get(role, users["lead"])
    return SignInAs(hub=url, user=user.name, password=user.password)


def _show_progress(done: int, total: int) -> None:
    if not sys.stderr.isatty():
        return
    filled = BAR_CELLS * done // max(total, 1)
    words = tr("Preparing the demo portfolio")
    end = "\n" if done >= total else ""
    print(
        f"\r{words} [{'#' * filled}{'.' * (BAR_CELLS - filled)}] {done:,}/{total:,}",
        end=end,
        file=sys.stderr,
        flush=True,
    )
