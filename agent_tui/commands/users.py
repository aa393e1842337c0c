"""``agent-tui users``: the people who may sign in."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable

import msgspec

from agent_tui.central_store import add_json_option, add_store_option, opened
from agent_tui.failures import CommandError
from rules.words import tr, trn

ROLES = ("agent", "lead", "backoffice", "admin", "auditor")
LEVELS = ("agent", "senior", "supervisor", "remedial", "committee")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("the people who may sign in, their second factors and their devices")
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
    for action, words, run in (
        ("disable", tr("shut a user out: sessions end at once, what was done stays"), run_disable),
        ("enable", tr("let a user who was shut out in again"), run_enable),
        ("sign-out", tr("end a user's sessions everywhere"), run_sign_out),
    ):
        _add_named(actions, action, words, run)
    change = _add_named(actions, "password", tr("give a user a new password, and lift a lock"), run_password)
    change.epilog = password
    second = _add_named(actions, "totp", tr("give a user a second factor: a code at sign-in"), run_totp)
    second.add_argument("--off", action="store_true", help=tr("take the second factor away"))
    words = tr("give a user other portfolios; clients of the former ones leave the desk and the workstation")
    scope = _add_named(actions, "portfolios", words, run_portfolios)
    scope.add_argument(
        "--portfolio",
        action="append",
        default=[],
        help=tr("a portfolio that the user may work; may be given again; none = all"),
    )
    words = tr("list the devices from which users have signed in")
    listing = actions.add_parser("devices", help=words, description=words)
    listing.add_argument("name", nargs="?", default="", help=tr("the user's name; none = everybody's"))
    add_store_option(listing)
    add_json_option(listing)
    listing.set_defaults(func=run_devices)
    words = tr("shut a device out for good: it wipes itself when it next reaches a hub")
    revoke = actions.add_parser("revoke-device", help=words, description=words)
    revoke.add_argument("device", help=tr("its id, as in the list of devices"))
    add_store_option(revoke)
    revoke.set_defaults(func=run_revoke)


def _add_named(
    actions: argparse._SubParsersAction[argparse.ArgumentParser],
    action: str,
    words: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """An action on one user."""
    parser = actions.add_parser(action, help=words, description=words)
    parser.add_argument("name", help=tr("the user's name"))
    add_store_option(parser)
    parser.set_defaults(func=run)
    return parser


def run_add(options: argparse.Namespace) -> int:
    """Add the user."""
    from storage.central.doors.people import add_user

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
            by=_by(),
        )
    print(tr("{name} may sign in as {role}.", name=options.name, role=options.role))
    return 0


def run_portfolios(options: argparse.Namespace) -> int:
    """Give the user other portfolios."""
    from storage.central.doors.scopes import set_portfolios

    with opened(options.store) as store:
        left = set_portfolios(store, options.name, options.portfolio, by=_by())
    scope = ", ".join(options.portfolio) or tr("all portfolios")
    print(tr("{name} works {scope}.", name=options.name, scope=scope))
    if left:
        print(trn("{number} client is erased there.", "{number} clients are erased there.", left))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """Print the users."""
    from storage.central.doors.people import list_users

    with opened(options.store) as store:
        users = list_users(store)
    if options.json:
        print(json.dumps([msgspec.structs.asdict(user) for user in users], ensure_ascii=False))
        return 0
    for user in users:
        scope = ", ".join(user.portfolios) or tr("all portfolios")
        marks = [tr("disabled")] * user.disabled + [tr("second factor")] * user.second_factor
        state = ", ".join(marks)
        print(f"{user.name:<16} {user.role:<10} {user.display_name:<24} {scope} {state}".rstrip())
    return 0


def run_disable(options: argparse.Namespace) -> int:
    """Disable the user."""
    from storage.central.doors.people import disable_user

    with opened(options.store) as store:
        disable_user(store, options.name, _by())
    print(tr("{name} can't sign in any more.", name=options.name))
    return 0


def run_enable(options: argparse.Namespace) -> int:
    """Enable the user."""
    from storage.central.doors.people import enable_user

    with opened(options.store) as store:
        enable_user(store, options.name, _by())
    print(tr("{name} may sign in again.", name=options.name))
    return 0


def run_sign_out(options: argparse.Namespace) -> int:
    """End the user's sessions."""
    from storage.central.doors.people import end_sessions_of

    with opened(options.store) as store:
        end_sessions_of(store, options.name, _by())
    print(tr("{name} is signed out everywhere.", name=options.name))
    return 0


def run_password(options: argparse.Namespace) -> int:
    """Change the user's password."""
    from storage.central.doors.people import set_password

    with opened(options.store) as store:
        set_password(store, options.name, _password(), _by())
    print(tr("{name} has a new password; open sessions have ended.", name=options.name))
    return 0


def run_totp(options: argparse.Namespace) -> int:
    """Set up the user's second factor and show its secret, once; or take it away."""
    from storage.central.doors import second_factor

    with opened(options.store) as store:
        if options.off:
            second_factor.take_away(store, options.name, _by())
            print(tr("{name} signs in by password alone.", name=options.name))
            return 0
        secret, address = second_factor.set_up(store, options.name, _by())
    print(address)
    print(tr("Key to type into an authenticator app: {secret}", secret=secret))
    print(tr("Shown this once. From now on {name} needs a code to sign in.", name=options.name))
    return 0


def run_devices(options: argparse.Namespace) -> int:
    """Print the devices."""
    from storage.central.doors.devices import list_devices

    with opened(options.store) as store:
        devices = list_devices(store, options.name)
    if options.json:
        print(msgspec.json.encode(devices).decode())
        return 0
    for device in devices:
        seen = tr("seen {when}", when=f"{device.last_seen:%Y-%m-%d %H:%M} UTC")
        marks = [tr("{n} unsent", n=device.waiting)] * bool(device.waiting)
        marks += [tr("revoked")] * (device.revoked_at is not None)
        line = f"{device.id:<36} {device.user:<16} {seen}  {device.label} {', '.join(marks)}"
        print(line.rstrip())
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    """Revoke the device."""
    from storage.central.doors.devices import revoke_device

    with opened(options.store) as store:
        revoke_device(store, options.device, _by())
    print(tr("The device is shut out, and wipes itself when it next reaches a hub."))
    return 0


def _by() -> str:
    """Who acts, for the audit log."""
    from storage.central.upkeep.audit import command

    return command("users")


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
