"""``agent-tui calls``: the calls that a telephone system tells of, into the central store."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent_tui.central_store import Progress, add_json_option, add_store_option, noted, opened
from agent_tui.failures import CommandError
from rules.words import tr

if TYPE_CHECKING:
    from storage.portfolio.call_mapping import CallMapping
    from storage.portfolio.calls import Outcome


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("take in a telephone system's file of calls")
    parser = subparsers.add_parser(
        "calls",
        help=words,
        description=words,
        epilog=tr(
            "Service level, abandonment, dropped calls and handle times are counted from it. Rows that do "
            "not fit are listed with reasons in FILE.rejected.csv; the others go in. The same file twice "
            "changes nothing. Without --map the columns are guessed from the headers and printed."
        ),
    )
    parser.add_argument(
        "file",
        type=Path,
        metavar=tr("FILE"),
        help=tr("a .csv or .xlsx file whose first row names the columns"),
    )
    add_store_option(parser)
    parser.add_argument("--portfolio", required=True, help=tr("name of the portfolio"))
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help=tr("which column is which field"))
    parser.add_argument("--dry-run", action="store_true", help=tr("say what would be done, and do nothing"))
    add_json_option(parser)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Take the file in, or say what that would do."""
    from storage.portfolio.calls import take_calls

    mapping, proposed = _mapping(options)
    with opened(options.store) as store:
        progress = Progress(tr("Rows read"))
        outcome = take_calls(
            store,
            options.file,
            options.portfolio,
            mapping,
            where=str(options.map or tr("the proposed mapping")),
            dry_run=options.dry_run,
            progress=progress,
        )
        progress.end()
        if not options.dry_run:
            noted(store, "calls", "calls_loaded", f"portfolio:{options.portfolio}", rows=outcome.rows)
    if options.json:
        print(json.dumps(_as_json(outcome, options.dry_run, proposed), ensure_ascii=False))
    else:
        _print(outcome, options.dry_run)
    return 0


def _mapping(options: argparse.Namespace) -> tuple[CallMapping, str]:
    """The mapping asked for; without one, the proposal, as a mapping and as its text."""
    from storage.portfolio.call_mapping import load_call_mapping, parse_call_mapping, propose
    from storage.portfolio.reading import open_table
    from storage.reference import telephony

    if options.map is not None:
        return load_call_mapping(options.map), ""
    with open_table(options.file) as table:
        proposal = propose(table.columns, telephony())
    if not options.json:
        print("# " + tr("A mapping guessed from the headers; keep it as a file and give it with --map."))
        print(proposal.text)
    if proposal.missing:
        raise CommandError(
            tr(
                "{path}: no column found for {fields}; write a mapping and give it with --map",
                path=options.file,
                fields=", ".join(proposal.missing),
            )
        )
    return parse_call_mapping(proposal.text, tr("the proposed mapping")), proposal.text


def _as_json(outcome: Outcome, dry_run: bool, proposed: str) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "rows": outcome.rows,
        "rejected": outcome.rejected,
        "rejects": outcome.rejects or None,
        "calls": {
            "made": outcome.calls.made,
            "updated": outcome.calls.updated,
            "unchanged": outcome.calls.unchanged,
        },
        "ended": [
            {"direction": direction, "outcome": ended, "calls": count}
            for (direction, ended), count in sorted(outcome.ended.items())
        ],
        "mapping": proposed or None,
    }


def _print(outcome: Outcome, dry_run: bool) -> None:
    if dry_run:
        print(tr("Nothing was written. This is what the import would do:"))
    print(
        tr(
            "Rows: {rows} read, {rejected} rejected",
            rows=f"{outcome.rows:,}",
            rejected=f"{outcome.rejected:,}",
        )
    )
    print(
        tr(
            "{what}: {made} new, {updated} updated, {unchanged} unchanged",
            what=tr("Calls"),
            made=f"{outcome.calls.made:,}",
            updated=f"{outcome.calls.updated:,}",
            unchanged=f"{outcome.calls.unchanged:,}",
        )
    )
    words = {"in": tr("inbound"), "out": tr("outbound")}
    ends = {
        "answered": tr("answered"),
        "abandoned": tr("abandoned"),
        "dropped": tr("dropped"),
        "unanswered": tr("unanswered"),
    }
    for (direction, ended), count in sorted(outcome.ended.items()):
        print(f"{words[direction]:<12}{ends[ended]:<16}{count:>12,}")
    if outcome.rejects:
        print(tr("What stayed out, and why, is in {path}", path=outcome.rejects), file=sys.stderr)
