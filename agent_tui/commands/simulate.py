"""``agent-tui simulate``: virtual agents work a hub's queue through the real sync."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from agent_tui.failures import CommandError
from rules.words import tr

if TYPE_CHECKING:
    from agent_tui.simulation import Account, Summary
    from rules.protocol import Session

DEFAULT_AGENTS = 10
DEFAULT_SECONDS = 30.0
DEFAULT_PAUSE = 2.0


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("virtual agents work a hub's queue through the real sync (training stores only)")
    parser = subparsers.add_parser(
        "simulate",
        help=words,
        description=words,
        epilog=tr(
            "They sign in with the agents of --users, or as --user with AGENT_TUI_PASSWORD; "
            "{braces} in the name counts them: robot{braces} is robot1, robot2...",
            braces="{n}",
        ),
    )
    hub = os.environ.get("AGENT_TUI_HUB")
    parser.add_argument("--hub", default=hub, required=not hub, help=tr("the hub's URL (or AGENT_TUI_HUB)"))
    parser.add_argument(
        "--agents", type=_positive, default=DEFAULT_AGENTS, help=tr("how many agents (default 10)")
    )
    parser.add_argument(
        "--seconds", type=float, default=DEFAULT_SECONDS, help=tr("how long they work (default 30)")
    )
    parser.add_argument(
        "--pause", type=float, default=DEFAULT_PAUSE, help=tr("mean length of a call in seconds (default 2)")
    )
    parser.add_argument("--seed", type=int, default=1, help=tr("same seed, same decisions"))
    parser.add_argument(
        "--users", type=Path, metavar="FILE", help=tr("users and passwords, such as the demo's users.toml")
    )
    parser.add_argument(
        "--user", default=os.environ.get("AGENT_TUI_USER"), help=tr("user name (or AGENT_TUI_USER)")
    )
    parser.add_argument("--json", action="store_true", help=tr("print the summary as JSON"))
    parser.set_defaults(func=run, parser=parser)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(tr("at least 1"))
    return number


def run(options: argparse.Namespace) -> int:
    """Simulate and print what came of it; 1 if a fact was lost on the way or nobody got in."""
    if options.seconds <= 0 or options.pause <= 0:
        options.parser.error(tr("--seconds and --pause must be more than 0"))
    import msgspec

    from agent_tui.simulation import simulate
    from storage.clock import Clock
    from storage.sync.address import check_address

    check_address(options.hub)
    accounts = _accounts(options)
    session = asyncio.run(_sign_in_once(options.hub, accounts[0]))
    if not session.training:
        raise CommandError(
            tr("This hub's store is not marked as training; made-up results don't belong in it.")
        )
    summary = simulate(
        options.hub,
        accounts,
        options.agents,
        options.seconds,
        clock=Clock(session.server_time),  # a training hub may live in another year
        pause=options.pause,
        seed=options.seed,
    )
    if options.json:
        print(json.dumps(msgspec.to_builtins(summary), ensure_ascii=False))
    else:
        _print(summary)
    return 1 if summary.unsent or summary.never_online else 0


async def _sign_in_once(hub: str, account: Account) -> Session:
    """See that the hub is there and lets people in, and what kind of store it has."""
    from storage.sync.client import HubClient
    from storage.sync.failures import HubRefused, HubUnavailable

    client = HubClient(hub)
    try:
        session = await client.sign_in(account.name, account.password, str(uuid4()))
        await client.sign_out()
    except HubUnavailable as error:
        raise CommandError(tr("The hub {url} does not answer ({why}).", url=hub, why=error)) from error
    except HubRefused as error:
        raise CommandError(
            tr("The hub refuses {user}: {why}", user=account.name, why=error.detail)
        ) from error
    finally:
        await client.close()
    return session


def _accounts(options: argparse.Namespace) -> list[Account]:
    from agent_tui.simulation import Account

    if options.users is not None:
        return _read_users(options.users)
    password = os.environ.get("AGENT_TUI_PASSWORD")
    if not options.user or not password:
        raise CommandError(tr("Say who signs in: --users FILE, or --user NAME with AGENT_TUI_PASSWORD set."))
    numbers = range(1, options.agents + 1) if "{n}" in options.user else (1,)
    return [Account(options.user.replace("{n}", str(number)), password) for number in numbers]


def _read_users(path: Path) -> list[Account]:
    """The agents of a TOML file: tables ``[[user]]`` with name, password and role."""
    from agent_tui.simulation import Account

    try:
        users = tomllib.loads(path.read_text(encoding="utf-8")).get("user", [])
        agents = [Account(user["name"], user["password"]) for user in users if user.get("role") == "agent"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(
            tr(
                "{path} is not a file of users ({why}): [[user]] with name, password and role",
                path=path,
                why=error,
            )
        ) from error
    if not agents:
        raise CommandError(tr("{path} has no user with role agent", path=path))
    return agents


def _print(summary: Summary) -> None:
    print(
        tr(
            "{agents} agents, {seconds} s: {made} facts made ({per_minute} a minute), {sent} sent, "
            "{unsent} unsent, {refused} refused by the hub",
            agents=summary.agents,
            seconds=summary.seconds,
            made=summary.made,
            per_minute=summary.per_minute,
            sent=summary.sent,
            unsent=summary.unsent,
            refused=summary.refused,
        )
    )
    for line, times in summary.results.items():
        print(f"  {times:6}  {line}")
    if summary.never_online:
        print(
            tr("{number} agents never got in; look at the hub's log", number=summary.never_online),
            file=sys.stderr,
        )
