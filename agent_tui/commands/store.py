"""``agent-tui store``: bring a central store into shape, and look whether it is sound."""

from __future__ import annotations

import argparse
import json

from agent_tui.central_store import add_json_option, add_store_option, opened
from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("bring a central store into shape, or check that it is sound")
    parser = subparsers.add_parser("store", help=words, description=words)
    actions = parser.add_subparsers(dest="action", metavar=tr("action"), required=True)
    words = tr("make the store, or bring it to the newest shape; doing it twice does no harm")
    upgrade = actions.add_parser("upgrade", help=words, description=words)
    add_store_option(upgrade)
    upgrade.set_defaults(func=run_upgrade)
    words = tr("look for contradictions; exit 1 if there are any")
    check = actions.add_parser("check", help=words, description=words)
    add_store_option(check)
    add_json_option(check)
    check.set_defaults(func=run_check)


def run_upgrade(options: argparse.Namespace) -> int:
    """Upgrade the store."""
    from storage.central.schema import upgrade

    with opened(options.store, new=True) as store:
        upgrade(store)
    print(tr("The store is in its newest shape."))
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Print what is wrong with the store; 0 if nothing is."""
    from storage.central.schema import check

    with opened(options.store) as store:
        found = check(store)
    if options.json:
        print(json.dumps({"ok": not found, "problems": found}, ensure_ascii=False))
    else:
        print("\n".join(found) if found else tr("The store is sound."))
    return 1 if found else 0
