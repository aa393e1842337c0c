"""``agent-tui seed``: the demo portfolio into a store, for training and trials."""

from __future__ import annotations

import argparse
import json

from agent_tui.central_store import Progress, add_json_option, add_store_option, opened
from rules.words import tr

MOST_CLIENTS = 10_000_000


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("fill a store with an invented portfolio, for training and trials")
    parser = subparsers.add_parser(
        "seed",
        help=words,
        description=words,
        epilog=tr(
            "The store is made if it is not there, and marked as one for training. The same seed on the "
            "same day gives the same portfolio. The passwords of its users are printed once."
        ),
    )
    add_store_option(parser)
    parser.add_argument("--clients", type=_count, default=500, help=tr("how many clients (default 500)"))
    parser.add_argument("--seed", type=int, default=1, help=tr("same seed, same portfolio"))
    add_json_option(parser)
    parser.set_defaults(func=run)


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST_CLIENTS:
        raise argparse.ArgumentTypeError(tr("between 1 and {most}", most=f"{MOST_CLIENTS:,}"))
    return count


def run(options: argparse.Namespace) -> int:
    """Make the portfolio and its users; print who may sign in."""
    from storage.central.upkeep.schema import upgrade
    from storage.portfolio.demo import generate, seed_users

    with opened(options.store, new=True) as store:
        upgrade(store)
        progress = Progress(tr("Clients made and placed"))
        generate(store, options.clients, options.seed, progress=progress)
        progress.end()
        users = seed_users(store)
    if options.json:
        made = [{"name": name, "password": password, "role": role} for name, password, role in users]
        print(json.dumps({"clients": options.clients, "users": made}, ensure_ascii=False))
        return 0
    print(tr("{clients} invented clients are in the queue.", clients=f"{options.clients:,}"))
    if users:
        print(tr("Users, with the passwords that nobody else keeps:"))
        for name, password, role in users:
            print(f"  {name:<10} {role:<8} {password}")
    return 0
