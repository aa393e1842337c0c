"""The command line: finds the command, sets the language, runs it, reports failures."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from agent_tui import __version__, splash

if TYPE_CHECKING:
    import argparse

COMMANDS = {
    "demo": "demo",
    "work": "work",
    "lead": "lead",
    "receipts": "receipts",
    "wipe": "wipe",
    "hub": "hub",
    "store": "store",
    "users": "users",
    "seed": "seed",
    "import": "import_",
    "policies": "policies",
    "payments": "payments",
    "calls": "calls",
    "export": "export",
    "report": "report",
    "cross": "cross",
    "pivot": "pivot",
    "reconcile": "reconcile",
    "agreement": "agreement",
    "config": "config",
    "parse": "parse",
    "rules": "rules",
    "simulate": "simulate",
    "doctor": "doctor",
}
"""Command to the module under `agent_tui.commands` that holds it."""

FULL_SCREEN = ("demo", "work", "lead", "receipts")
"""Commands that paint at once, before their parts are imported."""

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser with every command, or with one alone (the others need not be imported)."""
    from agent_tui.arguments import Parser
    from rules.words import tr

    parser = Parser(
        prog="agent-tui",
        description=tr("The terminal workstation on which collections agents spend their day."),
        epilog=tr("Start with: agent-tui demo. Each command explains itself with --help."),
    )
    parser.add_argument("--version", action="version", version=f"agent-tui {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar=tr("command"), required=True)
    for name, module in COMMANDS.items():
        if only in (None, name):
            import_module(f"agent_tui.commands.{module}").register(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 done, 1 failed, 2 called wrongly.

    A failure that the user can mend is one line on standard error; anything else is
    written to the log and said without a traceback.
    """
    args = list(sys.argv[1:] if argv is None else argv)
    before = os.umask(0o077)  # what a command writes, a log or an export, is its user's alone
    if args and args[0] in FULL_SCREEN and not {"-h", "--help", "--serve"} & set(args):
        splash.show()
    try:
        code = _run(args)
    finally:
        splash.take_away()
        os.umask(before)
    raise SystemExit(code)


def _run(args: list[str]) -> int:
    _choose_language(args)
    only = args[0] if args and args[0] in COMMANDS else None
    options = build_parser(only).parse_args(args)
    try:
        code: int = options.func(options)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:  # the last door: said in a line, kept in full in the log
        splash.take_away()
        return _report(error)
    return code


def _choose_language(args: Sequence[str]) -> None:
    """``--lang`` anywhere, else the environment; before any text is made."""
    from agent_tui.i18n import set_language

    for position, word in enumerate(args):
        if word == "--lang" and position + 1 < len(args) and args[position + 1] in ("es", "en"):
            set_language(args[position + 1])
            return
    chosen = os.environ.get("AGENT_TUI_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    set_language("es" if chosen.lower().startswith("es") else "en")


def _report(error: Exception) -> int:
    from agent_tui.failures import say

    print(f"agent-tui: {say(error)}", file=sys.stderr)
    return EXIT_FAILED
