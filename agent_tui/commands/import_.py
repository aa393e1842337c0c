"""``agent-tui import``: a CSV or XLSX portfolio into the central store."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_tui.central_store import Progress, add_json_option, add_store_option, noted, opened
from agent_tui.failures import CommandError
from rules.money import show_minor
from rules.words import tr

if TYPE_CHECKING:
    from storage.portfolio.importing import Outcome
    from storage.portfolio.mapping import Mapping


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
    parser.add_argument(
        "file",
        type=Path,
        metavar=tr("FILE"),
        help=tr("a .csv or .xlsx file whose first row names the columns"),
    )
    add_store_option(parser)
    parser.add_argument(
        "--portfolio", required=True, help=tr("name of the portfolio; made if it is not there")
    )
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help=tr("which column is which field"))
    parser.add_argument("--dry-run", action="store_true", help=tr("say what would be done, and do nothing"))
    add_json_option(parser)
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Import the file, or say what importing it would do."""
    from storage.portfolio.importing import import_file

    mapping, proposed = _mapping(options)
    with opened(options.store) as store:
        progress = Progress(tr("Rows read"))
        outcome = import_file(
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
            noted(store, "import", "imported", f"portfolio:{options.portfolio}", rows=outcome.rows)
    if options.json:
        print(json.dumps(_as_json(outcome, options.dry_run, proposed), ensure_ascii=False))
    else:
        _print(outcome, options.dry_run)
    return 0


def _mapping(options: argparse.Namespace) -> tuple[Mapping, str]:
    """The mapping asked for; without one, the proposal, as a mapping and as its text."""
    from storage.portfolio.mapping import load_mapping, parse_mapping
    from storage.portfolio.proposal import propose
    from storage.portfolio.reading import open_table

    if options.map is not None:
        return load_mapping(options.map), ""
    with open_table(options.file) as table:
        proposal = propose(table.columns)
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
    return parse_mapping(proposal.text, tr("the proposed mapping")), proposal.text


def _as_json(outcome: Outcome, dry_run: bool, proposed: str) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "rows": outcome.rows,
        "rejected": outcome.rejected,
        "warnings": outcome.warnings,
        "rejects": outcome.rejects or None,
        "unlocatable": outcome.unlocatable,
        "clients": _tally(outcome.clients),
        "accounts": _tally(outcome.accounts),
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


def _tally(tally: Any) -> dict[str, int]:
    return {"made": tally.made, "updated": tally.updated, "unchanged": tally.unchanged}


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
    for words, tally in ((tr("Clients"), outcome.clients), (tr("Accounts"), outcome.accounts)):
        print(
            tr(
                "{what}: {made} new, {updated} updated, {unchanged} unchanged",
                what=words,
                made=f"{tally.made:,}",
                updated=f"{tally.updated:,}",
                unchanged=f"{tally.unchanged:,}",
            )
        )
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
    if outcome.rejects:
        print(
            tr("What stayed out, and why, is in {path}", path=outcome.rejects)
            + (
                " " + tr("({warnings} phones or e-mails)", warnings=f"{outcome.warnings:,}")
                if outcome.warnings
                else ""
            ),
            file=sys.stderr,
        )


def _money(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"
