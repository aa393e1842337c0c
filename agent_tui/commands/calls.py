"""``agent-tui calls``: the calls that a telephone system tells of, into the central store."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from agent_tui.file_feeding import (
    add_file_options,
    as_json,
    mapping_of,
    print_head,
    print_rejects,
    print_tally,
    take_in,
)
from rules.words import tr

if TYPE_CHECKING:
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
    add_file_options(parser, tr("name of the portfolio"))
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Take the file in, or say what that would do."""
    from storage.portfolio.call_mapping import load_call_mapping, parse_call_mapping, propose
    from storage.portfolio.calls import take_calls
    from storage.reference import telephony

    mapping, proposed = mapping_of(
        options, load_call_mapping, lambda columns: propose(columns, telephony()), parse_call_mapping
    )
    outcome = take_in(options, take_calls, mapping, "calls", "calls_loaded")
    if options.json:
        print(json.dumps(_as_json(outcome, options.dry_run, proposed), ensure_ascii=False))
    else:
        _print(outcome, options.dry_run)
    return 0


def _as_json(outcome: Outcome, dry_run: bool, proposed: str) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "rows": outcome.rows,
        "rejected": outcome.rejected,
        "rejects": outcome.rejects or None,
        "calls": as_json(outcome.calls),
        "ended": [
            {"direction": direction, "outcome": ended, "calls": count}
            for (direction, ended), count in sorted(outcome.ended.items())
        ],
        "mapping": proposed or None,
    }


def _print(outcome: Outcome, dry_run: bool) -> None:
    print_head(outcome, dry_run)
    print_tally(tr("Calls"), outcome.calls)
    words = {"in": tr("inbound"), "out": tr("outbound")}
    ends = {
        "answered": tr("answered"),
        "abandoned": tr("abandoned"),
        "dropped": tr("dropped"),
        "unanswered": tr("unanswered"),
    }
    for (direction, ended), count in sorted(outcome.ended.items()):
        print(f"{words[direction]:<12}{ends[ended]:<16}{count:>12,}")
    print_rejects(outcome)
