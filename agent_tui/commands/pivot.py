"""``agent-tui pivot``: a table grouped down and across, with exact sums, counts, means and shares."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent_tui.central_store import add_json_option
from rules.tools.pivoting import MEASURES
from rules.words import tr


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    words = tr("pivot a table (CSV or XLSX): groups down and across, sums, counts, means, percentages")
    parser = subparsers.add_parser("pivot", help=words, description=words)
    parser.add_argument("file", nargs="?", default="", metavar=tr("FILE"), help=tr("a .csv or .xlsx file"))
    parser.add_argument("--rows", nargs="+", default=[], metavar=tr("COLUMN"), help=tr("groups down"))
    parser.add_argument("--columns", nargs="+", default=[], metavar=tr("COLUMN"), help=tr("groups across"))
    parser.add_argument(
        "--values",
        nargs="+",
        default=[],
        metavar=tr("MEASURE:COLUMN"),
        help=tr("such as sum:amount or count; measures: {known}", known=", ".join(MEASURES)).replace(
            "%", "%%"
        ),
    )
    parser.add_argument("--sheet", default="", metavar=tr("NAME"), help=tr("of a workbook"))
    parser.add_argument("--header", type=int, default=0, metavar=tr("ROW"), help=tr("row of the heads"))
    parser.add_argument("--recipe", metavar=tr("NAME"), help=tr("do as this saved recipe says"))
    parser.add_argument("--save", metavar=tr("NAME"), help=tr("save how it was done as a recipe"))
    parser.add_argument("--recipes", action="store_true", help=tr("list the saved recipes"))
    add_json_option(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar=tr("FILE"), help=tr("where to write: .xlsx, .csv or .jsonl")
    )
    parser.set_defaults(func=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Pivot; what could not be read goes to standard error, the table to the file or to standard output."""
    from agent_tui import crossing

    return crossing.pivot(options)
