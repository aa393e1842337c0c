"""``agent-tui users``: the people who may sign in."""

from __future__ import annotations

import argparse
import json
import os
import sys

import msgspec

from agent_tui.central_store import add_json_option, add_store_option, opened
from agent_tui.failures import CommandError
from rules.words import tr

ROLES = ("agent", "lead", "backoffice", "admin", "auditor")
LEVELS = ("agent", "senior", "supervisor", "remedial", "committee")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("add, list and disable the people who may sign in")
    parser = subparsers.add_parser("users", help=words, description=words)
    actions = parser.add_subparsers(dest="action", metavar=tr("action"), required=True)
    password = tr("The password comes from AGENT_TUI_PASSWORD, or is asked for; never from the command line.")
    words = tr("add a user")
    add = actions.add_parser("add", help=words, description=words, epilog=password)
    add.add_argument("name", help=tr("what is typed to sign in"))
    add.add_argument("--role", choices=ROLES, required=True, help=tr("what the user may do"))
    add.add_argument(
        "--portfolio",
        action="append",
        default=[],
        help=tr("a portfolio that the user may work; may be given again; none = all"),
    )
    add.add_argument("--display-name", default="", help=tr("what others read; the name if left out"))
    add.add_argument(
        "--level", choices=LEVELS, default="", help=tr("authority to grant terms; left out, that of the role")
    )
    add.add_argument("--team", default="", help=tr("name of the team"))
    add.add_argument(
        "--lang", choices=("es", "en"), default="es", help=tr("the user's language (default es)")
    )
    add_store_option(add)
    add.set_defaults(func=run_add)
    words = tr("list the users")
    listing = actions.add_parser("list", help=words, description=words)
    add_store_option(listing)
    add_json_option(listing)
    listing.set_defaults(func=run_list)
    words = tr("shut a user out: sessions end at once, what was done stays")
    disable = actions.add_parser("disable", help=words, description=words)
    disable.add_argument("name", help=tr("the user's name"))
    add_store_option(disable)
    disable.set_defaults(func=run_disable)
    words = tr("give a user a new password")
    change = actions.add_parser("password", help=words, description=words, epilog=password)
    change.add_argument("name", help=tr("the user's name"))
    add_store_option(change)
    change.set_defaults(func=run_password)


def run_add(options: argparse.Namespace) -> int:
    """Add the user."""
    from storage.central.people import add_user

    with opened(options.store) as store:
        add_user(
            store,
            options.name,
            options.role,
            _password(),
            display_name=options.display_name,
            portfolios=options.portfolio,
            team=options.team,
            level=options.level,
            language=options.lang,
        )
    print(tr("{name} may sign in as {role}.", name=options.name, role=options.role))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """Print the users."""
    from storage.central.people import list_users

    with opened(options.store) as store:
        users = list_users(store)
    if options.json:
        print(json.dumps([msgspec.structs.asdict(user) for user in users], ensure_ascii=False))
        return 0
    for user in users:
        scope = ", ".join(user.portfolios) or tr("all portfolios")
        state = tr("disabled") if user.disabled else ""
        print(f"{user.name:<16} {user.role:<10} {user.display_name:<24} {scope} {state}".rstrip())
    return 0


def run_disable(options: argparse.Namespace) -> int:
    """Disable the user."""
    from storage.central.people import disable_user

    with opened(options.store) as store:
        disable_user(store, options.name)
    print(tr("{name} can't sign in any more.", name=options.name))
    return 0


def run_password(options: argparse.Namespace) -> int:
    """Change the user's password."""
    from storage.central.people import set_password

    with opened(options.store) as store:
        set_password(store, options.name, _password())
    print(tr("{name} has a new password; open sessions have ended.", name=options.name))
    return 0


def _password() -> str:
    """From the environment, else asked for twice without showing it."""
    given = os.environ.get("AGENT_TUI_PASSWORD")
    if given:
        return given
    if not sys.stdin.isatty():
        raise CommandError(tr("no terminal to ask for the password: set AGENT_TUI_PASSWORD"))
    from getpass import getpass

    typed = getpass(tr("Password: "))
    if typed != getpass(tr("Once more: ")):
        raise CommandError(tr("the two passwords differ; nothing was changed"))
    return typed
