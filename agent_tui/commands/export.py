"""``agent-tui export``: rows of the central store for other programs and for spreadsheets."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from agent_tui.central_store import Progress, add_store_option, noted, opened
from rules.words import tr

FORMATS = ("jsonl", "csv", "xlsx")
WHAT = (
    "events", "accounts", "promises", "payments", "clients", "phones", "interactions", "callbacks",
    "policies", "receipts", "ledger", "orders", "unlocatable", "audit",
)  # fmt: skip


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("write rows of the central store as JSON lines, CSV or XLSX")
    parser = subparsers.add_parser("export", help=words, description=words)
    parser.add_argument("what", choices=WHAT, metavar=tr("WHAT"), help=", ".join(WHAT))
    add_store_option(parser)
    parser.add_argument(
        "--replica", metavar="URL", help=tr("read the rows here instead; the audit log is the store's")
    )
    parser.add_argument("--format", choices=FORMATS, help=tr("jsonl unless the file's name says another"))
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=tr("where to write; standard output if left out")
    )
    parser.set_defaults(func=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Write the rows."""
    from storage.portfolio.export import export, export_to

    suffix = options.output.suffix[1:].lower() if options.output else ""
    form = options.format or (suffix if suffix in FORMATS else "jsonl")
    if form == "xlsx" and options.output is None:
        options.parser.error(tr("an XLSX needs a file: -o FILE.xlsx"))
    with ExitStack() as stack:
        store = stack.enter_context(opened(options.store))
        noted(store, "export", "exported", f"export:{options.what}", format=form)
        if options.replica:
            store = stack.enter_context(opened(options.replica))
        if options.output is None:
            export(store, options.what, form, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return 0
        progress = Progress(tr("Rows written"))
        count = export_to(store, options.what, form, options.output, progress)
        progress.end()
    print(tr("{path}: {count} rows", path=options.output, count=f"{count:,}"), file=sys.stderr)
    return 0
