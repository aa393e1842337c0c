"""``agent-tui import``: a CSV or XLSX portfolio into the central store."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from storage.portfolio.importing import Outcome


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("bring a CSV or XLSX portfolio into the store")
    parser = subparsers.add_parser(
        "import",
        help=words,
        description=words,
        epilog=tr(
            "Rows that do not fit are listed with reasons in FILE.rejected.csv; the others go in. "
            "The same file twice changes nothing. Without --map a mapping is guessed from the headers "
            "and printed, to be kept and mended."
        ),
    )
    add_file_options(parser, tr("name of the portfolio; made if it is not there"))
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Import the file, or say what importing it would do."""
    from storage.portfolio.importing import import_file
    from storage.portfolio.mapping import load_mapping, parse_mapping
    from storage.portfolio.proposal import propose

    mapping, proposed = mapping_of(options, load_mapping, propose, parse_mapping)
    outcome = take_in(options, import_file, mapping, "import", "imported")
    if options.json:
        print(json.dumps(_as_json(outcome, options.dry_run, proposed), ensure_ascii=False))
    else:
        _print(outcome, options.dry_run)
    return 0


def _as_json(outcome: Outcome, dry_run: bool, proposed: str) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "rows": outcome.rows,
        "rejected": outcome.rejected,
        "warnings": outcome.warnings,
        "rejects": outcome.rejects or None,
        "unlocatable": outcome.unlocatable,
        "clients": as_json(outcome.clients),
        "accounts": as_json(outcome.accounts),
        "totals": [
            {
                "bucket": bucket,
                "currency": currency,
                "accounts": total.accounts,
                "overdue": show_minor(total.overdue),
                "total": show_minor(total.total),
            }
            for bucket, currency, total in outcome.by_bucket()
        ],
        "mapping": proposed or None,
    }


def _print(outcome: Outcome, dry_run: bool) -> None:
    print_head(outcome, dry_run)
    print_tally(tr("Clients"), outcome.clients)
    print_tally(tr("Accounts"), outcome.accounts)
    if outcome.unlocatable:
        print(
            tr(
                "{count} clients who owe have no phone: they wait in `agent-tui export unlocatable`",
                count=f"{outcome.unlocatable:,}",
            )
        )
    print(f"{tr('bucket'):<10}{tr('accounts'):>10}{tr('overdue'):>20}{tr('total'):>20}")
    for bucket, currency, total in outcome.by_bucket():
        print(
            f"{bucket} {currency:<7}{total.accounts:>10,}{_money(total.overdue):>20}{_money(total.total):>20}"
        )
    phones = tr("({warnings} phones or e-mails)", warnings=f"{outcome.warnings:,}")
    print_rejects(outcome, f" {phones}" if outcome.warnings else "")


def _money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"
