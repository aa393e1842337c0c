"""``agent-tui receipts``: the receipts desk of the back office on a hub of one's own."""

from __future__ import annotations

import argparse

from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    from agent_tui.commands.work import add_sign_in

    words = tr("open the receipts desk: policies, payments, requests, CFDI, reconciliation")
    parser = subparsers.add_parser("receipts", help=words, description=words)
    add_sign_in(parser)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Open the desk; the password comes from AGENT_TUI_PASSWORD or is asked for."""
    from agent_tui.commands.work import signing_in
    from agent_tui.receipts_desk import open_receipts

    return open_receipts(signing_in(options, anybody=True), options.lang)
