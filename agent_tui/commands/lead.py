"""``agent-tui lead``: the lead board on a hub of one's own."""

from __future__ import annotations

import argparse

from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    from agent_tui.commands.work import add_sign_in

    words = tr("open the lead board: live queue, people and decisions")
    parser = subparsers.add_parser("lead", help=words, description=words)
    add_sign_in(parser)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Open the board; the password comes from AGENT_TUI_PASSWORD or is asked for."""
    from agent_tui.commands.work import signing_in
    from agent_tui.leadboard import open_board

    return open_board(signing_in(options), options.lang)
