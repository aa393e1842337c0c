"""``agent-tui reconcile``: what was collected against what accounting reports, from files or the store."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

from agent_tui.central_store import add_json_option
from rules.tools.matching import KEY_FORMS
from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("reconcile what was collected with accounting: two files, or a file and the store")
    parser = subparsers.add_parser("reconcile", help=words, description=words)
    parser.add_argument(
        "files",
        nargs="+",
        metavar=tr("FILE"),
        help=tr("COLLECTED and ACCOUNTING, or ACCOUNTING alone with --portfolio, --since and --until"),
    )
    for side, words in (("collected", tr("collected")), ("accounted", tr("accounting"))):
        parser.add_argument(
            f"--{side}-key",
            nargs="+",
            default=[],
            metavar=tr("COLUMN"),
            help=tr("key columns of the {side} side; proposed if left out", side=words),
        )
        parser.add_argument(
            f"--{side}-amount",
            default="",
            metavar=tr("COLUMN"),
            help=tr("amount of the {side} side; proposed if left out", side=words),
        )
    parser.add_argument(
        "--tolerance", default="1.00", metavar="1.00", help=tr("by how much the amounts may differ")
    )
    parser.add_argument(
        "--currency", default="", metavar="MXN", help=tr("of the files' amounts, to be shown beside them")
    )
    parser.add_argument(
        "--store",
        default=os.environ.get("AGENT_TUI_STORE"),
        metavar="URL",
        help=tr("sqlite:///file or postgresql://... (or AGENT_TUI_STORE)"),
    )
    parser.add_argument("--portfolio", default="", metavar=tr("NAME"), help=tr("of one portfolio"))
    parser.add_argument("--since", type=date.fromisoformat, metavar=tr("DAY"), help=tr("the first day"))
    parser.add_argument("--until", type=date.fromisoformat, metavar=tr("DAY"), help=tr("the last day"))
    parser.add_argument(
        "--by", choices=KEY_FORMS, default=KEY_FORMS[0],
        help=tr("what the store's side is known by: policy and receipt (P1-R1), or the payment's reference"),
    )  # fmt: skip
    add_json_option(parser)
    parser.add_argument("-o", "--output", type=Path, metavar=tr("FILE"), help=tr("where to write: .xlsx"))
    parser.set_defaults(func=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Reconcile: totals by status to standard output, all rows to the file."""
    from agent_tui import reconciling

    if len(options.files) > 2:
        options.parser.error(tr("one or two files"))
    if len(options.files) == 1 and not (
        options.store and options.portfolio and options.since and options.until
    ):
        options.parser.error(tr("one file alone needs --store, --portfolio, --since and --until"))
    return reconciling.reconcile(options)
