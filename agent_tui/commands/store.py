"""``agent-tui store``: bring a central store into shape, check it, copy it, go on from a copy."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui.central_store import add_json_option, add_store_option, noted, opened
from rules.words import tr

if TYPE_CHECKING:
    from storage.central.counting.openings import Opened
    from storage.central.upkeep.chain import Head
    from storage.central.upkeep.vouching import Findings


PARTS = 16
MOST_PARTS = 1024


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("bring a central store into shape, check that it is sound, or copy it")
    parser = subparsers.add_parser("store", help=words, description=words)
    actions = parser.add_subparsers(dest="action", metavar=tr("action"), required=True)
    words = tr("make the store, or bring it to the newest shape; doing it twice does no harm")
    upgrade = actions.add_parser("upgrade", help=words, description=words)
    add_store_option(upgrade)
    upgrade.set_defaults(func=run_upgrade)
    words = tr("look for contradictions and for signs of tampering; exit 1 if there are any")
    check = actions.add_parser("check", help=words, description=words)
    add_store_option(check)
    check.add_argument(
        "--expect",
        type=_head,
        metavar="POSITION:HASH",
        help=tr("what an earlier check said of the audit log: it must still hold that link"),
    )
    add_json_option(check)
    check.set_defaults(func=run_check)
    words = tr("copy the store into a new file while hubs go on working")
    backup = actions.add_parser("backup", help=words, description=words)
    backup.add_argument("file", type=Path, metavar=tr("FILE"), help=tr("the copy; never overwritten"))
    add_store_option(backup)
    backup.set_defaults(func=run_backup)
    words = tr("say that the store was restored from a copy: workstations send again what they keep")
    restored = actions.add_parser("restored", help=words, description=words)
    add_store_option(restored)
    restored.set_defaults(func=run_restored)
    words = tr(
        "keep every account as the month began, once: what roll rates and recovery are measured against"
    )
    opening = actions.add_parser("opening", help=words, description=words)
    add_store_option(opening)
    opening.add_argument(
        "--month", type=_month, metavar="YYYY-MM", help=tr("which month; the present one if left out")
    )
    opening.set_defaults(func=run_opening)
    words = tr("put facts and contacts into partitions by client, in a quiet hour")
    partition = actions.add_parser("partition", help=words, description=words)
    add_store_option(partition)
    partition.add_argument(
        "--parts",
        type=_parts,
        default=PARTS,
        metavar="N",
        help=tr("how many (default {number})", number=PARTS),
    )
    partition.set_defaults(func=run_partition)


def _parts(text: str) -> int:
    if not text.isdecimal() or not 2 <= int(text) <= MOST_PARTS:
        raise argparse.ArgumentTypeError(tr("between 2 and {most}", most=MOST_PARTS))
    return int(text)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise argparse.ArgumentTypeError(tr("{text} is no month; write 2026-11", text=repr(text))) from error


def _head(text: str) -> Head:
    from storage.central.upkeep.chain import Head

    position, _, digest = text.partition(":")
    if not position.isdecimal() or not digest:
        raise argparse.ArgumentTypeError(tr("POSITION:HASH, as an earlier check said"))
    return Head(int(position), digest)


def run_upgrade(options: argparse.Namespace) -> int:
    """Upgrade the store."""
    from storage.central.upkeep.schema import upgrade

    with opened(options.store, new=True) as store:
        upgrade(store)
        noted(store, "store", "upgraded", "store")
    print(tr("The store is in its newest shape."))
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Print what is wrong with the store; 0 if nothing is."""
    from storage.central.upkeep.consistency import contradictions
    from storage.central.upkeep.vouching import verify

    with opened(options.store) as store:
        log = verify(store, options.expect)
        found = contradictions(store) + log.lines()
        noted(store, "store", "checked", "store", faults=len(found), link=str(log.head))
    if options.json:
        told = {"ok": not found, "problems": found, "audit": _as_json(log)}
        print(json.dumps(told, ensure_ascii=False))
        return 1 if found else 0
    print("\n".join(found) if found else tr("The store is sound."))
    print(
        tr(
            "Audit log: {links} links, {unsealed} entries without one yet, {facts} facts; now at {head}",
            links=f"{log.head.position:,}",
            unsealed=f"{log.unsealed:,}",
            facts=f"{log.facts:,}",
            head=log.head,
        )
    )
    return 1 if found else 0


def _as_json(log: Findings) -> dict[str, object]:
    return {
        "position": log.head.position,
        "hash": log.head.hash,
        "unsealed": log.unsealed,
        "facts": log.facts,
    }


def run_backup(options: argparse.Namespace) -> int:
    """Copy the store."""
    from storage.central.upkeep.audit import command
    from storage.central.upkeep.backup import backup

    with opened(options.store) as store:
        size = backup(store, options.file, command("store"))
    print(tr("{path}: {size} bytes", path=options.file, size=f"{size:,}"))
    return 0


def run_restored(options: argparse.Namespace) -> int:
    """Go on from a copy."""
    from storage.central.upkeep.audit import command
    from storage.central.upkeep.backup import restored

    with opened(options.store) as store:
        restored(store, command("store"))
    print(tr("The store goes on from this copy; workstations will send again what they keep."))
    return 0


def run_opening(options: argparse.Namespace) -> int:
    """Write the openings of a month that are missing."""
    from agent_tui.central_store import Progress
    from storage.central.counting.openings import open_month

    progress = Progress(tr("Accounts written"))
    with opened(options.store) as store:
        found = open_month(store, options.month, progress)
        progress.end()
        noted(store, "store", "opened_month", "store", portfolios=len(found))
    for one in found:
        print(_told(one))
    return 0


def _told(one: Opened) -> str:
    month = f"{one.month:%Y-%m}"
    if one.written:
        return tr(
            "{portfolio}: {month} begins with {number} accounts",
            portfolio=one.portfolio,
            month=month,
            number=f"{one.accounts:,}",
        )
    return tr(
        "{portfolio}: {month} was opened before, with {number} accounts; it stays as it is",
        portfolio=one.portfolio,
        month=month,
        number=f"{one.accounts:,}",
    )


def run_partition(options: argparse.Namespace) -> int:
    """Rebuild the largest tables in parts."""
    from storage.central.upkeep.partitioning import partition

    with opened(options.store) as store:
        rebuilt = partition(store, options.parts)
        noted(store, "store", "partitioned", "store", parts=options.parts, rebuilt=rebuilt)
    print(
        tr("The store has its facts in partitions now.")
        if rebuilt
        else tr("The store's facts are in partitions already.")
    )
    return 0
