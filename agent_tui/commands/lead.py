"""``agent-tui lead``: the lead board on a hub of one's own, in the terminal or in a browser."""

from __future__ import annotations

import argparse

from rules.words import tr

PORT = 8766
MOST_PORT = 65_535


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    from agent_tui.commands.work import add_sign_in

    words = tr("open the lead board: live queue, people and decisions")
    parser = subparsers.add_parser("lead", help=words, description=words)
    add_sign_in(parser)
    parser.add_argument(
        "--serve", action="store_true", help=tr("show it in a browser; whoever opens the page signs in")
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help=tr("with --serve: address to listen at (default 127.0.0.1)")
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=PORT,
        help=tr("with --serve: port to listen at (default {port})", port=PORT),
    )
    parser.add_argument(
        "--url",
        default="",
        metavar="URL",
        help=tr("with --serve: where browsers find it, behind a proxy with TLS"),
    )
    parser.add_argument(
        "--beyond-this-machine",
        action="store_true",
        help=tr("with --serve: let other machines reach it, without TLS"),
    )
    parser.set_defaults(func=run)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PORT:
        raise argparse.ArgumentTypeError(tr("between 1 and {most}", most=MOST_PORT))
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Open the board; the password comes from AGENT_TUI_PASSWORD or is asked for."""
    from agent_tui.commands.work import signing_in

    who = signing_in(options, anybody=True)
    if not options.serve:
        from agent_tui.leadboard import open_board

        return open_board(who, options.lang)
    from agent_tui.served_board import serve

    arguments = ["lead", "--hub", who.hub]
    arguments += ["--user", who.user] if who.user else []
    arguments += ["--lang", options.lang] if options.lang else []
    arguments += ["--ca", who.trust.ca] if who.trust.ca else []
    arguments += [word for pin in who.trust.pins for word in ("--pin", pin)]
    return serve(arguments, options.host, options.port, options.url, beyond=options.beyond_this_machine)
