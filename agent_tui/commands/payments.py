"""``agent-tui payments``: a bank's or collector's file of payments, into the central store."""

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
from rules.money import show_minor
from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("take in a bank's or collector's file of payments")
    parser = subparsers.add_parser(
        "payments",
        help=words,
        description=words,
        epilog=tr(
            "Each pays the receipt or account that it names, oldest due first; what pays nothing waits in "
            "deposit. Rows that do not fit, or that belong to no account, are listed with reasons in "
            "FILE.rejected.csv; the others go in. The same file twice changes nothing. Without --map the "
            "columns are guessed from the headers and printed."
        ),
    )
    add_file_options(parser, tr("name of the portfolio"))
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Take the file in, or say what that would do."""
    from storage.portfolio.payment_mapping import load_payment_mapping, parse_payment_mapping, propose
    from storage.portfolio.payments import take_payments

    mapping, proposed = mapping_of(options, load_payment_mapping, propose, parse_payment_mapping)
    outcome = take_in(options, take_payments, mapping, "payments", "payments_loaded")
    if options.json:
        told = {
            "dry_run": options.dry_run,
            "rows": outcome.rows,
            "rejected": outcome.rejected,
            "rejects": outcome.rejects or None,
            "payments": as_json(outcome.payments),
            "amounts": {name: show_minor(minor) for name, minor in sorted(outcome.amounts.items())},
            "mapping": proposed or None,
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print_head(outcome, options.dry_run)
    print_tally(tr("Payments"), outcome.payments)
    for currency, minor in sorted(outcome.amounts.items()):
        print(f"{currency:<7}{minor // 100:>20,}.{minor % 100:02d}")
    print_rejects(outcome)
    return 0
