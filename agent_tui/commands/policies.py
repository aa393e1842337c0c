"""``agent-tui policies``: an insurer's policies and receipts, into the central store."""

from __future__ import annotations

import argparse
import json

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


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("take in an insurer's file of policies and receipts")
    parser = subparsers.add_parser(
        "policies",
        help=words,
        description=words,
        epilog=tr(
            "One row is one receipt; its clients are brought first, with: agent-tui import. Rows that do not "
            "fit are listed with reasons in FILE.rejected.csv; the others go in. The same file twice changes "
            "nothing, and what was paid here keeps its amounts. Without --map the columns are guessed from "
            "the headers and printed."
        ),
    )
    add_file_options(parser, tr("name of the portfolio"))
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Take the file in, or say what that would do."""
    from storage.portfolio.policies import take_policies
    from storage.portfolio.policy_mapping import load_policy_mapping, parse_policy_mapping, propose

    mapping, proposed = mapping_of(options, load_policy_mapping, propose, parse_policy_mapping)
    outcome = take_in(options, take_policies, mapping, "policies", "policies_loaded")
    if options.json:
        told = {
            "dry_run": options.dry_run,
            "rows": outcome.rows,
            "rejected": outcome.rejected,
            "rejects": outcome.rejects or None,
            "policies": as_json(outcome.policies),
            "receipts": as_json(outcome.receipts),
            "mapping": proposed or None,
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print_head(outcome, options.dry_run)
    print_tally(tr("Policies"), outcome.policies)
    print_tally(tr("Receipts"), outcome.receipts)
    print_rejects(outcome)
    return 0
